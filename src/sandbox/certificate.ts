import { type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto'
import {
  bitString,
  boolean,
  explicit,
  integer,
  nothing,
  objectIdentifier,
  octetString,
  sequence,
  set,
  utcTime,
  utf8String,
} from './der.js'
import type { KeyPair } from './keys.js'
import { dayMs, floorToSecond } from './time.js'

const sha256WithRsa = '1.2.840.113549.1.1.11'
const sha256WithEcdsa = '1.2.840.10045.4.3.2'
const basicConstraints = '2.5.29.19'
const attributes = { C: '2.5.4.6', O: '2.5.4.10', OU: '2.5.4.11', CN: '2.5.4.3' } as const
const version3 = Buffer.of(2)

/** A distinguished name in the order of the certificate, e.g. country first. */
export type Name = readonly (readonly [attribute: keyof typeof attributes, value: string])[]

export interface CertificateContent {
  readonly subject: Name
  readonly issuer: Name
  readonly publicKey: KeyObject
  readonly serial: Buffer
  readonly now: number
  /** Whether it may sign other certificates. */
  readonly isAuthority: boolean
}

/** Validity of a certificate made now: from yesterday, for one year. */
export function certificateValidity(now: number): { from: number; to: number } {
  return { from: floorToSecond(now) - dayMs, to: floorToSecond(now) + 364 * dayMs }
}

/** A self-signed certificate as PEM. node:crypto can parse certificates but not create them. */
export function createCertificate(keys: KeyPair, name: string, now: number, serial: Buffer = randomBytes(8)): string {
  const owner: Name = [['CN', name]]
  const content = { subject: owner, issuer: owner, publicKey: keys.publicKey, serial, now, isAuthority: false }
  return issueCertificate(content, keys.privateKey)
}

/** A certificate as PEM, signed with the issuer's RSA or EC key. */
export function issueCertificate(
  { subject, issuer, publicKey, serial, now, isAuthority }: CertificateContent,
  issuerKey: KeyObject,
): string {
  const { from, to } = certificateValidity(now)
  const algorithm =
    issuerKey.asymmetricKeyType === 'ec'
      ? sequence(objectIdentifier(sha256WithEcdsa))
      : sequence(objectIdentifier(sha256WithRsa), nothing())
  const content = sequence(
    // Only the third version has extensions; the first is not written.
    ...(isAuthority ? [explicit(0, integer(version3))] : []),
    integer(serial),
    algorithm,
    encodeName(issuer),
    sequence(utcTime(from), utcTime(to)),
    encodeName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(isAuthority ? [explicit(3, sequence(authorityExtension()))] : []),
  )
  const signature = sign('sha256', content, issuerKey)
  return new X509Certificate(sequence(content, algorithm, bitString(signature))).toString()
}

function encodeName(name: Name): Buffer {
  return sequence(
    ...name.map(([attribute, value]) => set(sequence(objectIdentifier(attributes[attribute]), utf8String(value)))),
  )
}

function authorityExtension(): Buffer {
  return sequence(objectIdentifier(basicConstraints), boolean(true), octetString(sequence(boolean(true))))
}

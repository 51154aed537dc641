import { randomBytes, sign, X509Certificate } from 'node:crypto'
import { bitString, integer, nothing, objectIdentifier, sequence, set, utcTime, utf8String } from './der.js'
import type { KeyPair } from './keys.js'
import { dayMs, floorToSecond } from './time.js'

const sha256WithRsa = '1.2.840.113549.1.1.11'
const commonName = '2.5.4.3'

/** Validity of a certificate made now: from yesterday, for one year. */
export function certificateValidity(now: number): { from: number; to: number } {
  return { from: floorToSecond(now) - dayMs, to: floorToSecond(now) + 364 * dayMs }
}

/** A self-signed certificate as PEM. node:crypto can parse certificates but not create them. */
export function createCertificate(keys: KeyPair, name: string, now: number, serial: Buffer = randomBytes(8)): string {
  const { from, to } = certificateValidity(now)
  const algorithm = sequence(objectIdentifier(sha256WithRsa), nothing())
  const subject = sequence(set(sequence(objectIdentifier(commonName), utf8String(name))))
  const content = sequence(
    integer(serial),
    algorithm,
    subject,
    sequence(utcTime(from), utcTime(to)),
    subject,
    keys.publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = sign('sha256', content, keys.privateKey)
  return new X509Certificate(sequence(content, algorithm, bitString(signature))).toString()
}

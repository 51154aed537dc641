import type { KeyObject, X509Certificate } from 'node:crypto'
import { types } from 'node:util'
import { invalidOption } from '../parsing/invalid.js'
import { parseOrNull } from '../parsing/parse-or-null.js'
import { toBytes } from '../parsing/realm.js'
import type { KeyInput } from '../provider.js'
import { type KeyMaterial, readKeyMaterial } from './key-input.js'
import { encrypted } from './key-text.js'

const minModulusBits = 1024

/**
 * Parses an RSA private key: PKCS#8 or PKCS#1; PEM, DER or base64.
 * @throws ConfigError that names `option`, says what is wrong with the key, and holds nothing of it
 */
export function parsePrivateKey(input: KeyInput, option: string): KeyObject {
  return assertRsaKey(types.isKeyObject(input) ? input : readPrivateKey(input, option), 'private', option)
}

/**
 * Parses an RSA public key: SubjectPublicKeyInfo or PKCS#1; PEM, DER or base64. A certificate is rejected, since its
 * serial number and validity would be lost.
 * @throws ConfigError that names `option` and says what is wrong with the key
 */
export function parsePublicKey(input: KeyInput, option: string): KeyObject {
  return assertRsaKey(types.isKeyObject(input) ? input : readPublicKey(input, option), 'public', option)
}

export interface Certificate {
  readonly publicKey: KeyObject
  /** Upper-case hex, two digits a byte, as OpenSSL prints it: `0ABC` keeps its zero. */
  readonly serialNo: string
  readonly validFrom: Date
  readonly validTo: Date
}

/**
 * Parses an X.509 certificate with an RSA key: PEM, DER or base64. Of several, the first. Its validity is not checked.
 * @throws ConfigError that names `option` and says what is wrong with the certificate
 */
export function parseCertificate(input: string | Uint8Array, option: string): Certificate {
  const [certificate] = parseCertificates(input, option)
  return certificate ?? unreadable(option, 'X.509 certificate')
}

/** All certificates of a PEM bundle, text or bytes; at least one. */
export function parseCertificates(input: string | Uint8Array, option: string): Certificate[] {
  const found = readAll(input, option, 'X.509 certificate')
  const certificates = found.flatMap((each) => (each.kind === 'certificate' ? [each.certificate] : []))
  const problem = found.find((each) => each.kind === 'other')
  if (certificates.length > 0 && problem === undefined) return certificates.map((each) => toCertificate(each, option))
  if (found.some(({ kind }) => kind === 'private' || kind === 'encrypted'))
    throw invalidOption(option, 'is a private key where a certificate belongs')
  if (found.some(({ kind }) => kind === 'public'))
    throw invalidOption(option, 'is a public key where a certificate belongs')
  throw invalidOption(option, problemOf(found))
}

/** Size of an RSA block in bytes: 128 for a 1024-bit key. */
export function modulusBytes(key: KeyObject): number {
  return Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
}

function readPrivateKey(input: string | Uint8Array, option: string): KeyObject {
  const found = readAll(input, option, 'private key')
  const key = soleKey(found, 'private', option)
  if (key !== null) return key
  if (found.some(({ kind }) => kind === 'encrypted')) throw invalidOption(option, encrypted)
  for (const [kind, name] of [
    ['certificate', 'certificate'],
    ['public', 'public key'],
  ] as const) {
    if (found.some((each) => each.kind === kind))
      throw invalidOption(option, `is a ${name} where a private key belongs`)
  }
  throw invalidOption(option, problemOf(found))
}

function readPublicKey(input: string | Uint8Array, option: string): KeyObject {
  const found = readAll(input, option, 'public key')
  // `createPublicKey` would derive the public key from it, and the private key would stay where it does not belong.
  if (found.some(({ kind }) => kind === 'private' || kind === 'encrypted'))
    throw invalidOption(option, 'is a private key where a public key belongs')
  const key = soleKey(found, 'public', option)
  if (key !== null) return key
  if (found.some(({ kind }) => kind === 'certificate'))
    throw invalidOption(option, 'is a certificate where a public key belongs')
  throw invalidOption(option, problemOf(found))
}

function readAll(input: unknown, option: string, what: string): KeyMaterial[] {
  if (types.isCryptoKey(input)) throw invalidOption(option, 'is a CryptoKey: give KeyObject.from(key) of node:crypto')
  const source = typeof input === 'string' ? input : toBytes(input)
  return source === null ? unreadable(option, what) : readKeyMaterial(source)
}

/** Null: there is none. The same key may come twice. */
function soleKey(found: readonly KeyMaterial[], kind: 'private' | 'public', option: string): KeyObject | null {
  const [key = null, ...others] = found.flatMap((each) => (each.kind === kind ? [each.key] : []))
  if (key !== null && others.some((other) => !other.equals(key)))
    throw invalidOption(option, `holds several ${kind} keys: give one of them`)
  return key
}

function problemOf(found: readonly KeyMaterial[]): string {
  for (const each of found) if ('problem' in each) return each.problem
  return 'is empty'
}

function toCertificate(certificate: X509Certificate, option: string): Certificate {
  const publicKey = parseOrNull(() => certificate.publicKey)
  if (publicKey === null)
    throw invalidOption(option, 'is a certificate of a key that this Node does not read; one of an RSA key is needed')
  return {
    publicKey: assertRsaKey(publicKey, 'public', option),
    serialNo: certificate.serialNumber.toUpperCase(),
    validFrom: new Date(certificate.validFrom),
    validTo: new Date(certificate.validTo),
  }
}

function assertRsaKey(key: KeyObject, type: 'private' | 'public', option: string): KeyObject {
  if (key.type !== type) throw invalidOption(option, `must be a ${type} key, not a ${key.type} one`)
  if (key.asymmetricKeyType !== 'rsa')
    throw invalidOption(option, `must be an RSA key, not ${key.asymmetricKeyType ?? 'another kind'}`)
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < minModulusBits) throw invalidOption(option, `has only ${bits} bits; at least ${minModulusBits} are needed`)
  return key
}

/** Neither text nor bytes. */
function unreadable(option: string, what: string): never {
  throw invalidOption(
    option,
    `cannot be read as an RSA ${what}; give PEM text${what.includes('key') ? ', DER bytes or a KeyObject' : ' or DER bytes'}`,
  )
}

import { KeyObject } from 'node:crypto'
import { ConfigError } from '../errors.js'
import type { KeyInput } from '../provider.js'
import {
  decodeCertificate,
  decodePrivateKey,
  decodePublicKey,
  holdsPemCertificate,
  holdsPrivateKey,
  parseOrNull,
  splitCertificates,
} from './key-input.js'

const minModulusBits = 1024

/**
 * Parses an RSA private key: PKCS#8 or PKCS#1, PEM or DER.
 * @throws ConfigError that names `option` and holds nothing of the key
 */
export function parsePrivateKey(input: KeyInput, option: string): KeyObject {
  return assertRsaKey(decodePrivateKey(input) ?? unreadable(option, 'private key'), 'private', option)
}

/**
 * Parses an RSA public key: SubjectPublicKeyInfo or PKCS#1, PEM or DER. A certificate is rejected, since its serial
 * number and validity would be lost.
 * @throws ConfigError that names `option`
 */
export function parsePublicKey(input: KeyInput, option: string): KeyObject {
  if (!(input instanceof KeyObject)) {
    if (holdsPrivateKey(input)) throw invalidKey(option, 'is a private key where a public key belongs')
    if (holdsPemCertificate(input)) throw invalidKey(option, 'is a certificate where a public key belongs')
  }
  return assertRsaKey(decodePublicKey(input) ?? unreadable(option, 'public key'), 'public', option)
}

export interface Certificate {
  readonly publicKey: KeyObject
  /** Upper-case hex, two digits a byte, as OpenSSL prints it: `0ABC` keeps its zero. */
  readonly serialNo: string
  readonly validFrom: Date
  readonly validTo: Date
}

/**
 * Parses an X.509 certificate with an RSA key, PEM or DER. Its validity is not checked.
 * @throws ConfigError that names `option`
 */
export function parseCertificate(input: string | Uint8Array, option: string): Certificate {
  const parsed = decodeCertificate(input) ?? unreadable(option, 'X.509 certificate')
  const publicKey = parseOrNull(() => parsed.publicKey) ?? unreadable(option, 'X.509 certificate')
  return {
    publicKey: assertRsaKey(publicKey, 'public', option),
    serialNo: parsed.serialNumber.toUpperCase(),
    validFrom: new Date(parsed.validFrom),
    validTo: new Date(parsed.validTo),
  }
}

/** All certificates of a PEM bundle, text or bytes; otherwise the one that `parseCertificate` reads. */
export function parseCertificates(input: string | Uint8Array, option: string): Certificate[] {
  return splitCertificates(input).map((part) => parseCertificate(part, option))
}

/** Size of an RSA block in bytes: 128 for a 1024-bit key. */
export function modulusBytes(key: KeyObject): number {
  return Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
}

function assertRsaKey(key: KeyObject, type: 'private' | 'public', option: string): KeyObject {
  if (key.type !== type) throw invalidKey(option, `must be a ${type} key, not a ${key.type} one`)
  if (key.asymmetricKeyType !== 'rsa')
    throw invalidKey(option, `must be an RSA key, not ${key.asymmetricKeyType ?? 'another kind'}`)
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < minModulusBits) throw invalidKey(option, `has only ${bits} bits; at least ${minModulusBits} are needed`)
  return key
}

function unreadable(option: string, kind: string): never {
  throw invalidKey(
    option,
    `cannot be read as an RSA ${kind}; give PEM text${kind.includes('key') ? ', DER bytes or a KeyObject' : ' or DER bytes'}`,
  )
}

function invalidKey(option: string, message: string): ConfigError {
  return new ConfigError(`${option} ${message}`, { issues: [{ path: [option], message }] })
}

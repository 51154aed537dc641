import { createPrivateKey, createPublicKey, KeyObject, X509Certificate } from 'node:crypto'
import { ConfigError } from '../errors.js'
import type { KeyInput } from '../provider.js'

const minimumModulusBits = 1024

/**
 * Parses an RSA private key once. PKCS#8 and PKCS#1, PEM or DER.
 * @throws ConfigError that names `option`, never anything of the key
 */
export function parsePrivateKey(input: KeyInput, option: string): KeyObject {
  if (input instanceof KeyObject) return rsaKey(input, 'private', option)
  if (typeof input === 'string') {
    return rsaKey(attempt(() => createPrivateKey(pem(input))) ?? unreadable(option, 'private key'), 'private', option)
  }
  const key = bytesOf(input) ?? unreadable(option, 'private key')
  const parsed =
    (looksLikePem(key) ? attempt(() => createPrivateKey(key)) : null) ??
    attempt(() => createPrivateKey({ key, format: 'der', type: 'pkcs8' })) ??
    attempt(() => createPrivateKey({ key, format: 'der', type: 'pkcs1' }))
  return rsaKey(parsed ?? unreadable(option, 'private key'), 'private', option)
}

/**
 * Parses an RSA public key once: SubjectPublicKeyInfo or PKCS#1, PEM or DER. A certificate is refused, since its
 * serial number and validity would be lost.
 * @throws ConfigError that names `option`
 */
export function parsePublicKey(input: KeyInput, option: string): KeyObject {
  if (input instanceof KeyObject) return rsaKey(input, 'public', option)
  const bytes = bytesOf(input) ?? unreadable(option, 'public key')
  const text = bytes.toString('latin1')
  if (/-----BEGIN (?:RSA |ENCRYPTED )?PRIVATE KEY-----/.test(text) || isPrivateDer(bytes))
    throw wrong(option, 'is a private key where a public key belongs')
  if (text.includes('-----BEGIN CERTIFICATE-----')) throw wrong(option, 'is a certificate where a public key belongs')
  const parsed = looksLikePem(bytes)
    ? attempt(() => createPublicKey(pem(text)))
    : (attempt(() => createPublicKey({ key: bytes, format: 'der', type: 'spki' })) ??
      attempt(() => createPublicKey({ key: bytes, format: 'der', type: 'pkcs1' })))
  return rsaKey(parsed ?? unreadable(option, 'public key'), 'public', option)
}

/** A parsed certificate: its key, and what chooses and judges it. */
export interface Certificate {
  readonly publicKey: KeyObject
  /** Upper-case hex, two digits a byte, as OpenSSL prints it: `0ABC` keeps its zero. */
  readonly serialNo: string
  readonly validFrom: Date
  readonly validTo: Date
}

/**
 * Parses an X.509 certificate once, PEM or DER. Its dates are reported, not judged.
 * @throws ConfigError that names `option`
 */
export function parseCertificate(input: string | Uint8Array, option: string): Certificate {
  const source = typeof input === 'string' ? pem(input) : (bytesOf(input) ?? unreadable(option, 'X.509 certificate'))
  const parsed = attempt(() => new X509Certificate(source)) ?? unreadable(option, 'X.509 certificate')
  const publicKey = attempt(() => parsed.publicKey) ?? unreadable(option, 'X.509 certificate')
  return {
    publicKey: rsaKey(publicKey, 'public', option),
    serialNo: parsed.serialNumber.toUpperCase(),
    validFrom: new Date(parsed.validFrom),
    validTo: new Date(parsed.validTo),
  }
}

/** All certificates of a PEM text, also of one that was read from its file as bytes; else as `certificateOf`. */
export function parseCertificates(input: string | Uint8Array, option: string): Certificate[] {
  const text = typeof input === 'string' ? input : Buffer.from(input).toString('latin1')
  const parts = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [input]
  return parts.map((part) => parseCertificate(part, option))
}

/** How many bytes one RSA block of this key has: 128 for a 1024-bit key. */
export function modulusBytes(key: KeyObject): number {
  return Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)
}

function rsaKey(key: KeyObject, type: 'private' | 'public', option: string): KeyObject {
  if (key.type !== type) throw wrong(option, `must be a ${type} key, not a ${key.type} one`)
  if (key.asymmetricKeyType !== 'rsa')
    throw wrong(option, `must be an RSA key, not ${key.asymmetricKeyType ?? 'another kind'}`)
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits < minimumModulusBits) throw wrong(option, `has only ${bits} bits; at least ${minimumModulusBits} are needed`)
  return key
}

/** Null for what only JavaScript callers can give: neither text nor bytes. */
function bytesOf(input: string | Uint8Array): Buffer | null {
  return typeof input === 'string' || input instanceof Uint8Array ? Buffer.from(input) : null
}

function looksLikePem(bytes: Buffer): boolean {
  return bytes.includes('-----BEGIN ')
}

/** Node would take the public half of it in silence. */
function isPrivateDer(key: Buffer): boolean {
  return (['pkcs8', 'pkcs1'] as const).some((type) => attempt(() => createPrivateKey({ key, format: 'der', type })))
}

/** Environment variables often carry a PEM with its line ends written out as `\n`. */
function pem(text: string): string {
  return text.includes('\\n') ? text.replaceAll('\\n', '\n') : text
}

/** Parser errors of node:crypto are dropped whole: they may quote what they were given. */
export function attempt<T>(parse: () => T): T | null {
  try {
    return parse()
  } catch {
    return null
  }
}

function unreadable(option: string, kind: string): never {
  throw wrong(
    option,
    `cannot be read as an RSA ${kind}; give PEM text${kind.includes('key') ? ', DER bytes or a KeyObject' : ' or DER bytes'}`,
  )
}

function wrong(option: string, message: string): ConfigError {
  return new ConfigError(`${option} ${message}`, { issues: [{ path: [option], message }] })
}

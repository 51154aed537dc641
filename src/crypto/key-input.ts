import { createPrivateKey, createPublicKey, KeyObject, X509Certificate } from 'node:crypto'
import { toBytes as bytesOf } from '../parsing/realm.js'
import type { KeyInput } from '../provider.js'

/** Decodes a private key: PKCS#8 or PKCS#1, PEM or DER. Null: not readable. */
export function decodePrivateKey(input: KeyInput): KeyObject | null {
  if (input instanceof KeyObject) return input
  if (typeof input === 'string') return parseOrNull(() => createPrivateKey(unescapePem(input)))
  const bytes = toBytes(input)
  if (bytes === null) return null
  return (looksLikePem(bytes) ? parseOrNull(() => createPrivateKey(bytes)) : null) ?? decodePrivateDer(bytes)
}

/** Decodes a public key: SubjectPublicKeyInfo or PKCS#1, PEM or DER. Null: not readable. */
export function decodePublicKey(input: KeyInput): KeyObject | null {
  if (input instanceof KeyObject) return input
  const key = toBytes(input)
  if (key === null) return null
  if (looksLikePem(key)) return parseOrNull(() => createPublicKey(unescapePem(key.toString('latin1'))))
  return (
    parseOrNull(() => createPublicKey({ key, format: 'der', type: 'spki' })) ??
    parseOrNull(() => createPublicKey({ key, format: 'der', type: 'pkcs1' }))
  )
}

/** Decodes an X.509 certificate, PEM or DER. Null: not readable. */
export function decodeCertificate(input: string | Uint8Array): X509Certificate | null {
  const source = typeof input === 'string' ? unescapePem(input) : toBytes(input)
  return source === null ? null : parseOrNull(() => new X509Certificate(source))
}

/** The certificates of a PEM bundle, text or bytes; anything else is returned as the only element. */
export function splitCertificates(input: string | Uint8Array): readonly (string | Uint8Array)[] {
  const text = typeof input === 'string' ? input : Buffer.from(input).toString('latin1')
  return text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [input]
}

/** Whether text or bytes hold a private key: `createPublicKey` would silently derive the public key from it. */
export function holdsPrivateKey(input: string | Uint8Array): boolean {
  const bytes = toBytes(input)
  if (bytes === null) return false
  return (
    /-----BEGIN (?:RSA |ENCRYPTED )?PRIVATE KEY-----/.test(bytes.toString('latin1')) || decodePrivateDer(bytes) !== null
  )
}

/** Whether text or bytes hold a certificate in PEM. */
export function holdsPemCertificate(input: string | Uint8Array): boolean {
  return toBytes(input)?.includes('-----BEGIN CERTIFICATE-----') === true
}

/** Null if the parser throws. Its error is dropped, since errors of node:crypto may quote the input. */
export function parseOrNull<T>(parse: () => T): T | null {
  try {
    return parse()
  } catch {
    return null
  }
}

function decodePrivateDer(key: Buffer): KeyObject | null {
  return (
    parseOrNull(() => createPrivateKey({ key, format: 'der', type: 'pkcs8' })) ??
    parseOrNull(() => createPrivateKey({ key, format: 'der', type: 'pkcs1' }))
  )
}

/** Null for values that only JavaScript callers can pass: neither text nor bytes. */
function toBytes(input: string | Uint8Array): Buffer | null {
  return typeof input === 'string' ? Buffer.from(input) : bytesOf(input)
}

function looksLikePem(bytes: Buffer): boolean {
  return bytes.includes('-----BEGIN ')
}

/** Environment variables often hold a PEM whose line ends are written as `\n`. */
function unescapePem(text: string): string {
  return text.includes('\\n') ? text.replaceAll('\\n', '\n') : text
}

import { type KeyObject, randomUUID } from 'node:crypto'
import { signSha256, verifySha256 } from '../../crypto/rsa.js'
import { SignatureError } from '../../errors.js'
import type { WireResponse } from '../../provider.js'

const scheme = 'WECHATPAY2-SHA256-RSA2048'
/** Answers this far from our clock, or further, are refused. */
const maxSkewSeconds = 300
/** WeChat checks now and then whether merchants verify, with signatures that must fail. */
const probePrefix = 'WECHATPAY/SIGNTEST/'

/** Who signs requests. */
export interface Signer {
  readonly mchid: string
  /** The merchant certificate's, upper-case hex. */
  readonly serialNo: string
  readonly privateKey: KeyObject
}

/** 32 characters from a CSPRNG, fresh for every attempt. A UUID (122 random bits) costs a tenth of as many bytes. */
export function createNonce(): string {
  return randomUUID().replaceAll('-', '')
}

/**
 * The text that a request's signature covers.
 * @param target path and query exactly as on the wire
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012365336
 */
export function buildSignedText(
  method: string,
  target: string,
  timestamp: number,
  nonce: string,
  body: string,
): string {
  return `${method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`
}

/** The Authorization header of a request. */
export function buildAuthorization(
  signer: Signer,
  request: { method: string; target: string; timestamp: number; nonce: string; body: string },
): string {
  const { method, target, timestamp, nonce, body } = request
  const signature = signSha256(buildSignedText(method, target, timestamp, nonce, body), signer.privateKey)
  const fields = [
    `mchid="${signer.mchid}"`,
    `nonce_str="${nonce}"`,
    `timestamp="${timestamp}"`,
    `serial_no="${signer.serialNo}"`,
    `signature="${signature.toString('base64')}"`,
  ]
  return `${scheme} ${fields.join(',')}`
}

/** What may have signed an answer or a callback: WeChat Pay public keys and platform certificates, by their serial text. */
export type PlatformKeys = ReadonlyMap<string, KeyObject>

/** Bytes that came with a signature over them. Header names are in lower case. */
export type SignedMessage = Pick<WireResponse, 'headers' | 'body'>

/** Whether a signature is one of WeChat's probes. */
export function isProbe({ headers }: Pick<SignedMessage, 'headers'>): boolean {
  return headers['wechatpay-signature']?.startsWith(probePrefix) === true
}

/** What a signature claims, before it is checked. */
export interface SignatureHeaders {
  /** Names the key: a public key's id, or a certificate's serial number. Compared as text. */
  readonly serial: string
  readonly signature: Buffer
  /** What the signature covers, in pieces. */
  readonly signedText: readonly (string | Uint8Array)[]
}

/**
 * Reads the signature headers; nothing is proven by that.
 * @param now milliseconds since 1970
 * @throws SignatureError when one is missing, stale, of another kind, or a probe
 */
export function parseSignature({ headers, body }: SignedMessage, now: number): SignatureHeaders {
  const type = headers['wechatpay-signature-type']
  if (type !== undefined && type !== scheme) throw verificationFailed('is signed in a way that is not supported')
  const timestamp = requireHeader(headers, 'wechatpay-timestamp')
  const nonce = requireHeader(headers, 'wechatpay-nonce')
  const serial = requireHeader(headers, 'wechatpay-serial')
  const encoded = requireHeader(headers, 'wechatpay-signature')
  if (!/^\d{1,12}$/.test(timestamp)) throw verificationFailed('has a Wechatpay-Timestamp that is no time')
  // A line break in the nonce would move the border between it and the body in the signed text.
  if (!/^[ -~]+$/.test(nonce)) throw verificationFailed('has a Wechatpay-Nonce that no header can hold')
  if (!/^[ -~]+$/.test(serial)) throw verificationFailed('has a Wechatpay-Serial that no header can hold')
  const skewSeconds = Math.abs(Math.floor(now / 1000) - Number(timestamp))
  if (skewSeconds >= maxSkewSeconds) {
    throw verificationFailed(
      `is ${skewSeconds} s away from this host's clock, ${maxSkewSeconds} s are too much; check the clock`,
    )
  }
  if (encoded.startsWith(probePrefix)) throw verificationFailed('carries a probe signature, which must fail')
  const signature = Buffer.from(encoded, 'base64')
  if (signature.toString('base64') !== encoded) throw verificationFailed('has a signature that is no base64')
  return { serial, signature, signedText: [`${timestamp}\n${nonce}\n`, body, '\n'] }
}

/** What to do about a serial that is not known. */
const unknownKeyHint =
  "add that key or certificate (the platform's, not the merchant's), or apiV3Key to download certificates"

/**
 * Proves that the bytes come from WeChat Pay.
 * @param hint what to do when the key is not known
 * @throws SignatureError
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4013053420
 */
export function verifySignature(
  { serial, signature, signedText: text }: SignatureHeaders,
  keys: PlatformKeys,
  hint: string = unknownKeyHint,
): void {
  const key = keys.get(serial)
  if (key === undefined) throw verificationFailed(`${describeUnknownSerial(serial, keys)}; ${hint}`)
  if (!verifySha256(text, signature, key)) {
    throw verificationFailed(
      'fails verification: it was changed on the way, or publicKey is not the key that publicKeyId names',
    )
  }
}

function requireHeader(headers: WireResponse['headers'], name: string): string {
  const value = headers[name]
  if (value === undefined || value === '') throw verificationFailed(`has no ${name} header`)
  return value
}

function describeUnknownSerial(serial: string, keys: PlatformKeys): string {
  const shown = /^[\w-]{1,64}$/.test(serial) ? serial : 'unreadable'
  const accepted = keys.size === 0 ? 'no key is' : `only ${[...keys.keys()].join(', ')} is`
  return `is signed with ${shown}, but ${accepted} known`
}

/** An error for bytes that are not believed; another answer may be. */
export function verificationFailed(reason: string): SignatureError {
  return new SignatureError(`the message ${reason}; nothing of it was used`, { retryable: true })
}

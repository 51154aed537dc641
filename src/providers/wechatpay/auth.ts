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
export function requestText(method: string, target: string, timestamp: number, nonce: string, body: string): string {
  return `${method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`
}

/** The Authorization header of a request. */
export function authorization(
  signer: Signer,
  request: { method: string; target: string; timestamp: number; nonce: string; body: string },
): string {
  const { method, target, timestamp, nonce, body } = request
  const signature = signSha256(requestText(method, target, timestamp, nonce, body), signer.privateKey)
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
export type Signed = Pick<WireResponse, 'headers' | 'body'>

/** Whether a signature is one of WeChat's probes. */
export function isProbe({ headers }: Pick<Signed, 'headers'>): boolean {
  return headers['wechatpay-signature']?.startsWith(probePrefix) === true
}

/** What a signature claims, before it is checked. */
export interface Proof {
  /** Names the key: a public key's id, or a certificate's serial number. Compared as text. */
  readonly serial: string
  readonly signature: Buffer
  /** What the signature covers, in pieces. */
  readonly text: readonly (string | Uint8Array)[]
}

/**
 * Reads the signature headers; nothing is proven by that.
 * @param now milliseconds since 1970
 * @throws SignatureError when one is missing, stale, of another kind, or a probe
 */
export function readProof({ headers, body }: Signed, now: number): Proof {
  const type = headers['wechatpay-signature-type']
  if (type !== undefined && type !== scheme) throw refused('is signed in a way that is not supported')
  const timestamp = required(headers, 'wechatpay-timestamp')
  const nonce = required(headers, 'wechatpay-nonce')
  const serial = required(headers, 'wechatpay-serial')
  const encoded = required(headers, 'wechatpay-signature')
  if (!/^\d{1,12}$/.test(timestamp)) throw refused('has a Wechatpay-Timestamp that is no time')
  // A line break in the nonce would move the border between it and the body in the signed text.
  if (!/^[ -~]+$/.test(nonce)) throw refused('has a Wechatpay-Nonce that no header can hold')
  if (!/^[ -~]+$/.test(serial)) throw refused('has a Wechatpay-Serial that no header can hold')
  const skewSeconds = Math.abs(Math.floor(now / 1000) - Number(timestamp))
  if (skewSeconds >= maxSkewSeconds) {
    throw refused(`is ${skewSeconds} s away from this host's clock, ${maxSkewSeconds} s are too much; check the clock`)
  }
  if (encoded.startsWith(probePrefix)) throw refused('carries a probe signature, which must fail')
  const signature = Buffer.from(encoded, 'base64')
  if (signature.toString('base64') !== encoded) throw refused('has a signature that is no base64')
  return { serial, signature, text: [`${timestamp}\n${nonce}\n`, body, '\n'] }
}

/** What to do about a serial that is not known. */
const howToKnow =
  "add that key or certificate (the platform's, not the merchant's), or apiV3Key to download certificates"

/**
 * Proves that the bytes come from WeChat Pay.
 * @param advice what to do when the key is not known
 * @throws SignatureError
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4013053420
 */
export function checkProof({ serial, signature, text }: Proof, keys: PlatformKeys, advice: string = howToKnow): void {
  const key = keys.get(serial)
  if (key === undefined) throw refused(`${unknownSerial(serial, keys)}; ${advice}`)
  if (!verifySha256(text, signature, key)) {
    throw refused('fails verification: it was changed on the way, or publicKey is not the key that publicKeyId names')
  }
}

function required(headers: WireResponse['headers'], name: string): string {
  const value = headers[name]
  if (value === undefined || value === '') throw refused(`has no ${name} header`)
  return value
}

function unknownSerial(serial: string, keys: PlatformKeys): string {
  const shown = /^[\w-]{1,64}$/.test(serial) ? serial : 'unreadable'
  const known = keys.size === 0 ? 'no key is' : `only ${[...keys.keys()].join(', ')} is`
  return `is signed with ${shown}, but ${known} known`
}

/** An error for bytes that are not believed; another answer may be. */
export function refused(what: string): SignatureError {
  return new SignatureError(`the message ${what}; nothing of it was used`, { retryable: true })
}

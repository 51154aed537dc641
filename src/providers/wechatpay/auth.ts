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

/** What may have signed an answer: WeChat Pay public keys and platform certificates, by their serial text. */
export type PlatformKeys = ReadonlyMap<string, KeyObject>

/** Whether a signature is one of WeChat's probes. */
export function isProbe(response: Pick<WireResponse, 'headers'>): boolean {
  return response.headers['wechatpay-signature']?.startsWith(probePrefix) === true
}

/**
 * Proves that the bytes come from WeChat Pay and are fresh.
 * @param now milliseconds since 1970
 * @throws SignatureError
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4013053420
 */
export function verifyAnswer(response: Pick<WireResponse, 'headers' | 'body'>, keys: PlatformKeys, now: number): void {
  const { headers, body } = response
  const type = headers['wechatpay-signature-type']
  if (type !== undefined && type !== scheme) throw refused('is signed in a way that is not supported')
  const timestamp = required(headers, 'wechatpay-timestamp')
  const nonce = required(headers, 'wechatpay-nonce')
  const serial = required(headers, 'wechatpay-serial')
  const signature = required(headers, 'wechatpay-signature')
  if (!/^\d{1,12}$/.test(timestamp)) throw refused('has a Wechatpay-Timestamp that is no time')
  const skewSeconds = Math.abs(Math.floor(now / 1000) - Number(timestamp))
  if (skewSeconds >= maxSkewSeconds) {
    throw refused(`is ${skewSeconds} s away from this host's clock, ${maxSkewSeconds} s are too much; check the clock`)
  }
  if (signature.startsWith(probePrefix)) throw refused('carries a probe signature, which must fail')
  const key = keys.get(serial)
  if (key === undefined) throw refused(unknownSerial(serial, keys))
  const bytes = Buffer.from(signature, 'base64')
  if (bytes.toString('base64') !== signature) throw refused('has a signature that is no base64')
  const text = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), body, Buffer.from('\n')])
  if (!verifySha256(text, bytes, key)) {
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
  return `is signed with ${shown}, but only ${[...keys.keys()].join(', ')} is configured; add that key or certificate (the platform's, not the merchant's)`
}

function refused(what: string): SignatureError {
  return new SignatureError(`the answer ${what}; nothing of it was used`, { retryable: true })
}

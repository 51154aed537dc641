import { type KeyObject, randomUUID } from 'node:crypto'
import type { Sign } from '../../adapter-kit/signer.js'
import { verifySha256 } from '../../crypto/rsa.js'
import { type ErrorIssue, SignatureError } from '../../errors.js'
import type { CallOptions, WireResponse } from '../../provider.js'

const scheme = 'WECHATPAY2-SHA256-RSA2048'
/** A message whose timestamp differs from this host's clock by at least this much is rejected. */
export const maxSkewSeconds = 300
/** WeChat Pay sometimes sends invalid signatures with this prefix, to check that merchants verify them. */
const probePrefix = 'WECHATPAY/SIGNTEST/'

/** The merchant's identity, and how its requests are signed. */
export interface Credential {
  readonly mchid: string
  /** Serial number of the merchant certificate, upper-case hex. */
  readonly serialNo: string
  readonly sign: Sign
}

/** 32 characters from a CSPRNG. A UUID (122 random bits) takes a tenth of the time of 16 random bytes. */
export function createNonce(): string {
  return randomUUID().replaceAll('-', '')
}

/**
 * The text that a request's signature covers.
 * @param target path and query exactly as sent
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
export async function buildAuthorization(
  { mchid, serialNo, sign }: Credential,
  request: { method: string; target: string; timestamp: number; nonce: string; body: string },
  options: Pick<CallOptions, 'signal' | 'timeoutMs'>,
): Promise<string> {
  const { method, target, timestamp, nonce, body } = request
  const signature = await sign(buildSignedText(method, target, timestamp, nonce, body), options)
  const fields = [
    `mchid="${mchid}"`,
    `nonce_str="${nonce}"`,
    `timestamp="${timestamp}"`,
    `serial_no="${serialNo}"`,
    `signature="${signature.toString('base64')}"`,
  ]
  return `${scheme} ${fields.join(',')}`
}

/** The keys that may sign responses and callbacks: WeChat Pay public keys by id, platform certificates by serial number. */
export type PlatformKeys = ReadonlyMap<string, KeyObject>

/** A response or callback with its signature headers. Header names are in lower case. */
export type SignedMessage = Pick<WireResponse, 'headers' | 'body'>

/** Whether a signature is one of WeChat's probes. */
export function isProbe({ headers }: Pick<SignedMessage, 'headers'>): boolean {
  return headers['wechatpay-signature']?.startsWith(probePrefix) === true
}

/** The parsed signature headers, not yet verified. */
export interface SignatureHeaders {
  /** A public key's id, or a certificate's serial number. Compared as text. */
  readonly serial: string
  readonly signature: Buffer
  /** The text that the signature covers, in parts. */
  readonly signedText: readonly (string | Uint8Array)[]
}

/**
 * Parses the signature headers without verifying the signature.
 * @param now milliseconds since 1970
 * @throws SignatureError when a header is missing or malformed, the timestamp is stale, or the signature is a probe
 */
export function parseSignature({ headers, body }: SignedMessage, now: number): SignatureHeaders {
  const type = headers['wechatpay-signature-type']
  if (type !== undefined && type !== scheme)
    throw verificationFailed(`has another Wechatpay-Signature-Type than ${scheme}`)
  const timestamp = requireHeader(headers, 'wechatpay-timestamp')
  const nonce = requireHeader(headers, 'wechatpay-nonce')
  const serial = requireHeader(headers, 'wechatpay-serial')
  const encoded = requireHeader(headers, 'wechatpay-signature')
  if (!/^\d{1,12}$/.test(timestamp))
    throw verificationFailed('has a Wechatpay-Timestamp that is not a Unix time in seconds')
  // With a line break in the nonce, part of the body could pass as nonce: the signed text would be the same.
  if (!/^[ -~]+$/.test(nonce)) throw verificationFailed('has a Wechatpay-Nonce that is not printable ASCII')
  if (!/^[ -~]+$/.test(serial)) throw verificationFailed('has a Wechatpay-Serial that is not printable ASCII')
  const skewSeconds = Math.abs(Math.floor(now / 1000) - Number(timestamp))
  if (skewSeconds >= maxSkewSeconds) {
    throw verificationFailed(
      `has a timestamp ${skewSeconds} s off this host's clock; the limit is ${maxSkewSeconds} s, check the clock`,
    )
  }
  if (encoded.startsWith(probePrefix)) throw verificationFailed('has a probe signature, which must fail verification')
  const signature = Buffer.from(encoded, 'base64')
  if (signature.toString('base64') !== encoded) throw verificationFailed('has a Wechatpay-Signature that is not base64')
  return { serial, signature, signedText: [`${timestamp}\n${nonce}\n`, body, '\n'] }
}

/**
 * Verifies that WeChat Pay signed the message.
 * @param canDownload whether missing certificates are downloaded, for the error when `keys` lacks the serial
 * @throws SignatureError that names the option to change
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4013053420
 */
export function verifySignature(
  { serial, signature, signedText: text }: SignatureHeaders,
  keys: PlatformKeys,
  canDownload = false,
): void {
  const key = keys.get(serial)
  if (key === undefined)
    throw verificationFailed(`${describeUnknownSerial(serial, keys)}; ${hintFor(serial, keys, canDownload)}`)
  if (!verifySha256(text, signature, key)) {
    const otherCause = isPublicKeyId(serial) ? ', or publicKey is not the key that publicKeyId names' : ''
    throw verificationFailed(`fails verification: it was changed in transit${otherCause}`)
  }
}

/** Which option is wrong, and what to do. */
function hintFor(serial: string, keys: PlatformKeys, canDownload: boolean): string {
  if (isPublicKeyId(serial)) {
    const problem = [...keys.keys()].some(isPublicKeyId)
      ? 'publicKeyId is wrong'
      : 'publicKeyId and publicKey are not set'
    return `${problem}: copy the id and the key of the WeChat Pay public key (微信支付公钥) from the merchant platform`
  }
  return canDownload
    ? 'the downloaded platform certificates do not contain it, or the download failed within the last minute; try again later'
    : "certificates does not contain it: add the platform's certificate (微信支付平台证书, not the merchant's), or set apiV3Key to download certificates"
}

/** Certificates have hexadecimal serial numbers. */
function isPublicKeyId(serial: string): boolean {
  return serial.startsWith('PUB_KEY_ID_')
}

function requireHeader(headers: WireResponse['headers'], name: string): string {
  const value = headers[name]
  if (value === undefined || value === '')
    throw verificationFailed(`has no ${name} header`, [{ path: [name], message: 'is missing' }])
  return value
}

function describeUnknownSerial(serial: string, keys: PlatformKeys): string {
  const shown = /^[\w-]{1,64}$/.test(serial) ? serial : 'unreadable'
  const knownKeys = keys.size === 0 ? 'no key is known' : `the known keys are only ${[...keys.keys()].join(', ')}`
  return `is signed with ${shown}, but ${knownKeys}`
}

/** Retryable, since the next response may pass verification. */
export function verificationFailed(reason: string, issues: readonly ErrorIssue[] = []): SignatureError {
  return new SignatureError(`the message ${reason}; nothing of it was used`, { retryable: true, issues })
}

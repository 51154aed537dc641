import { type KeyObject, verify } from 'node:crypto'
import type { IncomingRequest } from '../simulator.js'

/** The reason why an Authorization header is refused. */
export interface Refusal {
  readonly field: string
  readonly message: string
  /** The text the server built for the signature; it holds no secret. */
  readonly signedText: string | null
}

export interface Merchant {
  readonly mchid: string
  readonly serialNo: string
  readonly publicKey: KeyObject
}

const scheme = 'WECHATPAY2-SHA256-RSA2048 '
const fieldNames = ['mchid', 'nonce_str', 'serial_no', 'signature', 'timestamp']
const maxSkewMs = 300_000

/**
 * Checks the Authorization header against the request; null when it is good.
 * https://pay.weixin.qq.com/doc/v3/merchant/4014931831
 * @param nonces the nonces seen with their times; this nonce is added
 */
export function checkAuthorization(
  request: IncomingRequest,
  merchant: Merchant,
  nonces: Map<string, number>,
): Refusal | null {
  const header = request.headers.authorization
  const fields = header?.startsWith(scheme) === true ? parseFields(header.slice(scheme.length)) : null
  if (fields === null) return refusal('authorization', 'Http头Authorization值格式错误')
  const { mchid = '', nonce_str: nonce = '', serial_no: serialNo = '', signature = '', timestamp = '' } = fields
  if (mchid !== merchant.mchid) return refusal('mchid', '商户号不存在')
  if (serialNo !== merchant.serialNo) return refusal('serial_no', '商户证书序列号有误')
  if (!/^[0-9A-Za-z]{16,64}$/.test(nonce)) return refusal('nonce_str', '随机串格式错误')
  if (!/^[1-9]\d{9}$/.test(timestamp)) return refusal('timestamp', '时间戳格式错误')
  if (Math.abs(Number(timestamp) * 1000 - request.at) > maxSkewMs)
    return refusal('timestamp', 'Http头Authorization时间戳有误')
  const text = `${request.method}\n${request.url}\n${timestamp}\n${nonce}\n${request.body}\n`
  if (!isSignature(signature, text, merchant.publicKey)) return refusal('signature', '签名错误,请检查后再试', text)
  if (isReplayed(nonce, request.at, nonces)) return refusal('nonce_str', '随机串重复,请求已被处理', text)
  return null
}

function refusal(field: string, message: string, signedText: string | null = null): Refusal {
  return { field, message, signedText }
}

/** `name="value"` parts, exactly the five documented names, each once. */
function parseFields(text: string): Readonly<Record<string, string>> | null {
  const parts = text.split(',').map((part) => /^([a-z_]+)="([^"]+)"$/.exec(part))
  const pairs = parts.map((match): [string, string] => [match?.[1] ?? '', match?.[2] ?? ''])
  const found = pairs.map(([name]) => name).sort()
  return found.join() === fieldNames.join() ? Object.fromEntries(pairs) : null
}

function isSignature(signature: string, text: string, key: KeyObject): boolean {
  const bytes = Buffer.from(signature, 'base64')
  return bytes.toString('base64') === signature && verify('sha256', Buffer.from(text, 'utf8'), key, bytes)
}

/** A replayed nonce that is older than twice the skew fails by its timestamp. */
function isReplayed(nonce: string, now: number, nonces: Map<string, number>): boolean {
  for (const [old, at] of nonces) {
    if (now - at <= 2 * maxSkewMs) break
    nonces.delete(old)
  }
  if (nonces.has(nonce)) return true
  nonces.set(nonce, now)
  return false
}

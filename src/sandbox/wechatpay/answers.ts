import { type KeyObject, randomBytes, sign } from 'node:crypto'
import type { Answer, Incoming } from '../exchange.js'
import type { Refusal } from './authorization.js'

/** What answers are signed with. */
export interface Seal {
  /** The id of the public key, or the serial of a platform certificate. */
  readonly serial: string
  readonly privateKey: KeyObject
}

/**
 * A JSON answer whose exact bytes are signed.
 * https://pay.weixin.qq.com/docs/merchant/development/interface-rules/build-verify-sign-src.html
 */
export function signedAnswer(status: number, value: unknown, seal: Seal): Answer {
  const body = JSON.stringify(value)
  return { ...plainAnswer(status, body), headers: { ...jsonHeaders(), ...sealHeaders(body, seal) } }
}

/** Callbacks are signed as answers are. */
export function sealHeaders(body: string, seal: Seal): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const nonce = randomBytes(16).toString('hex')
  const signature = sign('sha256', Buffer.from(`${timestamp}\n${nonce}\n${body}\n`, 'utf8'), seal.privateKey)
  return {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Signature': signature.toString('base64'),
    'Wechatpay-Serial': seal.serial,
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
  }
}

/** The gateway's own refusals come unsigned. */
export function unsignedAnswer(status: number, value: unknown): Answer {
  return plainAnswer(status, JSON.stringify(value))
}

export function signError(refusal: Refusal, incoming: Incoming): Answer {
  const text = refusal.signedText
  return unsignedAnswer(401, {
    code: 'SIGN_ERROR',
    message: refusal.message,
    detail: {
      detail: { issue: 'sign not match' },
      field: refusal.field,
      location: 'authorization',
      sign_information: {
        method: incoming.method,
        url: incoming.url,
        truncated_sign_message: text,
        sign_message_length: text === null ? null : Buffer.byteLength(text, 'utf8'),
      },
    },
  })
}

function plainAnswer(status: number, body: string): Answer {
  return { status, headers: jsonHeaders(), body }
}

function jsonHeaders(): Record<string, string> {
  return { 'Content-Type': 'application/json; charset=utf-8', ...requestIdHeader() }
}

export function requestIdHeader(): Record<string, string> {
  return { 'Request-ID': `08${randomBytes(12).toString('hex').toUpperCase()}-268435462` }
}

import { type KeyObject, randomBytes, sign } from 'node:crypto'
import type { IncomingRequest, SimulatedResponse } from '../simulator.js'
import type { Refusal } from './authorization.js'

/** The key that signs responses. */
export interface ResponseSigner {
  /** The id of the public key, or the serial of a platform certificate. */
  readonly serial: string
  readonly privateKey: KeyObject
}

/**
 * A JSON response whose exact bytes are signed.
 * https://pay.weixin.qq.com/docs/merchant/development/interface-rules/build-verify-sign-src.html
 */
export function signedResponse(status: number, value: unknown, signer: ResponseSigner): SimulatedResponse {
  const body = JSON.stringify(value)
  return { ...jsonResponse(status, body), headers: { ...jsonHeaders(), ...signatureHeaders(body, signer) } }
}

/** Signature headers of a response or a notification. */
export function signatureHeaders(body: string, signer: ResponseSigner): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const nonce = randomBytes(16).toString('hex')
  const signature = sign('sha256', Buffer.from(`${timestamp}\n${nonce}\n${body}\n`, 'utf8'), signer.privateKey)
  return {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Signature': signature.toString('base64'),
    'Wechatpay-Serial': signer.serial,
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
  }
}

/** Errors of the gateway are not signed. */
export function unsignedResponse(status: number, value: unknown): SimulatedResponse {
  return jsonResponse(status, JSON.stringify(value))
}

export function signErrorResponse(refusal: Refusal, request: IncomingRequest): SimulatedResponse {
  const text = refusal.signedText
  return unsignedResponse(401, {
    code: 'SIGN_ERROR',
    message: refusal.message,
    detail: {
      detail: { issue: 'sign not match' },
      field: refusal.field,
      location: 'authorization',
      sign_information: {
        method: request.method,
        url: request.url,
        truncated_sign_message: text,
        sign_message_length: text === null ? null : Buffer.byteLength(text, 'utf8'),
      },
    },
  })
}

function jsonResponse(status: number, body: string): SimulatedResponse {
  return { status, headers: jsonHeaders(), body }
}

function jsonHeaders(): Record<string, string> {
  return { 'Content-Type': 'application/json; charset=utf-8', ...requestIdHeader() }
}

export function requestIdHeader(): Record<string, string> {
  return { 'Request-ID': `08${randomBytes(12).toString('hex').toUpperCase()}-268435462` }
}

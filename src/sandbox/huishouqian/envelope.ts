import { sign } from 'node:crypto'
import type { KeyPair } from '../keys.js'
import type { SimulatedResponse } from '../simulator.js'
import { encipher } from './cfca.js'
import type { Failure } from './failures.js'

export interface HuishouqianKeys {
  readonly merchant: KeyPair
  /** The pair that signs now. */
  readonly platform: KeyPair
  /** The merchant key that ends every signed text under RSA2. */
  readonly key: string
  readonly signType: 'RSA2' | 'CFCA'
}

/** Details of responses that the documentation leaves open. */
export interface EnvelopeStyle {
  /** `success` as the sample shows it, or as the table declares it. */
  readonly success: 'boolean' | 'text'
  /** How null members of a failure are signed. */
  readonly nulls: 'absent' | 'empty' | 'null'
}

const sampleStyle: EnvelopeStyle = { success: 'boolean', nulls: 'absent' }

export function successResponse(
  value: unknown,
  keys: HuishouqianKeys,
  style: EnvelopeStyle = sampleStyle,
): SimulatedResponse {
  const text = JSON.stringify(value)
  const result = keys.signType === 'CFCA' ? encipher(text, keys.platform.privateKey) : text
  const body =
    style.success === 'boolean'
      ? { success: true, result, errorCode: null, errorMsg: null }
      : { success: 'true', result, errorCode: '000000', errorMsg: '成功' }
  return jsonResponse(body, [`result=${text}`, 'success=true'], keys)
}

/** Under CFCA a failure is not authenticated. */
export function failureResponse(
  failure: Failure,
  keys: HuishouqianKeys,
  style: EnvelopeStyle = sampleStyle,
): SimulatedResponse {
  const body = { success: style.success === 'boolean' ? false : 'false', result: null, ...failure }
  const signedPairs = (['errorCode', 'errorMsg'] as const).flatMap((name) => signedPair(name, failure[name], style))
  return jsonResponse(body, [...signedPairs, 'success=false'], keys)
}

function signedPair(name: string, value: string | null, { nulls }: EnvelopeStyle): string[] {
  if (value !== null) return [`${name}=${value}`]
  return nulls === 'absent' ? [] : [`${name}=${nulls === 'null' ? 'null' : ''}`]
}

/** @param signed the signed pairs without the key; unused under CFCA */
function jsonResponse(body: object, signed: readonly string[], keys: HuishouqianKeys): SimulatedResponse {
  const signature = keys.signType === 'CFCA' ? {} : { sign: signText([...signed, `key=${keys.key}`].join('&'), keys) }
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json;charset=UTF-8' },
    body: JSON.stringify({ ...body, ...signature }),
  }
}

/** The platform's signature as lower-case hex. */
export function signText(text: string, keys: HuishouqianKeys): string {
  return sign('sha256', Buffer.from(text, 'utf8'), keys.platform.privateKey).toString('hex')
}

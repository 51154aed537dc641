import { sign } from 'node:crypto'
import type { Answer } from '../exchange.js'
import type { KeyPair } from '../keys.js'
import { encipher } from './blocks.js'
import type { Failure } from './failures.js'

export interface HuishouqianKeys {
  readonly merchant: KeyPair
  /** What signs now. */
  readonly platform: KeyPair
  /** The merchant key that ends every signed text under RSA2. */
  readonly key: string
  readonly signType: 'RSA2' | 'CFCA'
}

/** What the page leaves open about answers. */
export interface Manner {
  /** `success` as the sample shows it, or as the table declares it. */
  readonly success: 'boolean' | 'text'
  /** How a failure's null members stand in the text that is signed. */
  readonly nulls: 'absent' | 'empty' | 'null'
}

const bySample: Manner = { success: 'boolean', nulls: 'absent' }

export function successAnswer(value: unknown, keys: HuishouqianKeys, manner: Manner = bySample): Answer {
  const text = JSON.stringify(value)
  const result = keys.signType === 'CFCA' ? encipher(text, keys.platform.privateKey) : text
  const body =
    manner.success === 'boolean'
      ? { success: true, result, errorCode: null, errorMsg: null }
      : { success: 'true', result, errorCode: '000000', errorMsg: '成功' }
  return jsonAnswer(body, [`result=${text}`, 'success=true'], keys)
}

/** Under CFCA nothing proves a failure. */
export function failureAnswer(failure: Failure, keys: HuishouqianKeys, manner: Manner = bySample): Answer {
  const body = { success: manner.success === 'boolean' ? false : 'false', result: null, ...failure }
  const told = (['errorCode', 'errorMsg'] as const).flatMap((name) => signedPair(name, failure[name], manner))
  return jsonAnswer(body, [...told, 'success=false'], keys)
}

function signedPair(name: string, value: string | null, { nulls }: Manner): string[] {
  if (value !== null) return [`${name}=${value}`]
  return nulls === 'absent' ? [] : [`${name}=${nulls === 'null' ? 'null' : ''}`]
}

/** @param signed what the signature is over, but for the key; CFCA has no signature */
function jsonAnswer(body: object, signed: readonly string[], keys: HuishouqianKeys): Answer {
  const proof = keys.signType === 'CFCA' ? {} : { sign: signatureOf([...signed, `key=${keys.key}`].join('&'), keys) }
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json;charset=UTF-8' },
    body: JSON.stringify({ ...body, ...proof }),
  }
}

/** By the platform, as lower-case hex. */
export function signatureOf(text: string, keys: HuishouqianKeys): string {
  return sign('sha256', Buffer.from(text, 'utf8'), keys.platform.privateKey).toString('hex')
}

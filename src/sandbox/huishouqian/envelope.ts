import { sign } from 'node:crypto'
import type { Answer } from '../exchange.js'
import type { KeyPair } from '../keys.js'
import { encipher } from './blocks.js'
import type { Failure } from './failures.js'

export interface HuishouqianKeys {
  readonly merchant: KeyPair
  readonly platform: KeyPair
  /** The merchant key that ends every signed text under RSA2. */
  readonly key: string
  readonly signType: 'RSA2' | 'CFCA'
}

export function successAnswer(result: unknown, keys: HuishouqianKeys): Answer {
  const text = JSON.stringify(result)
  return keys.signType === 'CFCA'
    ? jsonAnswer({ success: true, result: encipher(text, keys.platform.privateKey), errorCode: null, errorMsg: null })
    : jsonAnswer({
        success: true,
        result: text,
        errorCode: null,
        errorMsg: null,
        sign: signatureOf(`result=${text}&success=true&key=${keys.key}`, keys),
      })
}

/** Under CFCA nothing proves a failure. */
export function failureAnswer({ errorCode, errorMsg }: Failure, keys: HuishouqianKeys): Answer {
  const text = `errorCode=${errorCode}&errorMsg=${errorMsg}&success=false&key=${keys.key}`
  const failure = { success: false, result: null, errorCode, errorMsg }
  return jsonAnswer(keys.signType === 'CFCA' ? failure : { ...failure, sign: signatureOf(text, keys) })
}

function jsonAnswer(value: unknown): Answer {
  return { status: 200, headers: { 'Content-Type': 'application/json;charset=UTF-8' }, body: JSON.stringify(value) }
}

/** By the platform, as lower-case hex. */
export function signatureOf(text: string, keys: HuishouqianKeys): string {
  return sign('sha256', Buffer.from(text, 'utf8'), keys.platform.privateKey).toString('hex')
}

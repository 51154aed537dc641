import type { Answer } from '../exchange.js'
import { readObject } from '../json.js'
import { decipher } from './blocks.js'
import { type HuishouqianKeys, type Manner, successAnswer } from './envelope.js'

/** A list without its `totalSize`, proven again. */
export function withoutTotal(answer: Answer, keys: HuishouqianKeys, manner?: Manner): Answer {
  const sent = readObject(answer.body)?.result
  if (typeof sent !== 'string') return answer
  const text = keys.signType === 'CFCA' ? decipher(sent, keys.platform.publicKey) : sent
  const { totalSize: _, ...rest } = readObject(text ?? '') ?? {}
  return { ...answer, ...successAnswer(rest, keys, manner) }
}

import { parseObject } from '../json.js'
import type { SimulatedResponse } from '../simulator.js'
import { decipher } from './cfca.js'
import { type EnvelopeStyle, type HuishouqianKeys, successResponse } from './envelope.js'

/** The response without `totalSize`, signed again. */
export function removeTotal(
  response: SimulatedResponse,
  keys: HuishouqianKeys,
  style?: EnvelopeStyle,
): SimulatedResponse {
  const result = parseObject(response.body)?.result
  if (typeof result !== 'string') return response
  const text = keys.signType === 'CFCA' ? decipher(result, keys.platform.publicKey) : result
  const { totalSize: _, ...rest } = parseObject(text ?? '') ?? {}
  return { ...response, ...successResponse(rest, keys, style) }
}

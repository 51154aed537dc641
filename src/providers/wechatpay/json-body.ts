import { ResponseError } from '../../errors.js'
import { decodeUtf8, parseJson } from '../../parsing/json.js'

/** @throws ResponseError when bytes are no JSON in UTF-8 */
export function parseJsonBody(body: Uint8Array): unknown {
  try {
    return parseJson(decodeUtf8(body))
  } catch {
    throw new ResponseError('the answer is no JSON in UTF-8')
  }
}

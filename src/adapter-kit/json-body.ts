import { type ErrorDetails, ResponseError } from '../errors.js'
import { decodeUtf8, parseJson } from '../parsing/json.js'

/**
 * @param details of the error
 * @throws ResponseError when the bytes are not JSON in UTF-8
 */
export function parseJsonBody(body: Uint8Array, details: ErrorDetails = {}): unknown {
  try {
    return parseJson(decodeUtf8(body))
  } catch {
    throw new ResponseError('the response is not JSON in UTF-8', details)
  }
}

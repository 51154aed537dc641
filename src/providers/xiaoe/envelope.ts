import { ApiError, type ComplaintError, ResponseError } from '../../errors.js'
import { errorForStatus } from '../../http/status-error.js'
import { decodeUtf8, parseJson } from '../../parsing/json.js'
import { toErrorIssues } from '../../parsing/validate.js'
import type { WireResponse } from '../../provider.js'
import { refusalOfCode } from './error-codes.js'
import { envelopeSchema } from './wire.js'

/**
 * `data` of an answer whose code is 0.
 * @param tokenAdvice what to tell the user when the access token is refused
 * @throws the error that the code stands for, or a ResponseError
 */
export function dataOf(response: WireResponse, tokenAdvice?: string): unknown {
  const envelope = envelopeSchema.safeParse(parseBody(response))
  if (!envelope.success)
    throw new ResponseError('the answer is none of Xiaoe: it has no code', {
      status: response.status,
      issues: toErrorIssues(envelope.error),
    })
  const { code, msg, message, data } = envelope.data
  if (code !== 0) throw refusalOfCode(code, msg || message || undefined, tokenAdvice)
  return data
}

/** Nothing was found. PHP writes an empty object as an empty array. */
export function isNoData(data: unknown): boolean {
  return data === null || data === undefined || (Array.isArray(data) && data.length === 0)
}

/** Answers are not signed; one that was cut short may still come again whole. */
function parseBody(response: WireResponse): unknown {
  try {
    return parseJson(decodeUtf8(response.body))
  } catch {
    throw new ResponseError('the answer is no JSON in UTF-8', { status: response.status, retryable: true })
  }
}

/**
 * What a status other than 2xx means. Xiaoe itself always answers 200, so this is a gateway's: its 404 says that the
 * address is wrong, never that a complaint is unknown.
 */
export function refusalOfStatus(response: WireResponse, now: number): ComplaintError {
  const { status } = response
  const said = `HTTP ${status} from Xiaoe's gateway`
  return status === 404 ? new ApiError(`${said}; check baseUrl`, { status }) : errorForStatus(response, said, {}, now)
}

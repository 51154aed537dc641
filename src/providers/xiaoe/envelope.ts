import { parseJsonBody } from '../../adapter-kit/json-body.js'
import { ResponseError } from '../../errors.js'
import { safeParse, toErrorIssues } from '../../parsing/validate.js'
import type { WireResponse } from '../../provider.js'
import { errorForCode } from './error-codes.js'
import { envelopeSchema } from './wire.js'

/**
 * `data` of a response whose code is 0.
 * @param tokenHint what to do when the access token is rejected
 * @throws ComplaintError for any other code
 * @throws ResponseError for a response without a code
 */
export function parseEnvelope(response: WireResponse, tokenHint?: string): unknown {
  // Responses are not signed: one that is not JSON may have been truncated.
  const body = parseJsonBody(response.body, { status: response.status, retryable: true })
  const envelope = safeParse(envelopeSchema, body)
  if (!envelope.success)
    throw new ResponseError('Xiaoe\'s response has no "code"', {
      status: response.status,
      issues: toErrorIssues(envelope.error),
    })
  const { code, msg, message, data } = envelope.data
  if (code !== 0) throw errorForCode(code, msg || message || undefined, tokenHint)
  return data
}

/** Whether `data` holds nothing. PHP writes an empty object as an empty array. */
export function isEmptyData(data: unknown): boolean {
  return data === null || data === undefined || (Array.isArray(data) && data.length === 0)
}

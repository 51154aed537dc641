import {
  ApiError,
  AuthenticationError,
  type ComplaintError,
  type ErrorDetails,
  NotFoundError,
  PermissionError,
  RateLimitError,
} from '../errors.js'
import type { WireResponse } from '../provider.js'
import { parseRetryAfter } from './retry.js'

/**
 * What an HTTP status other than 2xx means, whatever the body says.
 * @param said what to tell the user, beside the class
 * @param now milliseconds since 1970, for a Retry-After that names a date
 */
export function errorForStatus(
  response: WireResponse,
  said: string,
  details: ErrorDetails,
  now: number,
): ComplaintError {
  const { status, headers } = response
  const known: ErrorDetails = { ...details, status }
  if (status === 401) return new AuthenticationError(said, known)
  if (status === 403) return new PermissionError(said, known)
  if (status === 404) return new NotFoundError(said, known)
  if (status === 429) {
    return new RateLimitError(said, {
      ...known,
      retryable: true,
      retryAfterMs: parseRetryAfter(headers['retry-after'], now),
    })
  }
  return new ApiError(said, { ...known, retryable: status >= 500 })
}

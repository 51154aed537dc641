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
 * The error of an HTTP status other than 2xx, whatever the body says. Of the 4xx only 429 is retryable.
 * @param now milliseconds since 1970, for a Retry-After that is a date
 */
export function errorForStatus(
  response: WireResponse,
  message: string,
  details: ErrorDetails,
  now: number,
): ComplaintError {
  const { status, headers } = response
  const withStatus: ErrorDetails = { ...details, status }
  if (status === 401) return new AuthenticationError(message, withStatus)
  if (status === 403) return new PermissionError(message, withStatus)
  if (status === 404) return new NotFoundError(message, withStatus)
  if (status !== 429 && status < 500) return new ApiError(message, withStatus)
  const retryAfterMs = parseRetryAfter(headers['retry-after'], now)
  const ErrorClass = status === 429 ? RateLimitError : ApiError
  return new ErrorClass(message, { ...withStatus, retryable: true, retryAfterMs })
}

import type { ComplaintError, RateLimitError } from '../errors.js'

const baseDelayMs = 250
const maxDelayMs = 10_000
const rateLimitDelayMs = 5_000
const maxRetryAfterMs = 60_000

/**
 * How long to wait before the next attempt; null: give up.
 * Failures back off exponentially with full jitter. A rate limit waits as long as the provider says, up to a minute;
 * where it says nothing, 5 s doubling.
 * @param failures how many attempts failed so far, at least 1
 * @param random a number in [0, 1)
 */
export function retryDelay(error: ComplaintError, failures: number, maxRetries: number, random: number): number | null {
  if (!error.retryable || failures > maxRetries) return null
  if (isRateLimit(error)) {
    if (error.retryAfterMs === null) return Math.min(rateLimitDelayMs * 2 ** (failures - 1), maxRetryAfterMs)
    return error.retryAfterMs <= maxRetryAfterMs ? error.retryAfterMs : null
  }
  return random * Math.min(baseDelayMs * 2 ** (failures - 1), maxDelayMs)
}

/** By its code: the adapter may come from the other copy of this library (ESM beside CommonJS). */
function isRateLimit(error: ComplaintError): error is RateLimitError {
  return error.code === 'RATE_LIMIT'
}

/**
 * Reads a Retry-After header: seconds or an HTTP date.
 * @returns milliseconds from `now`, null when the header is absent or says nothing usable
 */
export function parseRetryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null
  const text = header.trim()
  if (/^\d{1,9}(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000)
  const date = /^[A-Za-z]{3}, .{1,30} GMT$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

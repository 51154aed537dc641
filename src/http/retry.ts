import type { ComplaintError, RateLimitError } from '../errors.js'

const baseDelayMs = 250
const maxDelayMs = 10_000
const rateLimitDelayMs = 5_000
const maxRetryAfterMs = 60_000

/**
 * Milliseconds to wait before the next attempt; null: no further attempt.
 * The delay grows exponentially, with full jitter. After a rate limit it is `retryAfterMs` up to a minute, or 5 s
 * doubling without one.
 * @param failures number of failed attempts, at least 1
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

/** By `code`, not `instanceof`: the adapter may come from another copy of this library (ESM and CommonJS). */
function isRateLimit(error: ComplaintError): error is RateLimitError {
  return error.code === 'RATE_LIMIT'
}

/**
 * Parses a Retry-After header: seconds or an HTTP date.
 * @returns milliseconds from `now`; null when the header is absent or invalid
 */
export function parseRetryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null
  const text = header.trim()
  if (/^\d{1,9}(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000)
  const date = /^[A-Za-z]{3}, .{1,30} GMT$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

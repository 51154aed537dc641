import type { ComplaintError } from '../errors.js'

const baseDelayMs = 250
const maxDelayMs = 10_000
/** First delay after a rate limit without `retryAfterMs`. */
const rateLimitDelayMs = 5_000
/** First delay after a rate limit whose `retryAfterMs` is 0: soon, but not at once. */
const soonDelayMs = 1_000
const maxRetryAfterMs = 60_000

/**
 * Milliseconds to wait before the next attempt; null: no further attempt.
 * The delay doubles with each failure: from 250 ms with full jitter; after a rate limit without jitter from 5 s, or from
 * 1 s when `retryAfterMs` is 0. A longer `retryAfterMs` replaces the delay after a rate limit, and is the minimum after
 * other failures. When it is more than a minute, there is no further attempt.
 * @param failures number of failed attempts, at least 1
 * @param random a number in [0, 1)
 */
export function retryDelay(error: ComplaintError, failures: number, maxRetries: number, random: number): number | null {
  if (!error.retryable || failures > maxRetries) return null
  const retryAfterMs = retryAfterOf(error)
  if (retryAfterMs !== null && retryAfterMs > maxRetryAfterMs) return null
  // By `code`, not `instanceof`: the adapter may come from another copy of this library (ESM and CommonJS).
  if (error.code === 'RATE_LIMIT') {
    const firstDelayMs = retryAfterMs === 0 ? soonDelayMs : rateLimitDelayMs
    return retryAfterMs || Math.min(firstDelayMs * 2 ** (failures - 1), maxRetryAfterMs)
  }
  return Math.max(random * Math.min(baseDelayMs * 2 ** (failures - 1), maxDelayMs), retryAfterMs ?? 0)
}

function retryAfterOf(error: ComplaintError): number | null {
  const { retryAfterMs } = error as { retryAfterMs?: number | null }
  return retryAfterMs ?? null
}

/**
 * Parses a Retry-After header: seconds or an HTTP date.
 * @returns milliseconds from `now`; null when the header is absent or invalid, or its date is not in the future: the
 *   clocks differ, and how long to wait is unknown
 */
export function parseRetryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null
  const text = header.trim()
  // However large, it is longer than the client waits.
  if (/^\d{1,30}(?:\.\d+)?$/.test(text)) return Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(Number(text) * 1000))
  const date = /^[A-Za-z]{3}, .{1,30} GMT$/.test(text) ? Date.parse(text) : Number.NaN
  return date > now ? date - now : null
}

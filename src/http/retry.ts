import type { ComplaintError } from '../errors.js'

const baseDelayMs = 250
const maxDelayMs = 10_000
const rateLimitDelayMs = 5_000
const maxRetryAfterMs = 60_000

/**
 * Milliseconds to wait before the next attempt; null: no further attempt.
 * The delay grows exponentially: with full jitter from 250 ms, after a rate limit without `retryAfterMs` from 5 s.
 * With `retryAfterMs` up to a minute it is at least that; with more there is no further attempt.
 * @param failures number of failed attempts, at least 1
 * @param random a number in [0, 1)
 */
export function retryDelay(error: ComplaintError, failures: number, maxRetries: number, random: number): number | null {
  if (!error.retryable || failures > maxRetries) return null
  const retryAfterMs = retryAfterOf(error)
  if (retryAfterMs !== null && retryAfterMs > maxRetryAfterMs) return null
  // By `code`, not `instanceof`: the adapter may come from another copy of this library (ESM and CommonJS).
  if (error.code === 'RATE_LIMIT') {
    return retryAfterMs ?? Math.min(rateLimitDelayMs * 2 ** (failures - 1), maxRetryAfterMs)
  }
  // Retry-After: 0, or a past date, must not disable the back-off.
  return Math.max(random * Math.min(baseDelayMs * 2 ** (failures - 1), maxDelayMs), retryAfterMs ?? 0)
}

function retryAfterOf(error: ComplaintError): number | null {
  const { retryAfterMs } = error as { retryAfterMs?: number | null }
  return retryAfterMs ?? null
}

/**
 * Parses a Retry-After header: seconds or an HTTP date.
 * @returns milliseconds from `now`; null when the header is absent or invalid
 */
export function parseRetryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null
  const text = header.trim()
  // However large, it is longer than the client waits.
  if (/^\d{1,30}(?:\.\d+)?$/.test(text)) return Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(Number(text) * 1000))
  const date = /^[A-Za-z]{3}, .{1,30} GMT$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}

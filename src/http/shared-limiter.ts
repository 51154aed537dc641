import { callWithTimeout } from '../async/abort.js'
import { RateLimitError } from '../errors.js'
import { isRecord } from '../parsing/coerce.js'
import type { SharedQuota } from '../provider.js'

/** A disconnected store may queue calls instead of failing. */
const storeTimeoutMs = 10_000
/** rate-limiter-flexible may report 0 ms just before its interval ends; wait at least this long. */
const minWaitMs = 20
/** After a failure the store is not called for this long, twice as long after each further failure. */
const initialBackoffMs = 1_000
const maxBackoffMs = 60_000

/** A quota shared by several processes, as one of them consumes it. */
export interface SharedLimiter {
  /**
   * Counts one request of this quota class.
   * @returns milliseconds to wait before the next call; 0: the request was counted, or the store is unavailable
   * @throws RateLimitError when the quota never resets
   */
  consume(quota: string, signal: AbortSignal | undefined): Promise<number>
  /** The last call of the store failed. */
  isUnavailable(): boolean
}

/**
 * @param account `provider:account`; the key is `provider:account:quota`
 * @param now milliseconds since any fixed instant
 * @param onFailure called when the store begins to fail, without its error: that may hold a password
 */
export function createSharedLimiter(
  { limiter }: SharedQuota,
  account: string,
  now: () => number,
  onFailure: (problem: string) => void,
): SharedLimiter {
  let failures = 0
  let retryStoreAt = Number.NEGATIVE_INFINITY

  const fail = (problem: string): number => {
    if (failures === 0) onFailure(problem)
    retryStoreAt = now() + Math.min(initialBackoffMs * 2 ** failures, maxBackoffMs)
    failures += 1
    return 0
  }

  return {
    async consume(quota, signal) {
      if (failures > 0 && now() < retryStoreAt) return 0
      let outcome: Outcome
      try {
        const call = (): Promise<Outcome> => consumePoint(limiter, `${account}:${quota}`)
        outcome = await callWithTimeout(storeTimeoutMs, signal, () => new Error('timeout'), call)
      } catch {
        signal?.throwIfAborted()
        return fail(`did not settle within ${storeTimeoutMs} ms`)
      }
      if (outcome === 'failed') return fail('failed')
      failures = 0
      return outcome === 'counted' ? 0 : checkWait(outcome)
    },
    isUnavailable: () => failures > 0,
  }
}

/** A number: the quota is used up and resets in so many milliseconds. */
type Outcome = 'counted' | 'failed' | number

async function consumePoint(limiter: SharedQuota['limiter'], key: string): Promise<Outcome> {
  try {
    await limiter.consume(key, 1)
    return 'counted'
  } catch (reason) {
    const { msBeforeNext } = isRecord(reason) ? reason : {}
    return typeof msBeforeNext === 'number' && !Number.isNaN(msBeforeNext) ? msBeforeNext : 'failed'
  }
}

/** -1 comes from a limiter without a duration, or a key that is blocked for ever. */
function checkWait(msBeforeNext: number): number {
  if (msBeforeNext >= 0 && Number.isFinite(msBeforeNext)) return Math.max(Math.ceil(msBeforeNext), minWaitMs)
  throw new RateLimitError('rateLimiter reports that this quota never resets; unblock its key, or set a duration', {
    retryable: true,
  })
}

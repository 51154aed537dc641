import { callWithTimeout } from '../async/abort.js'
import { RateLimitError } from '../errors.js'
import { isRecord } from '../parsing/coerce.js'
import type { SharedQuota } from '../provider.js'

/** A store that is cut off may queue what it is asked instead of failing. */
const patienceMs = 10_000
/** A limiter whose interval ends just now says 0. */
const shortestWaitMs = 20
/** After a failure the store is left alone for so long, twice as long after each further one. */
const firstRestMs = 1_000
const longestRestMs = 60_000

/** A quota that several processes share, as the limiter of one of them asks for it. */
export interface SharedLimiter {
  /**
   * Counts one request of this quota class.
   * @returns how many milliseconds to wait before asking again; 0: counted, or the store is out
   * @throws RateLimitError when the quota is used up for ever
   */
  consume(quota: string, signal: AbortSignal | undefined): Promise<number>
  /** The store failed when it was last asked. */
  isUnavailable(): boolean
}

/**
 * @param account `provider:account`; with the quota class it is the key that is counted under
 * @param now milliseconds since any fixed instant
 * @param onFailure told once each time the store begins to fail, without what it threw: that may hold its password
 */
export function createSharedLimiter(
  { limiter }: SharedQuota,
  account: string,
  now: () => number,
  onFailure: (how: string) => void,
): SharedLimiter {
  let failures = 0
  let restsUntil = Number.NEGATIVE_INFINITY

  const fail = (how: string): number => {
    if (failures === 0) onFailure(how)
    restsUntil = now() + Math.min(firstRestMs * 2 ** failures, longestRestMs)
    failures += 1
    return 0
  }

  return {
    async consume(quota, signal) {
      if (failures > 0 && now() < restsUntil) return 0
      let outcome: Outcome
      try {
        const ask = (): Promise<Outcome> => outcomeOf(limiter, `${account}:${quota}`)
        outcome = await callWithTimeout(patienceMs, signal, () => new Error('no answer'), ask)
      } catch {
        signal?.throwIfAborted()
        return fail(`gave no answer in ${patienceMs} ms`)
      }
      if (outcome === 'failed') return fail('failed')
      failures = 0
      return outcome === 'counted' ? 0 : waitOf(outcome)
    },
    isUnavailable: () => failures > 0,
  }
}

/** A number: the quota is used up, and opens again after so many milliseconds. */
type Outcome = 'counted' | 'failed' | number

async function outcomeOf(limiter: SharedQuota['limiter'], key: string): Promise<Outcome> {
  try {
    await limiter.consume(key, 1)
    return 'counted'
  } catch (reason) {
    const { msBeforeNext } = isRecord(reason) ? reason : {}
    return typeof msBeforeNext === 'number' && !Number.isNaN(msBeforeNext) ? msBeforeNext : 'failed'
  }
}

/** A limiter without an interval, or a key that was blocked without end, says -1: no waiting helps. */
function waitOf(msBeforeNext: number): number {
  if (msBeforeNext >= 0 && Number.isFinite(msBeforeNext)) return Math.max(Math.ceil(msBeforeNext), shortestWaitMs)
  throw new RateLimitError(
    'rateLimiter says that this quota never opens again; unblock its key, or give it a duration',
    {
      retryable: true,
    },
  )
}

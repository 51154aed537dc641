import { sleep } from '../async/abort.js'
import { createSemaphore } from '../async/semaphore.js'
import type { RateLimit, Semaphore } from '../provider.js'
import type { SharedLimiter } from './shared-limiter.js'

/** Kept longer than documented: a request that starts late here arrives early there. */
const windowMargin = 1.05
/** After a refusal the pace is held down to this gap between requests, which then shrinks with each request. */
const cautiousGapMs = 250
const gapShrink = 0.9
const smallestGapMs = 5
/** A longer timer of Node's would go off at once. */
const longestTimerMs = 2 ** 31 - 1

type OnWait = (delayMs: number) => void

interface Queue {
  /** One request at a time waits for the quota; the others wait for their turn. */
  readonly turn: Semaphore
  /** When the last requests started, oldest first. */
  readonly starts: number[]
}

export interface Limiter {
  /** Resolves when a request of this quota class may start, and counts it. First come, first served. */
  acquire(quota: string, signal: AbortSignal | undefined, onWait: OnWait): Promise<void>
  /** The provider refused: nothing of this account starts for so long, and slower afterwards. */
  backOff(delayMs: number): void
}

/**
 * An exact sliding window for each quota class of one account: in no interval of `perMs` do more than `requests` start.
 * @param now milliseconds since any fixed instant
 * @param shared is asked beside the window, when a request is about to start; while it is out, `fallback` is the window
 */
export function createLimiter(
  limit: RateLimit | null,
  now: () => number,
  shared: SharedLimiter | null = null,
  fallback: RateLimit | null = null,
): Limiter {
  // Starts are noted all the time, so that the fallback knows of those before the store failed.
  const kept = limit ?? fallback
  const windowMs = kept === null ? 0 : kept.perMs * windowMargin
  const queues = new Map<string, Queue>()
  let pausedUntil = Number.NEGATIVE_INFINITY
  let gapMs = 0
  let lastStart = Number.NEGATIVE_INFINITY

  const delay = (starts: readonly number[], at: number): number => {
    const holds = kept !== null && (limit !== null || shared?.isUnavailable() === true)
    const oldest = holds && starts.length >= kept.requests ? starts[0] : undefined
    const free = oldest === undefined ? at : oldest + windowMs
    return Math.max(free, pausedUntil, lastStart + gapMs) - at
  }

  const count = (starts: number[], at: number): void => {
    lastStart = at
    gapMs = gapMs < smallestGapMs ? 0 : gapMs * gapShrink
    if (kept === null) return
    starts.push(at)
    if (starts.length > kept.requests) starts.shift()
  }

  const wait = async (waitMs: number, signal: AbortSignal | undefined, onWait: OnWait): Promise<void> => {
    onWait(Math.ceil(waitMs))
    await sleep(Math.min(Math.ceil(waitMs), longestTimerMs), signal)
  }

  const queueOf = (quota: string): Queue => {
    const queue = queues.get(quota) ?? { turn: createSemaphore(1), starts: [] }
    queues.set(quota, queue)
    return queue
  }

  return {
    async acquire(quota, signal, onWait) {
      const { turn, starts } = queueOf(quota)
      const release = await turn.acquire(signal)
      try {
        signal?.throwIfAborted()
        for (let allowed = shared === null; ; ) {
          const ownMs = delay(starts, now())
          if (ownMs > 0) await wait(ownMs, signal, onWait)
          else if (allowed) break
          else {
            const sharedMs = (await shared?.consume(quota, signal)) ?? 0
            // A permit stays valid even if a 429 arrives or the store fails meanwhile.
            if (sharedMs === 0) allowed = true
            else await wait(sharedMs, signal, onWait)
          }
        }
        count(starts, now())
      } finally {
        release()
      }
    },
    backOff(delayMs) {
      pausedUntil = Math.max(pausedUntil, now() + delayMs)
      gapMs = cautiousGapMs
    },
  }
}

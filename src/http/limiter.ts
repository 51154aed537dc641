import { sleep } from '../async/abort.js'
import { createSemaphore } from '../async/semaphore.js'
import type { RateLimit, Semaphore } from '../provider.js'
import type { Permit } from './permit.js'
import type { SharedLimiter } from './shared-limiter.js'

/** The interval is 5 % longer than documented, because network delay varies. */
const intervalMargin = 1.05
/** Minimum interval between two starts after a 429; it shrinks with each start. */
const cautiousIntervalMs = 250
const intervalShrink = 0.9
const smallestIntervalMs = 5
/** setTimeout fires immediately for a longer delay. */
const maxTimerMs = 2 ** 31 - 1

type OnWait = (delayMs: number) => void

interface Queue {
  /** One request waits for the quota; the others wait for this semaphore. */
  readonly semaphore: Semaphore
  /** The permits of all requests that wait here. */
  readonly permits: Set<Permit>
  isWaiting: boolean
  /** Start times of the last requests, oldest first. */
  readonly starts: number[]
}

/** What an account has used of its quota; limiters that follow one another share it. */
export interface QuotaState {
  readonly queues: Map<string, Queue>
  pausedUntil: number
  minIntervalMs: number
  lastStart: number
  /** How many starts are remembered: as many as the largest limit needs. */
  maxStarts: number
}

export function createQuotaState(): QuotaState {
  return {
    queues: new Map(),
    pausedUntil: Number.NEGATIVE_INFINITY,
    minIntervalMs: 0,
    lastStart: Number.NEGATIVE_INFINITY,
    maxStarts: 0,
  }
}

export interface Limiter {
  /**
   * Resolves when a request of this quota class may start, and counts it. First come, first served.
   * @param permit held when this resolves. While the quota is used up it is released, so that a small quota of one
   *   account does not hold up the requests of others.
   */
  acquire(quota: string, signal: AbortSignal | undefined, onWait: OnWait, permit: Permit): Promise<void>
  /** After a 429: starts no request of the account for `delayMs`, and fewer per second afterwards. */
  backOff(delayMs: number): void
}

/**
 * A sliding window for each quota class of one account: at most `requests` start in any interval of `perMs`.
 * @param now milliseconds since any fixed instant
 * @param shared is consumed in addition, when a request is about to start; null: no other process uses the quota
 * @param fallback the limit while `shared` is unavailable; null: no limit
 * @param state what was used before
 */
export function createLimiter(
  limit: RateLimit | null,
  now: () => number,
  shared: SharedLimiter | null,
  fallback: RateLimit | null,
  state: QuotaState,
): Limiter {
  // Starts are always recorded, so that the fallback counts those from before the store failed.
  const trackedLimit = limit ?? fallback
  const intervalMs = trackedLimit === null ? 0 : trackedLimit.perMs * intervalMargin
  const { queues } = state
  state.maxStarts = Math.max(state.maxStarts, trackedLimit?.requests ?? 0)

  const queueOf = (quota: string): Queue => {
    const existing = queues.get(quota)
    if (existing !== undefined) return existing
    const queue = { semaphore: createSemaphore(1), permits: new Set<Permit>(), isWaiting: false, starts: [] }
    queues.set(quota, queue)
    return queue
  }

  const delayAt = (at: number, starts: readonly number[]): number => {
    const isEnforced = trackedLimit !== null && (limit !== null || shared?.isUnavailable() === true)
    const oldest = isEnforced ? starts[starts.length - trackedLimit.requests] : undefined
    const free = oldest === undefined ? at : oldest + intervalMs
    return Math.max(free, state.pausedUntil, state.lastStart + state.minIntervalMs) - at
  }

  const recordStart = (at: number, starts: number[]): void => {
    state.lastStart = at
    state.minIntervalMs = state.minIntervalMs < smallestIntervalMs ? 0 : state.minIntervalMs * intervalShrink
    if (state.maxStarts === 0) return
    starts.push(at)
    if (starts.length > state.maxStarts) starts.shift()
  }

  /** Runs `wait` after all requests in the queue have returned their permits. */
  const waitWithoutPermits = async (queue: Queue, wait: () => Promise<void>): Promise<void> => {
    queue.isWaiting = true
    for (const permit of queue.permits) permit.release()
    try {
      await wait()
    } finally {
      queue.isWaiting = false
    }
  }

  /** Waits for its turn in the queue, and returns the function that ends the turn. */
  const enter = async (queue: Queue, signal: AbortSignal | undefined, permit: Permit): Promise<() => void> => {
    queue.permits.add(permit)
    if (queue.isWaiting) permit.release()
    try {
      const endTurn = await queue.semaphore.acquire(signal)
      return () => {
        queue.permits.delete(permit)
        endTurn()
      }
    } catch (error) {
      queue.permits.delete(permit)
      throw error
    }
  }

  return {
    async acquire(quota, signal, onWait, permit) {
      const queue = queueOf(quota)
      const { starts } = queue
      const endTurn = await enter(queue, signal, permit)
      try {
        signal?.throwIfAborted()
        const wait = (waitMs: number): Promise<void> => {
          onWait(Math.ceil(waitMs))
          return waitWithoutPermits(queue, () => sleep(Math.min(Math.ceil(waitMs), maxTimerMs), signal))
        }
        for (let isCountedByShared = shared === null; ; ) {
          const localMs = delayAt(now(), starts)
          if (localMs > 0) await wait(localMs)
          // The last free permit may be held by a request behind this one.
          else if (!permit.isHeld()) await waitWithoutPermits(queue, () => permit.acquire())
          else if (isCountedByShared) break
          else {
            const sharedMs = (await shared?.consume(quota, signal)) ?? 0
            // The shared limiter counts a request once, even if a 429 arrives or its store fails meanwhile.
            if (sharedMs === 0) isCountedByShared = true
            else await wait(sharedMs)
          }
        }
        recordStart(now(), starts)
      } finally {
        endTurn()
      }
    },
    backOff(delayMs) {
      state.pausedUntil = Math.max(state.pausedUntil, now() + delayMs)
      state.minIntervalMs = cautiousIntervalMs
    },
  }
}

import type { Semaphore } from '../provider.js'

/** A semaphore that serves waiters of a lower priority number first, and within one priority in the order of their calls. */
export interface PrioritySemaphore extends Semaphore {
  /**
   * Resolves to the function that releases the permit; rejects with `signal.reason` on abort.
   * @param priority 0 by default
   */
  acquire(signal: AbortSignal | undefined, priority?: number): Promise<() => void>
  /** Grants permits that `mayExceed` allows since its answer has changed. */
  recheck(): void
  /** Whether a caller waits for a permit. */
  hasWaiters(): boolean
}

interface Waiter {
  readonly priority: number
  readonly grant: () => void
}

/**
 * @param capacity how many permits are held at once
 * @param mayExceed allows one more permit above `capacity`, given a priority and how many permits it holds
 */
export function createSemaphore(
  capacity: number,
  mayExceed?: (priority: number, held: number) => boolean,
): PrioritySemaphore {
  const waiters: Waiter[] = []
  const held = new Map<number, number>()
  let used = 0

  const heldBy = (priority: number): number => held.get(priority) ?? 0

  const isFree = (priority: number): boolean => used < capacity || mayExceed?.(priority, heldBy(priority)) === true

  const recheck = (): void => {
    for (let next = waiters[0]; next !== undefined && isFree(next.priority); next = waiters[0]) {
      waiters.shift()
      next.grant()
    }
  }

  const takePermit = (priority: number): (() => void) => {
    used += 1
    held.set(priority, heldBy(priority) + 1)
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      used -= 1
      held.set(priority, heldBy(priority) - 1)
      recheck()
    }
  }

  return {
    acquire(signal, priority = 0) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason)
        const first = waiters[0]
        if ((first === undefined || first.priority > priority) && isFree(priority)) return resolve(takePermit(priority))
        const onAbort = (): void => {
          waiters.splice(waiters.indexOf(waiter), 1)
          reject(signal?.reason)
          // The next waiter may have been blocked only by this one.
          recheck()
        }
        const waiter: Waiter = {
          priority,
          grant: () => {
            signal?.removeEventListener('abort', onAbort)
            resolve(takePermit(priority))
          },
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        waiters.splice(waiters.findLastIndex((other) => other.priority <= priority) + 1, 0, waiter)
      })
    },
    recheck,
    hasWaiters: () => waiters.length > 0,
  }
}

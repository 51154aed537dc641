/**
 * How far one account may read ahead of its consumer: so many pages fetched, or being fetched, and not yet consumed.
 * Earlier windows come first; the window being consumed may always have one page under way, so that pages of later
 * windows can never starve it, and so may those before it, whose dropped requests would keep it waiting in line.
 */
export interface PrefetchBudget {
  /** Resolves to the function that says "this page was consumed, or dropped". */
  acquire(window: number, signal: AbortSignal): Promise<() => void>
  /** The consumer has come to this window. */
  setHead(window: number): void
}

interface Waiter {
  window: number
  grant: () => void
}

export function createPrefetchBudget(capacity: number, first: number): PrefetchBudget {
  const waiting: Waiter[] = []
  const held = new Map<number, number>()
  let used = 0
  let headWindow = first

  const mayStart = (window: number): boolean =>
    used < capacity || (window <= headWindow && (held.get(window) ?? 0) === 0)

  const wake = (): void => {
    for (let next = waiting[0]; next !== undefined && mayStart(next.window); next = waiting[0]) {
      waiting.shift()
      next.grant()
    }
  }

  const change = (window: number, by: 1 | -1): void => {
    used += by
    const count = (held.get(window) ?? 0) + by
    if (count === 0) held.delete(window)
    else held.set(window, count)
  }

  const hold = (window: number): (() => void) => {
    change(window, 1)
    let holding = true
    return () => {
      if (!holding) return
      holding = false
      change(window, -1)
      wake()
    }
  }

  return {
    acquire(window, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        if (mayStart(window) && waiting.every((waiter) => waiter.window > window)) return resolve(hold(window))
        const onAbort = (): void => {
          waiting.splice(waiting.indexOf(waiter), 1)
          reject(signal.reason)
        }
        const waiter: Waiter = {
          window,
          grant: () => {
            signal.removeEventListener('abort', onAbort)
            resolve(hold(window))
          },
        }
        signal.addEventListener('abort', onAbort, { once: true })
        const after = waiting.findIndex((other) => other.window > window)
        waiting.splice(after === -1 ? waiting.length : after, 0, waiter)
      })
    },
    setHead(window) {
      headWindow = window
      wake()
    },
  }
}

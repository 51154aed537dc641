import type { Semaphore } from '../provider.js'

/** So many requests in flight at once; whoever waits longest comes next. */
export function createSemaphore(count: number): Semaphore {
  let free = count
  const waiting: { grant: () => void }[] = []

  const giveBack = (): void => {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next.grant()
  }

  /** A place can be given back once only. */
  const place = (): (() => void) => {
    let held = true
    return () => {
      if (held) giveBack()
      held = false
    }
  }

  return {
    acquire(signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason)
        if (free > 0) {
          free -= 1
          return resolve(place())
        }
        const onAbort = (): void => {
          waiting.splice(waiting.indexOf(waiter), 1)
          reject(signal?.reason)
        }
        const waiter = {
          grant: () => {
            signal?.removeEventListener('abort', onAbort)
            resolve(place())
          },
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        waiting.push(waiter)
      })
    },
  }
}

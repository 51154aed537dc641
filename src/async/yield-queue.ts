import { setImmediate } from 'node:timers/promises'

/**
 * Makes a function whose callers continue in the order of their calls, one per turn of the event loop. Work done one
 * piece per call blocks the loop no longer than one piece takes.
 */
export function createYieldQueue(): () => Promise<void> {
  let last = Promise.resolve()
  return () => {
    last = last.then(() => setImmediate())
    return last
  }
}

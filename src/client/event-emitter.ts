import type { ComplaintEvent } from '../events.js'

/** Calls the listener for each event and ignores its failures: they must not end a list or the process. */
export function createEventEmitter(
  onEvent: ((event: ComplaintEvent) => void) | undefined,
): (event: ComplaintEvent) => void {
  return (event) => {
    try {
      const result: unknown = onEvent?.(event)
      // An async listener would otherwise cause an unhandled rejection.
      if (result instanceof Promise) result.catch(() => {})
    } catch {}
  }
}

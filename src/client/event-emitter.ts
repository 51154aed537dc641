import type { ComplaintEvent } from '../events.js'

/**
 * Calls the listener for each event. Its failures must not end a list or the process; the first one becomes a warning
 * event.
 */
export function createEventEmitter(
  onEvent: ((event: ComplaintEvent) => void) | undefined,
): (event: ComplaintEvent) => void {
  if (onEvent === undefined) return () => {}
  let hasFailed = false
  const call = (event: ComplaintEvent): void => {
    const onFailure = (error: unknown): void => {
      if (hasFailed) return
      hasFailed = true
      call(listenerWarning(onEvent, event, error))
    }
    try {
      const result: unknown = onEvent(event)
      // An async listener would otherwise cause an unhandled rejection. Not only Node's promises reject.
      if (isThenable(result)) result.then(undefined, onFailure)
    } catch (error) {
      onFailure(error)
    }
  }
  return call
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function'
}

/** Names the listener and the class of its error; the error's text may hold anything. */
function listenerWarning(
  { name }: { name: string },
  { type, provider, account }: ComplaintEvent,
  error: unknown,
): ComplaintEvent {
  const listener = /^[\w$]{1,60}$/.test(name) && name !== 'onEvent' ? `onEvent (function ${name})` : 'onEvent'
  const failure = error instanceof Error ? (error.constructor?.name ?? 'Error') : typeof error
  const message = `the listener ${listener} failed with ${failure} at a "${type}" event; events are still delivered, further failures of the listener are not reported: catch its errors within the listener`
  return { type: 'warning', warning: 'listenerFailed', provider, account, message }
}

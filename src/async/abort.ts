import { setMaxListeners } from 'node:events'

/** Resolves after `delayMs`. On abort it rejects with `signal.reason` and removes its timer and listener. */
export function sleep(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason)
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, delayMs)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** Settles like `promise`, or rejects with `signal.reason` on abort. The work behind the promise is not stopped. */
export function raceAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

/**
 * Runs `work` and aborts it with `onTimeout()` after `ms`, or with `signal.reason` when `signal` aborts.
 * @param work rejects with the reason of its signal when that aborts
 */
export async function withTimeout<T>(
  ms: number,
  signal: AbortSignal | undefined,
  onTimeout: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const onAbort = (): void => controller.abort(signal?.reason)
  const timer = setTimeout(() => controller.abort(onTimeout()), ms)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await work(controller.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

/**
 * Calls a user's function that takes no signal, in any case. Rejects with `onTimeout()` after `ms`, or with
 * `signal.reason` on abort.
 */
export function callWithTimeout<T>(
  ms: number,
  signal: AbortSignal | undefined,
  onTimeout: () => Error,
  call: () => Promise<T>,
): Promise<T> {
  const result = (async () => call())()
  // Prevent an unhandled rejection if the timeout wins.
  result.catch(() => {})
  return withTimeout(ms, signal, onTimeout, (attempt) => raceAbort(result, attempt))
}

/** Lets any number of calls share a user's signal: above ten listeners Node warns of a leak. */
export function allowManyListeners(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal !== undefined) setMaxListeners(0, signal)
  return signal
}

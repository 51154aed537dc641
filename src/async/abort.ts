import { setMaxListeners } from 'node:events'
import { setImmediate } from 'node:timers/promises'

/** Resolves after `delayMs`; rejects with `signal.reason` on abort, leaving neither timer nor listener behind. */
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

/** `promise`, or a rejection with `signal.reason` as soon as the signal aborts. The promise itself goes on. */
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
 * Runs work that is stopped after `ms`, and then rejects with `late()`. Neither timer nor listener outlives it.
 * @param work has to end when its signal aborts, and to reject with that signal's reason
 */
export async function withTimeout<T>(
  ms: number,
  signal: AbortSignal | undefined,
  late: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const stop = new AbortController()
  const onAbort = (): void => stop.abort(signal?.reason)
  const timer = setTimeout(() => stop.abort(late()), ms)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await work(stop.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

/**
 * What a function of the user's answers, which knows no signal: it is asked in any case, but not waited for longer than
 * `ms`, when `late()` is thrown, nor once the signal has aborted.
 */
export function callWithTimeout<T>(
  ms: number,
  signal: AbortSignal | undefined,
  late: () => Error,
  ask: () => Promise<T>,
): Promise<T> {
  const answer = (async () => ask())()
  // Of one that nobody waits for, nobody hears a failure either.
  answer.catch(() => {})
  return withTimeout(ms, signal, late, (stop) => raceAbort(answer, stop))
}

/**
 * A queue that lets one waiter through in each turn of the event loop: work that is done in such turns never blocks
 * the loop for longer than one piece takes.
 */
export function createYieldQueue(): () => Promise<void> {
  let last = Promise.resolve()
  return () => {
    last = last.then(() => setImmediate())
    return last
  }
}

/** A user's signal, to be listened to by as many calls as share it: beyond ten listeners Node would warn of a leak. */
export function allowManyListeners(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal !== undefined) setMaxListeners(0, signal)
  return signal
}

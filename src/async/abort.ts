import { setMaxListeners } from 'node:events'
// A default import, because other runtimes lack transferableAbortController.
import util from 'node:util'

type AbortControllerClass = new () => AbortController

/** Node's own class: jsdom, Electron and polyfills replace the global one, and their signals are not Node's. */
const NodeAbortController: AbortControllerClass =
  (util.transferableAbortController?.().constructor as AbortControllerClass | undefined) ?? AbortController
const NodeAbortSignal: typeof AbortSignal = new NodeAbortController().signal.constructor as typeof AbortSignal

/** An AbortController of Node, whatever the application has made of the global one. */
export function createAbortController(): AbortController {
  return new NodeAbortController()
}

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
 * Aborts `controller` when `signal` aborts, with the same reason.
 * @returns ends that
 */
export function abortWith(controller: AbortController, signal: AbortSignal | undefined): () => void {
  const onAbort = (): void => controller.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  return () => signal?.removeEventListener('abort', onAbort)
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
  const controller = createAbortController()
  const timer = setTimeout(() => controller.abort(onTimeout()), ms)
  const unlink = abortWith(controller, signal)
  try {
    return await work(controller.signal)
  } finally {
    clearTimeout(timer)
    unlink()
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

/** True for an AbortSignal, also for one that is not Node's. */
export function isAbortSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener, removeEventListener } = Object(value) as Partial<AbortSignal>
  return (
    typeof aborted === 'boolean' && typeof addEventListener === 'function' && typeof removeEventListener === 'function'
  )
}

/** One signal of Node for each foreign one, so that calls that share a signal add one listener to it. */
const adopted = new WeakMap<AbortSignal, AbortSignal>()

/**
 * A user's signal, which any number of calls may share: above ten listeners Node warns of a leak. A signal that is not
 * Node's is followed by one of Node's.
 */
export function adoptSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined) return undefined
  const shared = signal instanceof NodeAbortSignal ? signal : (adopted.get(signal) ?? follow(signal))
  setMaxListeners(0, shared)
  return shared
}

function follow(signal: AbortSignal): AbortSignal {
  const controller = createAbortController()
  // Older polyfills have no reason; Node's signal then makes an AbortError.
  const onAbort = (): void => controller.abort(signal.reason)
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  adopted.set(signal, controller.signal)
  return controller.signal
}

import { ComplaintError } from '../errors.js'
import { createAbortController, raceAbort } from './abort.js'

interface Flight<T> {
  readonly result: Promise<T>
  readonly controller: AbortController
  waiting: number
}

/** Starts `work`, or joins the work that is already running. */
export type SingleFlight<T> = (work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined) => Promise<T>

/**
 * Shares one running piece of work among all callers. An abort rejects only the call it belongs to; the work itself is
 * aborted when no call waits for it any more. Results and failures are not cached.
 */
export function createSingleFlight<T>(): SingleFlight<T> {
  let current: Flight<T> | null = null

  const start = (work: (signal: AbortSignal) => Promise<T>): Flight<T> => {
    const controller = createAbortController()
    const flight: Flight<T> = { result: work(controller.signal), controller, waiting: 0 }
    const onSettled = (): void => clear(flight)
    flight.result.then(onSettled, onSettled)
    current = flight
    return flight
  }

  const clear = (flight: Flight<T>): void => {
    if (current === flight) current = null
  }

  return async function run(work, signal) {
    signal?.throwIfAborted()
    const flight = current ?? start(work)
    flight.waiting += 1
    try {
      return await raceAbort(flight.result, signal)
    } catch (error) {
      signal?.throwIfAborted()
      throw cloneError(error)
    } finally {
      flight.waiting -= 1
      if (flight.waiting === 0) {
        clear(flight)
        flight.controller.abort()
      }
    }
  }
}

/** Each caller gets its own error, because a list adds its own cursor to the error it throws. */
function cloneError(error: unknown): unknown {
  if (!(error instanceof ComplaintError)) return error
  const { provider, account, message } = error
  const ErrorClass = error.constructor as new (message: string, details: object) => ComplaintError
  // The message already begins with the provider, so the constructor must not add it again.
  return Object.assign(new ErrorClass(message, { ...error, provider: undefined }), { provider, account })
}

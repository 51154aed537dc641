import { ComplaintError } from '../errors.js'
import { raceAbort } from './abort.js'

interface Flight<T> {
  readonly result: Promise<T>
  readonly stop: AbortController
  waiting: number
}

/** Starts the work, or joins the one that is under way. */
export type Join<T> = (work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined) => Promise<T>

/**
 * One piece of work at a time for all who wait for it. A caller's abort rejects that caller only; the work is stopped
 * when nobody waits any more, and a failure is not remembered.
 */
export function createSingleFlight<T>(): Join<T> {
  let current: Flight<T> | null = null

  const takeOff = (work: (signal: AbortSignal) => Promise<T>): Flight<T> => {
    const stop = new AbortController()
    const flight: Flight<T> = { result: work(stop.signal), stop, waiting: 0 }
    const land = (): void => {
      if (current === flight) current = null
    }
    flight.result.then(land, land)
    current = flight
    return flight
  }

  return async (work, signal) => {
    signal?.throwIfAborted()
    const flight = current ?? takeOff(work)
    flight.waiting += 1
    try {
      return await raceAbort(flight.result, signal)
    } catch (error) {
      signal?.throwIfAborted()
      throw ownCopy(error)
    } finally {
      flight.waiting -= 1
      if (flight.waiting === 0) {
        if (current === flight) current = null
        flight.stop.abort()
      }
    }
  }
}

/** One failure, an error for each who waited: a list writes into its error where it resumes, which is its own affair. */
function ownCopy(error: unknown): unknown {
  if (!(error instanceof ComplaintError)) return error
  const { provider, account, message } = error
  const Kind = error.constructor as new (message: string, details: object) => ComplaintError
  // Given to the constructor, the provider would stand before the message twice.
  return Object.assign(new Kind(message, { ...error, provider: undefined }), { provider, account })
}

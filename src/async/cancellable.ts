import { setMaxListeners } from 'node:events'
import { createAbortController } from './abort.js'

/** The reason with which an iteration is cancelled by `return` or `throw`; callers never see it. */
export const cancelled: unique symbol = Symbol('cancelled')

/**
 * A generator that `return` and `throw` stop at once. A plain generator would first finish what it was asked for, which
 * may take as long as a whole list.
 */
export function cancellable<T>(generate: (controller: AbortController) => AsyncGenerator<T>): AsyncGenerator<T> {
  const controller = createAbortController()
  // Every page in flight listens to this signal: more than ten listeners are not a leak.
  setMaxListeners(0, controller.signal)
  const iterator = generate(controller)
  const { return: end, throw: fail } = iterator
  // Not by assignment, which fails under `node --frozen-intrinsics`: the prototype's methods are read-only there.
  return Object.defineProperties(iterator, {
    return: {
      value: (value: unknown) => {
        controller.abort(cancelled)
        return end.call(iterator, value)
      },
    },
    throw: {
      value: (error: unknown) => {
        controller.abort(cancelled)
        return fail.call(iterator, error)
      },
    },
  })
}

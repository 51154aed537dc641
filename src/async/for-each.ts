import { setMaxListeners } from 'node:events'
import { abortWith, createAbortController } from './abort.js'

/**
 * Works on items side by side, at most `limit` at once. The first failure aborts the others and is thrown when all have
 * ended.
 */
export async function forEach<T>(
  items: readonly T[],
  limit: number,
  signal: AbortSignal | undefined,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  signal?.throwIfAborted()
  const controller = createAbortController()
  setMaxListeners(0, controller.signal)
  const unlink = abortWith(controller, signal)
  const failures: unknown[] = []
  const queue = items.values()
  const run = async (): Promise<void> => {
    for (const item of queue) {
      if (controller.signal.aborted) return
      try {
        await work(item, controller.signal)
      } catch (error) {
        failures.push(error)
        controller.abort(error)
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, run))
    signal?.throwIfAborted()
    if (failures.length > 0) throw failures[0]
  } finally {
    unlink()
  }
}

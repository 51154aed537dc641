import type { ComplaintError } from '../../errors.js'

/**
 * Runs work that is stopped after `ms`, and then rejects with `late()`. Neither timer nor listener outlives it.
 * @param work has to end when its signal aborts, and to reject with that signal's reason
 */
export async function within<T>(
  ms: number,
  signal: AbortSignal | undefined,
  late: () => ComplaintError,
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

import { createAbortController } from '../async/abort.js'

/** A signal that aborts as `stop` does, but not while work is going on. */
export interface DelayedStop {
  readonly signal: AbortSignal
  during(work: () => Promise<void>): Promise<void>
  /** Removes the listener of `stop`. */
  end(): void
}

export function createDelayedStop(stop: AbortSignal): DelayedStop {
  const controller = createAbortController()
  let isWorking = false
  const onStop = (): void => {
    if (!isWorking) controller.abort(stop.reason)
  }
  stop.addEventListener('abort', onStop)
  if (stop.aborted) onStop()
  return {
    signal: controller.signal,
    async during(work) {
      isWorking = true
      await work()
      isWorking = false
      if (stop.aborted) onStop()
    },
    end: () => stop.removeEventListener('abort', onStop),
  }
}

/** Ends a wait early. */
export interface Alarm {
  /** Resolves after `delayMs`, or at once when `ring` was called since the last wait; rejects on abort. */
  wait(delayMs: number, signal: AbortSignal): Promise<void>
  ring(): void
}

export function createAlarm(): Alarm {
  let hasRung = false
  let wake: () => void = () => {}
  return {
    wait: (delayMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const end = (): void => {
          clearTimeout(timer)
          signal.removeEventListener('abort', onAbort)
          wake = () => {}
          hasRung = false
        }
        const onAbort = (): void => {
          end()
          reject(signal.reason)
        }
        const onTime = (): void => {
          end()
          resolve()
        }
        const timer = setTimeout(onTime, hasRung ? 0 : delayMs)
        signal.addEventListener('abort', onAbort, { once: true })
        wake = onTime
      }),
    ring() {
      hasRung = true
      wake()
    },
  }
}

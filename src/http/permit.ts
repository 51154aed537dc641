import type { CallOptions } from '../provider.js'

/** A permit to be in flight, which a request returns while it waits for the quota. */
export interface Permit {
  isHeld(): boolean
  acquire(): Promise<void>
  release(): void
}

/** A permit of the call's semaphore; of a call without one, a permit that is always free. */
export function createPermit({ semaphore, signal }: CallOptions): Permit {
  let release: (() => void) | null = null
  return {
    isHeld: () => release !== null,
    async acquire() {
      release = (await semaphore?.acquire(signal)) ?? (() => {})
    },
    release() {
      release?.()
      release = null
    },
  }
}

import { createAbortController, raceAbort } from '../async/abort.js'
import { createSemaphore, type PrioritySemaphore } from '../async/semaphore.js'
import type { Semaphore } from '../provider.js'

/** One slot of `maxAccounts`, shared by the requests of one account that are in flight at once. */
interface Slot {
  readonly acquired: Promise<() => void>
  readonly controller: AbortController
  isGranted: boolean
  users: number
}

/** The slots of one client: `maxAccounts` accounts have list requests in flight at once, over all lists. */
export function createAccountSlots(maxAccounts: number): PrioritySemaphore {
  return createSemaphore(maxAccounts)
}

/**
 * Acquired before each list request of one account. The account returns its slot when it has no request in flight, so an
 * account that waits for its consumer blocks nobody. While other accounts wait for a slot, further requests wait behind
 * them, so that a long list of one caller does not shut out the list of another.
 */
export function createAccountSlot(slots: PrioritySemaphore): Semaphore {
  let current: Slot | null = null

  const open = (): Slot => {
    const controller = createAbortController()
    const slot: Slot = { acquired: slots.acquire(controller.signal), controller, isGranted: false, users: 0 }
    slot.acquired.then(
      () => {
        slot.isGranted = true
      },
      () => {},
    )
    return slot
  }

  const leave = (slot: Slot): void => {
    slot.users -= 1
    if (slot.users > 0) return
    if (current === slot) current = null
    // A slot that was granted has nothing to abort, and each abort makes an error with its stack.
    if (!slot.isGranted) slot.controller.abort()
    slot.acquired.then((release) => release()).catch(() => {})
  }

  return {
    async acquire(signal) {
      signal?.throwIfAborted()
      if (current === null || (current.isGranted && slots.hasWaiters())) current = open()
      const slot = current
      slot.users += 1
      try {
        await raceAbort(slot.acquired, signal)
      } catch (error) {
        leave(slot)
        throw error
      }
      let isHeld = true
      return () => {
        if (isHeld) leave(slot)
        isHeld = false
      }
    },
  }
}

/** Acquires the first semaphore, then the second. */
export function bothOf(first: Semaphore, second: Semaphore): Semaphore {
  return {
    async acquire(signal) {
      const releaseFirst = await first.acquire(signal)
      try {
        const releaseSecond = await second.acquire(signal)
        return () => {
          releaseSecond()
          releaseFirst()
        }
      } catch (error) {
        releaseFirst()
        throw error
      }
    },
  }
}

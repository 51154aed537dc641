import { createSemaphore } from '../async/semaphore.js'

/**
 * Limits how many pages of one account are fetched, or being fetched, and not yet consumed. Earlier windows come first.
 * The window being consumed may always hold one page, so that pages of later windows cannot starve it. Earlier windows
 * may, too: their dropped requests must not block the window being consumed.
 */
export interface PrefetchBudget {
  /** Resolves to the function that is called when the page was consumed or dropped. */
  acquire(window: number, signal: AbortSignal): Promise<() => void>
  /** Sets the window being consumed. */
  setHead(window: number): void
}

export function createPrefetchBudget(capacity: number, first: number): PrefetchBudget {
  let headWindow = first
  const semaphore = createSemaphore(capacity, (window, held) => window <= headWindow && held === 0)
  return {
    acquire: (window, signal) => semaphore.acquire(signal, window),
    setHead(window) {
      headWindow = window
      semaphore.recheck()
    },
  }
}

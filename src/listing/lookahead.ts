import { createAbortController } from '../async/abort.js'
import type { ListPage } from '../provider.js'

/** A page and the right to hold it in memory; `release` is called when it was consumed or dropped. */
export interface HeldPage<C> {
  readonly page: ListPage<C>
  release(): void
}

/** @param dropSignal aborts when the look-ahead drops the request; a request that still waits in line is then not sent */
export type FetchPage<C> = (skip: number, limit: number, dropSignal: AbortSignal) => Promise<HeldPage<C>>

/** Pages in order of their position, some of them requested before they are consumed. */
export interface Lookahead<C> {
  /**
   * The page at this position.
   * @param step how far the next position is from this one
   * @param until positions from here on are not requested ahead
   */
  next(skip: number, limit: number, step: number, until: number): Promise<HeldPage<C>>
  /** Drops what is in flight. */
  discard(): void
}

/** @param depth how many pages are requested ahead, the one that is awaited included */
export function createLookahead<C>(fetchPage: FetchPage<C>, depth: number): Lookahead<C> {
  type InFlight = { skip: number; limit: number; page: Promise<HeldPage<C>> }
  let inFlight: InFlight[] = []
  let dropController = createAbortController()

  const send = (skip: number, limit: number): void => {
    const page = fetchPage(skip, limit, dropController.signal)
    // The request may fail before its page is awaited.
    page.catch(() => {})
    inFlight.push({ skip, limit, page })
  }

  const discard = (): void => {
    if (inFlight.length === 0) return
    dropController.abort()
    dropController = createAbortController()
    for (const { page } of inFlight) page.then(({ release }) => release()).catch(() => {})
    inFlight = []
  }

  return {
    discard,
    next(skip, limit, step, until) {
      const first = inFlight[0]
      if (first !== undefined && (first.skip !== skip || first.limit !== limit)) discard()
      if (inFlight.length === 0) send(skip, limit)
      for (
        let ahead = (inFlight.at(-1)?.skip ?? skip) + step;
        inFlight.length < depth && ahead < until;
        ahead += step
      ) {
        send(ahead, limit)
      }
      const [head] = inFlight.splice(0, 1) as [InFlight]
      return head.page
    },
  }
}

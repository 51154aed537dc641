import { createAsyncQueue } from '../async/queue.js'
import { PaginationError, ResponseError } from '../errors.js'
import type { Complaint } from '../model.js'
import { drainWindow, type WindowPage, type WindowSource } from './drain.js'
import type { Window } from './plan.js'
import { createPrefetchBudget } from './prefetch-budget.js'
import type { HeldPage, PagePosition } from './scan.js'

/** Where in an account's windows to go on. */
export interface AccountCheckpoint {
  /** Index of the window in the plan. */
  readonly window: number
  /** Null: from the window's beginning. */
  readonly at: PagePosition | null
}

export interface AccountPage<C> {
  readonly rows: readonly C[]
  readonly total: number | null
  /** Index of the window it belongs to. */
  readonly window: number
  /** Where to resume after it; null: the account is done. */
  readonly next: AccountCheckpoint | null
}

export interface AccountSource<C> extends Omit<WindowSource<C>, 'fetchPage' | 'depth'> {
  readonly concurrency: number
  /** After so many pages a reading ends. */
  readonly maxPages: number
  /** Windows are of use only when they were read to their end, so `maxPages` ends no window that was begun first. */
  readonly wholeWindows: boolean
  fetch(window: Window, skip: number, limit: number): Promise<HeldPage<C>['page']>
}

/** A server that knows no such limit may serve as many rows as it likes; one that serves more means no good. */
const mostUnasked = 1_000
/** No window holds as many: a server that serves them never ends. */
const mostPages = 10_000

/**
 * All windows of one account, in the plan's order. The next windows are begun while one drains, and no more than
 * twice `concurrency` pages are held before they are consumed.
 * @throws PaginationError when `maxPages` pages were delivered and there are more
 */
export async function* scanAccount<C extends Complaint>(
  source: AccountSource<C>,
  windows: readonly Window[],
  start: AccountCheckpoint,
  signal: AbortSignal,
): AsyncGenerator<AccountPage<C>> {
  const depth = source.concurrency * 2
  const ahead = createPrefetchBudget(depth, start.window)
  const begun: AsyncIterable<WindowPage<C>>[] = []
  let pages = 0

  const begin = (index: number, window: Window): void => {
    const ask: WindowSource<C>['fetchPage'] = async (_, skip, limit, isWanted) => {
      const release = await ahead.acquire(index, signal)
      try {
        if (!isWanted()) throw new Error('dropped while it waited in line')
        const page = await source.fetch(window, skip, limit)
        if (page.received > Math.max(limit, mostUnasked)) throw overfull(page.received, limit)
        return { page, release }
      } catch (error) {
        release()
        throw error
      }
    }
    begun.push(
      eagerly(drainWindow({ ...source, depth, fetchPage: ask }, window, index === start.window ? start.at : null)),
    )
  }

  for (let index = start.window; index < windows.length; index += 1) {
    for (let next = index + begun.length; next < Math.min(windows.length, index + source.concurrency); next += 1) {
      begin(next, windows[next] as Window)
    }
    ahead.setHead(index)
    const after = index + 1 < windows.length ? { window: index + 1, at: null } : null
    for await (const page of begun.shift() ?? []) {
      page.release()
      if (page.countsTowardsMaxPages) pages += 1
      if (pages > source.maxPages && (!source.wholeWindows || index > start.window || pages > mostPages)) {
        throw new PaginationError(`more than maxPages (${source.maxPages}) pages; resume from error.cursor`)
      }
      const next = page.next === null ? after : { window: index, at: page.next }
      yield { rows: page.rows, total: page.total, window: index, next }
    }
  }
}

function overfull(received: number, limit: number): ResponseError {
  return new ResponseError(`the answer holds ${received} rows where ${limit} were asked; it was not used`)
}

/** Pulls from `source` at once and keeps what comes until it is asked for; `source` itself decides how much that may be. */
function eagerly<T>(source: AsyncIterable<T>): AsyncIterable<T> {
  const inbox = createAsyncQueue<{ item: T } | { error: unknown } | 'end'>()

  const pump = async (): Promise<void> => {
    try {
      for await (const item of source) inbox.push({ item })
      inbox.push('end')
    } catch (error) {
      inbox.push({ error })
    }
  }
  void pump()

  return (async function* () {
    for (let next = await inbox.shift(); next !== 'end'; next = await inbox.shift()) {
      if ('error' in next) throw next.error
      yield next.item
    }
  })()
}

import { createAsyncQueue } from '../async/queue.js'
import { ComplaintError, PaginationError, ResponseError } from '../errors.js'
import type { Complaint, IncompleteRange } from '../model.js'
import type { ListPage, RowFailure } from '../provider.js'
import { addDays } from '../time.js'
import type { AccountCheckpoint, WindowCheckpoint } from './checkpoint.js'
import { createOutsideRows } from './outside-rows.js'
import type { Window } from './plan.js'
import { createPrefetchBudget } from './prefetch-budget.js'
import { readWindow } from './read-window.js'
import { rowsMissedByResume } from './resumed-edge.js'
import type { WindowPage, WindowSource } from './window-state.js'

export interface AccountPage<C> {
  readonly rows: readonly C[]
  /** Invalid rows that were not reported before. */
  readonly failures: readonly RowFailure[]
  readonly total: number | null
  /** Index of the window that the page belongs to; beyond the plan: days that are read again. */
  readonly window: number
  /** Where to resume after it; null: the account is done. */
  readonly next: AccountCheckpoint | null
}

export interface AccountSource<C> extends Omit<WindowSource<C>, 'fetchPage' | 'depth'> {
  readonly concurrency: number
  /** Windows that are read concurrently, the one being consumed included. */
  readonly windowsAtOnce: number
  /** After so many pages a list ends with a PaginationError. */
  readonly maxPages: number
  /** Sorted orders need whole windows, so `maxPages` does not end the window that was started first. */
  readonly wholeWindows: boolean
  /** Days requested after each window, where the documentation does not say whether the end is included. */
  readonly padDays: number
  fetch(window: Window, skip: number, limit: number): Promise<ListPage<C>>
}

/** Servers may ignore `limit`; above so many rows that were not requested the response is rejected. */
const maxUnrequestedRows = 1_000
/** No window has as many pages: a server that serves them never ends. */
const maxWindowPages = 10_000

/**
 * All windows of one account, in the plan's order. The next windows start while one is read, and no more than twice
 * `concurrency` pages are held before they are consumed. A window that fails by what its responses hold does not stop
 * the windows after it.
 * @throws PaginationError when `maxPages` pages were delivered and there are more
 * @throws PaginationError with `incomplete`, or the ResponseError of a window, after the last window
 */
export async function* scanAccount<C extends Complaint>(
  source: AccountSource<C>,
  plan: readonly Window[],
  start: AccountCheckpoint,
  signal: AbortSignal,
): AsyncGenerator<AccountPage<C>> {
  const windows = [...plan, ...(start.retry ?? [])]
  // A list read in pieces requests no pages that its piece cannot deliver.
  const depth = source.wholeWindows ? source.concurrency * 2 : Math.min(source.concurrency * 2, source.maxPages + 1)
  const budget = createPrefetchBudget(depth, start.window)
  const outside = createOutsideRows<C>(plan, source.emit, source.padDays, start.retry ?? [])
  const prefetched: AsyncIterable<WindowPage<C>>[] = []
  const failedDays: Window[] = []
  const incomplete: IncompleteRange[] = []
  /** Windows whose responses could not be used. */
  const unreadable: IncompleteRange[] = []
  let firstError: ComplaintError | null = null
  let pages = 0

  const fetchPadded = (days: Window, skip: number, limit: number): Promise<ListPage<C>> =>
    source.fetch(padded(days, source.padDays), skip, limit)

  const startWindow = (index: number, window: Window): void => {
    const fetchPage: WindowSource<C>['fetchPage'] = async (days, skip, limit, dropSignal) => {
      const release = await budget.acquire(index, signal)
      try {
        if (dropSignal.aborted) throw new Error('dropped while it waited in the queue')
        const page = await fetchPadded(days, skip, limit)
        if (page.received > Math.max(limit, maxUnrequestedRows)) throw tooManyRows(page.received, limit)
        outside.report(window, padded(days, source.padDays), page.rows)
        return { page, release }
      } catch (error) {
        release()
        throw error
      }
    }
    const windowSource: WindowSource<C> = { ...source, depth, fetchPage }
    prefetched.push(buffered(readWindow(windowSource, window, index === start.window ? start.at : null)))
  }

  const checkpointAt = (index: number, at: WindowCheckpoint | null): AccountCheckpoint | null => {
    const retry = [...windows.slice(Math.max(index, plan.length)), ...failedDays]
    if (index >= plan.length && retry.length === 0) return null
    return { window: Math.min(index, plan.length), at, ...(retry.length === 0 ? {} : { retry }) }
  }

  for (let index = start.window; index < windows.length; index += 1) {
    const window = windows[index] as Window
    for (
      let next = index + prefetched.length;
      next < Math.min(windows.length, index + source.windowsAtOnce);
      next += 1
    ) {
      startWindow(next, windows[next] as Window)
    }
    budget.setHead(index)
    let delivered = 0
    try {
      for await (const page of prefetched.shift() as AsyncIterable<WindowPage<C>>) {
        page.release()
        if (page.countsTowardsMaxPages) pages += 1
        if (pages > source.maxPages && (!source.wholeWindows || index > start.window || pages > maxWindowPages)) {
          throw new MaxPagesReached(source.maxPages)
        }
        const rows = [...outside.select(window, page.rows)]
        if (page.next === null) {
          const missed = await rowsMissedByResume(source, outside, fetchPadded, plan, start, window)
          rows.push(...missed, ...outside.finish(window))
        }
        windows.push(...outside.takeAdjacentDays())
        if (page.incomplete !== null) {
          incomplete.push(page.incomplete)
          failedDays.push({ begin: page.incomplete.begin, end: page.incomplete.end })
        }
        const next = page.next === null ? checkpointAt(index + 1, null) : checkpointAt(index, page.next)
        delivered += rows.length
        yield { rows, failures: page.failures, total: page.total, window: index, next }
      }
    } catch (error) {
      if (error instanceof MaxPagesReached || !isAboutContent(error)) throw error
      firstError ??= error
      unreadable.push({ ...window, total: null, delivered })
      failedDays.push(window)
    }
  }
  if (failedDays.length === 0) return
  const next = checkpointAt(windows.length, null)
  yield { rows: [], failures: [], total: null, window: windows.length, next }
  throw incomplete.length === 0 ? firstError : incompleteList([...incomplete, ...unreadable], firstError)
}

function padded({ begin, end }: Window, padDays: number): Window {
  return { begin, end: addDays(end, padDays) }
}

class MaxPagesReached extends PaginationError {
  constructor(maxPages: number) {
    super(`more than maxPages (${maxPages}) pages; resume from error.cursor`)
  }
}

/** The responses of a window are at fault: the windows after it can be read. */
function isAboutContent(error: unknown): error is ComplaintError {
  return ComplaintError.isInstance(error) && (error.code === 'RESPONSE' || error.code === 'PAGINATION')
}

/** @param cause why the first of the unreadable windows failed; null: there is none */
function incompleteList(incomplete: readonly IncompleteRange[], cause: ComplaintError | null): PaginationError {
  const ranges = incomplete.map(({ begin, end, total, delivered }) => {
    const days = begin === end ? begin : `${begin} to ${end}`
    return `${days} (${total === null ? 'no total reported' : `${total} reported`}, ${delivered} read)`
  })
  return new PaginationError(
    `some days could not be read completely: ${ranges.join(', ')}. All other rows were delivered; resume from error.cursor to read these days again`,
    { retryable: true, incomplete, ...(cause === null ? {} : { cause }) },
  )
}

function tooManyRows(received: number, limit: number): ResponseError {
  return new ResponseError(`the response has ${received} rows, ${limit} were requested; it was not used`)
}

/** Starts to read `source` immediately, and holds its items until they are consumed; `source` itself limits how many. */
function buffered<T>(source: AsyncIterable<T>): AsyncIterable<T> {
  const queue = createAsyncQueue<{ item: T } | { error: unknown } | 'end'>()

  const pump = async (): Promise<void> => {
    try {
      for await (const item of source) queue.push({ item })
      queue.push('end')
    } catch (error) {
      queue.push({ error })
    }
  }
  void pump()

  return (async function* () {
    for (let next = await queue.shift(); next !== 'end'; next = await queue.shift()) {
      if ('error' in next) throw next.error
      yield next.item
    }
  })()
}

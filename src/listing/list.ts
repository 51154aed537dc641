import { setMaxListeners } from 'node:events'
import { QueryError } from '../errors.js'
import type { Complaint, ProviderName } from '../model.js'
import { type AccountCheckpoint, type AccountPage, scanAccount } from './account.js'
import { type Checkpoints, cursorOf, type ListAccount, type ListRun, type PendingPage } from './list-run.js'
import { mergeByArrival } from './merge-by-arrival.js'
import { mergeByTime } from './merge-by-time.js'
import type { Window } from './plan.js'

/** Some complaints that came together, as plain data. */
export interface Page<C> {
  readonly items: readonly C[]
  /** Whose they are; null: several accounts', under `newest` and `oldest`. */
  readonly provider: ProviderName | null
  readonly account: string | null
  /** How many rows the provider says its window holds (before filters); null: it does not tell. */
  readonly total: number | null
  /** Resumes after this page, given as `cursor`; null: nothing is left. */
  readonly cursor: string | null
}

/** A list to be iterated: each `for await` starts afresh, and leaving it stops all requests. */
export interface ComplaintList<C> extends AsyncIterable<C> {
  /** The same complaints page by page, each with a cursor to resume from; each `for await` over them starts afresh, too. */
  pages(): AsyncIterable<Page<C>>
  /**
   * The first `limit` complaints.
   * @throws QueryError unless `limit` is an integer of at least 1
   */
  toArray(options: { limit: number }): Promise<C[]>
}

/** Why an iteration stops that somebody left; nobody sees it. */
const left: unique symbol = Symbol('left')

export function createList<C extends Complaint>(job: ListRun<C>): ComplaintList<C> {
  async function* pages(stop: AbortController): AsyncGenerator<Page<C>> {
    for await (const { items, provider, account, total, cursor } of run(job, stop)) {
      yield { items, provider, account, total, cursor: cursor() }
    }
  }
  async function* items(stop: AbortController): AsyncGenerator<C> {
    for await (const page of run(job, stop)) {
      for (const item of page.items) {
        job.signal?.throwIfAborted()
        yield item
      }
    }
  }
  return {
    pages: () => ({ [Symbol.asyncIterator]: () => leavable(pages) }),
    [Symbol.asyncIterator]: () => leavable(items),
    async toArray(options) {
      const limit = (options as { limit?: unknown } | undefined)?.limit
      if (typeof limit !== 'number' || !Number.isSafeInteger(limit) || limit < 1) {
        throw new QueryError(
          'toArray() needs { limit }, an integer of at least 1: how many complaints to hold in memory',
        )
      }
      const rows: C[] = []
      for await (const row of leavable(items)) {
        rows.push(row)
        if (rows.length === limit) break
      }
      return rows
    },
  }
}

/**
 * An iteration that `return` and `throw` stop at once. A generator alone keeps them waiting for the page that it was
 * asked for, which where a filter lets nothing pass may be all of the list.
 */
function leavable<T>(iterate: (stop: AbortController) => AsyncGenerator<T>): AsyncGenerator<T> {
  const stop = new AbortController()
  // Ours alone, and listened to by every page under way: no leak to warn of.
  setMaxListeners(0, stop.signal)
  const iterator = iterate(stop)
  const { return: end, throw: fail } = iterator
  return Object.assign(iterator, {
    return(value: unknown) {
      stop.abort(left)
      return end.call(iterator, value)
    },
    throw(error: unknown) {
      stop.abort(left)
      return fail.call(iterator, error)
    },
  })
}

/** One iteration: everything it starts ends with it. */
async function* run<C extends Complaint>(job: ListRun<C>, stop: AbortController): AsyncGenerator<PendingPage<C>> {
  job.signal?.throwIfAborted()
  const onAbort = (): void => stop.abort(job.signal?.reason)
  job.signal?.addEventListener('abort', onAbort, { once: true })
  const places: Checkpoints = new Map(Object.entries(job.start.accounts))
  const streams = new Map<string, AsyncGenerator<AccountPage<C>>>()
  for (const account of job.accounts) {
    const place = places.get(account.key) ?? null
    if (place !== null) streams.set(account.key, readAlone(account, job.windows, place, stop.signal))
  }
  const mode = job.query.order === 'arrival' ? mergeByArrival : mergeByTime
  let open = true
  try {
    for await (const page of mode({ ...job, signal: stop.signal }, streams, places)) {
      open = !page.isLast
      yield page
      job.signal?.throwIfAborted()
    }
    // Whoever aborts when told of an account's failure has not seen the end.
    job.signal?.throwIfAborted()
    // What was delivered last, if anything was, did not know that it was the last.
    if (open)
      yield { items: [], provider: null, account: null, total: null, isLast: true, cursor: () => cursorOf(job, places) }
  } catch (error) {
    if (error !== left) throw error
  } finally {
    job.signal?.removeEventListener('abort', onAbort)
    stop.abort()
  }
}

/** One account: when it fails or ends, its requests end, whatever the others do. */
async function* readAlone<C extends Complaint>(
  account: ListAccount<C>,
  windows: readonly Window[],
  place: AccountCheckpoint,
  signal: AbortSignal,
): AsyncGenerator<AccountPage<C>> {
  const own = new AbortController()
  setMaxListeners(0, own.signal)
  const onAbort = (): void => own.abort(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    yield* scanAccount(account.source(own.signal), windows, place, own.signal)
  } finally {
    signal.removeEventListener('abort', onAbort)
    own.abort()
  }
}

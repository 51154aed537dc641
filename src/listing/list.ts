import { setMaxListeners } from 'node:events'
import { ComplaintError, locate, QueryError } from '../errors.js'
import type { ComplaintEvent } from '../events.js'
import type { Complaint, ProviderName } from '../model.js'
import type { AccountInfo } from '../provider.js'
import type { CheckedQuery } from '../query.js'
import { type AccountPage, type AccountPlace, type AccountSource, readAccount } from './account.js'
import { encodeCursor, type ListPlace } from './cursor.js'
import { compareKeys, gatherWindows, mergeArrivals, type OnFailure, type SortKey } from './merge.js'
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
  /** The same complaints page by page, each with a cursor to resume from. */
  pages(): AsyncIterable<Page<C>>
  /**
   * The first `limit` complaints.
   * @throws QueryError unless `limit` is an integer of at least 1
   */
  toArray(options: { limit: number }): Promise<C[]>
}

/** One account of a list: what it is, and how its pages are got. */
export interface ListAccount<C> {
  readonly key: string
  readonly info: AccountInfo
  source(signal: AbortSignal): AccountSource<C>
}

export interface ListJob<C> {
  readonly query: CheckedQuery
  readonly accounts: readonly ListAccount<C>[]
  readonly windows: readonly Window[]
  /** Where to begin: from a cursor, or from the start. */
  readonly start: ListPlace
  /** Names the query and accounts, for cursors. */
  readonly owner: string
  readonly signal: AbortSignal | undefined
  readonly onAccountError: ((error: ComplaintError) => void) | undefined
  emit(event: ComplaintEvent): void
}

/** A page before anybody asked for its cursor: whoever takes items only never does. */
interface Draft<C> extends Omit<Page<C>, 'cursor'> {
  /** Nothing is left after it. */
  readonly isLast: boolean
  /** To be called before the next page is asked for. */
  cursor(): string | null
}

const sortedChunk = 100

export function createList<C extends Complaint>(job: ListJob<C>): ComplaintList<C> {
  async function* pages(): AsyncGenerator<Page<C>> {
    for await (const { items, provider, account, total, cursor } of run(job)) {
      yield { items, provider, account, total, cursor: cursor() }
    }
  }
  async function* items(): AsyncGenerator<C> {
    for await (const page of run(job)) {
      for (const item of page.items) {
        job.signal?.throwIfAborted()
        yield item
      }
    }
  }
  return {
    pages,
    [Symbol.asyncIterator]: items,
    async toArray({ limit }) {
      if (!Number.isSafeInteger(limit) || limit < 1) {
        throw new QueryError(
          'toArray() needs { limit }, an integer of at least 1: how many complaints to hold in memory',
        )
      }
      const rows: C[] = []
      for await (const row of items()) {
        rows.push(row)
        if (rows.length === limit) break
      }
      return rows
    },
  }
}

/** One iteration: everything it starts ends with it. */
async function* run<C extends Complaint>(job: ListJob<C>): AsyncGenerator<Draft<C>> {
  job.signal?.throwIfAborted()
  const stop = new AbortController()
  // Ours alone, and listened to by every page under way: no leak to warn of.
  setMaxListeners(0, stop.signal)
  const onAbort = (): void => stop.abort(job.signal?.reason)
  job.signal?.addEventListener('abort', onAbort, { once: true })
  const places = new Map(Object.entries(job.start.accounts))
  const streams = new Map<string, AsyncGenerator<AccountPage<C>>>()
  for (const account of job.accounts) {
    const place = places.get(account.key) ?? null
    if (place !== null) streams.set(account.key, readAlone(account, job.windows, place, stop.signal))
  }
  const mode = job.query.order === 'arrival' ? runArrivals : runSorted
  let open = true
  try {
    for await (const page of mode(job, streams, places)) {
      open = !page.isLast
      yield page
      job.signal?.throwIfAborted()
    }
    // What was delivered last, if anything was, did not know that it was the last.
    if (open)
      yield { items: [], provider: null, account: null, total: null, isLast: true, cursor: () => cursorOf(job, places) }
  } finally {
    job.signal?.removeEventListener('abort', onAbort)
    stop.abort()
  }
}

/** One account: when it fails or ends, its requests end, whatever the others do. */
async function* readAlone<C extends Complaint>(
  account: ListAccount<C>,
  windows: readonly Window[],
  place: AccountPlace,
  signal: AbortSignal,
): AsyncGenerator<AccountPage<C>> {
  const own = new AbortController()
  setMaxListeners(0, own.signal)
  const onAbort = (): void => own.abort(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    yield* readAccount(account.source(own.signal), windows, place, own.signal)
  } finally {
    signal.removeEventListener('abort', onAbort)
    own.abort()
  }
}

type Places = Map<string, AccountPlace | null>
type Streams<C> = ReadonlyMap<string, AsyncGenerator<AccountPage<C>>>

async function* runArrivals<C extends Complaint>(
  job: ListJob<C>,
  streams: Streams<C>,
  places: Places,
): AsyncGenerator<Draft<C>> {
  const infos = new Map(job.accounts.map(({ key, info }) => [key, info]))
  const onFailure = failureHandler(job, streams.size, () => cursorOf(job, places))
  for await (const { account, page } of mergeArrivals(streams, onFailure)) {
    places.set(account, page.next)
    const info = infos.get(account)
    const isLast = isDone(places)
    if (page.rows.length === 0 && !isLast) continue
    yield {
      items: page.rows,
      provider: info?.provider ?? null,
      account: info?.account ?? null,
      total: page.total,
      isLast,
      cursor: () => cursorOf(job, places),
    }
  }
}

async function* runSorted<C extends Complaint>(
  job: ListJob<C>,
  streams: Streams<C>,
  places: Places,
): AsyncGenerator<Draft<C>> {
  const sign = job.query.order === 'newest' ? -1 : 1
  const only = job.accounts.length === 1 ? job.accounts[0]?.info : undefined
  const behind = new Set(job.start.behind)
  const reached = job.start.last
  const lastOf = { key: reached }
  const asked = [...streams.keys()].map((key) => [key, places.get(key)?.window ?? 0] as const)
  const reachedWindow = Math.max(...asked.filter(([key]) => !behind.has(key)).map(([, window]) => window))
  const first = Math.min(...asked.map(([, window]) => window))
  const failed = new Set<string>()
  const note = failureHandler(job, streams.size, () => cursorOf(job, places, lastOf.key, failed))
  const onFailure: OnFailure = (account, error) => {
    failed.add(account)
    note(account, error)
  }
  const advance = (to: AccountPlace | null): void => {
    for (const key of streams.keys()) {
      const window = to?.window ?? job.windows.length
      // Whoever failed stays where it failed; whoever is further on does not go back.
      if (!failed.has(key) && window > (places.get(key)?.window ?? window)) places.set(key, to)
    }
  }

  for await (const { window, rows } of gatherWindows(streams, upFrom(first, job.windows.length), onFailure)) {
    advance({ window, at: null })
    const sorted = rows
      .map(({ account, row }) => ({ row, key: [row.createdAt.getTime(), account, row.id] as SortKey }))
      // What was delivered of this window before is not delivered again.
      .filter(
        ({ key }) =>
          reached === null || window !== reachedWindow || behind.has(key[1]) || sign * compareKeys(key, reached) > 0,
      )
      .sort((a, b) => sign * compareKeys(a.key, b.key))
    for (let index = 0; index < sorted.length; index += sortedChunk) {
      const chunk = sorted.slice(index, index + sortedChunk)
      const finished = index + sortedChunk >= sorted.length
      lastOf.key = finished ? null : (chunk.at(-1)?.key ?? null)
      if (finished) advance(window + 1 < job.windows.length ? { window: window + 1, at: null } : null)
      yield {
        items: chunk.map(({ row }) => row),
        provider: only?.provider ?? null,
        account: only?.account ?? null,
        total: null,
        isLast: isDone(places),
        cursor: () => cursorOf(job, places, lastOf.key, failed),
      }
    }
    if (sorted.length === 0) advance(window + 1 < job.windows.length ? { window: window + 1, at: null } : null)
  }
}

function upFrom(first: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index)
}

/** Ends everything, unless the user asked to go on with the other accounts; the last one to fail ends it all the same. */
function failureHandler<C>(job: ListJob<C>, running: number, cursor: () => string | null): OnFailure {
  let left = running
  return (account, error) => {
    left -= 1
    job.signal?.throwIfAborted()
    if (!ComplaintError.isInstance(error)) throw error
    const info = job.accounts.find(({ key }) => key === account)?.info
    if (info !== undefined) {
      locate(error, { provider: info.provider, account: info.account, operation: 'list' })
      job.emit({ type: 'accountError', provider: info.provider, account: info.account, failure: error.code })
    }
    error.cursor = cursor()
    job.onAccountError?.(error)
    if (job.onAccountError === undefined || left === 0) throw error
  }
}

function cursorOf<C>(
  job: ListJob<C>,
  places: Places,
  last: SortKey | null = null,
  behind: Iterable<string> = [],
): string | null {
  if (isDone(places)) return null
  return encodeCursor(
    {
      to: job.query.to,
      accounts: Object.fromEntries(places),
      last: last === null ? null : [...last],
      behind: [...behind],
    },
    job.owner,
  )
}

function isDone(places: Places): boolean {
  for (const place of places.values()) if (place !== null) return false
  return true
}

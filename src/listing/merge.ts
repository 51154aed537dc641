import { createAsyncQueue } from '../async/queue.js'
import { ComplaintError } from '../errors.js'
import type { Complaint } from '../model.js'
import type { AccountPage } from './account.js'

/** A page and which account's it is. */
export interface Arrival<C> {
  readonly account: string
  readonly page: AccountPage<C>
}

/** What a failing account means: reject to end everything, or resolve to go on without it. */
export type OnFailure = (account: string, error: unknown) => Promise<void>

/** Pages of several accounts as they come; whoever was served last waits last. */
export async function* mergeArrivals<C>(
  streams: ReadonlyMap<string, AsyncGenerator<AccountPage<C>>>,
  onFailure: OnFailure,
): AsyncGenerator<Arrival<C>> {
  type Stream = AsyncGenerator<AccountPage<C>>
  type Outcome = { account: string; stream: Stream; result: IteratorResult<AccountPage<C>> }
  // No race of promises: the one of an account that stays silent would keep each page that the others win it with.
  const outcomes = createAsyncQueue<Outcome | { account: string; error: unknown }>()
  const pull = (account: string, stream: Stream): void => {
    stream.next().then(
      (result) => outcomes.push({ account, stream, result }),
      (error: unknown) => outcomes.push({ account, error }),
    )
  }
  for (const [account, stream] of streams) pull(account, stream)
  let running = streams.size
  while (running > 0) {
    const outcome = await outcomes.shift()
    const { account } = outcome
    if ('error' in outcome) {
      running -= 1
      await onFailure(account, outcome.error)
    } else if (outcome.result.done === true) {
      running -= 1
    } else {
      // Ask for the next page before this one is consumed.
      pull(account, outcome.stream)
      yield { account, page: outcome.result.value }
    }
  }
}

/** Everything of one window, of all accounts. */
export interface Gathered<C> {
  readonly window: number
  readonly rows: { account: string; row: C }[]
  /** Accounts that will end there again; what they had brought of this window is in `rows`. */
  readonly broken: { account: string; error: unknown }[]
}

/** Window by window, all accounts side by side: memory holds one window of each. */
export async function* gatherWindows<C extends Complaint>(
  streams: ReadonlyMap<string, AsyncGenerator<AccountPage<C>>>,
  windows: readonly number[],
  onFailure: OnFailure,
): AsyncGenerator<Gathered<C>> {
  const readers = new Map([...streams].map(([account, stream]) => [account, windowReader(stream)]))
  for (const window of windows) {
    const rows: Gathered<C>['rows'] = []
    const broken: Gathered<C>['broken'] = []
    await Promise.all(
      [...readers].map(async ([account, read]) => {
        const { brought, failure } = await read(window)
        if (failure !== null) {
          readers.delete(account)
          if (!isLasting(failure.error)) return onFailure(account, failure.error)
          broken.push({ account, error: failure.error })
        }
        for (const row of brought) rows.push({ account, row })
      }),
    )
    yield { window, rows, broken }
  }
}

/** Asked again, it would end there again, or the list moves as ever: what came before is delivered now or never. */
function isLasting(error: unknown): boolean {
  if (!ComplaintError.isInstance(error)) return false
  return error.code === 'RESPONSE' || (error.code === 'PAGINATION' && error.retryable)
}

/** What a stream brought of one window, and what ended it, which where a user aborts may be anything, null too. */
interface Brought<C> {
  readonly brought: readonly C[]
  readonly failure: { readonly error: unknown } | null
}

/** Reads a stream up to the end of a given window. */
function windowReader<C>(stream: AsyncGenerator<AccountPage<C>>): (window: number) => Promise<Brought<C>> {
  let kept: AccountPage<C> | null = null
  return async (window) => {
    const brought: C[] = []
    try {
      for (;;) {
        const page = kept ?? (await nextOf(stream))
        kept = null
        if (page === null) return { brought, failure: null }
        if (page.window > window) {
          kept = page
          return { brought, failure: null }
        }
        for (const row of page.rows) brought.push(row)
        if (page.next === null || page.next.window > window) return { brought, failure: null }
      }
    } catch (error) {
      return { brought, failure: { error } }
    }
  }
}

async function nextOf<T>(stream: AsyncGenerator<T>): Promise<T | null> {
  const result = await stream.next()
  return result.done === true ? null : result.value
}

/** By instant, then id and account, so that equal instants have one order everywhere. */
export type SortKey = readonly [createdAt: number, account: string, id: string]

export function compareKeys(a: SortKey, b: SortKey): number {
  return a[0] - b[0] || compareText(a[2], b[2]) || compareText(a[1], b[1])
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

import { ComplaintError } from '../errors.js'
import type { Complaint } from '../model.js'
import type { AccountPage } from './account.js'

/** A page and which account's it is. */
export interface Arrival<C> {
  readonly account: string
  readonly page: AccountPage<C>
}

/** What a failing account means: rethrow to end everything, or return to go on without it. */
export type OnFailure = (account: string, error: unknown) => void

/** Pages of several accounts as they come; whoever was served last waits last. */
export async function* mergeArrivals<C>(
  streams: ReadonlyMap<string, AsyncGenerator<AccountPage<C>>>,
  onFailure: OnFailure,
): AsyncGenerator<Arrival<C>> {
  type Outcome = { account: string; result: IteratorResult<AccountPage<C>> } | { account: string; error: unknown }
  const pending = new Map<string, Promise<Outcome>>()
  const pull = (account: string, stream: AsyncGenerator<AccountPage<C>>): void => {
    pending.delete(account)
    pending.set(
      account,
      stream.next().then(
        (result) => ({ account, result }),
        (error: unknown) => ({ account, error }),
      ),
    )
  }
  for (const [account, stream] of streams) pull(account, stream)
  while (pending.size > 0) {
    const outcome = await Promise.race(pending.values())
    const { account } = outcome
    if ('error' in outcome) {
      pending.delete(account)
      onFailure(account, outcome.error)
    } else if (outcome.result.done === true) {
      pending.delete(account)
    } else {
      const page = outcome.result.value
      const stream = streams.get(account)
      // Ask for the next page before this one is consumed.
      if (stream !== undefined) pull(account, stream)
      yield { account, page }
    }
  }
}

/** Everything of one window, of all accounts. */
export interface Gathered<C> {
  readonly window: number
  readonly rows: { account: string; row: C }[]
  /** Accounts that an answer ended which cannot be understood; what they had brought of this window is in `rows`. */
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
        const { brought, error } = await read(window)
        // Asked again, it would end there again: what came before is delivered now or never.
        const isBroken = ComplaintError.isInstance(error) && error.code === 'RESPONSE'
        if (error !== null) readers.delete(account)
        if (isBroken) broken.push({ account, error })
        else if (error !== null) return onFailure(account, error)
        for (const row of brought) rows.push({ account, row })
      }),
    )
    yield { window, rows, broken }
  }
}

/** What a stream brought of one window, and what ended it. */
interface Brought<C> {
  readonly brought: readonly C[]
  readonly error: unknown
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
        if (page === null) return { brought, error: null }
        if (page.window > window) {
          kept = page
          return { brought, error: null }
        }
        for (const row of page.rows) brought.push(row)
        if (page.next === null || page.next.window > window) return { brought, error: null }
      }
    } catch (error) {
      return { brought, error }
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

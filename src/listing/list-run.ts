import { raceAbort } from '../async/abort.js'
import { addContext, ComplaintError } from '../errors.js'
import type { ComplaintEvent } from '../events.js'
import type { ProviderName } from '../model.js'
import type { AccountInfo } from '../provider.js'
import type { CheckedQuery } from '../query.js'
import type { AccountPage, AccountSource } from './account.js'
import { encodeCursor, type ListCheckpoint, type ListedPlace } from './cursor.js'
import type { OnFailure } from './merge.js'
import type { Window } from './plan.js'

/** One account of a list: what it is, and how its pages are got. */
export interface ListAccount<C> {
  readonly key: string
  readonly info: AccountInfo
  source(signal: AbortSignal): AccountSource<C>
}

export interface ListRun<C> {
  readonly query: CheckedQuery
  readonly accounts: readonly ListAccount<C>[]
  readonly windows: readonly Window[]
  /** Where to begin: from a cursor, or from the start. */
  readonly start: ListCheckpoint
  /** Names the query and accounts, for cursors. */
  readonly queryFingerprint: string
  readonly signal: AbortSignal | undefined
  readonly onAccountError: ((error: ComplaintError) => void) | undefined
  emit(event: ComplaintEvent): void
}

/** A page before anybody asked for its cursor: whoever takes items only never does. */
export interface PendingPage<C> {
  readonly items: readonly C[]
  readonly provider: ProviderName | null
  readonly account: string | null
  readonly total: number | null
  /** Nothing is left after it. */
  readonly isLast: boolean
  /** To be called before the next page is asked for. */
  cursor(): string | null
}

/** Where each account of one iteration stands; null: it is done. */
export type Checkpoints = Map<string, ListedPlace | null>

/** The accounts that are being read. */
export type AccountStreams<C> = ReadonlyMap<string, AsyncGenerator<AccountPage<C>>>

export function isDone(places: Checkpoints): boolean {
  for (const place of places.values()) if (place !== null) return false
  return true
}

export function cursorOf<C>(job: ListRun<C>, places: Checkpoints): string | null {
  if (isDone(places)) return null
  return encodeCursor({ to: job.query.to, accounts: Object.fromEntries(places) }, job.queryFingerprint)
}

/**
 * Ends everything, unless the user asked to go on with the other accounts; the last one to fail ends it all the same.
 * @param running how many accounts are being read
 */
export function failureHandler<C>(job: ListRun<C>, running: number, places: Checkpoints): OnFailure {
  let left = running
  return async (account, error) => {
    left -= 1
    const isLast = left === 0
    job.signal?.throwIfAborted()
    // An abort of ours, or a mistake of an adapter.
    if (!ComplaintError.isInstance(error)) throw error
    const info = job.accounts.find(({ key }) => key === account)?.info
    if (info !== undefined) {
      addContext(error, { provider: info.provider, account: info.account, operation: 'list' })
      job.emit({ type: 'accountError', provider: info.provider, account: info.account, failure: error.code })
    }
    error.cursor = cursorOf(job, places)
    await raceAbort(Promise.resolve(job.onAccountError?.(error)), job.signal)
    if (job.onAccountError === undefined || isLast) throw error
  }
}

import { raceAbort } from '../async/abort.js'
import { addContext, ComplaintError, type ResponseError } from '../errors.js'
import type { ComplaintEvent } from '../events.js'
import type { ProviderName } from '../model.js'
import type { AccountInfo, RowFailure } from '../provider.js'
import type { CheckedQuery } from '../query.js'
import type { AccountPage, AccountSource } from './account.js'
import type { AccountCheckpoint, ListCheckpoint } from './checkpoint.js'
import { encodeCursor } from './cursor.js'
import type { Window } from './plan.js'

/** One account of a list, and how its pages are requested. */
export interface ListAccount<C> {
  readonly key: string
  readonly info: AccountInfo
  source(signal: AbortSignal): AccountSource<C>
}

/** What one iteration of a list needs. */
export interface ListRun<C> {
  readonly query: CheckedQuery
  readonly accounts: readonly ListAccount<C>[]
  readonly windows: readonly Window[]
  /** Where to start: at a cursor, or at the beginning. */
  readonly start: ListCheckpoint
  /** Identifies the query and accounts, for cursors. */
  readonly queryFingerprint: string
  readonly signal: AbortSignal | undefined
  readonly onAccountError: ((error: ComplaintError) => void | Promise<void>) | undefined
  readonly onRowError: ((error: ResponseError) => void | Promise<void>) | undefined
  emit(event: ComplaintEvent): void
  /** The run to be read instead, when the first response shows that the host's clock is behind; null: there is none. */
  withLaterEnd(): ListRun<C> | null
}

/** A page whose cursor is not encoded yet; the iteration of items never needs it. */
export interface PendingPage<C> {
  readonly items: readonly C[]
  readonly provider: ProviderName | null
  readonly account: string | null
  readonly total: number | null
  /** No page follows. */
  readonly isLast: boolean
  /** To be called before the next page is requested. */
  cursor(): string | null
}

/** Where each account of one iteration continues; null: the account is done. */
export type Checkpoints = Map<string, AccountCheckpoint | null>

/** The accounts that are being read. */
export type AccountStreams<C> = ReadonlyMap<string, AsyncGenerator<AccountPage<C>>>

/** What a failed account means: rejects to end the list, or resolves to continue without the account. */
export type OnFailure = (account: string, error: unknown) => Promise<void>

export function isDone(checkpoints: Checkpoints): boolean {
  for (const checkpoint of checkpoints.values()) if (checkpoint !== null) return false
  return true
}

export function cursorOf<C>(run: ListRun<C>, checkpoints: Checkpoints): string | null {
  if (isDone(checkpoints)) return null
  return encodeCursor({ to: run.query.to, accounts: Object.fromEntries(checkpoints) }, run.queryFingerprint)
}

/**
 * Ends the list, unless the user asked to continue with the other accounts; the failure of the last account ends it all
 * the same.
 * @param running how many accounts are being read
 */
export function failureHandler<C>(run: ListRun<C>, running: number, checkpoints: Checkpoints): OnFailure {
  let remaining = running
  return async (account, error) => {
    remaining -= 1
    const isLast = remaining === 0
    run.signal?.throwIfAborted()
    // The library's own abort, or a bug of an adapter.
    if (!ComplaintError.isInstance(error)) throw error
    const info = run.accounts.find(({ key }) => key === account)?.info
    if (info !== undefined) {
      addContext(error, { provider: info.provider, account: info.account, operation: 'list' })
      run.emit({ type: 'accountError', provider: info.provider, account: info.account, failure: error.code })
    }
    error.cursor = cursorOf(run, checkpoints)
    await raceAbort(Promise.resolve(run.onAccountError?.(error)), run.signal)
    if (run.onAccountError === undefined || isLast) throw error
  }
}

/** Reports invalid rows, which are skipped. */
export interface RowErrors {
  report(account: string, failures: readonly RowFailure[]): Promise<void>
  /** @throws the first error, when the user gave no `onRowError` */
  throwFirst(): void
}

export function createRowErrors<C>(run: ListRun<C>): RowErrors {
  let first: ResponseError | null = null
  return {
    async report(account, failures) {
      const info = run.accounts.find(({ key }) => key === account)?.info
      for (const { error } of failures) {
        if (info !== undefined) {
          addContext(error, { provider: info.provider, account: info.account, operation: 'list' })
          const { provider, account: name } = info
          run.emit({ type: 'warning', warning: 'rowUnusable', provider, account: name, message: error.message })
        }
        first ??= error
        await raceAbort(Promise.resolve(run.onRowError?.(error)), run.signal)
      }
    },
    throwFirst() {
      if (first !== null && run.onRowError === undefined) throw first
    },
  }
}

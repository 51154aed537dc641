import { raceAbort } from '../async/abort.js'
import { addContext, ComplaintError, PaginationError, type ResponseError } from '../errors.js'
import type { ComplaintEvent } from '../events.js'
import type { ProviderName } from '../model.js'
import type { AccountInfo, RowFailure } from '../provider.js'
import type { CheckedQuery } from '../query.js'
import type { AccountPage, AccountSource } from './account.js'
import type { AccountCheckpoint, ListCheckpoint } from './checkpoint.js'
import { encodeCursor, maxCursorLength, maxExactAccounts } from './cursor.js'
import { overlaps, retryFromWindow, type Window } from './plan.js'

/** One account of a list, and how its pages are requested. */
export interface ListAccount<C> {
  readonly key: string
  readonly info: AccountInfo
  source(signal: AbortSignal): AccountSource<C>
}

/** What one iteration of a list needs. */
export interface ListContext<C> {
  readonly query: CheckedQuery
  readonly accounts: readonly ListAccount<C>[]
  readonly windows: readonly Window[]
  /** Where to start: at a cursor, or at the beginning. */
  readonly start: ListCheckpoint
  /** Identifies the query and these of its accounts, for cursors. */
  fingerprintOf(keys: readonly string[]): string
  /** How many accounts are read concurrently. */
  readonly maxAccounts: number
  readonly signal: AbortSignal | undefined
  readonly onAccountError: ((error: ComplaintError) => void | Promise<void>) | undefined
  readonly onRowError: ((error: ResponseError) => void | Promise<void>) | undefined
  emit(event: ComplaintEvent): void
  /** The context with a later end, when the first response shows that this machine's clock is behind; null: it is not. */
  withLaterEnd(): ListContext<C> | null
}

/** A page whose cursor is not encoded yet; the iteration of items never needs it. */
export interface PendingPage<C> {
  readonly items: readonly C[]
  readonly provider: ProviderName | null
  readonly account: string | null
  readonly total: number | null
  /** To be called before the next page is taken from the generator. */
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

/**
 * Resumes the accounts of the checkpoints: the whole list, or one of its accounts; null: nothing is left. Days to be read
 * again are replaced by the windows that hold them, where a cursor of many accounts would be too long. Days beside the plan
 * are in no window, and stay.
 */
export function cursorOf<C>(
  { query, start, windows, fingerprintOf }: ListContext<C>,
  checkpoints: Checkpoints,
): string | null {
  if (isDone(checkpoints)) return null
  const fingerprint = fingerprintOf([...checkpoints.keys()])
  const encode = (accounts: Checkpoints): string =>
    encodeCursor({ to: query.to, windowDays: start.windowDays, accounts }, fingerprint)
  const cursor = encode(checkpoints)
  if (checkpoints.size <= maxExactAccounts || cursor.length <= maxCursorLength) return cursor
  const shorten = (checkpoint: AccountCheckpoint | null): AccountCheckpoint | null => {
    if (checkpoint?.retry === undefined) return checkpoint
    const retry = checkpoint.retry.filter((days) => !windows.some((window) => overlaps(window, days)))
    return { window: retryFromWindow(checkpoint, windows), at: null, retry }
  }
  return encode(new Map([...checkpoints].map(([key, checkpoint]) => [key, shorten(checkpoint)])))
}

/**
 * Without `onAccountError` the first failure ends the list. With it the other accounts continue, and the list ends
 * without an error even when every account failed. The error's cursor is exact and belongs to the account alone. In the
 * cursor of a list of many accounts, the account returns to the start of its window, which needs less text.
 */
export function failureHandler<C>(context: ListContext<C>, checkpoints: Checkpoints): OnFailure {
  return async (account, error) => {
    context.signal?.throwIfAborted()
    // The library's own abort, or a bug of an adapter.
    if (!ComplaintError.isInstance(error)) throw error
    const owner = ownerOf(context, account)
    addContext(error, { ...owner, operation: 'list' })
    context.emit({ type: 'accountError', ...owner, failure: error.code, message: error.message })
    const { onAccountError } = context
    if (onAccountError === undefined) {
      error.cursor = cursorOf(context, checkpoints)
      throw error
    }
    const checkpoint = checkpoints.get(account) ?? null
    error.cursor = cursorOf(context, new Map([[account, checkpoint]]))
    const isExact = context.accounts.length <= maxExactAccounts
    if (checkpoint !== null && !isExact) checkpoints.set(account, { ...checkpoint, at: null })
    await raceAbort(Promise.resolve(onAccountError(error)), context.signal)
  }
}

/** Provider and name of one of the list's accounts. */
export function ownerOf<C>({ accounts }: ListContext<C>, key: string): Pick<AccountInfo, 'provider' | 'account'> {
  const { info } = accounts.find((account) => account.key === key) as ListAccount<C>
  return { provider: info.provider, account: info.account }
}

/** Reports invalid rows, which are skipped. */
export interface RowErrors {
  report(account: string, failures: readonly RowFailure[]): Promise<void>
  /** @throws the first error, when the user gave no `onRowError` */
  throwFirst(): void
  /** Makes it the `cause` of an error that ends the list earlier: a later piece of the list does not meet the row again. */
  attachFirst(error: unknown): unknown
}

export function createRowErrors<C>(context: ListContext<C>): RowErrors {
  let first: ResponseError | null = null
  return {
    async report(account, failures) {
      const owner = ownerOf(context, account)
      for (const { error } of failures) {
        addContext(error, { ...owner, operation: 'list' })
        context.emit({ type: 'warning', warning: 'rowUnusable', ...owner, message: error.message })
        first ??= error
        await raceAbort(Promise.resolve(context.onRowError?.(error)), context.signal)
      }
    },
    throwFirst() {
      if (first !== null && context.onRowError === undefined) throw first
    },
    attachFirst(error) {
      if (first === null || context.onRowError !== undefined) return error
      if (error instanceof PaginationError && error.cause === undefined) {
        Object.defineProperty(error, 'cause', { value: first, writable: true, configurable: true })
      }
      return error
    },
  }
}

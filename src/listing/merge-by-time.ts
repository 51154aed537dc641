import { raceAbort } from '../async/abort.js'
import { forEach } from '../async/for-each.js'
import { ComplaintError } from '../errors.js'
import type { Complaint } from '../model.js'
import type { RowFailure } from '../provider.js'
import type { AccountPage } from './account.js'
import type { AccountCheckpoint, SortKey } from './checkpoint.js'
import {
  type AccountStreams,
  type Checkpoints,
  cursorOf,
  failureHandler,
  type ListContext,
  type OnFailure,
  type PendingPage,
  type RowErrors,
} from './list-context.js'

const chunkSize = 100

/**
 * By time, window by window: the complaints of all accounts in one window are gathered, sorted and delivered in chunks.
 * The checkpoint of a failed account stays where it failed; when the list is resumed, the account is read from there.
 */
export async function* mergeByTime<C extends Complaint>(
  context: ListContext<C>,
  streams: AccountStreams<C>,
  checkpoints: Checkpoints,
  rowErrors: RowErrors,
): AsyncGenerator<PendingPage<C>> {
  const sign = context.query.order === 'newest' ? -1 : 1
  const soleAccount = context.accounts.length === 1 ? context.accounts[0]?.info : undefined
  const starts = new Map([...streams.keys()].map((key) => [key, checkpoints.get(key) as AccountCheckpoint]))
  const first = Math.min(...[...starts.values()].map(({ window }) => window))
  const failed = new Set<string>()
  const handleFailure = failureHandler(context, checkpoints)
  const onFailure: OnFailure = (account, error) => {
    failed.add(account)
    return handleFailure(account, error)
  }
  const isFurther = ({ window, last }: AccountCheckpoint, to: AccountCheckpoint): boolean =>
    window > to.window ||
    (window === to.window && last !== undefined && (to.last === undefined || sign * compareKeys(last, to.last) > 0))
  /** Moves the accounts on; one that is further already, or failed, keeps its position. Null: nothing remains. */
  const advance = (to: AccountCheckpoint | null, retries: Retries): void => {
    for (const key of streams.keys()) {
      const checkpoint = checkpoints.get(key) ?? null
      const keepsPosition = failed.has(key) || checkpoint === null || (to !== null && isFurther(checkpoint, to))
      if (!keepsPosition) checkpoints.set(key, withRetry(to, retries.get(key), context.windows.length))
    }
  }
  const isUndelivered = (window: number, key: SortKey): boolean => {
    const start = starts.get(key[1]) as AccountCheckpoint
    return start.window !== window || start.last === undefined || sign * compareKeys(key, start.last) > 0
  }

  const { maxAccounts, signal } = context
  const startRetries: Retries = new Map([...starts].map(([key, { retry }]) => [key, retry]))
  const end = context.windows.length
  for await (const gathered of gatherWindows(streams, first, end, onFailure, maxAccounts, signal, startRetries)) {
    const { window, rows, failures, failedAccounts, retries } = gathered
    // An abort with an error of another list must not be taken for a failed account.
    context.signal?.throwIfAborted()
    for (const { account } of failedAccounts) {
      failed.add(account)
      // After its last window an account fails with the days that it could not read.
      if (window >= end) checkpoints.set(account, withRetry(null, retries.get(account), end))
    }
    for (const { account, failure } of failures) await rowErrors.report(account, [failure])
    const next = window + 1 < end ? { window: window + 1, at: null } : null
    const sorted = rows
      .map(({ account, row }) => ({ row, key: [row.createdAt.getTime(), account, row.id] as SortKey }))
      .filter(({ key }) => isUndelivered(window, key))
      .sort((a, b) => sign * compareKeys(a.key, b.key))
    for (let index = 0; index < sorted.length; index += chunkSize) {
      const chunk = sorted.slice(index, index + chunkSize)
      const last = index + chunkSize < sorted.length ? chunk.at(-1)?.key : undefined
      advance(last === undefined ? next : { window, at: null, last }, retries)
      yield {
        items: chunk.map(({ row }) => row),
        provider: soleAccount?.provider ?? null,
        account: soleAccount?.account ?? null,
        total: null,
        cursor: () => cursorOf(context, checkpoints),
      }
    }
    advance(next, retries)
    for (const { account, error } of failedAccounts) await onFailure(account, error)
  }
}

/** The days that each account has yet to read again. */
type Retries = ReadonlyMap<string, AccountCheckpoint['retry']>

function withRetry(
  to: AccountCheckpoint | null,
  retry: AccountCheckpoint['retry'] = [],
  end: number,
): AccountCheckpoint | null {
  return retry.length === 0 ? to : { ...(to ?? { window: end, at: null }), retry }
}

/** The rows of one window, of all accounts. */
export interface WindowRows<C> {
  readonly window: number
  readonly rows: { account: string; row: C }[]
  readonly failures: { account: string; failure: RowFailure }[]
  /** Accounts whose window a retry would not complete; what they read of it is in `rows`. */
  readonly failedAccounts: { account: string; error: unknown }[]
  readonly retries: Retries
}

/**
 * Window by window, `maxAccounts` accounts side by side, so that memory holds one window of each. Days beyond the plan,
 * which an account reads again, come last.
 * @param startRetries the days that each account has to read again when the list starts
 */
export async function* gatherWindows<C extends Complaint>(
  streams: AccountStreams<C>,
  first: number,
  end: number,
  onFailure: OnFailure,
  maxAccounts: number,
  signal: AbortSignal | undefined,
  startRetries: Retries = new Map(),
): AsyncGenerator<WindowRows<C>> {
  const readers = new Map(
    [...streams].map(([account, stream]) => [account, windowReader(stream, startRetries.get(account))]),
  )
  const retries = new Map(startRetries)
  for (let window = first; window < end || readers.size > 0; window += 1) {
    const rows: WindowRows<C>['rows'] = []
    const failures: WindowRows<C>['failures'] = []
    const failedAccounts: WindowRows<C>['failedAccounts'] = []
    await forEach([...readers], maxAccounts, signal, async ([account, read], stop) => {
      const result = await raceAbort(read(window), stop)
      retries.set(account, result.retry)
      if (result.failure !== null) {
        readers.delete(account)
        if (!shouldDeliverRowsRead(result.failure.error)) return onFailure(account, result.failure.error)
        failedAccounts.push({ account, error: result.failure.error })
      } else if (result.isEnd) readers.delete(account)
      for (const row of result.rows) rows.push({ account, row })
      for (const failure of result.failures) failures.push({ account, failure })
    })
    yield { window, rows, failures, failedAccounts, retries }
  }
}

/** Whether to deliver the rows of a failed window that were read: a retry would fail at the same rows. */
function shouldDeliverRowsRead(error: unknown): boolean {
  if (!ComplaintError.isInstance(error)) return false
  return error.code === 'RESPONSE' || (error.code === 'PAGINATION' && error.retryable)
}

/** What a stream read of one window, and its failure, which may be anything, null included, when the user aborts. */
interface WindowResult<C> {
  readonly rows: readonly C[]
  readonly failures: readonly RowFailure[]
  readonly retry: AccountCheckpoint['retry']
  readonly isEnd: boolean
  readonly failure: { readonly error: unknown } | null
}

/** Reads a stream up to the end of a given window. */
function windowReader<C>(
  stream: AsyncGenerator<AccountPage<C>>,
  startRetry: AccountCheckpoint['retry'],
): (window: number) => Promise<WindowResult<C>> {
  let held: AccountPage<C> | null = null
  let retry = startRetry
  return async (window) => {
    const rows: C[] = []
    const failures: RowFailure[] = []
    const result = (isEnd: boolean, failure: WindowResult<C>['failure'] = null): WindowResult<C> => ({
      rows,
      failures,
      retry,
      isEnd,
      failure,
    })
    try {
      for (;;) {
        const page = held ?? (await pull(stream))
        held = null
        if (page === null) return result(true)
        if (page.window > window) {
          held = page
          // Such a page names the days that an unusable response left unread.
          if (page.rows.length === 0) retry = page.next?.retry
          return result(false)
        }
        retry = page.next?.retry
        for (const row of page.rows) rows.push(row)
        failures.push(...page.failures)
        if (page.next === null) return result(true)
        if (page.next.window > window) return result(false)
      }
    } catch (error) {
      return result(false, { error })
    }
  }
}

async function pull<T>(stream: AsyncGenerator<T>): Promise<T | null> {
  const result = await stream.next()
  return result.done === true ? null : result.value
}

export function compareKeys(a: SortKey, b: SortKey): number {
  return a[0] - b[0] || compareText(a[2], b[2]) || compareText(a[1], b[1])
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

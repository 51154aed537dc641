import { adoptSignal } from '../async/abort.js'
import type { ComplaintEvent } from '../events.js'
import type { AccountCheckpoint } from '../listing/checkpoint.js'
import { decodeCursor, fingerprintQuery } from '../listing/cursor.js'
import { type ComplaintList, createList } from '../listing/list.js'
import type { ListAccount, ListContext } from '../listing/list-context.js'
import { type ComplaintWindow, planComplaintWindows, planWindows } from '../listing/plan.js'
import type { Complaint } from '../model.js'
import { type ComplaintQuery, checkQuery, parseQuery } from '../query.js'
import { selectAccounts } from './accounts.js'
import { findClockSkew } from './clock-skew.js'
import type { ConnectedAccount } from './connect.js'
import { createListAccount } from './list-account.js'
import { type ClientOptions, checkListOptions, defaults, type ListOptions } from './options.js'

/** The parts of a client that a list needs. */
interface ListClient<C extends Complaint> {
  readonly accounts: readonly ConnectedAccount<C>[]
  readonly options: ClientOptions
  emit(event: ComplaintEvent): void
}

/** One object for all accounts, so that cursors write it once. */
const beginning: AccountCheckpoint = { window: 0, at: null }

/**
 * Checks a query, options and cursor, and creates the list; see `ComplaintClient.list`.
 * @param isRemembered as in `WindowSource`
 */
export function createComplaintList<C extends Complaint>(
  client: ListClient<C>,
  query: ComplaintQuery,
  options: ListOptions,
  isRemembered?: (rows: readonly C[]) => boolean,
): ComplaintList<C> {
  checkListOptions(options)
  const parsed = parseQuery(query)
  const selected = selectAccounts(client.accounts, parsed.accounts)
  const infos = selected.map(({ info }) => info)
  // `longRange: 'reject'` was checked before the first page. Without `to`, the range has grown since then.
  const checkable = options.cursor === undefined ? parsed : { ...parsed, longRange: undefined }
  let checked = checkQuery(checkable, infos, Date.now())
  const keys = selected.map(({ key }) => key).sort()
  const asked = checked
  const fingerprintOf = (accounts: readonly string[]): string => fingerprintQuery(accounts, asked)
  const resumed = options.cursor === undefined ? null : decodeCursor(options.cursor, fingerprintOf(keys), keys)
  if (resumed !== null) checked = { ...checked, to: resumed.to }
  const windowDays = resumed?.windowDays ?? Math.min(...infos.map(({ limits }) => limits.windowDays))
  const direction = checked.order === 'newest' ? 'newest' : 'oldest'
  const maxOfClient = client.options.maxAccounts ?? defaults.maxAccounts
  const maxAccounts = Math.min(options.maxAccounts ?? maxOfClient, maxOfClient)
  // In a sorted list, all accounts wait for the last one at the end of each window. Pages read ahead would be held for
  // every account.
  const isLookingAhead = checked.order === 'arrival' || selected.length <= maxAccounts
  const accountsTo = (to: number): ListAccount<C>[] =>
    selected.map((account) =>
      createListAccount(account, { ...checked, to }, options, client.options, isLookingAhead, isRemembered),
    )
  const contextTo = (to: number): ListContext<C> => ({
    query: { ...checked, to },
    accounts: accountsTo(to),
    windows: planWindows(checked.from, to, windowDays, direction),
    start: resumed ?? { to, windowDays, accounts: new Map(keys.map((key) => [key, beginning])) },
    fingerprintOf,
    maxAccounts,
    signal: adoptSignal(options.signal),
    onAccountError: options.onAccountError,
    onRowError: options.onRowError,
    emit: client.emit,
    withLaterEnd() {
      const skew = findClockSkew(selected)
      if (skew === null || checked.toIsFixed || resumed !== null) return null
      client.emit(skew.event)
      return skew.aheadMs > 0 ? contextTo(to + skew.aheadMs) : null
    },
  })
  return createList(contextTo(checked.to))
}

/** Splits a query into windows of one account each; see `ComplaintClient.plan`. */
export function planQuery(
  accounts: readonly Pick<ConnectedAccount<Complaint>, 'key' | 'info'>[],
  query: ComplaintQuery,
): ComplaintWindow[] {
  const parsed = parseQuery(query, 'plan()')
  const selected = selectAccounts(accounts, parsed.accounts)
  const infos = selected.map(({ info }) => info)
  const now = Date.now()
  const checked = checkQuery(parsed, infos, now)
  return planComplaintWindows(
    parsed,
    checked.to > now ? checkQuery({ ...parsed, to: undefined }, infos, now) : checked,
    selected.map(({ key, info }) => ({ key, windowDays: info.limits.windowDays })),
  )
}

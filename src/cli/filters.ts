import type { ComplaintChannel, ComplaintClient, ComplaintQuery, ComplaintState } from '../index.js'
import type { Complaint } from '../model.js'
import { isDueWithin, isOverdue } from '../report/deadline.js'
import { isProviderName, noAccountSelected } from './account-name.js'
import { parseRange, parseSpan } from './range.js'

/** Which complaints `list` and `report` read. */
export interface FilterFlags {
  readonly since?: string
  readonly from?: string
  readonly to?: string
  readonly state?: readonly ComplaintState[]
  readonly channel?: readonly ComplaintChannel[]
  readonly account?: readonly string[]
  readonly provider?: readonly string[]
  readonly merchant?: string
  readonly merchantOrderNo?: string
  /** False leaves overdue complaints out. */
  readonly overdue?: boolean
  readonly dueWithin?: string
}

/** @throws UsageError */
export function buildQuery(flags: FilterFlags, client: Pick<ComplaintClient, 'accounts'>, now: number): ComplaintQuery {
  const { state, channel, merchant, merchantOrderNo } = flags
  const accounts = selectAccounts(flags, client)
  return { ...parseRange(flags, now), state, channel, accounts, merchant, merchantOrderNo }
}

/** The options that leave complaints out, as a reader of a report finds them on the command line. */
export function filterTexts(flags: FilterFlags): string[] {
  const given = filterOptions(flags).map(([name, value]) => `${name} ${value}`)
  return flags.overdue === undefined ? given : [...given, flags.overdue ? '--overdue' : '--no-overdue']
}

/** The options with a value that leave complaints out, apart from the range. Several values are separated by commas. */
export function filterOptions(flags: FilterFlags): (readonly [name: string, value: string])[] {
  const options: readonly (readonly [name: string, value: string | readonly string[] | undefined])[] = [
    ['--provider', flags.provider],
    ['--account', flags.account],
    ['--state', flags.state],
    ['--channel', flags.channel],
    ['--merchant', flags.merchant],
    ['--merchant-order-no', flags.merchantOrderNo],
    ['--due-within', flags.dueWithin],
  ]
  return options.flatMap(([name, value]) => (value === undefined ? [] : [[name, [value].flat().join(',')] as const]))
}

/**
 * Which rows pass `--overdue` and `--due-within`, which providers cannot filter by.
 * @throws UsageError
 */
export function createRowFilter({ overdue, dueWithin }: FilterFlags, now: number): (complaint: Complaint) => boolean {
  const spanMs = dueWithin === undefined ? null : parseSpan(dueWithin, '--due-within')
  return (complaint) =>
    (overdue === undefined || isOverdue(complaint, now) === overdue) &&
    (spanMs === null || isDueWithin(complaint, now, spanMs))
}

/** Names of accounts as `provider:account`; those that a query selects, or all. */
export function selectedAccounts(
  query: Pick<ComplaintQuery, 'accounts'>,
  client: Pick<ComplaintClient, 'accounts'>,
): string[] {
  const keys = client.accounts.map(({ provider, account }) => ({ key: `${provider}:${account}`, account }))
  return keys
    .filter(
      ({ key, account }) =>
        query.accounts === undefined || query.accounts.includes(key) || query.accounts.includes(account),
    )
    .map(({ key }) => key)
}

/**
 * The accounts of `--account` and `--provider`; undefined for all.
 * @throws UsageError when they select no account
 */
export function selectAccounts(
  { account, provider }: Pick<FilterFlags, 'account' | 'provider'>,
  { accounts }: Pick<ComplaintClient, 'accounts'>,
): readonly string[] | undefined {
  if (provider === undefined) return account
  const selected = accounts.filter(
    (info) =>
      provider.some((name) => isProviderName(name, info.provider)) &&
      (account === undefined || account.includes(info.account) || account.includes(`${info.provider}:${info.account}`)),
  )
  if (selected.length > 0) return selected.map((info) => `${info.provider}:${info.account}`)
  throw noAccountSelected(provider, accounts)
}

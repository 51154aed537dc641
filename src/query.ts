import { z } from 'zod'
import { QueryError } from './errors.js'
import type { Complaint, ComplaintState } from './model.js'
import { validateOptions } from './parsing/validate.js'
import type { AccountInfo } from './provider.js'
import { beijingDay, dayMs, daysBetween, parseInstant, startOfBeijingDay } from './time.js'

/** What complaints to list. Unknown keys are refused. */
export interface ComplaintQuery {
  /**
   * The first instant asked for, by the time a complaint was made. `yyyy-MM-dd` is the beginning of that Beijing day;
   * a Date, or an ISO 8601 text with an offset, is that instant.
   */
  from: Date | string
  /** `yyyy-MM-dd`: up to the end of that Beijing day. A Date or an ISO 8601 text with an offset: before that instant. Default: now. */
  to?: Date | string | undefined
  /** Only these states. Applied to what arrives, never asked of the server: a state can change while the list is read. */
  state?: ComplaintState | readonly ComplaintState[] | undefined
  /** Only these accounts, by `account` or `provider:account`. */
  accounts?: readonly string[] | undefined
  /** Only this (sub-)merchant: WeChat Pay and Huishouqian. A QueryError when an account is asked that knows none. */
  merchant?: string | undefined
  /** Only complaints about this order number of the merchant's own (Xiaoe: this resource or order). */
  merchantOrderNo?: string | undefined
  /** Rows asked for in one request. Default: WeChat 50 (1–50), Huishouqian 500 (1–500), Xiaoe 50 (1–100). */
  pageSize?: number | undefined
  /** `split` (default): a range longer than a provider allows is read in several windows. `reject`: it is a QueryError. */
  longRange?: 'split' | 'reject' | undefined
  /** `arrival` (default): as they come, soonest. `newest` or `oldest`: sorted across everything asked. */
  order?: 'arrival' | 'newest' | 'oldest' | undefined
}

export type ListOrder = NonNullable<ComplaintQuery['order']>

/** A query that was checked, as the engine uses it. */
export interface CheckedQuery {
  /** Milliseconds since 1970; the range is [from, to). */
  readonly from: number
  readonly to: number
  /** False when `to` is the moment of asking: a cursor then brings its own. */
  readonly toIsFixed: boolean
  readonly states: ReadonlySet<ComplaintState> | null
  readonly merchant: string | undefined
  readonly merchantOrderNo: string | undefined
  readonly pageSize: number | undefined
  readonly order: ListOrder
}

const states = ['pending', 'processing', 'resolved', 'unknown'] as const
const instant = () =>
  z.union([z.date(), z.string()], { error: 'must be a Date, yyyy-MM-dd, or an ISO 8601 time with an offset' })
const filterText = () =>
  z
    .string()
    .trim()
    .min(1, { error: 'must not be empty; leave it out to ask for all' })
    .refine((text) => Buffer.from(text).toString() === text, {
      error: 'must be well-formed text, without half of a pair',
    })

const schema: z.ZodType<ComplaintQuery> = z.lazy(() =>
  z.strictObject({
    from: instant(),
    to: instant().exactOptional(),
    state: z
      .union(
        [z.enum(states), z.array(z.enum(states)).min(1, { error: 'must name a state; leave it out to ask for all' })],
        {
          error: `must be one or several of ${states.join(', ')}`,
        },
      )
      .exactOptional(),
    accounts: z.array(z.string()).min(1, { error: 'must name an account; leave it out to ask all' }).exactOptional(),
    merchant: filterText().exactOptional(),
    merchantOrderNo: filterText().exactOptional(),
    pageSize: z.int({ error: 'must be an integer' }).min(1).exactOptional(),
    longRange: z.enum(['split', 'reject']).exactOptional(),
    order: z.enum(['arrival', 'newest', 'oldest']).exactOptional(),
  }),
)

/**
 * Checks a query against itself and against the accounts it is asked of.
 * @param selected the accounts that `query.accounts` leaves
 * @throws QueryError that says what was wrong and what is allowed
 */
export function checkQuery(query: ComplaintQuery, selected: readonly AccountInfo[], now: number): CheckedQuery {
  const { merchant, merchantOrderNo, pageSize, state, order = 'arrival', longRange = 'split' } = query
  const from = parseBound(query.from, 'from', 'begin')
  const to = query.to === undefined ? now : parseBound(query.to, 'to', 'end')
  assertYear(from, 'from')
  assertYear(to - 1, 'to')
  if (from >= to) {
    const end = query.to === undefined ? `the present (${new Date(to).toISOString()})` : `to (${formatBound(query.to)})`
    throw new QueryError(`from (${formatBound(query.from)}) must lie before ${end}`)
  }
  for (const info of selected) {
    assertPageSize(info, pageSize)
    for (const filter of ['merchant', 'merchantOrderNo'] as const) assertLength(info, filter, query[filter])
    if (longRange === 'reject') assertSpan(info, from, to)
    if (merchant !== undefined && !info.capabilities.merchant) {
      throw new QueryError(
        `merchant cannot be asked of this account, which knows no sub-merchants; name the others in accounts`,
        info,
      )
    }
  }
  return {
    from,
    to,
    toIsFixed: query.to !== undefined,
    states: state === undefined ? null : new Set(typeof state === 'string' ? [state] : state),
    merchant,
    merchantOrderNo,
    pageSize,
    order,
  }
}

/**
 * Refuses what no query may hold, whatever the accounts.
 * @param what names the call for the message
 * @throws QueryError
 */
export function parseQuery(query: unknown, what: 'list()' | 'plan()' = 'list()'): ComplaintQuery {
  return validateOptions(schema, query, what, QueryError)
}

/** Whether a mapped complaint is one that was asked for. A filter that the server applies lets a row without the field pass. */
export function matches(query: CheckedQuery, capabilities: AccountInfo['capabilities'], complaint: Complaint): boolean {
  const createdAt = complaint.createdAt.getTime()
  if (createdAt < query.from || createdAt >= query.to) return false
  if (query.states !== null && !query.states.has(complaint.state)) return false
  if (query.merchant !== undefined && complaint.merchantId !== null && complaint.merchantId !== query.merchant)
    return false
  if (query.merchantOrderNo === undefined) return true
  const numbers = [...complaint.orders.map((order) => order.merchantOrderNo), complaint.resource?.id ?? null]
  const orderNumbers = numbers.filter((number) => number !== null)
  return orderNumbers.length === 0 ? capabilities.merchantOrderNo : orderNumbers.includes(query.merchantOrderNo)
}

function parseBound(value: Date | string, key: 'from' | 'to', side: 'begin' | 'end'): number {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw new QueryError(`${key} is an invalid Date`)
    return value.getTime()
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) {
    const start = startOfBeijingDay(value)
    if (start !== null) return side === 'begin' ? start : start + dayMs
  } else {
    const instant = parseInstant(value)
    if (instant !== null) return instant.getTime()
  }
  throw new QueryError(
    `${key} "${value.slice(0, 40)}" is no date or instant; give yyyy-MM-dd for a whole Beijing day, or a time with an offset such as 2026-01-31T08:00:00+08:00`,
  )
}

/** Days are written `yyyy-MM-dd`, to providers too: there are none beyond 9999, and no complaints before 1970. */
function assertYear(instant: number, key: 'from' | 'to'): void {
  if (/^(?:19[7-9]\d|[2-9]\d{3})-/.test(beijingDay(instant))) return
  throw new QueryError(`${key} lies outside the years 1970 to 9999`)
}

function assertPageSize(info: AccountInfo, pageSize: number | undefined): void {
  const { min, max } = info.limits.pageSize
  if (pageSize === undefined || (pageSize >= min && pageSize <= max)) return
  throw outOfLimits(`pageSize ${pageSize} is ${pageSize > max ? 'more' : 'less'}`, min, max, info)
}

function assertLength(info: AccountInfo, filter: 'merchant' | 'merchantOrderNo', text = ''): void {
  const max = info.limits.filterLengths?.[filter] ?? text.length
  if (text.length > max) throw outOfLimits(`${filter} has ${text.length} characters, more`, 1, max, info)
}

function outOfLimits(what: string, min: number, max: number, info: AccountInfo): QueryError {
  return new QueryError(`${what} than this provider allows (${min} to ${max})`, info)
}

function assertSpan(info: AccountInfo, from: number, to: number): void {
  const span = daysBetween(beijingDay(from), beijingDay(to - 1))
  const { maxSpanDays } = info.limits
  if (maxSpanDays === null || span <= maxSpanDays) return
  throw new QueryError(
    `the range spans ${span} days, more than the ${maxSpanDays} this provider allows in one request; shorten it, or leave longRange at 'split'`,
    info,
  )
}

function formatBound(value: Date | string): string {
  return value instanceof Date ? value.toISOString() : value
}

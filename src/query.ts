import { z } from 'zod'
import { QueryError } from './errors.js'
import {
  type Complaint,
  type ComplaintChannel,
  type ComplaintState,
  complaintChannels,
  complaintStates,
} from './model.js'
import { isDate } from './parsing/realm.js'
import { argumentError, validateOptions } from './parsing/validate.js'
import { quoteValue } from './privacy/key-like.js'
import type { AccountInfo } from './provider.js'
import { beijingDay, dayMs, daysBetween, parseInstant, startOfBeijingDay } from './time.js'

/**
 * Selects the complaints of a list. Unknown keys are a QueryError.
 * @example
 * ```ts
 * const query: ComplaintQuery = { from: '2026-01-01', to: '2026-03-31', state: ['pending', 'processing'] }
 * ```
 */
export interface ComplaintQuery {
  /**
   * Start of the range, included, by the time a complaint was made. `yyyy-MM-dd`: the start of that Beijing day. A Date,
   * or an ISO 8601 text with an offset: that instant. From 1970 on.
   */
  from: Date | string
  /**
   * End of the range. `yyyy-MM-dd`: the end of that Beijing day, so the day is included. A Date, or an ISO 8601 text
   * with an offset: that instant, excluded. Default: now.
   */
  to?: Date | string | undefined
  /** Only these states. The client filters the mapped rows, because a state can change while the list is read. */
  state?: ComplaintState | readonly ComplaintState[] | undefined
  /** Only complaints made through these channels. The client filters the mapped rows. */
  channel?: ComplaintChannel | readonly ComplaintChannel[] | undefined
  /**
   * True: only complaints whose deadline has passed; false: only those whose deadline has not. The client filters the
   * mapped rows by `complaint.overdue`, so complaints of providers that do not report it match neither. To find late
   * complaints of every provider, compare the time of `deadlineOf(complaint)` instead.
   */
  overdue?: boolean | undefined
  /** Only these accounts, by `account` or `provider:account`. Default: all accounts of the client. */
  accounts?: readonly string[] | undefined
  /**
   * Only complaints about this merchant: for WeChat Pay the (sub-)merchant's mchid, for Huishouqian its merchantNo. A
   * QueryError when an account of a provider without sub-merchants is selected.
   */
  merchant?: string | undefined
  /** Only complaints about this order, by the merchant's own order number (Xiaoe: by resource or order id). */
  merchantOrderNo?: string | undefined
  /**
   * Rows per request. WeChat Pay: 1 to 50, default 50. Huishouqian: 1 to 500, default 500. Xiaoe: 1 to 100, default 50.
   * Alipay: 1 to 20, default 20.
   * A QueryError when a selected provider does not allow it.
   */
  pageSize?: number | undefined
  /**
   * A range that is longer than a provider's documented maximum is read in several windows (`split`, default) or is a
   * QueryError (`reject`).
   */
  longRange?: 'split' | 'reject' | undefined
  /**
   * `arrival` (default): each page as soon as it is received. `newest`, `oldest`: sorted by `createdAt` across all
   * accounts.
   */
  order?: 'arrival' | 'newest' | 'oldest' | undefined
}

export type ListOrder = NonNullable<ComplaintQuery['order']>

/** A valid query as the listing engine reads it. */
export interface CheckedQuery {
  /** Start of the range in milliseconds since 1970, included. */
  readonly from: number
  /** End of the range in milliseconds since 1970, excluded. */
  readonly to: number
  /** False when `to` is the time of the call; a cursor then contains its own `to`. */
  readonly toIsFixed: boolean
  /** Null: every state. */
  readonly states: ReadonlySet<ComplaintState> | null
  /** Null: every channel. */
  readonly channels: ReadonlySet<ComplaintChannel> | null
  readonly overdue: boolean | undefined
  readonly merchant: string | undefined
  readonly merchantOrderNo: string | undefined
  readonly pageSize: number | undefined
  readonly order: ListOrder
}

const instant = () =>
  z.union([z.custom<Date>((value) => isDate(value) && !Number.isNaN(value.getTime())), z.string()], {
    error: ({ input }) =>
      `${input === undefined ? 'is missing; it ' : ''}must be a Date, yyyy-MM-dd, or an ISO 8601 time with an offset`,
  })
const filterText = () =>
  z
    .string()
    .trim()
    .min(1, { error: 'must not be empty; leave it out for all' })
    .refine((text) => Buffer.from(text).toString() === text, {
      error: 'must be well-formed Unicode, without a lone surrogate',
    })

const oneOrSeveral = <Value extends string>(values: readonly Value[], what: string) =>
  z
    .union(
      [
        z.enum(values),
        z.array(z.enum(values)).min(1, { error: `must have at least one ${what}; leave it out for all` }),
      ],
      { error: `must be one or several of ${values.join(', ')}` },
    )
    .exactOptional()

const accounts = () =>
  z.array(z.string()).min(1, { error: 'must have at least one account; leave it out for all' }).exactOptional()

const schema: z.ZodType<ComplaintQuery> = z.lazy(() =>
  z.strictObject(
    {
      from: instant(),
      to: instant().exactOptional(),
      state: oneOrSeveral(complaintStates, 'state'),
      channel: oneOrSeveral(complaintChannels, 'channel'),
      overdue: z.boolean().exactOptional(),
      accounts: accounts(),
      merchant: filterText().exactOptional(),
      merchantOrderNo: filterText().exactOptional(),
      pageSize: z.int({ error: 'must be an integer' }).min(1).exactOptional(),
      longRange: z.enum(['split', 'reject']).exactOptional(),
      order: z.enum(['arrival', 'newest', 'oldest']).exactOptional(),
    },
    argumentError("the first argument must be a query object, e.g. { from: '2026-01-01' }"),
  ),
)

const changeSchema: z.ZodType<Partial<Pick<ComplaintQuery, 'from' | 'accounts' | 'merchant'>>> = z.lazy(() =>
  z.strictObject(
    { from: instant().exactOptional(), accounts: accounts(), merchant: filterText().exactOptional() },
    argumentError('the first argument must be a query object; {} selects everything'),
  ),
)

/**
 * Checks the range of a query, and its filters against the limits of the selected accounts.
 * @param selected the accounts of `query.accounts`
 * @param now milliseconds since 1970
 * @throws QueryError
 */
export function checkQuery(query: ComplaintQuery, selected: readonly AccountInfo[], now: number): CheckedQuery {
  const { merchant, merchantOrderNo, pageSize, state, channel, overdue, order = 'arrival', longRange = 'split' } = query
  const from = parseBound(query.from, 'from')
  const to = query.to === undefined ? now : parseBound(query.to, 'to')
  assertYear(from, 'from')
  assertYear(to - 1, 'to')
  if (from >= to) {
    const end = query.to === undefined ? `now (${new Date(to).toISOString()})` : `to (${formatBound(query.to)})`
    throw new QueryError(`from (${formatBound(query.from)}) must be before ${end}`)
  }
  for (const info of selected) {
    assertPageSize(info, pageSize)
    for (const filter of ['merchant', 'merchantOrderNo'] as const) assertLength(info, filter, query[filter])
    if (longRange === 'reject') assertSpan(info, from, to)
    if (merchant !== undefined && !info.capabilities.merchant) {
      throw new QueryError(
        `merchant is not supported for this provider, which has no sub-merchants; select the other accounts with accounts`,
        info,
      )
    }
  }
  return {
    from,
    to,
    toIsFixed: query.to !== undefined,
    states: toSet(state),
    channels: toSet(channel),
    overdue,
    merchant,
    merchantOrderNo,
    pageSize,
    order,
  }
}

/**
 * Checks the form of a query, independently of the accounts.
 * @param method for the message
 * @throws QueryError
 */
export function parseQuery(query: unknown, method: 'list()' | 'plan()' = 'list()'): ComplaintQuery {
  return validateOptions(schema, query, method, QueryError)
}

/**
 * Checks the form of a query of `changes()` or `follow()`.
 * @throws QueryError
 */
export function parseChangeQuery(
  query: unknown,
  method: 'changes()' | 'follow()',
): Partial<Pick<ComplaintQuery, 'from' | 'accounts' | 'merchant'>> {
  return validateOptions(changeSchema, query, method, QueryError)
}

/**
 * True when a mapped complaint is in the range and passes the filters. A row without the field passes a filter that the
 * server applies.
 */
export function matches(query: CheckedQuery, capabilities: AccountInfo['capabilities'], complaint: Complaint): boolean {
  const createdAt = complaint.createdAt.getTime()
  if (createdAt < query.from || createdAt >= query.to) return false
  if (query.states?.has(complaint.state) === false) return false
  if (query.channels?.has(complaint.channel) === false) return false
  if (query.overdue !== undefined && complaint.overdue !== query.overdue) return false
  if (query.merchant !== undefined && complaint.merchantId !== null && complaint.merchantId !== query.merchant)
    return false
  if (query.merchantOrderNo === undefined) return true
  const numbers = [...complaint.orders.map((order) => order.merchantOrderNo), complaint.resource?.id ?? null]
  const orderNumbers = numbers.filter((number) => number !== null)
  return orderNumbers.length === 0 ? capabilities.merchantOrderNo : orderNumbers.includes(query.merchantOrderNo)
}

function toSet<Value extends string>(values: Value | readonly Value[] | undefined): ReadonlySet<Value> | null {
  return values === undefined ? null : new Set(typeof values === 'string' ? [values] : values)
}

function parseBound(value: Date | string, key: 'from' | 'to'): number {
  if (isDate(value)) {
    if (Number.isNaN(value.getTime())) throw new QueryError(`${key} is an invalid Date`)
    return value.getTime()
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) {
    const start = startOfBeijingDay(value)
    if (start !== null) return key === 'from' ? start : start + dayMs
  } else {
    const instant = parseInstant(value)
    if (instant !== null) return instant.getTime()
  }
  throw new QueryError(
    `${key} ${quoteValue(value.slice(0, 40))} is not a date or instant; use yyyy-MM-dd for a whole Beijing day, or a time with an offset such as 2026-01-31T08:00:00+08:00`,
  )
}

/** Days are sent to providers as `yyyy-MM-dd`, so the year has four digits; no complaint is older than 1970. */
function assertYear(instant: number, key: 'from' | 'to'): void {
  if (/^(?:19[7-9]\d|[2-9]\d{3})-/.test(beijingDay(instant))) return
  throw new QueryError(`${key} is outside the years 1970 to 9999`)
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
  return isDate(value) ? value.toISOString() : value
}

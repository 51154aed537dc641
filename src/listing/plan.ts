import type { CheckedQuery, ComplaintQuery } from '../query.js'
import { addDays, beijingDay, daysBetween, formatBeijing, startOfBeijingDay } from '../time.js'

/** A run of Beijing days, `yyyy-MM-dd`, both ends included. */
export interface Window {
  readonly begin: string
  readonly end: string
}

/**
 * A piece of a query: one account, and as many days as one window holds. It is plain JSON and a query itself, so that
 * another process, or another day, reads exactly this piece by `client.list(window)`.
 */
export interface ComplaintWindow extends ComplaintQuery {
  /** The one account whose complaints these are, as `provider:account`. */
  readonly accounts: readonly [string]
  /** The first instant, ISO 8601 with Beijing's offset. */
  readonly from: string
  /** The instant before which the window ends, ISO 8601 with Beijing's offset: never later than when it was planned. */
  readonly to: string
}

/** What a window is planned for: an account as `provider:account`, and how long its windows are. */
export interface PlannedAccount {
  readonly key: string
  readonly windowDays: number
}

type Direction = 'oldest' | 'newest'

/**
 * Cuts [from, to) into windows of at most `windowDays` Beijing days: no day twice, none missed.
 * @param from milliseconds since 1970
 * @param to milliseconds since 1970, later than `from`
 * @param direction which window comes first
 */
export function planWindows(from: number, to: number, windowDays: number, direction: Direction): Window[] {
  const first = beijingDay(from)
  const last = beijingDay(to - 1)
  const count = Math.ceil((daysBetween(first, last) + 1) / windowDays)
  const windows = Array.from({ length: count }, (_, index): Window => {
    const begin = addDays(first, index * windowDays)
    const end = addDays(begin, windowDays - 1)
    return { begin, end: index === count - 1 ? last : end }
  })
  return direction === 'oldest' ? windows : windows.reverse()
}

/** The two have a day in common. */
export function overlaps(one: Window, other: Window): boolean {
  return one.begin <= other.end && one.end >= other.begin
}

/** The window from which an account that also has days to be read again comes to all of them. */
export function retryFromWindow(
  { window, retry = [] }: { readonly window: number; readonly retry?: readonly Window[] | undefined },
  windows: readonly Window[],
): number {
  const first = windows.findIndex((planned) => retry.some((days) => overlaps(planned, days)))
  return first < 0 ? window : Math.min(window, first)
}

/**
 * Cuts a query into pieces for other processes: together they are the query, and no instant of an account is in two.
 * The accounts take turns, so that workers who take piece after piece do not all ask the same account.
 * @param asked the query as it was given, of which the pieces keep the filters
 * @param checked the same query, checked; its `to` holds
 */
export function planComplaintWindows(
  asked: ComplaintQuery,
  checked: CheckedQuery,
  accounts: readonly PlannedAccount[],
): ComplaintWindow[] {
  const { from, to, order } = checked
  const { state, channel, overdue, merchant, merchantOrderNo, pageSize } = asked
  const filters = { state, channel, overdue, merchant, merchantOrderNo, pageSize, order: asked.order && order }
  // Only what was given, as in JSON.
  const kept: Partial<typeof filters> = Object.fromEntries(
    Object.entries(filters).filter(([, value]) => value !== undefined),
  )
  const pieces = accounts.flatMap(({ key, windowDays }) =>
    planWindows(from, to, windowDays, 'oldest').map(({ begin, end }): { start: number; window: ComplaintWindow } => {
      const start = Math.max(from, startOfBeijingDay(begin) ?? from)
      const stop = Math.min(to, startOfBeijingDay(addDays(end, 1)) ?? to)
      return { start, window: { accounts: [key], from: instantText(start), to: instantText(stop), ...kept } }
    }),
  )
  const sign = order === 'newest' ? -1 : 1
  return pieces.sort((one, other) => sign * (one.start - other.start)).map(({ window }) => window)
}

function instantText(instant: number): string {
  return `${formatBeijing(instant, 'YYYY-MM-DDTHH:mm:ss.SSS')}+08:00`
}

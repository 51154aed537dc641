import { QueryError } from '../errors.js'
import type { Money } from '../model.js'
import { isRecord } from '../parsing/coerce.js'
import { isDate } from '../parsing/realm.js'
import * as time from '../time.js'

/**
 * The day of an instant in Beijing, `yyyy-MM-dd`, whatever the zone of this host is.
 * @param date a Date, or ISO 8601 text with an offset, as JSON has it; null, e.g. an absent `closedAt`, stays null
 * @throws QueryError for an invalid Date or text
 * @example
 * ```ts
 * beijingDay(new Date('2026-01-31T16:30:00Z')) // '2026-02-01'
 * ```
 */
export function beijingDay(date: Date | string): string
export function beijingDay(date: Date | string | null): string | null
export function beijingDay(date: Date | string | null): string | null {
  return date === null ? null : time.beijingDay(toInstant(date, 'beijingDay()'))
}

/**
 * An instant as Beijing time, `yyyy-MM-dd HH:mm:ss`, whatever the zone of this host is.
 * @param date a Date, or ISO 8601 text with an offset, as JSON has it; null, e.g. an absent `closedAt`, stays null
 * @throws QueryError for an invalid Date or text
 * @example
 * ```ts
 * formatBeijing(complaint.createdAt) // '2026-01-31 09:05:00'
 * ```
 */
export function formatBeijing(date: Date | string): string
export function formatBeijing(date: Date | string | null): string | null
export function formatBeijing(date: Date | string | null): string | null {
  return date === null ? null : time.formatBeijing(toInstant(date, 'formatBeijing()'), 'YYYY-MM-DD HH:mm:ss')
}

/**
 * An amount in yuan with two decimals, without a currency sign or separators. Exact: computed from integers.
 * @param money null, e.g. an absent `refund.amount`, stays null
 * @throws QueryError when `fen` is not a safe integer
 * @example
 * ```ts
 * formatYuan({ fen: 123_405, currency: 'CNY' }) // '1234.05'
 * ```
 */
export function formatYuan(money: Money): string
export function formatYuan(money: Money | null): string | null
export function formatYuan(money: Money | null): string | null {
  if (money === null) return null
  const fen = toFen(money)
  if (fen === null) throw new QueryError('formatYuan(): fen must be a safe integer')
  const digits = String(Math.abs(fen)).padStart(3, '0')
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** Callers in JavaScript may have no money at all. */
function toFen(money: unknown): number | null {
  return isRecord(money) && Number.isSafeInteger(money.fen) ? Number(money.fen) : null
}

function toInstant(date: Date | string, caller: string): number {
  const instant = isDate(date) ? date.getTime() : (time.parseInstant(String(date))?.getTime() ?? Number.NaN)
  if (!Number.isNaN(instant)) return instant
  throw new QueryError(`${caller}: the date must be a valid Date, or ISO 8601 text with an offset`)
}

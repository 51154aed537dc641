import dayjs from 'dayjs'
import customParseFormat from 'dayjs/plugin/customParseFormat.js'
import utc from 'dayjs/plugin/utc.js'

dayjs.extend(utc)
dayjs.extend(customParseFormat)

/** China has had one zone and no summer time since 1991: Beijing is UTC+8, whatever zone the host is in. */
const beijingOffsetMs = 8 * 60 * 60 * 1000
export const dayMs: number = 24 * 60 * 60 * 1000

/** The Beijing day of an instant, `yyyy-MM-dd`. */
export function beijingDay(instant: Date | number): string {
  return formatBeijing(instant, 'YYYY-MM-DD')
}

/** An instant as a Beijing wall clock shows it; `format` is dayjs's. */
export function formatBeijing(instant: Date | number, format: string): string {
  return dayjs.utc(instant.valueOf() + beijingOffsetMs).format(format)
}

/** Milliseconds since 1970 at which a Beijing day begins; null when there is no such day (31 February). */
export function startOfBeijingDay(day: string): number | null {
  return parseBeijing(day, 'YYYY-MM-DD')?.getTime() ?? null
}

/** `day` moved by whole days. */
export function addDays(day: string, days: number): string {
  return dayjs.utc(day, 'YYYY-MM-DD', true).add(days, 'day').format('YYYY-MM-DD')
}

/** How many days `end` lies after `begin`: 0 for the same day. */
export function daysBetween(begin: string, end: string): number {
  return dayjs.utc(end, 'YYYY-MM-DD', true).diff(dayjs.utc(begin, 'YYYY-MM-DD', true), 'day')
}

/** Reads a Beijing wall-clock text strictly; null when it is no such time. `format` is dayjs's. */
export function parseBeijing(text: string, format: string): Date | null {
  const parsed = dayjs.utc(text, format, true)
  return parsed.isValid() ? new Date(parsed.valueOf() - beijingOffsetMs) : null
}

const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:([Zz])|([+-])(\d{2}):?(\d{2}))$/

/** Reads an RFC 3339 instant, which must state its offset; null when it does not or is no real time. */
export function parseInstant(text: string): Date | null {
  const match = rfc3339.exec(text)
  if (match === null) return null
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6] ?? 0)]
  const [offsetHours, offsetMinutes] = [Number(match[10] ?? 0), Number(match[11] ?? 0)]
  if (hour > 23 || minute > 59 || second > 59 || offsetHours > 23 || offsetMinutes > 59) return null
  const midnight = new Date(0)
  midnight.setUTCFullYear(year, month - 1, day)
  // A day that does not exist rolls over into the next month.
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return null
  const offset = (offsetHours * 60 + offsetMinutes) * (match[9] === '-' ? -1 : 1)
  const milliseconds = match[7] === undefined ? 0 : Math.floor(Number(`0.${match[7]}`) * 1000)
  return new Date(midnight.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + milliseconds)
}

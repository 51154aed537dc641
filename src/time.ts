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
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/

/** Reads an RFC 3339 instant, which must state its offset; null when it does not or is no real time. */
export function parseInstant(text: string): Date | null {
  // A day that does not exist, 31 February, would roll over into the next month. Up to 28 they all do.
  if (!rfc3339.test(text) || (text.slice(8, 10) > '28' && !isCalendarDay(text.slice(0, 10)))) return null
  // As nearly all are written, `T` and `+08:00`, Date reads it as it stands.
  return new Date(text[10] === 'T' && text.at(-3) === ':' ? text : toIsoText(text))
}

function toIsoText(text: string): string {
  return `${text.slice(0, 10)}T${text.slice(11).toUpperCase()}`.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')
}

function isCalendarDay(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
}

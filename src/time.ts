import dayjs from 'dayjs'
import utc from 'dayjs/plugin/utc.js'

dayjs.extend(utc)

/** The application may share this copy of dayjs, so its global locale must not apply here. */
const locale = 'en'

/** China has one time zone and, since 1991, no daylight saving time. */
const beijingOffsetMs = 8 * 60 * 60 * 1000

/** Milliseconds of a day. */
export const dayMs: number = 24 * 60 * 60 * 1000

// Lists ask for days at every row and request: arithmetic takes a tenth of what dayjs takes.

/** The Beijing day of an instant, `yyyy-MM-dd`. */
export function beijingDay(instant: Date | number): string {
  return utcDay(instant.valueOf() + beijingOffsetMs)
}

/** The start of a Beijing day in milliseconds since 1970; null for an invalid day (31 February). */
export function startOfBeijingDay(day: string): number | null {
  return dayPattern.test(day) && isCalendarDay(day) ? Date.parse(day) - beijingOffsetMs : null
}

/** `day` plus a number of days, which may be negative. */
export function addDays(day: string, days: number): string {
  return utcDay(Date.parse(day) + days * dayMs)
}

/** Days from `begin` to `end`: 0 for the same day. */
export function daysBetween(begin: string, end: string): number {
  return (Date.parse(end) - Date.parse(begin)) / dayMs
}

function utcDay(at: number): string {
  const date = new Date(at)
  // Beyond what a Date can hold: a text that is not a day.
  return Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toISOString().slice(0, 10)
}

/** An instant as Beijing time; `format` as in dayjs. */
export function formatBeijing(instant: Date | number, format: string): string {
  return utcTime(instant.valueOf() + beijingOffsetMs).format(format)
}

/** `day` plus a number of months, which may be negative; the 31st becomes the last day of a shorter month. */
export function addMonths(day: string, months: number): string {
  return utcTime(Date.parse(day)).add(months, 'month').format('YYYY-MM-DD')
}

function utcTime(at: number): dayjs.Dayjs {
  return dayjs.utc(at).locale(locale)
}

type TimeFormat = 'YYYY-MM-DD HH:mm:ss' | 'YYYYMMDDHHmmss'

// The formats in which providers send times: arithmetic takes a sixth of what dayjs takes.
const timePatterns: Readonly<Record<TimeFormat, RegExp>> = {
  'YYYY-MM-DD HH:mm:ss': /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/,
  YYYYMMDDHHmmss: /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/,
}

/** Parses a Beijing time strictly; null for an invalid time. */
export function parseBeijing(text: string, format: TimeFormat): Date | null {
  const match = timePatterns[format].exec(text)
  if (match === null) return null
  const [, year = '', month, day, hour, minute, second] = match
  const isoText = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const at = Date.parse(isoText)
  // `Date.parse` turns 31 February into 3 March. As in dayjs, years begin with 100.
  const isValid = !Number.isNaN(at) && year >= '0100' && new Date(at).toISOString() === isoText
  return isValid ? new Date(at - beijingOffsetMs) : null
}

const dayPattern = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/
const rfc3339 =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/

/** Parses an RFC 3339 time with an offset; null without an offset or for an invalid time. */
export function parseInstant(text: string): Date | null {
  // `new Date` would turn 31 February into 3 March.
  if (!rfc3339.test(text) || !isCalendarDay(text.slice(0, 10))) return null
  // `Date` parses the usual form, with `T` and `+08:00`, as it is.
  return new Date(text[10] === 'T' && text.at(-3) === ':' ? text : toIsoText(text))
}

function toIsoText(text: string): string {
  return `${text.slice(0, 10)}T${text.slice(11).toUpperCase()}`.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')
}

/** @param day matches `dayPattern` */
function isCalendarDay(day: string): boolean {
  // Days up to 28 exist in every month.
  return day.slice(8) <= '28' || new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)
}

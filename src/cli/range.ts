import { quoteValue } from '../privacy/key-like.js'
import { addDays, addMonths, beijingDay, dayMs } from '../time.js'
import { UsageError } from './exit-codes.js'

const unitMs: Readonly<Record<string, number>> = {
  h: dayMs / 24,
  小时: dayMs / 24,
  d: dayMs,
  天: dayMs,
  w: 7 * dayMs,
  周: 7 * dayMs,
}
const intervalUnitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: dayMs / 24 }
const defaultSpan = '30d'

/**
 * The range of `--since`, `--from` and `--to`. `--since` becomes an absolute time in whole seconds, because a cursor only
 * resumes the same range; `today`, `yesterday` and months begin with a Beijing day.
 * @throws UsageError
 */
export function parseRange(
  options: { since?: string | undefined; from?: string | undefined; to?: string | undefined },
  now: number,
): { from: string; to?: string } {
  const { since, from, to } = options
  if (since !== undefined && (from !== undefined || to !== undefined))
    throw new UsageError({
      zh: '--since 不能与 --from、--to 同时使用',
      en: '--since cannot be combined with --from or --to',
    })
  if (to !== undefined && from === undefined)
    throw new UsageError({ zh: '使用 --to 时必须同时使用 --from', en: '--to needs --from' })
  if (from !== undefined) return { from: parseDay(from, now), ...(to === undefined ? {} : { to: parseDay(to, now) }) }
  return { from: parseSince(since ?? defaultSpan, now) }
}

/** `now`, `today`, `yesterday`, a day or an ISO time as a day or an ISO time. */
export function parseStart(text: string, now: number): string {
  return text === 'now' ? new Date(now).toISOString() : parseDay(text, now)
}

/**
 * A number of hours, days or weeks in milliseconds.
 * @param option for the message
 * @throws UsageError
 */
export function parseSpan(text: string, option: string): number {
  const spanMs = spanOf(text)
  if (spanMs === null)
    throw new UsageError({
      zh: `${option} 必须是小时、天或周数，例如 6h、7d、2w，不能是 ${quoteValue(text)}`,
      en: `${option} must be a number of hours, days or weeks, e.g. 6h, 7d, 2w, not ${quoteValue(text)}`,
    })
  return spanMs
}

/**
 * The time from one pass to the next in milliseconds: a number of seconds, minutes or hours, at most a day.
 * @param option for the message
 * @throws UsageError
 */
export function parseInterval(text: string, option: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,4})([smh])$/.exec(text) ?? []
  const intervalMs = Number(count) * (intervalUnitMs[unit] ?? Number.NaN)
  if (intervalMs <= dayMs) return intervalMs
  throw new UsageError({
    zh: `${option} 必须是秒、分钟或小时数，最长 24h，例如 30s、1m、2h，不能是 ${quoteValue(text)}`,
    en: `${option} must be a number of seconds, minutes or hours, at most 24h, e.g. 30s, 1m, 2h, not ${quoteValue(text)}`,
  })
}

function parseSince(text: string, now: number): string {
  const day = namedDay(text, now)
  if (day !== null) return day
  const today = beijingDay(now)
  const [, months] = /^([1-9]\d{0,2})(?:m|个月)$/.exec(text) ?? []
  if (months !== undefined) return addMonths(today, -Number(months))
  const spanMs = spanOf(text)
  if (spanMs === null)
    throw new UsageError({
      zh: '--since 必须是 昨天（yesterday）、今天（today），或小时、天、周、月数，例如 24h、7d、2w、1m',
      en: '--since must be yesterday, today, or a number of hours, days, weeks or months, e.g. 24h, 7d, 2w, 1m',
    })
  return new Date(now - spanMs).toISOString().replace(/\.\d+Z$/, 'Z')
}

function spanOf(text: string): number | null {
  const [, count = '', unit = ''] = /^([1-9]\d{0,4})(h|d|w|小时|天|周)$/.exec(text) ?? []
  const msPerUnit = unitMs[unit]
  return msPerUnit === undefined ? null : Number(count) * msPerUnit
}

/** Days before today. */
const namedDays: Readonly<Record<string, number>> = { today: 0, 今天: 0, yesterday: 1, 昨天: 1, 前天: 2 }

/** The Beijing day that a word names; null: it names none. */
function namedDay(text: string, now: number): string | null {
  const daysAgo = namedDays[text.trim().toLowerCase()]
  return daysAgo === undefined ? null : addDays(beijingDay(now), -daysAgo)
}

/**
 * A named day, `2026/11/1`, as Excel writes it, `2026.11.1`, `20261101` and `2026年11月1日` as `2026-11-01`; everything
 * else unchanged.
 */
function parseDay(text: string, now: number): string {
  const [, year, month = '', day = ''] =
    /^(\d{4})([/.])(\d{1,2})\2(\d{1,2})$/.exec(text)?.toSpliced(2, 1) ??
    /^(\d{4})年(\d{1,2})月(\d{1,2})[日号]$/.exec(text.replaceAll(/\s/g, '')) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(text) ??
    []
  if (year !== undefined) return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return namedDay(text, now) ?? text
}

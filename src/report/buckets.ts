import { addDays } from '../time.js'
import { sum } from './counts.js'
import type { Figures } from './figures.js'

/** With more days than this, a chart shows weeks: its bars would be too thin. */
const maxDays = 92
/** With more accounts than this, a chart shows providers: more colours are hard to distinguish. */
const maxSeries = 6

/** Counts of some days, one for each series. */
export interface Bucket {
  /** The first day, `yyyy-MM-dd`. */
  readonly day: string
  readonly counts: readonly number[]
}

/** Complaints over time, as a chart shows them. */
export interface TimeSeries {
  readonly isWeekly: boolean
  readonly series: readonly string[]
  readonly buckets: readonly Bucket[]
}

/** @param names of the accounts and of their providers */
export function timeSeries(
  { days }: Pick<Figures, 'days'>,
  names: { readonly accounts: readonly string[]; readonly providers: readonly string[] },
): TimeSeries {
  const owners = names.accounts.length > maxSeries ? names.providers : names.accounts
  const series = [...new Set(owners)]
  const isWeekly = days.length > maxDays
  const buckets: Bucket[] = []
  for (const [index, { day, counts }] of days.entries()) {
    const own = series.map((name) => sum(counts.filter((_, account) => owners[account] === name)))
    const last = buckets.at(-1)
    if (!isWeekly || last === undefined || index % 7 === 0) buckets.push({ day, counts: own })
    else buckets[buckets.length - 1] = { ...last, counts: last.counts.map((count, at) => count + (own[at] ?? 0)) }
  }
  return { isWeekly, series, buckets }
}

/** The label of a bucket in words: a day, or the first and last day of a week. */
export function bucketName({ day }: Bucket, isWeekly: boolean): string {
  return isWeekly ? `${day} – ${addDays(day, 6)}` : day
}

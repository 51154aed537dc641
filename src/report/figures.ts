import type { Complaint } from '../index.js'
import type { LabelLanguage } from '../labels/tables.js'
import { addDays, beijingDay, dayMs, formatBeijing, startOfBeijingDay } from '../time.js'
import {
  type AccountFigures,
  addUp,
  count,
  createMerchantCounts,
  type MerchantFigures,
  noCounts,
  sum,
  withTotal,
} from './counts.js'
import { type ReportAccount, type ReportRow, toReportRow } from './rows.js'

/** Days before the last one that tell what is usual; with fewer, nothing is said. */
const minUsualDays = 7
const maxUsualDays = 28

export interface ReportOptions {
  /** Start and end of the range, in milliseconds since 1970; the end is excluded. */
  readonly from: number
  readonly to: number
  readonly now: number
  readonly accounts: readonly ReportAccount[]
  readonly showPhones: boolean
  readonly language: LabelLanguage
  /** Rows that are kept for the table. */
  readonly maxRows: number
}

/** The last full day beside the days before it. */
export interface Comparison {
  readonly day: string
  readonly count: number
  /** The median of the days before. */
  readonly usual: number
  readonly days: number
  /** `more`: more than chance explains. */
  readonly verdict: 'more' | 'fewer' | 'usual'
}

/** Everything a report shows, as numbers. */
export interface Figures {
  readonly options: ReportOptions
  readonly all: AccountFigures
  /** One for each account. */
  readonly accounts: readonly AccountFigures[]
  /** Of accounts with complaints about other merchants than themselves; those with the most complaints first. */
  readonly merchants: readonly MerchantFigures[]
  /** Null when no complaint has a closing time. */
  readonly medianCloseMs: number | null
  /** Number of complaints with a closing time. */
  readonly closed: number
  /** Null for ranges that are too short. */
  readonly comparison: Comparison | null
  /** Every Beijing day of the range, with one count for each account. */
  readonly days: readonly { readonly day: string; readonly counts: readonly number[] }[]
  /** By frequency; complaints without a subject are not counted. */
  readonly subjects: readonly { readonly subject: string; readonly count: number }[]
  /** Complaints by the hour of the day in which they were made, 0 to 23. */
  readonly hours: readonly number[]
  /** Unresolved complaints with a deadline, the worst first. */
  readonly deadlines: readonly ReportRow[]
  /** The first `maxRows` complaints that were added. */
  readonly rows: readonly ReportRow[]
}

/** Counts complaints as they come, so that they need not be kept. */
export interface FiguresCollector {
  add(complaint: Complaint): void
  figures(): Figures
}

export function createFigures(options: ReportOptions): FiguresCollector {
  const { accounts, now, maxRows } = options
  const indexes = new Map(accounts.map(({ provider, account }, index) => [`${provider}:${account}`, index]))
  const counted = accounts.map(noCounts)
  const merchants = createMerchantCounts(accounts)
  const days = new Map<string, number[]>()
  const subjects = new Map<string, number>()
  const hours = Array.from({ length: 24 }, () => 0)
  const closeMs: number[] = []
  const deadlines: ReportRow[] = []
  const rows: ReportRow[] = []

  const add = (complaint: Complaint): void => {
    const index = indexes.get(`${complaint.provider}:${complaint.account}`)
    const own = counted[index ?? -1]
    if (index === undefined || own === undefined) return
    const row = toReportRow(complaint, index, options)
    count(own, row, now)
    count(merchants.of(row), row, now)
    const [day = '', hour = ''] = formatBeijing(row.createdAt, 'YYYY-MM-DD H').split(' ')
    const counts = days.get(day) ?? accounts.map(() => 0)
    counts[index] = (counts[index] ?? 0) + 1
    days.set(day, counts)
    hours[Number(hour)] = (hours[Number(hour)] ?? 0) + 1
    if (row.subject !== '') subjects.set(row.subject, (subjects.get(row.subject) ?? 0) + 1)
    if (complaint.closedAt !== null) closeMs.push(complaint.closedAt.getTime() - row.createdAt)
    if (row.state !== 'resolved' && (row.dueAt !== null || row.isOverdue)) deadlines.push(row)
    if (rows.length < maxRows) rows.push(row)
  }

  return {
    add,
    figures() {
      const each = counted.map(withTotal)
      const allDays = daysOfRange(options).map((day) => ({ day, counts: days.get(day) ?? accounts.map(() => 0) }))
      return {
        options,
        all: addUp(each),
        accounts: each,
        merchants: merchants.figures(),
        medianCloseMs: median(closeMs),
        closed: closeMs.length,
        comparison: compareLastDay(allDays, options),
        days: allDays,
        subjects: [...subjects]
          .map(([subject, count]) => ({ subject, count }))
          .sort((one, other) => other.count - one.count || (one.subject < other.subject ? -1 : 1)),
        hours,
        deadlines: deadlines.sort((one, other) => (one.dueAt ?? 0) - (other.dueAt ?? 0)),
        rows,
      }
    },
  }
}

function daysOfRange({ from, to }: ReportOptions): string[] {
  const days: string[] = []
  for (let day = beijingDay(from); day <= beijingDay(to - 1); day = addDays(day, 1)) days.push(day)
  return days
}

/** Counts of complaints scatter by about their square root: twice that is more than chance. */
function compareLastDay(days: Figures['days'], { from, to, now }: ReportOptions): Comparison | null {
  const isFull = (day: string): boolean => {
    const start = startOfBeijingDay(day) ?? 0
    return start >= from && start + dayMs <= Math.min(to, now)
  }
  const full = days.filter(({ day }) => isFull(day)).map(({ day, counts }) => ({ day, count: sum(counts) }))
  const last = full.at(-1)
  const before = full.slice(0, -1).slice(-maxUsualDays)
  const usual = median(before.map(({ count }) => count))
  if (last === undefined || usual === null || before.length < minUsualDays) return null
  const margin = 2 * Math.sqrt(Math.max(usual, 1))
  const verdict = last.count > usual + margin ? 'more' : last.count < usual - margin ? 'fewer' : 'usual'
  return { ...last, usual, days: before.length, verdict }
}

function median(numbers: readonly number[]): number | null {
  const sorted = numbers.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  const [low, high] = [sorted[sorted.length % 2 === 1 ? middle : middle - 1], sorted[middle]]
  return low === undefined || high === undefined ? null : (low + high) / 2
}

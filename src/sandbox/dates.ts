import type { ListConfig } from './list-config.js'
import { beijingOffsetMs, dayMs, startOfDay } from './time.js'

/** Instants from `from` up to, not including, `to`. */
export interface DaySpan {
  readonly from: number
  readonly to: number
}

export const everyDay: DaySpan = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }

/** The largest `end − begin` in days; Huishouqian's complaints are WeChat Pay's, and so is the bound. */
const maxSpanDays = 30

/** Parses the two dates of a list query, as Beijing days with both included; a text says what is wrong with them. */
export function parseSpan(begin: string, end: string): DaySpan | string {
  const from = startOfDay(begin)
  const lastDay = startOfDay(end)
  if (from === null) return '开始日期格式错误'
  if (lastDay === null) return '结束日期格式错误'
  if (lastDay < from) return '结束日期早于开始日期'
  if (lastDay - from > maxSpanDays * dayMs) return '查询日期跨度不能超过30天'
  return { from, to: lastDay + dayMs }
}

/** The instants whose rows a list serves for a span of a query. */
export function servedSpan({ from, to }: DaySpan, { dayZone, endDate, ignoresDates }: ListConfig): DaySpan {
  if (ignoresDates) return everyDay
  const lateMs = dayZone === 'utc' ? beijingOffsetMs : 0
  return { from: from + lateMs, to: to + lateMs - (endDate === 'excluded' ? dayMs : 0) }
}

export function isWithin(instant: number, { from, to }: DaySpan): boolean {
  return instant >= from && instant < to
}

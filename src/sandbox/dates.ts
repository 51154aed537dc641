import { dayMs, startOfDay } from './time.js'

/** Whole Beijing days as instants: from `from` up to, not including, `to`. */
export interface DaySpan {
  from: number
  to: number
}

/** The longest `end − begin` in days; the complaints of Huishouqian are WeChat Pay's, and so is the bound. */
const maxSpanDays = 30

/** Reads two dates as a list query names them; a text says what is wrong with them. */
export function parseSpan(begin: string, end: string): DaySpan | string {
  const from = startOfDay(begin)
  const lastDay = startOfDay(end)
  if (from === null) return '开始日期格式错误'
  if (lastDay === null) return '结束日期格式错误'
  if (lastDay < from) return '结束日期早于开始日期'
  if (lastDay - from > maxSpanDays * dayMs) return '查询日期跨度不能超过30天'
  return { from, to: lastDay + dayMs }
}

import type { LabelLanguage } from '../labels/tables.js'
import type { ReportTexts } from './text-types.js'
import { en } from './texts-en.js'
import { zh } from './texts-zh.js'

export const reportTexts: Readonly<Record<LabelLanguage, ReportTexts>> = { zh, en }

/** A span in the two largest units that matter: 2 days 3 hours, 5 hours 10 minutes. */
export function formatSpan(ms: number, texts: ReportTexts): string {
  const minutes = Math.round(Math.abs(ms) / 60_000)
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60]
  if (days > 0) return hours === 0 ? texts.days(days) : `${texts.days(days)} ${texts.hours(hours)}`
  if (hours > 0) return rest === 0 ? texts.hours(hours) : `${texts.hours(hours)} ${texts.minutes(rest)}`
  return texts.minutes(rest)
}

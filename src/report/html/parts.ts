import { formatBeijing } from '../../time.js'
import type { Figures } from '../figures.js'
import type { Names } from '../names.js'
import type { ReportTexts } from '../text-types.js'

/** A report with the words it is written in. */
export interface Page {
  readonly figures: Figures
  readonly names: Names
  readonly texts: ReportTexts
}

export function formatMinute(ms: number): string {
  return formatBeijing(ms, 'YYYY-MM-DD HH:mm')
}

export function count(value: number): string {
  return value.toLocaleString('en-US')
}

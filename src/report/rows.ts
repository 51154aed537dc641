import { type Complaint, type ComplaintState, maskComplaint } from '../index.js'
import type { LabelLanguage } from '../labels/tables.js'
import { dueFor, dueTime, isOverdue } from './deadline.js'

/** What a report shows of a complaint; a complaint itself, with `raw`, would take five times the memory. */
export interface ReportRow {
  /** Index of the account. */
  readonly account: number
  readonly id: string
  /** The merchant or sub-merchant; empty when the provider reports none. */
  readonly merchant: string
  /** Milliseconds since 1970, as all times of a report. */
  readonly createdAt: number
  readonly state: ComplaintState
  /** Null: resolved, or no deadline is known. */
  readonly dueAt: number | null
  /** What must have happened by then; null without a deadline. */
  readonly dueFor: 'reply' | 'resolution' | null
  readonly isOverdue: boolean
  readonly subject: string
  readonly phone: string
  readonly detail: string
  /** The sum of the orders; null when none is reported. */
  readonly amountFen: number | null
}

/** An account of a report. */
export interface ReportAccount {
  readonly provider: Complaint['provider']
  readonly account: string
}

export interface RowOptions {
  readonly now: number
  readonly showPhones: boolean
  readonly language: LabelLanguage
}

export function toReportRow(complaint: Complaint, account: number, options: RowOptions): ReportRow {
  const { now, showPhones, language } = options
  // Masking copies everything; `raw` is not shown.
  const shown = showPhones ? complaint : maskComplaint({ ...complaint, raw: {} } as Complaint)
  const amounts = complaint.orders.flatMap(({ amount }) => amount?.fen ?? [])
  return {
    account,
    id: complaint.id,
    merchant: complaint.merchantId ?? '',
    createdAt: complaint.createdAt.getTime(),
    state: complaint.state,
    dueAt: dueTime(complaint)?.getTime() ?? null,
    dueFor: dueFor(complaint),
    isOverdue: isOverdue(complaint, now),
    subject: shown.subject ?? '',
    phone: phoneText(shown, language),
    detail: shown.detail,
    amountFen: amounts.length === 0 ? null : amounts.reduce((sum, fen) => sum + fen, 0),
  }
}

/** A ciphertext is not shown. */
function phoneText({ payer }: Complaint, language: LabelLanguage): string {
  if (payer.phone === null) return ''
  if (payer.phone.form !== 'encrypted') return payer.phone.value
  return language === 'zh' ? '（未解密）' : '(encrypted)'
}

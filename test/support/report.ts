import type { Complaint } from '../../src/model.js'
import { createFigures, type Figures, type ReportOptions } from '../../src/report/figures.js'
import { complaintOf } from './model-provider.js'

/** Noon of 30 November 2026 in Beijing. */
export const reportNow: number = Date.parse('2026-11-30T12:00:00+08:00')

const hourMs = 3_600_000

/** A made-up complaint; times in hours before `reportNow`. */
export interface Made {
  id?: string
  provider?: Complaint['provider']
  account?: string
  state?: Complaint['state']
  hoursAgo?: number
  /** Absent: the provider has no deadline. */
  dueInHours?: number
  closedAfterHours?: number
  subject?: string | null
  detail?: string
  phone?: string
  fen?: number
  overdue?: boolean
  merchant?: string
}

export function madeComplaint(made: Made = {}): Complaint {
  const createdAt = reportNow - (made.hoursAgo ?? 1) * hourMs
  const base = complaintOf({ id: made.id ?? 'c1', createdAt, state: 'pending' }, made.account ?? 'shop')
  return {
    ...base,
    provider: made.provider ?? 'xiaoe',
    state: made.state ?? 'pending',
    dueAt: made.dueInHours === undefined ? null : new Date(reportNow + made.dueInHours * hourMs),
    closedAt: made.closedAfterHours === undefined ? null : new Date(createdAt + made.closedAfterHours * hourMs),
    subject: made.subject ?? null,
    detail: made.detail ?? '',
    payer: { phone: made.phone === undefined ? null : { value: made.phone, form: 'plain' }, openId: null },
    orders:
      made.fen === undefined
        ? []
        : [{ merchantOrderNo: 'o1', transactionId: null, amount: { fen: made.fen, currency: 'CNY' } }],
    overdue: made.overdue ?? null,
    merchantId: made.merchant ?? null,
  } as Complaint
}

export function madeFigures(complaints: readonly Complaint[], options: Partial<ReportOptions> = {}): Figures {
  const collector = createFigures({
    from: reportNow - 30 * 24 * hourMs,
    to: reportNow,
    now: reportNow,
    accounts: [
      { provider: 'xiaoe', account: 'shop' },
      { provider: 'wechatpay', account: '1900000001' },
    ],
    showPhones: false,
    language: 'zh',
    maxRows: 10_000,
    ...options,
  })
  for (const complaint of complaints) collector.add(complaint)
  return collector.figures()
}

/** Texts that would run, break out of their place, or turn the page around if they were not escaped. */
export const hostileTexts: readonly string[] = [
  '<script>window.hacked=1</script>',
  '</script><script>window.hacked=1</script>',
  '<img src=x onerror="window.hacked=1">',
  '"><svg onload=window.hacked=1>',
  "' onmouseover='window.hacked=1",
  '<!--<script>',
  '\u202e\u2066反转\u0000\u0007\u001b[31m',
  ']]>&lt;&amp;\u2028\u2029',
  '=HYPERLINK("http://example.com","x")',
  '_x000D__x0041_',
  '\ud800半个字符',
  'javascript:window.hacked=1',
]

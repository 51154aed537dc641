import { formatYuan, labels, sharedLabels } from '../../index.js'
import { negotiationSteps } from '../../labels/negotiation.js'
import { labelOf } from '../../labels/tables.js'
import type { Complaint, HistoryEntry, Money } from '../../model.js'
import { dueTime, isOverdue } from '../../report/deadline.js'
import { dayMs, formatBeijing } from '../../time.js'
import type { Language, Text } from '../language.js'

/** A column of a table, CSV or spreadsheet. */
export interface Column<T> {
  readonly heading: Text
  /** Width in a table, in terminal cells. Absent: the column is not part of tables. */
  readonly maxWidth?: number
  /** Texts are never cut, and the column always has its full width, so that ids can be copied. */
  readonly neverCut?: boolean
  /** A table that is wider than the terminal cuts texts of this column, down to this width, before it leaves columns out. */
  readonly minWidth?: number
  /** Where a text is cut; default: at its end. */
  readonly cutAt?: 'middle'
  /** A table that is wider than the terminal leaves the column out; the highest number goes first. */
  readonly dropOrder?: number
  /** The text and its width in a table that is wider than the terminal. */
  readonly compact?: { readonly width: number; text(row: T, now: number): string }
  /** A table has the column only if one of its first rows needs it. */
  isNeeded?(row: T): boolean
  /** A table has the column behind the one with this index. */
  readonly behind?: number
  /**
   * Empty if the provider sends no value.
   * @param now milliseconds since 1970; default: the clock of the host
   */
  text(row: T, language: Language, now?: number): string
  /** The cell of a spreadsheet when it is not the text: a time or a number. */
  value?(row: T): Date | number | null
  /** Width in a spreadsheet, in characters; default: 16. */
  readonly sheetWidth?: number
  /** How a spreadsheet shows numbers of the column. */
  readonly sheetFormat?: 'amount'
}

const formatTime = (at: Date | null): string => (at === null ? '' : formatBeijing(at, 'YYYY-MM-DD HH:mm:ss'))
const halfYearMs = 183 * dayMs
/** As `ls -l` does: without the year when that is clear, else without the time of day. */
const formatCompactTime = (at: Date | null, now: number): string =>
  at === null ? '' : formatBeijing(at, Math.abs(at.getTime() - now) < halfYearMs ? 'MM-DD HH:mm' : 'YYYY-MM-DD')
const compactTime = <T>(timeOf: (row: T) => Date | null): NonNullable<Column<T>['compact']> => ({
  width: 11,
  text: (row, now) => formatCompactTime(timeOf(row), now),
})
const yesNoWords: Readonly<Record<Language, readonly [yes: string, no: string]>> = {
  zh: ['是', '否'],
  en: ['yes', 'no'],
}
const yesNo = (value: boolean | null, language: Language): string =>
  value === null ? '' : yesNoWords[language][value ? 0 : 1]
/** Null when no amount is reported. */
const yuanOf = (amounts: readonly (Money | null)[]): number | null => {
  const known = amounts.filter((money) => money !== null)
  return known.length === 0 ? null : known.reduce((fen, money) => fen + money.fen, 0) / 100
}
const joinTexts = (texts: readonly (string | null)[]): string => texts.filter((text) => text !== null).join('; ')
const mediaUrls = (media: Complaint['media']): string => joinTexts(media.flatMap((item) => item.urls))

/** Names of the sheets of `.xlsx` files. */
export const complaintSheet: Text = { zh: '明细', en: 'Complaints' }
export const historySheet: Text = { zh: '协商历史', en: 'History' }

/** The fields of a complaint; times in Beijing time, amounts in yuan. */
export const complaintColumns: readonly Column<Complaint>[] = [
  {
    heading: { zh: '渠道', en: 'Provider' },
    maxWidth: 12,
    neverCut: true,
    dropOrder: 3,
    text: ({ provider }, language) => (language === 'zh' ? sharedLabels.provider[provider].zh : provider),
  },
  {
    heading: { zh: '账号', en: 'Account' },
    maxWidth: 22,
    minWidth: 10,
    cutAt: 'middle',
    text: ({ account }) => account,
  },
  { heading: { zh: '投诉单号', en: 'Id' }, maxWidth: 28, neverCut: true, text: ({ id }) => id, sheetWidth: 30 },
  {
    heading: { zh: '投诉时间', en: 'Created' },
    maxWidth: 19,
    neverCut: true,
    compact: compactTime(({ createdAt }) => createdAt),
    text: ({ createdAt }) => formatTime(createdAt),
    value: ({ createdAt }) => createdAt,
    sheetWidth: 20,
  },
  {
    heading: { zh: '状态', en: 'State' },
    maxWidth: 10,
    neverCut: true,
    text: (complaint, language) => chineseLabels(complaint, language)?.state ?? complaint.state,
  },
  {
    heading: { zh: '渠道状态', en: 'Provider state' },
    text: (complaint, language) => chineseLabels(complaint, language)?.providerState ?? complaint.providerState,
  },
  {
    heading: { zh: '完成时间', en: 'Closed' },
    text: ({ closedAt }) => formatTime(closedAt),
    value: ({ closedAt }) => closedAt,
    sheetWidth: 20,
  },
  {
    heading: { zh: '处理期限', en: 'Due' },
    maxWidth: 19,
    neverCut: true,
    dropOrder: 1,
    compact: compactTime(dueTime),
    text: (complaint) => formatTime(dueTime(complaint)),
    value: dueTime,
    sheetWidth: 20,
  },
  { heading: { zh: '投诉类型', en: 'Subject' }, text: ({ subject }) => subject ?? '', sheetWidth: 22 },
  {
    heading: { zh: '电话', en: 'Phone' },
    maxWidth: 14,
    neverCut: true,
    dropOrder: 4,
    text: ({ payer }, language) => phoneText(payer.phone, language),
  },
  { heading: { zh: '投诉内容', en: 'Detail' }, maxWidth: 40, text: ({ detail }) => detail, sheetWidth: 60 },
  {
    heading: { zh: '支付渠道', en: 'Channel' },
    text: (complaint, language) => chineseLabels(complaint, language)?.channel ?? complaint.channel,
  },
  {
    heading: { zh: '商户号', en: 'Merchant' },
    maxWidth: 16,
    dropOrder: 2,
    behind: 7,
    isNeeded: ({ merchantId, account }) => merchantId !== null && merchantId !== account,
    text: ({ merchantId }) => merchantId ?? '',
  },
  { heading: { zh: '代理商', en: 'Agent' }, text: ({ agentId }) => agentId ?? '' },
  { heading: { zh: '用户标识', en: 'Openid' }, text: ({ payer }) => payer.openId ?? '' },
  {
    heading: { zh: '商户订单号', en: 'Merchant order' },
    text: ({ orders }) => joinTexts(orders.map(({ merchantOrderNo }) => merchantOrderNo)),
    sheetWidth: 30,
  },
  {
    heading: { zh: '交易单号', en: 'Transaction' },
    text: ({ orders }) => joinTexts(orders.map(({ transactionId }) => transactionId)),
    sheetWidth: 30,
  },
  {
    heading: { zh: '订单金额（元）', en: 'Amount (yuan)' },
    text: ({ orders }) => joinTexts(orders.map(({ amount }) => formatYuan(amount))),
    // A spreadsheet adds numbers up: the amounts of several orders are their sum.
    value: ({ orders }) => yuanOf(orders.map(({ amount }) => amount)),
    sheetFormat: 'amount',
  },
  { heading: { zh: '资源', en: 'Resource' }, text: ({ resource }) => resource?.id ?? '' },
  { heading: { zh: '要求退款', en: 'Refund wanted' }, text: ({ refund }, language) => yesNo(refund.wanted, language) },
  {
    heading: { zh: '退款金额（元）', en: 'Refund (yuan)' },
    text: ({ refund }) => formatYuan(refund.amount) ?? '',
    value: ({ refund }) => yuanOf([refund.amount]),
    sheetFormat: 'amount',
  },
  { heading: { zh: '已全额退款', en: 'Refunded' }, text: ({ refund }, language) => yesNo(refund.completed, language) },
  {
    heading: { zh: '待回复', en: 'Awaiting reply' },
    text: ({ awaitingReply }, language) => yesNo(awaitingReply, language),
  },
  {
    heading: { zh: '已超时', en: 'Overdue' },
    text: (complaint, language, now = Date.now()) => yesNo(overdueAt(complaint, now), language),
  },
  { heading: { zh: '紧急', en: 'Urgent' }, text: ({ urgent }, language) => yesNo(urgent, language) },
  {
    heading: { zh: '平台已介入', en: 'In platform service' },
    text: ({ inPlatformService }, language) => yesNo(inPlatformService, language),
  },
  {
    heading: { zh: '投诉次数', en: 'Times complained' },
    text: ({ timesComplained }) => (timesComplained === null ? '' : String(timesComplained)),
    value: ({ timesComplained }) => timesComplained,
  },
  {
    heading: { zh: '用户标签', en: 'Tags' },
    text: (complaint, language) => joinTexts(chineseLabels(complaint, language)?.tags ?? complaint.tags),
  },
  { heading: { zh: '附件', en: 'Media' }, text: ({ media }) => mediaUrls(media) },
]

/** As `--overdue` filters; null when neither a deadline nor the provider tells it. */
function overdueAt(complaint: Complaint, now: number): boolean | null {
  const isTold = complaint.state === 'resolved' || complaint.overdue !== null || dueTime(complaint) !== null
  return isTold ? isOverdue(complaint, now) : null
}

/** The columns of a table, in its order. */
export function tableColumns<T>(columns: readonly Column<T>[]): Column<T>[] {
  const placed = columns.map((column, index) => ({ column, index: column.behind ?? index }))
  return placed
    .filter(({ column }) => column.maxWidth !== undefined)
    .sort((one, other) => one.index - other.index)
    .map(({ column }) => column)
}

/** The fields of a history entry. */
export const historyColumns: readonly Column<HistoryEntry>[] = [
  { heading: { zh: '编号', en: 'Id' }, text: ({ id }) => id },
  {
    heading: { zh: '时间', en: 'At' },
    maxWidth: 19,
    neverCut: true,
    text: ({ at }) => formatTime(at),
    value: ({ at }) => at,
    sheetWidth: 20,
  },
  { heading: { zh: '操作人', en: 'Operator' }, maxWidth: 20, text: ({ operator }) => operator ?? '' },
  {
    heading: { zh: '操作', en: 'Action' },
    maxWidth: 41,
    text: ({ action }, language) => actionLabel(action, language),
  },
  { heading: { zh: '内容', en: 'Text' }, maxWidth: 60, text: ({ text }) => text ?? '', sheetWidth: 60 },
  { heading: { zh: '附件', en: 'Media' }, text: ({ media }) => mediaUrls(media) },
]

/** The Chinese label of an action, if there is one; else the provider's own code. */
function actionLabel(action: string, language: Language): string {
  return language === 'zh' ? (labelOf([negotiationSteps, action], language) ?? action) : action
}

/** Null in English: tables then show the values of the model, which options such as `--state` take. */
function chineseLabels(complaint: Complaint, language: Language): ReturnType<typeof labels> | null {
  return language === 'zh' ? labels(complaint, language) : null
}

/** A ciphertext is not shown. */
function phoneText(phone: Complaint['payer']['phone'], language: Language): string {
  if (phone === null) return ''
  if (phone.form !== 'encrypted') return phone.value
  return language === 'zh' ? '（未解密）' : '(encrypted)'
}

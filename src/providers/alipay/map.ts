import { requireRecord, requireText, requireTime } from '../../adapter-kit/rows.js'
import type {
  AlipayRiskComplaint,
  AlipayTradeComplaint,
  ComplaintMedia,
  ComplaintOrder,
  ComplaintState,
  PayerPhone,
} from '../../model.js'
import { isRecord, toItems, toNonEmptyText, toPhone, toText, toTexts } from '../../parsing/coerce.js'
import { parseBeijing, parseInstant } from '../../time.js'
import type { AlipayRiskComplaintRow, AlipayTradeComplaintRow } from './wire.js'
import { toFenOfYuan } from './yuan.js'

const timeFormat = 'yyyy-MM-dd HH:mm:ss'

/** The documented states, and two that newer clients know. */
const tradeStates: ReadonlyMap<string, ComplaintState> = new Map([
  ['MERCHANT_PROCESSING', 'pending'],
  ['MERCHANT_FEEDBACK_TIMEOUT', 'pending'],
  ['MERCHANT_FEEDBACKED', 'processing'],
  ['PLATFORM_PROCESSING', 'processing'],
  ['FINISHED', 'resolved'],
  ['CANCELLED', 'resolved'],
  ['PLATFORM_FINISH', 'resolved'],
  ['CLOSED', 'resolved'],
  ['REPORT_SUCCEED', 'resolved'],
])

const riskStates: ReadonlyMap<string, ComplaintState> = new Map([
  ['WAIT_PROCESS', 'pending'],
  ['OVERDUE', 'pending'],
  ['PROCESSING', 'processing'],
  ['PART_OVERDUE', 'processing'],
  ['PROCESSED', 'resolved'],
  ['OVERDUE_PROCESSED', 'resolved'],
  ['DROP_COMPLAIN', 'resolved'],
  ['DROP_OVERDUE_COMPLAIN', 'resolved'],
  ['DROP_OVERDUE_PROCESSED', 'resolved'],
  ['DROP_PROCESSED', 'resolved'],
])

/**
 * A trade complaint. Only a detail has the amount.
 * @throws ResponseError for a row without id, time or state, or with an amount that is not whole fen
 */
export function mapTradeComplaint(row: unknown, account: string): AlipayTradeComplaint {
  const fields = requireRecord(row)
  const id = requireText(fields, 'complain_event_id')
  const providerState = requireText(fields, 'status')
  const createdAt = requireTime(fields, 'gmt_create', parseTime, timeFormat)
  const targetId = toNonEmptyText(fields.target_id)
  const targetType = toNonEmptyText(fields.target_type)
  const merchantOrderNo = toNonEmptyText(fields.merchant_order_no)
  const transactionId = toNonEmptyText(fields.trade_no)
  const amount = toFenOfYuan(fields.trade_amount, 'trade_amount')
  const hasOrder = merchantOrderNo !== null || transactionId !== null || amount !== null
  return {
    provider: 'alipay-trade',
    account,
    id,
    state: tradeStates.get(providerState) ?? 'unknown',
    providerState,
    createdAt,
    closedAt: toTime(fields.gmt_finished),
    dueAt: null,
    subject: toNonEmptyText(fields.complain_reason),
    detail: toText(fields.content) ?? '',
    channel: 'alipay',
    merchantId: targetType === 'PID' ? targetId : null,
    agentId: null,
    payer: { phone: toPhone(fields.phone_no), openId: null },
    orders: hasOrder ? [{ merchantOrderNo, transactionId, amount }] : [],
    resource: targetId !== null && isApp(targetType) ? { id: targetId, type: targetType } : null,
    refund: { wanted: null, amount: null, completed: null },
    awaitingReply: null,
    overdue: providerState === 'MERCHANT_FEEDBACK_TIMEOUT' ? true : null,
    urgent: null,
    inPlatformService: providerState === 'PLATFORM_PROCESSING' ? true : null,
    timesComplained: null,
    tags: [],
    media: mapImages(fields.images),
    raw: row as AlipayTradeComplaintRow,
  }
}

/**
 * A consumer complaint. Only a detail has images and tags.
 * @throws ResponseError for a row without id, time or state, or with an amount that is not whole fen
 */
export function mapRiskComplaint(row: unknown, account: string): AlipayRiskComplaint {
  const fields = requireRecord(row)
  const id = requireText(fields, 'id')
  const providerState = requireText(fields, 'status')
  const createdAt = requireTime(fields, 'gmt_complain', parseTime, timeFormat)
  const tags = toTexts(fields.label_tag_list)
  return {
    provider: 'alipay-risk',
    account,
    id,
    state: riskStates.get(providerState) ?? 'unknown',
    providerState,
    createdAt,
    closedAt: null,
    dueAt: toTime(fields.gmt_overdue),
    subject: null,
    detail: toText(fields.complain_content) ?? '',
    channel: 'alipay',
    merchantId: toNonEmptyText(fields.opposite_pid),
    agentId: null,
    payer: { phone: toContactPhone(fields.contact), openId: null },
    orders: toItems(fields.complaint_trade_info_list, mapTrade),
    resource: null,
    refund: { wanted: null, amount: null, completed: null },
    awaitingReply: null,
    overdue: riskStates.has(providerState) ? /OVERDUE/.test(providerState) : null,
    urgent: tags.includes('加急') ? true : null,
    inPlatformService: tags.includes('平台已介入') ? true : null,
    timesComplained: null,
    tags,
    media: mapImages(fields.certify_info),
    raw: row as AlipayRiskComplaintRow,
  }
}

/** A mini-program, or an official account (生活号). */
function isApp(targetType: string | null): boolean {
  return targetType === 'APPID' || targetType === 'PUBLICID'
}

/** `yyyy-MM-dd HH:mm:ss`, Beijing time, or a time with an offset; null for any other text. */
export function parseTime(text: string): Date | null {
  return parseBeijing(text, 'YYYY-MM-DD HH:mm:ss') ?? parseInstant(text)
}

/** @param value a list of URLs */
export function mapImages(value: unknown): readonly ComplaintMedia[] {
  const urls = toItems(value, toNonEmptyText)
  return urls.length === 0 ? [] : [{ kind: 'image', urls }]
}

function toTime(value: unknown): Date | null {
  const text = toNonEmptyText(value)
  return text === null ? null : parseTime(text)
}

/** A contact may be a phone number, complete or masked, or something else, such as an e-mail address. */
function toContactPhone(value: unknown): PayerPhone | null {
  const phone = toPhone(value)
  return phone !== null && /^\+?[\d*][\d* -]{4,24}$/.test(phone.value) ? phone : null
}

/** Null for an entry that names no payment. */
function mapTrade(value: unknown): ComplaintOrder | null {
  if (!isRecord(value)) return null
  const merchantOrderNo = toNonEmptyText(value.out_no)
  const transactionId = toNonEmptyText(value.trade_no)
  const amount = toFenOfYuan(value.amount, 'amount')
  return merchantOrderNo === null && transactionId === null && amount === null
    ? null
    : { merchantOrderNo, transactionId, amount }
}

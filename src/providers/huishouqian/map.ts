import { requireRecord, requireText, requireTime } from '../../adapter-kit/rows.js'
import type { ComplaintOrder, ComplaintState, HuishouqianComplaint } from '../../model.js'
import { toBoolean, toFen, toInteger, toNonEmptyText, toPhone, toText } from '../../parsing/coerce.js'
import { parseBeijing } from '../../time.js'
import type { HuishouqianComplaintRow } from './wire.js'

const states: ReadonlyMap<string, ComplaintState> = new Map([
  ['PENDING', 'pending'],
  ['PROCESSING', 'processing'],
  ['PROCESSED', 'resolved'],
])

/**
 * A row of the list as a Complaint.
 * @throws ResponseError for a row without id, time or state, or with an amount that would lose digits
 */
export function mapComplaint(row: unknown, account: string): HuishouqianComplaint {
  const fields = requireRecord(row)
  const id = requireText(fields, 'complaintId')
  const providerState = requireText(fields, 'complaintState')
  const createdAt = requireTime(fields, 'complaintTime', parseTime, 'yyyyMMddHHmmss')
  return {
    provider: 'huishouqian',
    account,
    id,
    state: states.get(providerState) ?? 'unknown',
    providerState,
    createdAt,
    closedAt: null,
    dueAt: null,
    subject: toNonEmptyText(fields.problemDescription),
    detail: toText(fields.complaintDetail) ?? '',
    channel: 'wechatpay',
    merchantId: toNonEmptyText(fields.merchantNo),
    agentId: toNonEmptyText(fields.agentNo),
    payer: { phone: toPhone(fields.payerPhone), openId: toNonEmptyText(fields.payerOpenid) },
    orders: mapOrders(fields),
    resource: null,
    refund: { wanted: null, amount: null, completed: toBoolean(fields.complaintFullRefunded) },
    awaitingReply: toBoolean(fields.incomingUserResponse),
    overdue: null,
    urgent: null,
    inPlatformService: null,
    timesComplained: toInteger(fields.userComplaintTimes),
    tags: [],
    media: [],
    raw: row as HuishouqianComplaintRow,
  }
}

/** `yyyyMMddHHmmss`, Beijing time; null for any other text. */
export function parseTime(text: string): Date | null {
  return parseBeijing(text, 'YYYYMMDDHHmmss')
}

/** A complaint has at most one order. */
function mapOrders(fields: Record<string, unknown>): ComplaintOrder[] {
  const merchantOrderNo = toNonEmptyText(fields.merchantTradeNo)
  const amount = toFen(fields.amount, 'amount')
  return merchantOrderNo === null && amount === null ? [] : [{ merchantOrderNo, transactionId: null, amount }]
}

import { requireRecord, requireText, requireTime } from '../../adapter-kit/rows.js'
import type { ComplaintMedia, ComplaintOrder, ComplaintState, PayerPhone, WechatPayComplaint } from '../../model.js'
import {
  isRecord,
  readFen,
  readFilledText,
  readFlag,
  readInteger,
  readItems,
  readText,
  readTexts,
} from '../../parsing/coerce.js'
import { parseInstant } from '../../time.js'
import type { WechatPayComplaintRow } from './wire.js'

const states: ReadonlyMap<string, ComplaintState> = new Map([
  ['PENDING', 'pending'],
  ['PROCESSING', 'processing'],
  ['PROCESSED', 'resolved'],
])

/**
 * A row as WeChat Pay sent it, in the shared model. The phone is left encrypted.
 * @throws ResponseError for a row without id, time or state, or with an amount that would lose digits
 */
export function mapComplaint(row: unknown, account: string): WechatPayComplaint {
  const fields = requireRecord(row)
  const id = requireText(fields, 'complaint_id')
  const providerState = requireText(fields, 'complaint_state')
  const createdAt = requireTime(fields, 'complaint_time', parseInstant, 'an RFC 3339 time')
  const problemType = readFilledText(fields.problem_type)
  return {
    provider: 'wechatpay',
    account,
    id,
    state: states.get(providerState) ?? 'unknown',
    providerState,
    createdAt,
    closedAt: null,
    dueAt: null,
    subject: readFilledText(fields.problem_description),
    detail: readText(fields.complaint_detail) ?? '',
    channel: 'wechatpay',
    merchantId: readFilledText(fields.complainted_mchid),
    agentId: null,
    payer: { phone: encryptedPhone(fields.payer_phone), openId: readFilledText(fields.payer_openid) },
    orders: readItems(fields.complaint_order_info, mapOrder),
    resource: null,
    refund: {
      wanted: problemType === null ? null : problemType === 'REFUND',
      amount: readFen(fields.apply_refund_amount, 'apply_refund_amount'),
      completed: readFlag(fields.complaint_full_refunded),
    },
    awaitingReply: readFlag(fields.incoming_user_response),
    overdue: null,
    urgent: readFlag(fields.need_immediate_service),
    inPlatformService: readFlag(fields.in_platform_service),
    timesComplained: readInteger(fields.user_complaint_times),
    tags: readTexts(fields.user_tag_list),
    media: mapMedia(fields.complaint_media_list),
    raw: row as WechatPayComplaintRow,
  }
}

/** In lists and details an array; in histories one object. */
export function mapMedia(value: unknown): ComplaintMedia[] {
  return readItems(isRecord(value) ? [value] : value, mapMediaOfKind)
}

function mapMediaOfKind(item: unknown): ComplaintMedia | null {
  return isRecord(item) ? { kind: readText(item.media_type) ?? '', urls: readTexts(item.media_url) } : null
}

function mapOrder(order: unknown): ComplaintOrder | null {
  if (!isRecord(order)) return null
  return {
    merchantOrderNo: readFilledText(order.out_trade_no),
    transactionId: readFilledText(order.transaction_id),
    amount: readFen(order.amount, 'complaint_order_info.amount'),
  }
}

function encryptedPhone(value: unknown): PayerPhone | null {
  const ciphertext = readFilledText(value)
  return ciphertext === null ? null : { value: ciphertext, form: 'encrypted' }
}

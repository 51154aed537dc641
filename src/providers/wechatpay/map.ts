import { requireRecord, requireText, requireTime } from '../../adapter-kit/rows.js'
import type { ComplaintMedia, ComplaintOrder, ComplaintState, PayerPhone, WechatPayComplaint } from '../../model.js'
import {
  isRecord,
  toBoolean,
  toFen,
  toInteger,
  toItems,
  toNonEmptyText,
  toText,
  toTexts,
} from '../../parsing/coerce.js'
import { parseInstant } from '../../time.js'
import { isImageUrl } from './media.js'
import type { WechatPayConfig } from './options.js'
import type { WechatPayComplaintRow } from './wire.js'

/** Where images are. */
export type ImageHosts = Pick<WechatPayConfig, 'baseUrl' | 'imageOrigins'>

const states: ReadonlyMap<string, ComplaintState> = new Map([
  ['PENDING', 'pending'],
  ['PROCESSING', 'processing'],
  ['PROCESSED', 'resolved'],
])

/**
 * Maps a row to the shared model. The phone stays encrypted.
 * @throws ResponseError for a row without id, time or state, or with an amount that would lose digits
 */
export function mapComplaint(row: unknown, account: string, images: ImageHosts): WechatPayComplaint {
  const fields = requireRecord(row)
  const id = requireText(fields, 'complaint_id')
  const providerState = requireText(fields, 'complaint_state')
  const createdAt = requireTime(fields, 'complaint_time', parseInstant, 'an RFC 3339 time')
  const problemType = toNonEmptyText(fields.problem_type)
  return {
    provider: 'wechatpay',
    account,
    id,
    state: states.get(providerState) ?? 'unknown',
    providerState,
    createdAt,
    closedAt: null,
    dueAt: null,
    subject: toNonEmptyText(fields.problem_description),
    detail: toText(fields.complaint_detail) ?? '',
    channel: 'wechatpay',
    merchantId: toNonEmptyText(fields.complainted_mchid),
    agentId: null,
    payer: { phone: encryptedPhone(fields.payer_phone), openId: toNonEmptyText(fields.payer_openid) },
    orders: toItems(fields.complaint_order_info, mapOrder),
    resource: null,
    refund: {
      wanted: problemType === null ? null : problemType === 'REFUND',
      amount: toFen(fields.apply_refund_amount, 'apply_refund_amount'),
      completed: toBoolean(fields.complaint_full_refunded),
    },
    awaitingReply: toBoolean(fields.incoming_user_response),
    overdue: null,
    urgent: toBoolean(fields.need_immediate_service),
    inPlatformService: toBoolean(fields.in_platform_service),
    timesComplained: toInteger(fields.user_complaint_times),
    tags: toTexts(fields.user_tag_list),
    media: mapMedia(fields.complaint_media_list, images),
    raw: row as WechatPayComplaintRow,
  }
}

/** An array in lists and details, one object in histories. */
export function mapMedia(value: unknown, images: ImageHosts): ComplaintMedia[] {
  return toItems(isRecord(value) ? [value] : value, (item) => (isRecord(item) ? item : null)).flatMap((item) =>
    toMedia(toText(item.media_type) ?? '', toTexts(item.media_url), images),
  )
}

/** Links that `media()` never requests are an entry of their own. */
export function toMedia(kind: string, urls: readonly string[], { imageOrigins }: ImageHosts): ComplaintMedia[] {
  const own: string[] = []
  const foreign: string[] = []
  for (const url of urls) (isImageUrl(url, imageOrigins) ? own : foreign).push(url)
  if (foreign.length === 0) return [{ kind, urls: own }]
  return [...(own.length === 0 ? [] : [{ kind, urls: own }]), { kind, urls: foreign, downloadable: false }]
}

function mapOrder(order: unknown): ComplaintOrder | null {
  if (!isRecord(order)) return null
  return {
    merchantOrderNo: toNonEmptyText(order.out_trade_no),
    transactionId: toNonEmptyText(order.transaction_id),
    amount: toFen(order.amount, 'complaint_order_info.amount'),
  }
}

function encryptedPhone(value: unknown): PayerPhone | null {
  const ciphertext = toNonEmptyText(value)
  return ciphertext === null ? null : { value: ciphertext, form: 'encrypted' }
}

import { requireRecord, requireText, requireTime } from '../../adapter-kit/rows.js'
import type { ComplaintChannel, ComplaintState, XiaoeComplaint } from '../../model.js'
import { toNonEmptyText, toPhone, toText } from '../../parsing/coerce.js'
import { parseBeijing } from '../../time.js'
import type { XiaoeComplaintRow } from './wire.js'

const states: ReadonlyMap<string, ComplaintState> = new Map([
  ['0', 'pending'],
  ['1', 'processing'],
  ['2', 'resolved'],
])

const channels: ReadonlyMap<string, ComplaintChannel> = new Map([
  ['1', 'shop'],
  ['2', 'platform'],
  ['3', 'wechatpay'],
  ['4', 'alipay'],
])

/** Dates that mean "never": zero of MySQL and of PHP, and the first days of 1970. */
const zeroDate = /^(?:1970-01-0\d|0000-00-00|-0001-11-30)/

/**
 * A row of the list as a Complaint.
 * @throws ResponseError for a row without id, time or state
 */
export function mapComplaint(row: unknown, account: string): XiaoeComplaint {
  const fields = requireRecord(row)
  const id = requireText(fields, 'complaint_id')
  const providerState = requireText(fields, 'state')
  const createdAt = requireTime(fields, 'complaint_time', parseTime, 'yyyy-MM-dd HH:mm:ss')
  const overtime = toText(fields.is_overtime)
  const resourceId = toNonEmptyText(fields.complaint_resource_id)
  return {
    provider: 'xiaoe',
    account,
    id,
    state: states.get(providerState) ?? 'unknown',
    providerState,
    createdAt,
    closedAt: parseTime(fields.closed_at),
    dueAt: parseTime(fields.operate_end_time),
    subject: null,
    detail: toText(fields.complaint_reason) ?? '',
    channel: channels.get(toText(fields.channel_type) ?? '') ?? 'unknown',
    merchantId: null,
    agentId: null,
    payer: { phone: toPhone(fields.complainant_phone), openId: null },
    orders: [],
    resource: resourceId === null ? null : { id: resourceId, type: toNonEmptyText(fields.complaint_resource_type) },
    refund: { wanted: null, amount: null, completed: null },
    awaitingReply: null,
    overdue: overtime === '2' ? true : overtime === '1' ? false : null,
    urgent: null,
    inPlatformService: null,
    timesComplained: null,
    tags: [],
    media: [],
    raw: row as XiaoeComplaintRow,
  }
}

/** `yyyy-MM-dd HH:mm:ss`, Beijing time; null for "never" and for any other value. */
export function parseTime(value: unknown): Date | null {
  const text = toNonEmptyText(value)
  return text === null || zeroDate.test(text) ? null : parseBeijing(text, 'YYYY-MM-DD HH:mm:ss')
}

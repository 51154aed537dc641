import { invalidRow, mapRowsUntilInvalid, requireRecord, requireText, requireTime } from '../../adapter-kit/rows.js'
import { type ComplaintError, NotFoundError, ResponseError } from '../../errors.js'
import type { ComplaintMedia, HistoryEntry } from '../../model.js'
import { isRecord, toItems, toList, toNonEmptyText } from '../../parsing/coerce.js'
import type { CallOptions } from '../../provider.js'
import { isEmptyData } from './envelope.js'
import { parseTime } from './map.js'
import { postWithToken, type Session } from './request.js'

const path = '/xe.complaint.info.get/1.0.0'

/** The documentation's words for the complaint and for a reply to it. */
const complaintAction = '投诉'
const replyAction = '回复'

/**
 * Every copy of the documentation that was found breaks off inside the reply's field list, so likely field names are
 * tried and the first with a value is used.
 */
const replyFieldCandidates = {
  id: ['id', 'reply_id'],
  at: ['reply_time', 'created_at', 'create_time', 'operate_time', 'time', 'updated_at'],
  text: ['reply_content', 'reply_msg', 'content', 'reply', 'msg', 'reason'],
  images: ['reply_images', 'uploaded_images', 'images', 'reply_imgs', 'imgs'],
} as const

/**
 * The complaint itself and its replies, oldest first, from the detail call.
 * @experimental written from the documentation, never tested against the service; the first entry's `raw` is the whole
 *   detail
 * @see https://api-doc.xiaoe-tech.com/api_list/pay_through/get_complaint_info.html
 */
export async function* fetchHistory(session: Session, id: string, options: CallOptions): AsyncGenerator<HistoryEntry> {
  const call = { operation: 'history', quota: 'history', path, fields: { complaint_id: id } } as const
  const { entries, failure } = await postWithToken(session, call, options, (data) => parseHistory(data, id))
  yield* entries
  if (failure !== null) throw failure
}

interface ParsedHistory {
  /** Oldest first: those before the first reply that cannot be used. */
  readonly entries: readonly HistoryEntry[]
  /** A reply without a time: thrown after the entries. */
  readonly failure: ComplaintError | null
}

/**
 * @param data of the detail call
 * @throws NotFoundError when there is no such complaint
 * @throws ResponseError for another complaint, or one without a time
 */
function parseHistory(data: unknown, id: string): ParsedHistory {
  if (isEmptyData(data)) throw new NotFoundError('Xiaoe has no such complaint; check the id and appId')
  const detail = requireRecord(data)
  if (requireText(detail, 'complaint_id') !== id)
    throw new ResponseError('the response is about another complaint; nothing of it was used')
  let number = 0
  const { rows, failure } = mapRowsUntilInvalid(toReplies(detail.reply_list), ['data', 'reply_list'], (reply) => {
    number += 1
    return mapReply(reply, `${id}:${number}`)
  })
  const entries = [mapDetail(detail, id), ...rows]
  return { entries: entries.sort((one, other) => one.at.getTime() - other.at.getTime()), failure }
}

/** PHP writes a list with gaps as an object, and perhaps an empty list too. */
function toReplies(value: unknown): readonly unknown[] {
  return isRecord(value) ? Object.values(value) : toList(value)
}

function mapDetail(detail: Record<string, unknown>, id: string): HistoryEntry {
  return {
    id: `${id}:0`,
    at: requireTime(detail, 'complaint_time', parseTime, 'yyyy-MM-dd HH:mm:ss'),
    operator: null,
    action: complaintAction,
    // Empty for a complaint that was made through WeChat.
    text: toNonEmptyText(detail.complaint_content_msg) ?? toNonEmptyText(detail.complaint_reason),
    media: mapImages('uploaded_images', detail.uploaded_images),
    raw: detail,
  }
}

function mapReply(row: unknown, fallbackId: string): HistoryEntry {
  const reply = requireRecord(row)
  const at = replyFieldCandidates.at.map((name) => parseTime(reply[name])).find((time) => time !== null)
  if (at === undefined) throw invalidRow([{ path: [], message: 'expected a time as yyyy-MM-dd HH:mm:ss' }])
  return {
    id: firstText(reply, replyFieldCandidates.id) ?? fallbackId,
    at,
    operator: toNonEmptyText(reply.reply_from),
    action: replyAction,
    text: firstText(reply, replyFieldCandidates.text),
    media: replyFieldCandidates.images.flatMap((name) => mapImages(name, reply[name])),
    raw: reply,
  }
}

function firstText(reply: Record<string, unknown>, names: readonly string[]): string | null {
  return names.map((name) => toNonEmptyText(reply[name])).find((text) => text !== null) ?? null
}

/** @param value a list of URLs, or of objects with a `url` */
function mapImages(kind: string, value: unknown): readonly ComplaintMedia[] {
  const urls = toItems(value, (image) => toNonEmptyText(isRecord(image) ? image.url : image))
  return urls.length === 0 ? [] : [{ kind, urls }]
}

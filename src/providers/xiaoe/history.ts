import { invalidRow, mapRows, requireRecord, requireText, requireTime } from '../../adapter-kit/rows.js'
import { type ComplaintError, NotFoundError, ResponseError } from '../../errors.js'
import type { ComplaintMedia, HistoryEntry } from '../../model.js'
import { isRecord, toItems, toList, toNonEmptyText } from '../../parsing/coerce.js'
import { isNoData } from './envelope.js'
import { parseTime } from './map.js'

/** A complaint's history as far as it can be understood. */
export interface History {
  /** Oldest first: the complaint itself, then what was replied. */
  readonly entries: readonly HistoryEntry[]
  /** A reply without a time: thrown after the entries that can be used. */
  readonly failure: ComplaintError | null
}

/** What the page calls the complaint and a reply to it. */
const complained = '投诉'
const replied = '回复'

/** Copies of the page break off within the fields of a reply, so of these the first that says something is taken. */
const replyNames = {
  id: ['id', 'reply_id'],
  at: ['reply_time', 'created_at', 'create_time', 'operate_time', 'time', 'updated_at'],
  text: ['reply_content', 'reply_msg', 'content', 'reply', 'msg', 'reason'],
  images: ['reply_images', 'uploaded_images', 'images', 'reply_imgs', 'imgs'],
} as const

/**
 * `data` of the detail call as a history.
 * @experimental written from the page, never tried against the service; the first entry's `raw` keeps the whole answer
 * @throws NotFoundError when there is no such complaint
 * @throws ResponseError when it is another complaint, or has no time
 * @see https://api-doc.xiaoe-tech.com/api_list/pay_through/get_complaint_info.html
 */
export function readHistory(data: unknown, id: string): History {
  if (isNoData(data)) throw new NotFoundError('Xiaoe knows no such complaint')
  const detail = requireRecord(data)
  if (requireText(detail, 'complaint_id') !== id)
    throw new ResponseError('the answer is about another complaint than was asked')
  let number = 0
  const { rows, failure } = mapRows(repliesOf(detail.reply_list), ['data', 'reply_list'], (reply) => {
    number += 1
    return readReply(reply, `${id}:${number}`)
  })
  const entries = [readComplaint(detail, id), ...rows]
  return { entries: entries.sort((one, other) => one.at.getTime() - other.at.getTime()), failure }
}

/** PHP writes a list with gaps as an object, and an empty one perhaps too. */
function repliesOf(value: unknown): readonly unknown[] {
  return isRecord(value) ? Object.values(value) : toList(value)
}

function readComplaint(detail: Record<string, unknown>, id: string): HistoryEntry {
  return {
    id: `${id}:0`,
    at: requireTime(detail, 'complaint_time', parseTime, 'yyyy-MM-dd HH:mm:ss'),
    operator: null,
    action: complained,
    // Empty where the complaint came through WeChat.
    text: toNonEmptyText(detail.complaint_content_msg) ?? toNonEmptyText(detail.complaint_reason),
    media: readImages('uploaded_images', detail.uploaded_images),
    raw: detail,
  }
}

function readReply(row: unknown, fallbackId: string): HistoryEntry {
  const reply = requireRecord(row)
  const at = replyNames.at.map((name) => parseTime(reply[name])).find((time) => time !== null)
  if (at === undefined) throw invalidRow([{ path: [], message: 'expected a time as yyyy-MM-dd HH:mm:ss' }])
  return {
    id: firstText(reply, replyNames.id) ?? fallbackId,
    at,
    operator: toNonEmptyText(reply.reply_from),
    action: replied,
    text: firstText(reply, replyNames.text),
    media: replyNames.images.flatMap((name) => readImages(name, reply[name])),
    raw: reply,
  }
}

function firstText(reply: Record<string, unknown>, names: readonly string[]): string | null {
  return names.map((name) => toNonEmptyText(reply[name])).find((text) => text !== null) ?? null
}

/** Addresses as texts, or as objects with a `url`. */
function readImages(kind: string, value: unknown): readonly ComplaintMedia[] {
  const urls = toItems(value, (image) => toNonEmptyText(isRecord(image) ? image.url : image))
  return urls.length === 0 ? [] : [{ kind, urls }]
}

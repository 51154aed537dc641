import { type HistoryPage, readHistory } from '../../adapter-kit/history-reader.js'
import { mapRowsUntilInvalid, requireRecord, requireText, requireTime } from '../../adapter-kit/rows.js'
import type { ComplaintMedia, HistoryEntry } from '../../model.js'
import { toNonEmptyText, toText, toTexts } from '../../parsing/coerce.js'
import type { CallOptions } from '../../provider.js'
import { parseInstant } from '../../time.js'
import { parsePage } from './list.js'
import { type ImageHosts, mapMedia, toMedia } from './map.js'
import { imageUrlOf } from './media.js'
import { readNormalMessage } from './normal-message.js'
import { type Session, verifiedGet } from './request.js'

/** The documented maximum is 300, but responses of more than about 130 entries are rejected as too large. */
const pageSize = 100

/**
 * The negotiation history (协商历史) of a complaint.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012533439
 */
export function fetchHistory(
  session: Session,
  complaintPath: string,
  options: CallOptions,
): AsyncGenerator<HistoryEntry> {
  return readHistory(
    (skip, limit) =>
      verifiedGet(
        session,
        'history',
        `${complaintPath}/negotiation-historys?limit=${limit}&offset=${skip}`,
        options,
        (response) => parseHistoryPage(response, skip, session.config),
      ),
    { pageSize, exactTotals: true },
  )
}

function parseHistoryPage(response: unknown, skip: number, images: ImageHosts): HistoryPage {
  const { data, total } = parsePage(response, 'history', skip)
  const { rows, ...page } = mapRowsUntilInvalid(data, ['data'], (row) => mapEntry(row, images))
  return { entries: rows, ...page, total }
}

/** @throws ResponseError for an entry without id or time */
export function mapEntry(row: unknown, images: ImageHosts): HistoryEntry {
  const fields = requireRecord(row)
  const id = requireText(fields, 'log_id')
  const at = requireTime(fields, 'operate_time', parseInstant, 'an RFC 3339 time')
  const media = mapMedia(fields.complaint_media_list, images)
  const { lines, mediaIds } = readNormalMessage(fields.normal_message)
  const messageUrls = mediaIds.map((mediaId) => imageUrlOf(mediaId, images.baseUrl))
  return {
    id,
    at,
    operator: toNonEmptyText(fields.operator),
    action: toText(fields.operate_type) ?? '',
    text: joinTexts(toNonEmptyText(fields.operate_details), lines),
    media: [
      // image_list, the older field, repeats URLs of complaint_media_list.
      ...remaining('image_list', toTexts(fields.image_list), media, images),
      ...media,
      ...remaining('normal_message', messageUrls, media, images),
    ],
    raw: row,
  }
}

/** The URLs that no entry of `media` has. */
function remaining(
  kind: string,
  urls: readonly string[],
  media: readonly ComplaintMedia[],
  images: ImageHosts,
): ComplaintMedia[] {
  const known = new Set(media.flatMap((entry) => entry.urls))
  const others = urls.filter((url) => !known.has(url))
  return others.length === 0 ? [] : toMedia(kind, others, images)
}

/** `operate_details` may repeat lines of the message. Null: there are no words. */
function joinTexts(details: string | null, lines: readonly string[]): string | null {
  const known = new Set(details?.split('\n'))
  const text = [...(details === null ? [] : [details]), ...lines.filter((line) => !known.has(line))].join('\n')
  return text === '' ? null : text
}

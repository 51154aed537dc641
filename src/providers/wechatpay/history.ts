import { type HistoryPage, readHistory } from '../../adapter-kit/history-reader.js'
import { mapRows, requireRecord, requireText, requireTime } from '../../adapter-kit/rows.js'
import type { HistoryEntry } from '../../model.js'
import { toNonEmptyText, toText, toTexts } from '../../parsing/coerce.js'
import type { CallOptions } from '../../provider.js'
import { parseInstant } from '../../time.js'
import { parsePage } from './list.js'
import { mapMedia } from './map.js'
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
        (response) => parseHistoryPage(response, skip),
      ),
    { pageSize, exactTotals: true },
  )
}

function parseHistoryPage(response: unknown, skip: number): HistoryPage {
  const { data, total } = parsePage(response, 'history', skip)
  const { rows, ...page } = mapRows(data, ['data'], mapEntry)
  return { entries: rows, ...page, total }
}

/** @throws ResponseError for an entry without id or time */
export function mapEntry(row: unknown): HistoryEntry {
  const fields = requireRecord(row)
  const id = requireText(fields, 'log_id')
  const at = requireTime(fields, 'operate_time', parseInstant, 'an RFC 3339 time')
  const media = mapMedia(fields.complaint_media_list)
  // image_list, the older field, repeats URLs of complaint_media_list.
  const mediaUrls = new Set(media.flatMap(({ urls }) => urls))
  const images = toTexts(fields.image_list).filter((url) => !mediaUrls.has(url))
  return {
    id,
    at,
    operator: toNonEmptyText(fields.operator),
    action: toText(fields.operate_type) ?? '',
    text: toNonEmptyText(fields.operate_details),
    media: images.length === 0 ? media : [{ kind: 'image_list', urls: images }, ...media],
    raw: row,
  }
}

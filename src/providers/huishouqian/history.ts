import { type HistoryPage, readHistory } from '../../adapter-kit/history-reader.js'
import { mapRowsUntilInvalid, requireRecord, requireText, requireTime } from '../../adapter-kit/rows.js'
import type { HistoryEntry } from '../../model.js'
import { isRecord, toNonEmptyText, toText, toTexts } from '../../parsing/coerce.js'
import type { CallOptions } from '../../provider.js'
import { parseBeijing, parseInstant } from '../../time.js'
import type { MessageSecurity } from './auth.js'
import { parsePage } from './list.js'
import { parseTime } from './map.js'
import { type Session, verifiedPost } from './request.js'

/** The default page size of the list; the limits of this call are undocumented. */
const pageSize = 100

/**
 * The negotiation history of a complaint (协商历史).
 * @experimental Huishouqian does not document this call
 */
export function fetchHistory(session: Session, id: string, options: CallOptions): AsyncGenerator<HistoryEntry> {
  return readHistory(
    (offset, limit) => {
      const fields = { limit, offset, complaintId: id }
      const call = {
        operation: 'history',
        method: 'COMPLAINT_QUERY_HISTORY',
        path: '/complaint/queryHistory',
        fields,
      } as const
      return verifiedPost(session, call, options, (content) =>
        parseHistoryPage(content, fields, session.config.security),
      )
    },
    { pageSize },
  )
}

interface HistoryFields {
  readonly limit: number
  readonly offset: number
  readonly complaintId: string
}

function parseHistoryPage(content: unknown, fields: HistoryFields, security: MessageSecurity): HistoryPage {
  const { data, total } = parsePage(content, 'history', fields.offset, security)
  for (const row of data) {
    const id = isRecord(row) ? toNonEmptyText(row.complaintId) : null
    if (id !== null && id !== fields.complaintId) throw security.mismatch('the history of another complaint')
  }
  const { rows, received, failure } = mapRowsUntilInvalid(data, ['data'], mapEntry)
  // Some servers report the page's size as the total; such a total proves nothing.
  return { entries: rows, received, total: total !== null && total > received ? total : null, failure }
}

/** @throws ResponseError for an entry without id or time */
export function mapEntry(row: unknown): HistoryEntry {
  const fields = requireRecord(row)
  const id = requireText(fields, 'logId')
  const at = requireTime(fields, 'operateTime', parseAnyTime, 'yyyyMMddHHmmss')
  const images = toTexts(fields.imageList).filter((url) => url !== '')
  return {
    id,
    at,
    operator: toNonEmptyText(fields.operator),
    action: toText(fields.operateType) ?? '',
    text: toNonEmptyText(fields.operateDetails),
    media: images.length === 0 ? [] : [{ kind: 'imageList', urls: images }],
    raw: row,
  }
}

/** The format is undocumented: the list's, Java's usual one and WeChat Pay's are read. */
function parseAnyTime(text: string): Date | null {
  return parseTime(text) ?? parseBeijing(text, 'YYYY-MM-DD HH:mm:ss') ?? parseInstant(text)
}

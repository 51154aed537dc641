import { type HistoryPage, readHistory } from '../../adapter-kit/history-reader.js'
import { mapRows, requireRecord, requireText, requireTime } from '../../adapter-kit/rows.js'
import type { HistoryEntry } from '../../model.js'
import { isRecord, toNonEmptyText, toText, toTexts } from '../../parsing/coerce.js'
import type { CallOptions } from '../../provider.js'
import { parseBeijing, parseInstant } from '../../time.js'
import type { Mechanism } from './auth.js'
import { parseTime } from './map.js'
import { readPageOf } from './page.js'
import { ask, type Wire } from './request.js'

/** What the list takes when nothing is said; the bounds of this call are unstated. */
const pageSize = 100

/**
 * What was said and done about a complaint (协商历史).
 * @experimental Huishouqian publishes no page on this call
 */
export function historyOf(wire: Wire, id: string, options: CallOptions): AsyncGenerator<HistoryEntry> {
  return readHistory(
    (offset, limit) => {
      const fields = { limit, offset, complaintId: id }
      const question = {
        operation: 'history',
        method: 'COMPLAINT_QUERY_HISTORY',
        path: '/complaint/queryHistory',
        fields,
      } as const
      return ask(wire, question, options, (content) => readPage(content, fields, wire.settings.mechanism))
    },
    { pageSize },
  )
}

interface Asked {
  readonly limit: number
  readonly offset: number
  readonly complaintId: string
}

function readPage(content: unknown, asked: Asked, mechanism: Mechanism): HistoryPage {
  const { data, total } = readPageOf(content, 'history', asked.offset, mechanism)
  for (const row of data) {
    const id = isRecord(row) ? toNonEmptyText(row.complaintId) : null
    if (id !== null && id !== asked.complaintId) throw mechanism.foreign("another complaint's history than was asked")
  }
  const { rows, received, failure } = mapRows(data, ['data'], mapEntry)
  // It may be the size of this page, however short the server cut it: then only a page without anything new is the end.
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

/** How it is written is not documented: as in the list, as in Java's usual texts, or as WeChat Pay has it. */
function parseAnyTime(text: string): Date | null {
  return parseTime(text) ?? parseBeijing(text, 'YYYY-MM-DD HH:mm:ss') ?? parseInstant(text)
}

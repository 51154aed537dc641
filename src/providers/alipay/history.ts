import { createHash } from 'node:crypto'
import { mapRowsUntilInvalid, requireRecord, requireTime } from '../../adapter-kit/rows.js'
import type { ComplaintError } from '../../errors.js'
import type { HistoryEntry } from '../../model.js'
import { toList, toNonEmptyText, toText } from '../../parsing/coerce.js'
import type { CallOptions } from '../../provider.js'
import { fetchDetail, tradeComplaints } from './list.js'
import { mapImages, parseTime } from './map.js'
import type { Session } from './request.js'

const field = 'reply_detail_infos'

/**
 * The negotiation history of a trade complaint, oldest first, from its detail.
 * @experimental written from public descriptions, never tested against the service
 * @see https://opendocs.alipay.com/open/02z18r
 */
export async function* fetchHistory(session: Session, id: string, options: CallOptions): AsyncGenerator<HistoryEntry> {
  const { entries, failure } = await fetchDetail(session, tradeComplaints, 'history', id, options, parseHistory)
  yield* entries
  if (failure !== null) throw failure
}

interface ParsedHistory {
  /** Oldest first: those before the first reply that cannot be used. */
  readonly entries: readonly HistoryEntry[]
  /** A reply without a time: thrown after the entries. */
  readonly failure: ComplaintError | null
}

/** Replies come newest first as far as is known; the order is not documented, so times decide. */
function parseHistory(detail: Readonly<Record<string, unknown>>): ParsedHistory {
  const { rows, failure } = mapRowsUntilInvalid(toList(detail[field]), [field], mapReply)
  // Of replies of the same second the later one in the response is the older.
  const entries = [...rows].reverse().sort((one, other) => one.at.getTime() - other.at.getTime())
  return { entries: withDifferentIds(entries), failure }
}

/** @throws ResponseError for a reply without a time */
function mapReply(row: unknown): HistoryEntry {
  const reply = requireRecord(row)
  const at = requireTime(reply, 'gmt_create', parseTime, 'yyyy-MM-dd HH:mm:ss')
  const role = toText(reply.replier_role) ?? ''
  const text = toNonEmptyText(reply.content)
  return {
    id: createHash('sha256')
      .update(JSON.stringify([at.getTime(), role, text]))
      .digest('base64url')
      .slice(0, 22),
    at,
    operator: toNonEmptyText(reply.replier_name),
    action: role,
    text,
    media: mapImages(reply.images),
    raw: row,
  }
}

/** Alipay numbers no reply: the number is made of time, role and content, and a count where these are the same. */
function withDifferentIds(entries: readonly HistoryEntry[]): HistoryEntry[] {
  const counts = new Map<string, number>()
  return entries.map((entry) => {
    const count = (counts.get(entry.id) ?? 0) + 1
    counts.set(entry.id, count)
    return count === 1 ? entry : { ...entry, id: `${entry.id}:${count}` }
  })
}

import { assertListPresent, mapListRows, parseTotal } from '../../adapter-kit/rows.js'
import { NotFoundError, ResponseError } from '../../errors.js'
import type { XiaoeComplaint } from '../../model.js'
import { safeParse, toErrorIssues } from '../../parsing/validate.js'
import type { CallOptions, ListPage, ListPageRequest } from '../../provider.js'
import { isEmptyData } from './envelope.js'
import { mapComplaint } from './map.js'
import { postWithToken, type Session } from './request.js'
import { listDataSchema } from './wire.js'

const path = '/xe.pay_through.complaint_record.xe.b_complaints.list/1.0.0'

/**
 * Filters by complaint time only: by a field that can change, such as the state, rows would leave the list during paging,
 * and later rows would move up and be missed.
 * @see https://api-doc.xiaoe-tech.com/api_list/pay_through/get_complaint_list.html
 */
export function listPage(
  session: Session,
  { begin, end, skip, limit }: ListPageRequest,
  options: CallOptions,
): Promise<ListPage<XiaoeComplaint>> {
  const fields = {
    page: skip + 1,
    page_size: limit,
    start_time: `${begin} 00:00:00`,
    end_time: `${end} 23:59:59`,
  }
  return postWithToken(session, { operation: 'list', quota: 'list', path, fields }, options, (data) =>
    parseListPage(data, session.config.account, skip * limit),
  )
}

/**
 * Uses the list call, and shares its quota.
 * @throws NotFoundError when there is no such complaint
 */
export function getComplaint(session: Session, id: string, options: CallOptions): Promise<XiaoeComplaint> {
  const fields = { page: 1, page_size: 1, complaint_id: id }
  return postWithToken(session, { operation: 'get', quota: 'list', path, fields }, options, (data) =>
    findComplaint(parseListPage(data, session.config.account, 0), id),
  )
}

/** Only an empty page proves that the complaint is unknown; other rows mean that the server ignored the id. */
function findComplaint({ rows, received, failures: [failure] }: ListPage<XiaoeComplaint>, id: string): XiaoeComplaint {
  const complaint = rows.find((row) => row.id === id)
  if (complaint !== undefined) return complaint
  if (received === 0) throw new NotFoundError('Xiaoe has no such complaint; check the id and appId')
  throw failure?.error ?? new ResponseError('the response is about other complaints; nothing of it was used')
}

/**
 * @param before number of rows before this page
 * @throws ResponseError also for a total without a list: rows under another name would be missed
 */
function parseListPage(data: unknown, account: string, before: number): ListPage<XiaoeComplaint> {
  const parsed = safeParse(listDataSchema, isEmptyData(data) ? {} : data)
  if (!parsed.success)
    throw new ResponseError('the response is not a list of complaints', { issues: toErrorIssues(parsed.error) })
  const { list } = parsed.data
  const total = parseTotal(parsed.data.total)
  assertListPresent(list, total, before, ['data', 'list'])
  return { ...mapListRows(list ?? [], ['data', 'list'], 'complaint_id', (row) => mapComplaint(row, account)), total }
}

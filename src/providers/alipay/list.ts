import { assertListPresent, mapListRows, parseTotal } from '../../adapter-kit/rows.js'
import { NotFoundError, ResponseError } from '../../errors.js'
import type { AlipayRiskComplaint, AlipayTradeComplaint, Complaint } from '../../model.js'
import { toNonEmptyText } from '../../parsing/coerce.js'
import type { CallOptions, ListPage, ListPageRequest } from '../../provider.js'
import { addDays } from '../../time.js'
import { mapRiskComplaint, mapTradeComplaint } from './map.js'
import type { AlipayConfig } from './options.js'
import { type Session, signedPost } from './request.js'

/** How the two products name the same two calls. */
export interface Product<C extends Complaint> {
  readonly listMethod: string
  readonly listContent: (times: Times, page: number, size: number, config: AlipayConfig) => object
  readonly rowsField: string
  readonly totalField: string
  readonly getMethod: string
  readonly getContent: (id: string) => object
  readonly idField: string
  readonly map: (row: unknown, account: string) => C
}

/** Both in Beijing time. */
interface Times {
  readonly begin: string
  readonly end: string
}

/**
 * Filters by time only: by a field that can change, such as the state, rows would leave the list during paging, and
 * later rows would move up and be missed.
 * @see https://opendocs.alipay.com/open/02z18r
 */
export const tradeComplaints: Product<AlipayTradeComplaint> = {
  listMethod: 'alipay.merchant.tradecomplain.batchquery',
  listContent: ({ begin, end }, page, size, { targets }) => ({
    begin_time: begin,
    end_time: end,
    page_num: page,
    page_size: size,
    target_infos:
      targets.length === 0 ? undefined : targets.map(({ type, id }) => ({ target_id: id, target_type: type })),
  }),
  rowsField: 'trade_complain_infos',
  totalField: 'total_num',
  getMethod: 'alipay.merchant.tradecomplain.query',
  getContent: (id) => ({ complain_event_id: id }),
  idField: 'complain_event_id',
  map: mapTradeComplaint,
}

/** @see https://opendocs.alipay.com/open/8ad1ac86_alipay.security.risk.complaint.info.batchquery */
export const riskComplaints: Product<AlipayRiskComplaint> = {
  listMethod: 'alipay.security.risk.complaint.info.batchquery',
  listContent: ({ begin, end }, page, size) => ({
    current_page_num: page,
    page_size: size,
    gmt_complaint_start: begin,
    gmt_complaint_end: end,
  }),
  rowsField: 'complaint_list',
  totalField: 'total_size',
  getMethod: 'alipay.security.risk.complaint.info.query',
  getContent: (id) => ({ complain_id: id }),
  idField: 'id',
  map: mapRiskComplaint,
}

/**
 * The end is asked as the next day's first second: whether the end is included is not documented, and a day must not
 * lose its last second.
 */
export function listPage<C extends Complaint>(
  session: Session,
  product: Product<C>,
  { begin, end, skip, limit }: ListPageRequest,
  options: CallOptions,
): Promise<ListPage<C>> {
  const { listMethod: method, listContent } = product
  const times = { begin: `${begin} 00:00:00`, end: `${addDays(end, 1)} 00:00:00` }
  const content = listContent(times, skip + 1, limit, session.config)
  return signedPost(session, { operation: 'list', method, content }, options, (result) =>
    parseListPage(result, product, session.config.account, skip * limit),
  )
}

/**
 * A list may be missing only where the total says that the page has no rows.
 * @param before number of rows before this page
 */
function parseListPage<C extends Complaint>(
  result: Readonly<Record<string, unknown>>,
  { rowsField, totalField, idField, map }: Product<C>,
  account: string,
  before: number,
): ListPage<C> {
  const list = result[rowsField] ?? null
  const total = parseTotal(result[totalField])
  if (list === null && total !== null) assertListPresent(null, total, before, [rowsField])
  else if (!Array.isArray(list))
    throw new ResponseError('the response is not a list of complaints', {
      issues: [{ path: [rowsField], message: 'expected a list' }],
    })
  const rows: readonly unknown[] = list ?? []
  return { ...mapListRows(rows, [rowsField], idField, (row) => map(row, account)), total }
}

/**
 * @throws NotFoundError when there is no such complaint
 * @throws ResponseError for another complaint
 */
export function getComplaint<C extends Complaint>(
  session: Session,
  product: Product<C>,
  id: string,
  options: CallOptions,
): Promise<C> {
  return fetchDetail(session, product, 'get', id, options, (detail) => product.map(detail, session.config.account))
}

/** Alipay has no code for an unknown complaint: a success without an id is taken for that. */
export function fetchDetail<C extends Complaint, T>(
  session: Session,
  { getMethod: method, getContent, idField }: Product<C>,
  operation: 'get' | 'history',
  id: string,
  options: CallOptions,
  parse: (detail: Readonly<Record<string, unknown>>) => T,
): Promise<T> {
  return signedPost(session, { operation, method, content: getContent(id) }, options, (result) => {
    const { code: _code, msg: _msg, ...detail } = result
    const found = toNonEmptyText(detail[idField])
    if (found === null) throw new NotFoundError('Alipay has no such complaint; check the id and appId')
    if (found !== id) throw new ResponseError('the response is about another complaint; nothing of it was used')
    return parse(detail)
  })
}

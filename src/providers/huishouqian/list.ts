import { assertListPresent, mapListRows, parseTotal } from '../../adapter-kit/rows.js'
import { ComplaintError, NotFoundError, ResponseError } from '../../errors.js'
import type { HuishouqianComplaint } from '../../model.js'
import { safeParse, toErrorIssues } from '../../parsing/validate.js'
import type { CallOptions, ListPage, ListPageRequest } from '../../provider.js'
import type { MessageSecurity } from './auth.js'
import { mapComplaint } from './map.js'
import type { HuishouqianConfig } from './options.js'
import { type Session, verifiedPost } from './request.js'
import { pageSchema } from './wire.js'

/** The business fields of a query; undefined fields are not sent. */
interface QueryFields {
  readonly beginDate?: string
  readonly endDate?: string
  readonly limit: number
  readonly offset: number
  readonly agentMerchantNo: string | undefined
  readonly merchantNo: string | undefined
  readonly complaintId?: string
  readonly merchantTradeNo?: string | undefined
}

/** @see https://docs.huishouqian.com/docs/interface_document/interface_document-1eog1c4tjusj9 */
export function listPage(
  session: Session,
  { begin, end, merchant, merchantOrderNo, skip, limit }: ListPageRequest,
  options: CallOptions,
): Promise<ListPage<HuishouqianComplaint>> {
  const { agentMerchantNo, merchantNo } = accountFields(session.config)
  const fields: QueryFields = {
    beginDate: begin,
    endDate: end,
    limit,
    offset: skip,
    agentMerchantNo,
    merchantNo: merchant ?? merchantNo,
    merchantTradeNo: merchantOrderNo,
  }
  return query(session, 'list', fields, options, (page) => page)
}

/**
 * Queries with the merchant, as the documentation's sample does; if that finds nothing, by the id alone, because a list
 * may have returned another merchant's complaint.
 * @throws NotFoundError when there is no such complaint
 */
export async function getComplaint(session: Session, id: string, options: CallOptions): Promise<HuishouqianComplaint> {
  const fields: QueryFields = { limit: 1, offset: 0, ...accountFields(session.config), complaintId: id }
  try {
    return await findOne(session, fields, options)
  } catch (error) {
    if (fields.merchantNo === undefined || !isNotOfMerchant(error)) throw error
    try {
      return await findOne(session, { ...fields, merchantNo: undefined }, { ...options, maxRetries: 0 })
    } catch (secondError) {
      options.signal?.throwIfAborted()
      // If a query without merchantNo is not permitted, report the first error (not found).
      throw isBusinessError(secondError) ? error : secondError
    }
  }
}

/** The account's own merchant has no such complaint, or may not see it. */
function isNotOfMerchant(error: unknown): boolean {
  return ComplaintError.isInstance(error) && (error.code === 'NOT_FOUND' || error.providerCode === '130004')
}

/** Huishouqian answered with a code. After any other failure the complaint may still exist. */
function isBusinessError(error: unknown): boolean {
  return ComplaintError.isInstance(error) && error.providerCode !== null && error.code !== 'SIGNATURE'
}

function findOne(session: Session, fields: QueryFields, options: CallOptions): Promise<HuishouqianComplaint> {
  return query(session, 'get', fields, options, ({ rows: [complaint], failures: [failure] }) => {
    if (complaint !== undefined) return complaint
    throw (
      failure?.error ?? new NotFoundError('Huishouqian has no such complaint; check the id, merchantNo and environment')
    )
  })
}

/** An agent without a merchant queries all of its merchants. */
function accountFields({
  agentMerchantNo,
  merchantNo,
}: HuishouqianConfig): Pick<QueryFields, 'agentMerchantNo' | 'merchantNo'> {
  return { agentMerchantNo, merchantNo: agentMerchantNo === undefined ? merchantNo : undefined }
}

function query<T>(
  session: Session,
  operation: 'list' | 'get',
  fields: QueryFields,
  options: CallOptions,
  select: (page: ListPage<HuishouqianComplaint>) => T,
): Promise<T> {
  const call = { operation, method: 'COMPLAINT_QUERY', path: '/complaint/query', fields }
  return verifiedPost(session, call, options, (content) => select(parseListPage(content, session.config, fields)))
}

function parseListPage(
  content: unknown,
  { account, agentMerchantNo, security }: HuishouqianConfig,
  fields: QueryFields,
): ListPage<HuishouqianComplaint> {
  const { data, total } = parsePage(content, 'list of complaints', fields.offset, security)
  const page = mapListRows(data, ['data'], 'complaintId', (row) => mapComplaint(row, account))
  for (const { id, merchantId, agentId, orders } of page.rows) {
    if (fields.complaintId !== undefined && id !== fields.complaintId) throw security.mismatch('another complaint')
    if (fields.merchantNo !== undefined && merchantId !== null && merchantId !== fields.merchantNo)
      throw security.mismatch('a complaint of another merchant')
    if (agentMerchantNo !== undefined && agentId !== null && agentId !== agentMerchantNo)
      throw security.mismatch('a complaint of another agent')
    const order = orders[0]?.merchantOrderNo ?? null
    if (fields.merchantTradeNo !== undefined && order !== null && order !== fields.merchantTradeNo)
      throw security.mismatch('a complaint about another order')
  }
  return { ...page, total }
}

/**
 * The rows and the total of a list or history. `data` may be absent when there are no rows.
 * @param what names it in errors, e.g. `list of complaints`
 * @param before number of rows before this page
 * @throws ComplaintError for the response of another call, which must not be taken for an empty page
 */
export function parsePage(
  content: unknown,
  what: string,
  before: number,
  { mismatch }: MessageSecurity,
): { data: readonly unknown[]; total: number | null } {
  const parsed = safeParse(pageSchema, content)
  if (!parsed.success) throw new ResponseError(`the result is not a ${what}`, { issues: toErrorIssues(parsed.error) })
  const { data, offset, totalSize } = parsed.data
  if (data === undefined && offset === undefined && totalSize === undefined) throw mismatch(`no ${what}`)
  const total = parseTotal(totalSize)
  assertListPresent(data, total, before, ['data'])
  return { data: data ?? [], total }
}

import { mapRows } from '../../adapter-kit/rows.js'
import { ComplaintError, NotFoundError } from '../../errors.js'
import type { HuishouqianComplaint } from '../../model.js'
import type { CallOptions, ListPage, ListPageRequest } from '../../provider.js'
import { mapComplaint } from './map.js'
import type { Settings } from './options.js'
import { readPageOf } from './page.js'
import { ask, type Wire } from './request.js'

/** The business fields of a query; what is undefined is left out. */
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
  wire: Wire,
  { begin, end, merchant, merchantOrderNo, skip, limit }: ListPageRequest,
  options: CallOptions,
): Promise<ListPage<HuishouqianComplaint>> {
  const { agentMerchantNo, merchantNo } = whose(wire.settings)
  const fields: QueryFields = {
    beginDate: begin,
    endDate: end,
    limit,
    offset: skip,
    agentMerchantNo,
    merchantNo: merchant ?? merchantNo,
    merchantTradeNo: merchantOrderNo,
  }
  return query(wire, 'list', fields, options, (page) => page)
}

/**
 * Asks as the page's sample does, with the merchant; before a complaint is called unknown, by its id alone: a list may
 * have named another merchant.
 * @throws NotFoundError when there is no such complaint
 */
export async function getComplaint(wire: Wire, id: string, options: CallOptions): Promise<HuishouqianComplaint> {
  const fields: QueryFields = { limit: 1, offset: 0, ...whose(wire.settings), complaintId: id }
  try {
    return await findOne(wire, fields, options)
  } catch (error) {
    if (fields.merchantNo === undefined || !isNotOfMerchant(error)) throw error
    try {
      return await findOne(wire, { ...fields, merchantNo: undefined }, { ...options, maxRetries: 0 })
    } catch (wider) {
      options.signal?.throwIfAborted()
      // Whoever may not ask without a merchant was told before that the own merchant has none.
      throw isRefusal(wider) ? error : wider
    }
  }
}

/** The account's own merchant has no such complaint, or may not see it. */
function isNotOfMerchant(error: unknown): boolean {
  return ComplaintError.isInstance(error) && (error.code === 'NOT_FOUND' || error.providerCode === '130004')
}

/** Huishouqian's own words, not a fault of the way to it, behind which there may be a complaint. */
function isRefusal(error: unknown): boolean {
  return ComplaintError.isInstance(error) && error.providerCode !== null && error.code !== 'SIGNATURE'
}

function findOne(wire: Wire, fields: QueryFields, options: CallOptions): Promise<HuishouqianComplaint> {
  return query(wire, 'get', fields, options, ({ rows: [found], failure }) => {
    if (found !== undefined) return found
    throw failure ?? new NotFoundError('Huishouqian knows no such complaint')
  })
}

/** An agent without a merchant asks for all of its merchants. */
function whose({ agentMerchantNo, merchantNo }: Settings): Pick<QueryFields, 'agentMerchantNo' | 'merchantNo'> {
  return { agentMerchantNo, merchantNo: agentMerchantNo === undefined ? merchantNo : undefined }
}

function query<T>(
  wire: Wire,
  operation: 'list' | 'get',
  fields: QueryFields,
  options: CallOptions,
  read: (page: ListPage<HuishouqianComplaint>) => T,
): Promise<T> {
  const question = { operation, method: 'COMPLAINT_QUERY', path: '/complaint/query', fields }
  return ask(wire, question, options, (content) => read(readPage(content, wire.settings, fields)))
}

function readPage(
  content: unknown,
  { account, agentMerchantNo, mechanism }: Settings,
  asked: QueryFields,
): ListPage<HuishouqianComplaint> {
  const { data, total } = readPageOf(content, 'list of complaints', asked.offset, mechanism)
  const page = mapRows(data, ['data'], (row) => mapComplaint(row, account))
  for (const { id, merchantId, agentId, orders } of page.rows) {
    if (asked.complaintId !== undefined && id !== asked.complaintId)
      throw mechanism.foreign('another complaint than was asked')
    if (asked.merchantNo !== undefined && merchantId !== null && merchantId !== asked.merchantNo) {
      throw mechanism.foreign("another merchant's complaint than was asked")
    }
    if (agentMerchantNo !== undefined && agentId !== null && agentId !== agentMerchantNo)
      throw mechanism.foreign("another agent's complaint than was asked")
    const order = orders[0]?.merchantOrderNo ?? null
    if (asked.merchantTradeNo !== undefined && order !== null && order !== asked.merchantTradeNo) {
      throw mechanism.foreign("another order's complaint than was asked")
    }
  }
  return { ...page, total }
}

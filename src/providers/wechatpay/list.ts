import { requireId } from '../../adapter-kit/complaint-id.js'
import { assertListPresent, mapListRows, parseTotal } from '../../adapter-kit/rows.js'
import { ResponseError } from '../../errors.js'
import type { WechatPayComplaint } from '../../model.js'
import { safeParse, toErrorIssues } from '../../parsing/validate.js'
import type { CallOptions, ListPage, ListPageRequest } from '../../provider.js'
import { decryptPhones } from './decrypt-phones.js'
import { mapComplaint } from './map.js'
import type { WechatPayConfig } from './options.js'
import { type Session, verifiedGet } from './request.js'
import { type ListResponse, listResponseSchema } from './wire.js'

const listPath = '/v3/merchant-service/complaints-v2'

/** @see https://pay.weixin.qq.com/doc/v3/merchant/4012533431 */
export async function listPage(
  session: Session,
  request: ListPageRequest,
  options: CallOptions,
): Promise<ListPage<WechatPayComplaint>> {
  const page = await verifiedGet(session, 'list', listTarget(request), options, (response) =>
    parseListPage(response, request.skip, session.config),
  )
  await decryptPhones(page.rows, session.decryptPhone)
  return page
}

/** @throws ResponseError when the response is about another complaint */
export async function getComplaint(session: Session, id: string, options: CallOptions): Promise<WechatPayComplaint> {
  const complaint = await verifiedGet(session, 'get', complaintPath(id), options, (response) => {
    const mapped = mapComplaint(response, session.config.account, session.config)
    if (mapped.id === id) return mapped
    throw new ResponseError('the response is about another complaint than the requested one; nothing of it was used')
  })
  await decryptPhones([complaint], session.decryptPhone)
  return complaint
}

/** @throws QueryError for an id that would change the path of the request */
export function complaintPath(id: string): string {
  return `${listPath}/${requireId(id)}`
}

function listTarget({ begin, end, merchant, skip, limit }: ListPageRequest): string {
  // encodeURIComponent leaves an apostrophe, but URL parsing writes %27; the signature must cover the path as sent.
  const merchantFilter =
    merchant === undefined ? '' : `&complainted_mchid=${encodeURIComponent(merchant).replaceAll("'", '%27')}`
  return `${listPath}?limit=${limit}&offset=${skip}&begin_date=${begin}&end_date=${end}${merchantFilter}`
}

function parseListPage(response: unknown, skip: number, config: WechatPayConfig): ListPage<WechatPayComplaint> {
  const { data, total } = parsePage(response, 'list of complaints', skip)
  return { ...mapListRows(data, ['data'], 'complaint_id', (row) => mapComplaint(row, config.account, config)), total }
}

/**
 * The rows and the total of a list or history. Every field is optional. The response's `offset` is not compared with
 * `skip`: a test server may respond to every request with the official sample, whose `offset` is 10.
 * @param what names it in errors, e.g. `list of complaints`
 * @param skip number of rows before this page
 * @throws ResponseError for a response without any field of a list, which must not be taken for an empty page
 */
export function parsePage(
  response: unknown,
  what: string,
  skip: number,
): { data: readonly unknown[]; total: number | null } {
  const parsed = safeParse(listResponseSchema, response)
  if (!parsed.success) throw new ResponseError(`the response is not a ${what}`, { issues: toErrorIssues(parsed.error) })
  const { data, total_count: count } = parsed.data
  if (!hasListField(parsed.data)) {
    throw new ResponseError(`the response is not a ${what}: it has neither data nor total_count, limit or offset`, {
      issues: [{ path: [], message: 'expected data, total_count, limit or offset' }],
    })
  }
  const total = parseTotal(count)
  // The documentation does not say what a total means on later pages, so it proves nothing there.
  if (skip === 0) assertListPresent(data, total, 0, ['data'])
  return { data: data ?? [], total }
}

function hasListField({ data, total_count: total, limit, offset }: ListResponse): boolean {
  return [data, total, limit, offset].some((member) => member !== undefined && member !== null)
}

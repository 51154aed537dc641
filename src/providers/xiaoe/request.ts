import { assertListPresent, mapRows, parseTotal } from '../../adapter-kit/rows.js'
import { ComplaintError, NotFoundError, type Operation, QueryError, ResponseError } from '../../errors.js'
import type { XiaoeComplaint } from '../../model.js'
import { toErrorIssues } from '../../parsing/validate.js'
import type { AdapterRuntime, Call, CallOptions, Connection, ListPage } from '../../provider.js'
import { dataOf, isNoData, refusalOfStatus } from './envelope.js'
import { tokenDead } from './error-codes.js'
import { readHistory } from './history.js'
import { mapComplaint } from './map.js'
import type { HeldToken, TokenSource } from './token/source.js'
import { listDataSchema } from './wire.js'

const listPath = '/xe.pay_through.complaint_record.xe.b_complaints.list/1.0.0'
const detailPath = '/xe.complaint.info.get/1.0.0'

/**
 * List and single complaints are both read from the list; only the detail call tells the history.
 * @see https://api-doc.xiaoe-tech.com/api_list/pay_through/get_complaint_list.html
 * @see https://api-doc.xiaoe-tech.com/api_list/pay_through/get_complaint_info.html
 */
export function connect(
  account: string,
  baseUrl: string,
  tokens: TokenSource,
  runtime: AdapterRuntime,
): Connection<XiaoeComplaint> {
  const post = <T>(call: Omit<TokenCall<T>, 'baseUrl' | 'tokens' | 'runtime'>): Promise<T> =>
    runtime.send(callWithToken({ ...call, baseUrl, tokens, runtime }), call.options)

  return {
    // No filter whose value can change while paging is asked of the server.
    listPage: ({ begin, end, skip, limit }, options) =>
      post({
        operation: 'list',
        quota: 'list',
        path: listPath,
        fields: {
          page: skip + 1,
          page_size: limit,
          start_time: `${begin} 00:00:00`,
          end_time: `${end} 23:59:59`,
        },
        options,
        read: (data) => readPage(data, account, skip * limit),
      }),
    async get(id, options) {
      requireId(id)
      return post({
        operation: 'get',
        // One endpoint serves both, so they share its quota.
        quota: 'list',
        path: listPath,
        fields: { page: 1, page_size: 1, complaint_id: id },
        options,
        read: (data) => pickOne(readPage(data, account, 0), id),
      })
    },
    async *history(id, options) {
      requireId(id)
      const { entries, failure } = await post({
        operation: 'history',
        quota: 'history',
        path: detailPath,
        fields: { complaint_id: id },
        options,
        read: (data) => readHistory(data, id),
      })
      yield* entries
      if (failure !== null) throw failure
    },
  }
}

/** @throws QueryError for a blank id */
function requireId(id: string): void {
  if (id.trim() === '')
    throw new QueryError('the complaint id must not be empty: Xiaoe would answer with all complaints')
}

interface TokenCall<T> {
  readonly baseUrl: string
  readonly tokens: TokenSource
  readonly runtime: AdapterRuntime
  readonly operation: Operation
  readonly quota: string
  readonly path: string
  readonly fields: object
  readonly options: CallOptions
  /** `data` of an answer whose code is 0. */
  readonly read: (data: unknown) => T
}

/** A call carries its token in the body. */
function callWithToken<T>(call: TokenCall<T>): Call<T> {
  const { tokens, runtime } = call
  let token: HeldToken = { value: '' }
  return {
    operation: call.operation,
    quota: call.quota,
    async prepare() {
      token = await tokens.current(call.options)
    },
    authorise: () => ({
      method: 'POST',
      url: call.baseUrl + call.path,
      headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
      body: JSON.stringify({ access_token: token.value, ...call.fields }),
    }),
    read: (response) => call.read(dataOf(response, tokens.advice)),
    refuse: (response) => refusalOfStatus(response, runtime.now()),
    recover: (error) =>
      ComplaintError.isInstance(error) && error.providerCode === String(tokenDead) && tokens.drop(token),
  }
}

/** Only an empty answer says that the complaint is unknown: a server that ignores the id proves nothing. */
function pickOne({ rows, received, failure }: ListPage<XiaoeComplaint>, id: string): XiaoeComplaint {
  const found = rows.find((row) => row.id === id)
  if (found !== undefined) return found
  if (received === 0) throw new NotFoundError('Xiaoe knows no such complaint')
  throw failure ?? new ResponseError('the answer is about other complaints than was asked')
}

/**
 * @param before rows that lie before this page
 * @throws ResponseError also when rows are told of, but there is no list: under another name they would be missed
 */
function readPage(data: unknown, account: string, before: number): ListPage<XiaoeComplaint> {
  const parsed = listDataSchema.safeParse(isNoData(data) ? {} : data)
  if (!parsed.success)
    throw new ResponseError('the answer is no list of complaints', { issues: toErrorIssues(parsed.error) })
  const { list } = parsed.data
  const total = parseTotal(parsed.data.total)
  assertListPresent(list, total, before, ['data', 'list'])
  return { ...mapRows(list ?? [], ['data', 'list'], (row) => mapComplaint(row, account)), total }
}

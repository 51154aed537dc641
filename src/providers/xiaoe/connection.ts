import { ComplaintError, NotFoundError, QueryError, ResponseError } from '../../errors.js'
import type { XiaoeComplaint } from '../../model.js'
import { issuesOf } from '../../options.js'
import type { AdapterRuntime, Call, CallOptions, Connection, ListPage } from '../../provider.js'
import { mapRows, totalOf } from '../../rows.js'
import { dataOf, refusalOfStatus } from './answer.js'
import { tokenDead } from './codes.js'
import { mapComplaint } from './map.js'
import type { HeldToken, TokenSource } from './token.js'
import { listDataSchema } from './wire.js'

const listPath = '/xe.pay_through.complaint_record.xe.b_complaints.list/1.0.0'

/**
 * The two operations, both on the list: it also finds a single complaint.
 * @see https://api-doc.xiaoe-tech.com/api_list/pay_through/get_complaint_list.html
 */
export function connect(
  account: string,
  baseUrl: string,
  tokens: TokenSource,
  runtime: AdapterRuntime,
): Connection<XiaoeComplaint> {
  const service = { url: baseUrl + listPath, account, tokens, runtime }
  return {
    // No filter whose value can change while paging is asked of the server.
    listPage: ({ begin, end, skip, limit }, options) =>
      runtime.send(
        listCall({
          ...service,
          operation: 'list',
          fields: {
            page: skip + 1,
            page_size: limit,
            start_time: `${begin} 00:00:00`,
            end_time: `${end} 23:59:59`,
          },
          options,
          pick: (page) => page,
        }),
        options,
      ),
    async get(id, options) {
      if (id.trim() === '')
        throw new QueryError('the complaint id must not be empty: Xiaoe would answer with all complaints')
      const fields = { page: 1, page_size: 1, complaint_id: id }
      return runtime.send(
        listCall({ ...service, operation: 'get', fields, options, pick: (page) => pickOne(page, id) }),
        options,
      )
    },
  }
}

interface ListCall<T> {
  readonly url: string
  readonly account: string
  readonly tokens: TokenSource
  readonly runtime: AdapterRuntime
  readonly operation: 'list' | 'get'
  readonly fields: object
  readonly options: CallOptions
  /** What is wanted of the page that came. */
  readonly pick: (page: ListPage<XiaoeComplaint>) => T
}

function listCall<T>({ url, account, tokens, runtime, operation, fields, options, pick }: ListCall<T>): Call<T> {
  let token: HeldToken = { value: '' }
  return {
    operation,
    // One endpoint serves both, so they share its quota.
    quota: 'list',
    async authorise() {
      token = await tokens.current(options)
      return {
        method: 'POST',
        url,
        headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
        body: JSON.stringify({ access_token: token.value, ...fields }),
      }
    },
    read: (response) => pick(readPage(dataOf(response, tokens.advice), account)),
    refuse: (response) => refusalOfStatus(response, runtime.now()),
    recover: (error) =>
      ComplaintError.isInstance(error) && error.providerCode === String(tokenDead) && tokens.drop(token),
  }
}

/** A server that does not know the id may answer with other complaints. */
function pickOne({ rows, failure }: ListPage<XiaoeComplaint>, id: string): XiaoeComplaint {
  const found = rows.find((row) => row.id === id)
  if (found !== undefined) return found
  throw failure ?? new NotFoundError('Xiaoe knows no such complaint')
}

function readPage(data: unknown, account: string): ListPage<XiaoeComplaint> {
  // PHP writes an empty object as an empty array.
  const parsed = listDataSchema.safeParse(
    data === null || data === undefined || (Array.isArray(data) && data.length === 0) ? {} : data,
  )
  if (!parsed.success)
    throw new ResponseError('the answer is no list of complaints', { issues: issuesOf(parsed.error) })
  const { list, total } = parsed.data
  return {
    ...mapRows(list ?? [], ['data', 'list'], (row) => mapComplaint(row, account)),
    total: totalOf(total),
  }
}

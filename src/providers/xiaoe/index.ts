import { z } from 'zod'
import { ComplaintError, ConfigError, NotFoundError, QueryError, ResponseError } from '../../errors.js'
import type { XiaoeComplaint } from '../../model.js'
import { issuesOf, parseBaseUrl, parseOptions, rateLimitOf } from '../../options.js'
import type { Adapter, AdapterRuntime, Call, CallOptions, Connection, ListPage, RateLimit } from '../../provider.js'
import { mapRows, totalOf } from '../../rows.js'
import { dataOf, refusalOfStatus } from './answer.js'
import { tokenDead } from './codes.js'
import { askedTokenSource, fixedTokenSource } from './given-token.js'
import { mapComplaint } from './map.js'
import type { TokenStore } from './store.js'
import { createTokenSource, type HeldToken, type TokenSource } from './token.js'
import { listDataSchema } from './wire.js'

export type { TokenStore }

interface CommonOptions {
  /** The shop's app_id, `app…`. */
  appId: string
  /** Default `https://api.xiaoe-tech.com`. */
  baseUrl?: string | undefined
  /** The name of this account in complaints and refs. Default: appId. */
  account?: string | undefined
  /** Default 500 requests per 10 s. `false` switches it off. */
  rateLimit?: RateLimit | false | undefined
}

/** Either the application's secret, with which tokens are fetched, or a token brought from elsewhere. */
export type XiaoeOptions = CommonOptions &
  (
    | {
        clientId: string
        secretKey: string
        /** Shares tokens between processes: a Keyv, e.g. over Redis. */
        tokenStore?: TokenStore | undefined
      }
    | {
        /** A token, or a function that asks a central token server for one; it is asked for every request, so let it keep the token. */
        accessToken: string | (() => Promise<string>)
      }
  )

const officialBaseUrl = 'https://api.xiaoe-tech.com'
const listPath = '/xe.pay_through.complaint_record.xe.b_complaints.list/1.0.0'
const documentedRateLimit: RateLimit = { requests: 500, perMs: 10_000 }

const text = z.string().trim().min(1)
const tokenStore = z.custom<TokenStore>(
  (value) =>
    ['get', 'set', 'delete'].every(
      (method) => typeof (value as Record<string, unknown> | null)?.[method] === 'function',
    ),
  { error: 'must have get(), set() and delete(), as a Keyv has' },
)
const tokenFunction = z.custom<() => Promise<string>>((value) => typeof value === 'function', {
  error: 'must be a token or a function that returns one',
})

const schema = z.strictObject({
  appId: text,
  clientId: text.exactOptional(),
  secretKey: text.exactOptional(),
  tokenStore: tokenStore.exactOptional(),
  accessToken: z.union([text, tokenFunction]).exactOptional(),
  baseUrl: z.string().exactOptional(),
  account: text.exactOptional(),
  rateLimit: z
    .union([z.literal(false), z.strictObject({ requests: z.int().min(1), perMs: z.int().min(1) })])
    .exactOptional(),
})

/**
 * Xiaoe-tech (小鹅通): complaints of a shop. The application needs the permission 投诉管理-查询.
 * @throws ConfigError naming the option that is wrong, never its value
 * @see https://api-doc.xiaoe-tech.com/api_list/pay_through/get_complaint_list.html
 */
export function xiaoe(options: XiaoeOptions): Adapter<XiaoeComplaint> {
  const {
    appId,
    clientId,
    secretKey,
    tokenStore: store,
    accessToken,
    ...common
  } = parseOptions(schema, options, 'xiaoe()')
  const baseUrl = parseBaseUrl(common.baseUrl ?? officialBaseUrl, 'baseUrl')
  const account = common.account ?? appId
  const bySecret = clientId !== undefined && secretKey !== undefined && accessToken === undefined
  const byToken = accessToken !== undefined && clientId === undefined && secretKey === undefined && store === undefined
  if (!bySecret && !byToken) {
    throw new ConfigError('xiaoe(): give either { appId, clientId, secretKey, tokenStore? } or { appId, accessToken }')
  }
  return {
    provider: 'xiaoe',
    account,
    limits: {
      pageSize: { min: 1, max: 100, default: 50 },
      windowDays: 30,
      maxSpanDays: null,
      concurrency: null,
      rateLimit: rateLimitOf(common.rateLimit, documentedRateLimit),
    },
    capabilities: {
      history: false,
      media: false,
      notifications: false,
      merchant: false,
      merchantOrderNo: false,
      paging: { style: 'page', totals: 'hint' },
    },
    connect(runtime) {
      const tokens = bySecret
        ? createTokenSource({ appId, clientId, secretKey }, baseUrl, store, runtime)
        : typeof accessToken === 'function'
          ? askedTokenSource(accessToken, runtime)
          : fixedTokenSource(accessToken ?? '', runtime)
      return connect(account, baseUrl, tokens, runtime)
    },
  }
}

function connect(
  account: string,
  baseUrl: string,
  tokens: TokenSource,
  runtime: AdapterRuntime,
): Connection<XiaoeComplaint> {
  const ask = (operation: 'list' | 'get', fields: object, options: CallOptions): Promise<ListPage<XiaoeComplaint>> =>
    runtime.send(listCall({ operation, fields, options, url: baseUrl + listPath, tokens, runtime, account }), options)
  return {
    // No filter whose value can change while paging is asked of the server.
    listPage: ({ begin, end, skip, limit }, options) =>
      ask(
        'list',
        { page: skip + 1, page_size: limit, start_time: `${begin} 00:00:00`, end_time: `${end} 23:59:59` },
        options,
      ),
    async get(id, options) {
      if (id.trim() === '')
        throw new QueryError('the complaint id must not be empty: Xiaoe would answer with all complaints')
      const { rows, failure } = await ask('get', { page: 1, page_size: 1, complaint_id: id }, options)
      const found = rows.find((row) => row.id === id)
      if (found !== undefined) return found
      throw failure ?? new NotFoundError('Xiaoe knows no such complaint')
    },
  }
}

interface ListCall {
  readonly operation: 'list' | 'get'
  readonly fields: object
  readonly options: CallOptions
  readonly url: string
  readonly tokens: TokenSource
  readonly runtime: AdapterRuntime
  readonly account: string
}

function listCall({
  operation,
  fields,
  options,
  url,
  tokens,
  runtime,
  account,
}: ListCall): Call<ListPage<XiaoeComplaint>> {
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
    read: (response) => readPage(dataOf(response, tokens.advice), account),
    refuse: (response) => refusalOfStatus(response, runtime.now()),
    recover: (error) =>
      ComplaintError.isInstance(error) && error.providerCode === String(tokenDead) && tokens.drop(token),
  }
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

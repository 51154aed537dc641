import type { Certificate } from '../../crypto/keys.js'
import { NotFoundError, QueryError, ResponseError } from '../../errors.js'
import { decodeUtf8, parseJson } from '../../json.js'
import type { HuishouqianComplaint } from '../../model.js'
import { issuesOf } from '../../options.js'
import type { Adapter, AdapterRuntime, Call, Connection, ListPage, WireResponse } from '../../provider.js'
import { readFilledText } from '../../read.js'
import { mapRows, totalOf } from '../../rows.js'
import { dayMs } from '../../time.js'
import { refusalOfCode, refusalOfStatus } from './codes.js'
import { mapComplaint } from './map.js'
import { type HuishouqianOptions, type Settings, settingsOf } from './options.js'
import { type Envelope, envelopeSchema, queryResultSchema } from './wire.js'

export type { HuishouqianOptions }

const queryPath = '/complaint/query'
const success = new Set(['', '000000'])
const expiryWarningMs = 30 * dayMs

/**
 * Huishouqian (慧收钱): the WeChat Pay complaints of a merchant, or of an agent's merchants.
 * @throws ConfigError naming the option that is wrong, never its value
 * @see https://docs.huishouqian.com/docs/interface_document/interface_document-1eog1c4tjusj9
 */
export function huishouqian(options: HuishouqianOptions): Adapter<HuishouqianComplaint> {
  const settings = settingsOf(options)
  return {
    provider: 'huishouqian',
    account: settings.account,
    limits: {
      pageSize: { min: 1, max: 500, default: 500 },
      windowDays: 30,
      maxSpanDays: null,
      concurrency: 2,
      rateLimit: settings.rateLimit,
    },
    capabilities: {
      history: false,
      media: false,
      notifications: false,
      merchant: true,
      merchantOrderNo: true,
      paging: { style: 'offset', totals: 'hint' },
    },
    sharedQuota: settings.sharedQuota,
    connect: (runtime) => connect(settings, runtime),
  }
}

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

function connect(settings: Settings, runtime: AdapterRuntime): Connection<HuishouqianComplaint> {
  const { merchantNo, agentMerchantNo, merchantKey, platformCertificates } = settings
  if (merchantKey !== undefined) runtime.protect(merchantKey)
  let warned = false
  const ask = (
    operation: 'list' | 'get',
    fields: QueryFields,
    options: Parameters<AdapterRuntime['send']>[1],
  ): Promise<ListPage<HuishouqianComplaint>> => {
    if (!warned) warnOfExpiry(platformCertificates, runtime)
    warned = true
    return runtime.send(queryCall(settings, runtime, operation, fields), options)
  }
  /** An agent without a merchant asks for all of its merchants. */
  const usual = { agentMerchantNo, merchantNo: agentMerchantNo === undefined ? merchantNo : undefined }
  return {
    listPage: ({ begin, end, merchant, merchantOrderNo, skip, limit }, options) =>
      ask(
        'list',
        {
          beginDate: begin,
          endDate: end,
          limit,
          offset: skip,
          agentMerchantNo,
          merchantNo: merchant ?? usual.merchantNo,
          merchantTradeNo: merchantOrderNo,
        },
        options,
      ),
    async get(id, options) {
      if (!/^[\w-]{1,64}$/.test(id))
        throw new QueryError('the complaint id must be 1 to 64 letters, digits, "_" or "-"')
      const { rows, failure } = await ask('get', { limit: 1, offset: 0, ...usual, complaintId: id }, options)
      const [found] = rows
      if (found !== undefined) return found
      throw failure ?? new NotFoundError('Huishouqian knows no such complaint')
    },
  }
}

/** One protected form POST. */
function queryCall(
  settings: Settings,
  runtime: AdapterRuntime,
  operation: 'list' | 'get',
  fields: QueryFields,
): Call<ListPage<HuishouqianComplaint>> {
  const { merchantNo, signType, baseUrl, mechanism } = settings
  return {
    operation,
    quota: operation,
    authorise() {
      const publicFields = { method: 'COMPLAINT_QUERY', version: '1.0', format: 'JSON', merchantNo, signType }
      const protectedFields = mechanism.protect(publicFields, JSON.stringify(fields))
      return {
        method: 'POST',
        url: baseUrl + queryPath,
        headers: { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8' },
        body: new URLSearchParams({ ...publicFields, ...protectedFields }).toString(),
      }
    },
    async read(response) {
      const envelope = readEnvelope(response)
      const code = readFilledText(envelope.errorCode) ?? undefined
      const message = readFilledText(envelope.errorMsg) ?? undefined
      if (!envelope.success) throw refusalOfCode(code, message, mechanism.provesFailure(envelope), operation)
      const content = await mechanism.open(envelope)
      if (!success.has(code ?? '')) throw refusalOfCode(code, message, false, operation)
      return readPage(content, settings, fields)
    },
    refuse: (response) => refusalOfStatus(response, runtime.now()),
  }
}

function readEnvelope(response: WireResponse): Envelope {
  let body: unknown
  try {
    body = parseJson(decodeUtf8(response.body))
  } catch {
    throw new ResponseError('the answer is no JSON in UTF-8', { status: response.status, retryable: true })
  }
  const parsed = envelopeSchema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new ResponseError('the answer is none of Huishouqian', { issues: issuesOf(parsed.error) })
}

function readPage(
  content: unknown,
  { account, mechanism }: Settings,
  asked: QueryFields,
): ListPage<HuishouqianComplaint> {
  const parsed = queryResultSchema.safeParse(content)
  if (!parsed.success)
    throw new ResponseError('the result is no list of complaints', { issues: issuesOf(parsed.error) })
  const { data, totalSize } = parsed.data
  const page = mapRows(data ?? [], ['data'], (row) => mapComplaint(row, account))
  for (const { id, merchantId, orders } of page.rows) {
    if (asked.complaintId !== undefined && id !== asked.complaintId)
      throw mechanism.foreign('another complaint than was asked')
    if (asked.merchantNo !== undefined && merchantId !== null && merchantId !== asked.merchantNo) {
      throw mechanism.foreign("another merchant's complaint than was asked")
    }
    const order = orders[0]?.merchantOrderNo ?? null
    if (asked.merchantTradeNo !== undefined && order !== null && order !== asked.merchantTradeNo) {
      throw mechanism.foreign("another order's complaint than was asked")
    }
  }
  return { ...page, total: totalOf(totalSize) }
}

/** Platform certificates live for a year; an expired one is still in force until the platform changes it. */
function warnOfExpiry(certificates: readonly Certificate[], runtime: AdapterRuntime): void {
  for (const { serialNo, validTo } of certificates) {
    const leftMs = validTo.getTime() - runtime.now()
    const day = validTo.toISOString().slice(0, 10)
    if (leftMs <= 0) {
      runtime.emit({
        type: 'warning',
        warning: 'certificateExpired',
        message: `platform certificate ${serialNo} expired on ${day}; ask Huishouqian for the new one`,
      })
    } else if (leftMs < expiryWarningMs) {
      runtime.emit({
        type: 'warning',
        warning: 'certificateExpiresSoon',
        message: `platform certificate ${serialNo} expires on ${day}; give the new one beside it`,
      })
    }
  }
}

import { createOaepDecrypt } from '../../crypto/rsa.js'
import { QueryError, ResponseError } from '../../errors.js'
import { decodeUtf8, parseJson } from '../../json.js'
import type { WechatPayComplaint } from '../../model.js'
import { issuesOf } from '../../options.js'
import type {
  Adapter,
  AdapterRuntime,
  Call,
  Connection,
  ListPage,
  ListPageRequest,
  WireResponse,
} from '../../provider.js'
import { mapRows, totalOf } from '../../rows.js'
import { authorization, createNonce, isProbe, verifyAnswer } from './auth.js'
import { mapComplaint } from './map.js'
import { type Settings, settingsOf, type WechatPayOptions } from './options.js'
import { decryptPhones } from './phones.js'
import { refusalOf } from './refusal.js'
import { listAnswerSchema } from './wire.js'

export type { WechatPayOptions }

const listPath = '/v3/merchant-service/complaints-v2'

/**
 * WeChat Pay APIv3 (微信支付): complaints of a merchant, or of a service provider's sub-merchants.
 * @throws ConfigError naming the option that is wrong, never its value
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012533431
 */
export function wechatpay(options: WechatPayOptions): Adapter<WechatPayComplaint> {
  const settings = settingsOf(options)
  return {
    provider: 'wechatpay',
    account: settings.account,
    limits: {
      pageSize: { min: 1, max: 50, default: 50 },
      windowDays: 30,
      maxSpanDays: 30,
      concurrency: null,
      rateLimit: settings.rateLimit,
    },
    capabilities: {
      history: false,
      media: false,
      notifications: false,
      merchant: true,
      merchantOrderNo: false,
      paging: { style: 'offset', totals: 'exact' },
    },
    connect: (runtime) => connect(settings, runtime),
  }
}

function connect(settings: Settings, runtime: AdapterRuntime): Connection<WechatPayComplaint> {
  const { account, decryptPhone, privateKeys } = settings
  const decrypt = createOaepDecrypt(privateKeys)
  const reveal = async (complaints: readonly WechatPayComplaint[]): Promise<void> => {
    if (decryptPhone) await decryptPhones(complaints, decrypt)
  }
  return {
    async listPage(request, options) {
      const page = await runtime.send(
        getCall(settings, runtime, 'list', listTarget(request), (answer) => readPage(answer, account)),
        options,
      )
      await reveal(page.rows)
      return page
    },
    async get(id, options) {
      if (!/^[\w-]{1,64}$/.test(id))
        throw new QueryError('the complaint id must be 1 to 64 letters, digits, "_" or "-"')
      const read = (answer: unknown): WechatPayComplaint => {
        const complaint = mapComplaint(answer, account)
        if (complaint.id === id) return complaint
        throw new ResponseError('the answer is about another complaint than was asked')
      }
      const complaint = await runtime.send(getCall(settings, runtime, 'get', `${listPath}/${id}`, read), options)
      await reveal([complaint])
      return complaint
    },
  }
}

/** One signed GET. */
function getCall<T>(
  settings: Settings,
  runtime: AdapterRuntime,
  operation: 'list' | 'get',
  target: string,
  read: (answer: unknown) => T,
): Call<T> {
  const { baseUrl, signer, publicKeyId, platformKeys } = settings
  return {
    operation,
    quota: operation,
    authorise({ now }) {
      const signed = {
        method: 'GET',
        target: pathOf(baseUrl) + target,
        timestamp: Math.floor(now / 1000),
        nonce: createNonce(),
        body: '',
      }
      return {
        method: 'GET',
        url: baseUrl + target,
        headers: {
          Accept: 'application/json',
          'Accept-Language': 'zh-CN',
          Authorization: authorization(signer, signed),
          ...(publicKeyId === null ? {} : { 'Wechatpay-Serial': publicKeyId }),
        },
      }
    },
    read(response) {
      if (isProbe(response)) {
        runtime.emit({
          type: 'warning',
          warning: 'verificationProbe',
          message: 'WeChat Pay probed whether answers are verified; asked again',
        })
      }
      verifyAnswer(response, platformKeys, runtime.now())
      return withRequestId(response, () => read(parseAnswer(response)))
    },
    refuse: (response) => refusalOf(response, runtime.now()),
  }
}

function listTarget({ begin, end, merchant, skip, limit }: ListPageRequest): string {
  // URL parsing writes %27 where encodeURIComponent leaves an apostrophe, and the signature is over what is sent.
  const merchantFilter =
    merchant === undefined ? '' : `&complainted_mchid=${encodeURIComponent(merchant).replaceAll("'", '%27')}`
  return `${listPath}?limit=${limit}&offset=${skip}&begin_date=${begin}&end_date=${end}${merchantFilter}`
}

function readPage(answer: unknown, account: string): ListPage<WechatPayComplaint> {
  const parsed = listAnswerSchema.safeParse(answer)
  if (!parsed.success)
    throw new ResponseError('the answer is no list of complaints', { issues: issuesOf(parsed.error) })
  const { data, total_count: total } = parsed.data
  return { ...mapRows(data ?? [], ['data'], (row) => mapComplaint(row, account)), total: totalOf(total) }
}

function parseAnswer(response: WireResponse): unknown {
  try {
    return parseJson(decodeUtf8(response.body))
  } catch {
    throw new ResponseError('the verified answer is no JSON in UTF-8')
  }
}

/** WeChat's support asks for the Request-ID of a call. */
function withRequestId<T>(response: WireResponse, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof ResponseError && error.requestId === null) {
      throw new ResponseError(error.message, {
        issues: error.issues,
        status: response.status,
        requestId: response.headers['request-id'],
      })
    }
    throw error
  }
}

function pathOf(baseUrl: string): string {
  return new URL(baseUrl).pathname.replace(/\/$/, '')
}

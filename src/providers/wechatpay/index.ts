import { mapRows } from '../../adapter-kit/rows.js'
import { createOaepDecrypt } from '../../crypto/oaep.js'
import { QueryError, ResponseError } from '../../errors.js'
import type { WechatPayComplaint } from '../../model.js'
import type { Adapter, AdapterRuntime, Connection, ListPage, ListPageRequest } from '../../provider.js'
import { decryptPhones } from './decrypt-phones.js'
import { fetchHistory } from './history.js'
import { parsePage } from './list.js'
import { mapComplaint } from './map.js'
import { fetchImage } from './media.js'
import { parseNotification } from './notification.js'
import { resolveConfig, type WechatPayConfig, type WechatPayOptions } from './options.js'
import { createSession, signedGetVerified } from './request.js'

export type { WechatPayOptions }

const listPath = '/v3/merchant-service/complaints-v2'

/**
 * WeChat Pay APIv3 (微信支付): complaints of a merchant, or of a service provider's sub-merchants.
 * @throws ConfigError naming the option that is wrong, never its value
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012533431
 */
export function wechatpay(options: WechatPayOptions): Adapter<WechatPayComplaint> {
  const settings = resolveConfig(options)
  return {
    provider: 'wechatpay',
    account: settings.account,
    limits: {
      pageSize: { min: 1, max: 50, default: 50 },
      windowDays: 30,
      maxSpanDays: 30,
      filterLengths: { merchant: 64 },
      concurrency: null,
      rateLimit: settings.rateLimit,
    },
    capabilities: {
      history: true,
      media: true,
      notifications: true,
      merchant: true,
      merchantOrderNo: false,
      paging: { style: 'offset', totals: 'exact' },
    },
    sharedQuota: settings.sharedQuota,
    connect: (runtime) => connect(settings, runtime),
  }
}

function connect(settings: WechatPayConfig, runtime: AdapterRuntime): Connection<WechatPayComplaint> {
  const { account, decryptPhone, privateKeys } = settings
  const wire = createSession(settings, runtime)
  const decrypt = createOaepDecrypt(privateKeys)
  const decryptPhonesOf = async (complaints: readonly WechatPayComplaint[]): Promise<void> => {
    if (decryptPhone) await decryptPhones(complaints, decrypt)
  }
  return {
    async listPage(request, options) {
      const page = await signedGetVerified(wire, 'list', listTarget(request), options, (answer) =>
        readPage(answer, request.skip, account),
      )
      await decryptPhonesOf(page.rows)
      return page
    },
    async get(id, options) {
      const complaint = await signedGetVerified(wire, 'get', complaintPath(id), options, (answer) => {
        const found = mapComplaint(answer, account)
        if (found.id === id) return found
        throw new ResponseError('the answer is about another complaint than was asked')
      })
      await decryptPhonesOf([complaint])
      return complaint
    },
    history: (id, options) => fetchHistory(wire, complaintPath(id), options),
    media: (_, url, options) => fetchImage(wire, url, options),
    parseNotification: (message) => parseNotification(wire, message),
  }
}

/** @throws QueryError for an id that could lead elsewhere */
function complaintPath(id: string): string {
  if (/^[\w-]{1,64}$/.test(id)) return `${listPath}/${id}`
  throw new QueryError('the complaint id must be 1 to 64 letters, digits, "_" or "-"')
}

function listTarget({ begin, end, merchant, skip, limit }: ListPageRequest): string {
  // URL parsing writes %27 where encodeURIComponent leaves an apostrophe, and the signature is over what is sent.
  const merchantFilter =
    merchant === undefined ? '' : `&complainted_mchid=${encodeURIComponent(merchant).replaceAll("'", '%27')}`
  return `${listPath}?limit=${limit}&offset=${skip}&begin_date=${begin}&end_date=${end}${merchantFilter}`
}

function readPage(answer: unknown, skip: number, account: string): ListPage<WechatPayComplaint> {
  const { data, total } = parsePage(answer, 'list of complaints', skip)
  return { ...mapRows(data, ['data'], (row) => mapComplaint(row, account)), total }
}

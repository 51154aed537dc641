import { requireId } from '../../adapter-kit/complaint-id.js'
import type { HuishouqianComplaint } from '../../model.js'
import type { Adapter, AdapterRuntime, Connection } from '../../provider.js'
import { huishouqianDeadlines } from './deadlines.js'
import { fetchHistory } from './history.js'
import { getComplaint, listPage } from './list.js'
import { fetchMedia } from './media.js'
import { parseNotification } from './notification.js'
import { type HuishouqianConfig, type HuishouqianOptions, resolveConfig } from './options.js'
import { createSession } from './request.js'

export type { HuishouqianOptions }

/**
 * Huishouqian (慧收钱): the WeChat Pay complaints of a merchant, or of an agent's merchants. Only the query is
 * documented: `history`, `media` and `parseNotification` are experimental.
 * @throws ConfigError naming the option that is wrong, never its value
 * @example
 * ```ts
 * const pfx = loadPfx(readFileSync('merchant_pri.pfx'), passphrase)
 * const client = new ComplaintClient(huishouqian({ merchantNo, signType: 'RSA2', key, platformCertificate, ...pfx }))
 * ```
 * @see https://docs.huishouqian.com/docs/interface_document/interface_document-1eog1c4tjusj9
 */
export function huishouqian(options: HuishouqianOptions): Adapter<HuishouqianComplaint> {
  const config = resolveConfig(options)
  return {
    provider: 'huishouqian',
    account: config.account,
    limits: {
      pageSize: { min: 1, max: 500, default: 500 },
      windowDays: 30,
      // Whether `endDate` is included is not documented.
      padDays: 1,
      maxSpanDays: null,
      filterLengths: { merchant: 32, merchantOrderNo: 64 },
      concurrency: 2,
      rateLimit: config.rateLimit,
    },
    capabilities: {
      history: true,
      media: true,
      notifications: true,
      merchant: true,
      merchantOrderNo: true,
      paging: { style: 'offset', totals: 'hint' },
    },
    deadlines: huishouqianDeadlines,
    sharedQuota: config.sharedQuota,
    connect: (runtime) => connect(config, runtime),
  }
}

function connect(config: HuishouqianConfig, runtime: AdapterRuntime): Connection<HuishouqianComplaint> {
  const session = createSession(config, runtime)
  return {
    listPage: (request, options) => listPage(session, request, options),
    get: async (id, options) => getComplaint(session, requireId(id), options),
    history: (id, options) => fetchHistory(session, requireId(id), options),
    media: async (id, url, options) => fetchMedia(session, requireId(id), url, options),
    parseNotification: (message) => parseNotification(session, message),
    diagnostics: {
      baseUrl: config.baseUrl,
      merchant: `${config.merchantNo} ${config.agentMerchantNo ?? ''}`,
      signsResponses: true,
      maxClockSkewMs: null,
      certificates: [
        ...(config.merchantCertificate === null
          ? []
          : [{ option: 'certificate', validTo: config.merchantCertificate.validTo }]),
        ...config.platformCertificates.map(({ validTo }) => ({ option: 'platformCertificate', validTo })),
      ],
    },
  }
}

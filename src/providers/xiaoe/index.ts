import type { XiaoeComplaint } from '../../model.js'
import type { Adapter, AdapterRuntime, Connection } from '../../provider.js'
import { fetchHistory } from './history.js'
import { getComplaint, listPage } from './list.js'
import { resolveConfig, type XiaoeConfig, type XiaoeOptions } from './options.js'
import { createSession, requireId } from './request.js'
import type { TokenStore } from './token/safe-store.js'

export type { TokenStore, XiaoeOptions }

/**
 * Xiaoe-tech (小鹅通): complaints of a shop. The application needs the permission 投诉管理-查询.
 * @throws ConfigError naming the option that is wrong, never its value
 * @example
 * ```ts
 * const client = new ComplaintClient(xiaoe({ appId: 'app123', clientId, secretKey }))
 * ```
 * @see https://api-doc.xiaoe-tech.com/api_list/pay_through/get_complaint_list.html
 */
export function xiaoe(options: XiaoeOptions): Adapter<XiaoeComplaint> {
  const config = resolveConfig(options)
  return {
    provider: 'xiaoe',
    account: config.account,
    limits: {
      pageSize: { min: 1, max: 100, default: 50 },
      windowDays: 30,
      maxSpanDays: null,
      concurrency: null,
      rateLimit: config.rateLimit,
    },
    capabilities: {
      history: true,
      // Images are on hosts other than the configured one, which the documentation does not name.
      media: false,
      notifications: false,
      merchant: false,
      merchantOrderNo: false,
      paging: { style: 'page', totals: 'hint' },
    },
    complaintId: /^(?:c_[0-9a-z]{8,20}(?:_[0-9A-Za-z]{1,20})?|\d{1,64})$/,
    sharedQuota: config.sharedQuota,
    connect: (runtime) => connect(config, runtime),
  }
}

function connect(config: XiaoeConfig, runtime: AdapterRuntime): Connection<XiaoeComplaint> {
  const session = createSession(config, runtime)
  return {
    listPage: (request, options) => listPage(session, request, options),
    get: async (id, options) => getComplaint(session, requireId(id), options),
    history: (id, options) => fetchHistory(session, requireId(id), options),
    diagnostics: {
      baseUrl: config.baseUrl,
      merchant: config.appId,
      signsResponses: false,
      maxClockSkewMs: null,
      certificates: [],
    },
  }
}

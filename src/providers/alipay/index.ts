import { requireId } from '../../adapter-kit/complaint-id.js'
import type { AlipayRiskComplaint, AlipayTradeComplaint, Complaint } from '../../model.js'
import type { Adapter, AdapterCapabilities, AdapterLimits, Connection } from '../../provider.js'
import { fetchHistory } from './history.js'
import { getComplaint, listPage, type Product, riskComplaints, tradeComplaints } from './list.js'
import { parseNotification } from './notification.js'
import type { AlipayOptions, AlipayTarget } from './option-types.js'
import { type AlipayConfig, resolveRiskConfig, resolveTradeConfig } from './options.js'
import { createSession, type Session } from './request.js'

export type { AlipayOptions, AlipayTarget }

/**
 * Alipay's trade complaints (支付宝交易投诉): about mini-programs and official accounts. Complaints about payments to a
 * merchant are those of {@link alipayRisk}.
 * @experimental written from public descriptions, never tested against the service
 * @throws ConfigError naming the option that is wrong, never its value
 * @example
 * ```ts
 * const client = new ComplaintClient(alipayTrade({ appId: '2021000000000000', privateKey, alipayPublicKey }))
 * ```
 * @see https://opendocs.alipay.com/open/02z18r
 */
export function alipayTrade(options: AlipayOptions): Adapter<AlipayTradeComplaint> {
  const config = resolveTradeConfig(options)
  return {
    provider: 'alipay-trade',
    account: config.account,
    // A year at most; one day is kept free for the end that is asked as the next day.
    limits: { ...limits(config), maxSpanDays: 364 },
    capabilities: { ...capabilities, history: true, notifications: true },
    sharedQuota: config.sharedQuota,
    // A list has no amounts.
    detailFields: ['orders'],
    requestIdHeader: 'trace_id',
    connect(runtime) {
      const session = createSession(config, '交易投诉', runtime)
      return {
        ...connect(session, tradeComplaints),
        history: (id, options) => fetchHistory(session, requireId(id), options),
        parseNotification: (message) => parseNotification(session, message),
      }
    },
  }
}

/**
 * Alipay's consumer complaints (支付宝消费者投诉, RiskGO): about payments to a merchant. Complaints about mini-programs and
 * official accounts are those of {@link alipayTrade}.
 * @experimental written from public descriptions, never tested against the service
 * @throws ConfigError naming the option that is wrong, never its value
 * @example
 * ```ts
 * const client = new ComplaintClient(alipayRisk({ appId: '2021000000000000', privateKey, alipayPublicKey }))
 * ```
 * @see https://opendocs.alipay.com/open/8ad1ac86_alipay.security.risk.complaint.info.batchquery
 */
export function alipayRisk(options: AlipayOptions): Adapter<AlipayRiskComplaint> {
  const config = resolveRiskConfig(options)
  return {
    provider: 'alipay-risk',
    account: config.account,
    limits: limits(config),
    capabilities,
    sharedQuota: config.sharedQuota,
    // A list has neither tags, which say that it is urgent, nor images.
    detailFields: ['urgent', 'inPlatformService', 'tags', 'media'],
    requestIdHeader: 'trace_id',
    connect: (runtime) => connect(createSession(config, '消费者投诉 (RiskGO)', runtime), riskComplaints),
  }
}

function limits({ rateLimit }: AlipayConfig): AdapterLimits {
  return {
    pageSize: { min: 1, max: 20, default: 20 },
    windowDays: 30,
    maxSpanDays: null,
    concurrency: 2,
    rateLimit,
  }
}

const capabilities: AdapterCapabilities = {
  history: false,
  // No description names the hosts of images.
  media: false,
  notifications: false,
  merchant: false,
  merchantOrderNo: false,
  paging: { style: 'page', totals: 'hint' },
}

function connect<C extends Complaint>(session: Session, product: Product<C>): Connection<C> {
  const { baseUrl, certificates, appId, appAuthToken, targets } = session.config
  return {
    listPage: (request, options) => listPage(session, product, request, options),
    get: async (id, options) => getComplaint(session, product, requireId(id), options),
    diagnostics: {
      baseUrl,
      // A merchant's token or other targets select other complaints.
      merchant: appAuthToken === undefined && targets.length === 0 ? appId : null,
      signsResponses: true,
      maxClockSkewMs: null,
      certificates:
        certificates === null
          ? []
          : [
              { option: 'appCert', validTo: certificates.app.validTo },
              { option: 'alipayCert', validTo: certificates.alipay.validTo },
            ],
    },
  }
}

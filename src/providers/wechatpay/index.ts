import type { ConnectionDiagnostics } from '../../adapter-kit/diagnostics.js'
import type { WechatPayComplaint } from '../../model.js'
import type { Adapter, AdapterRuntime, Connection } from '../../provider.js'
import { maxSkewSeconds } from './auth.js'
import type { WechatPaySigner } from './credential.js'
import { wechatpayDeadlines } from './deadlines.js'
import { fetchHistory } from './history.js'
import { complaintPath, getComplaint, listPage } from './list.js'
import { fetchImage } from './media.js'
import { parseNotification } from './notification.js'
import { resolveConfig, type WechatPayConfig, type WechatPayOptions } from './options.js'
import { checkApiV3Key, createSession, type Session } from './request.js'

export type { WechatPayOptions, WechatPaySigner }

/**
 * WeChat Pay APIv3 (微信支付): complaints of a merchant, or of a service provider's sub-merchants.
 * @throws ConfigError naming the option that is wrong, never its value
 * @example
 * ```ts
 * const client = new ComplaintClient(wechatpay({ mchid, serialNo, privateKey, publicKeyId, publicKey }))
 * ```
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012533431
 */
export function wechatpay(options: WechatPayOptions): Adapter<WechatPayComplaint> {
  const config = resolveConfig(options)
  return {
    provider: 'wechatpay',
    account: config.account,
    limits: {
      pageSize: { min: 1, max: 50, default: 50 },
      windowDays: 30,
      maxSpanDays: 30,
      filterLengths: { merchant: 64 },
      concurrency: null,
      rateLimit: config.rateLimit,
    },
    capabilities: {
      history: true,
      media: true,
      notifications: true,
      merchant: true,
      merchantOrderNo: false,
      paging: { style: 'offset', totals: 'exact' },
    },
    deadlines: wechatpayDeadlines,
    sharedQuota: config.sharedQuota,
    connect: (runtime) => connect(config, runtime),
  }
}

function connect(config: WechatPayConfig, runtime: AdapterRuntime): Connection<WechatPayComplaint> {
  const session = createSession(config, runtime)
  return {
    listPage: (request, options) => listPage(session, request, options),
    get: (id, options) => getComplaint(session, id, options),
    history: (id, options) => fetchHistory(session, complaintPath(id), options),
    media: (_, url, options) => fetchImage(session, url, options),
    parseNotification: (message) => parseNotification(session, message),
    diagnostics: diagnosticsOf(session),
  }
}

function diagnosticsOf(session: Session): ConnectionDiagnostics {
  const { baseUrl, credential, apiV3Key, publicKeys, certificates, merchantCertificate } = session.config
  // Without other keys, each request needs the APIv3 key to download certificates.
  const isSpareKey = apiV3Key !== null && publicKeys.size + certificates.size > 0
  return {
    baseUrl,
    merchant: credential.mchid,
    signsResponses: true,
    maxClockSkewMs: maxSkewSeconds * 1000,
    certificates: [
      ...(merchantCertificate === null ? [] : [{ option: 'certificate', validTo: merchantCertificate.validTo }]),
      ...[...certificates.values()].map(({ validTo }) => ({ option: 'certificates', validTo })),
    ],
    ...(isSpareKey ? { checkNotificationKey: (options) => checkApiV3Key(session, apiV3Key, options) } : {}),
  }
}

import { randomBytes } from 'node:crypto'
import type { ProviderName } from '../model.js'
import { makeAlipayPairs } from './alipay/keys.js'
import { type Platform as AlipayPlatform, createPlatform as createAlipayPlatform } from './alipay/platform.js'
import { riskProduct } from './alipay/risk-product.js'
import { createAlipaySimulator } from './alipay/simulator.js'
import { tradeProduct } from './alipay/trade-product.js'
import type { SandboxAlipay } from './alipay-options.js'
import { startArrivals } from './arrivals.js'
import { resolveConfig } from './config.js'
import { createFaults } from './fault-rules.js'
import { merchantNo } from './huishouqian/facts.js'
import { makeHuishouqianKeys } from './huishouqian/keys.js'
import { createHuishouqianSimulator } from './huishouqian/simulator.js'
import { privatePem, publicPem } from './keys.js'
import { postNotification } from './post-notification.js'
import { listen, type ServerContext } from './server.js'
import type { ProviderSimulator } from './simulator.js'
import type { Sandbox, SandboxComplaint, SandboxOptions, SandboxRequest } from './types.js'
import { mchid } from './wechatpay/facts.js'
import { makeWechatPayKeys } from './wechatpay/keys.js'
import { createWechatPaySimulator } from './wechatpay/simulator.js'
import { appId, clientId } from './xiaoe/facts.js'
import { createXiaoeSimulator } from './xiaoe/simulator.js'

export type { SandboxAlipay, SandboxAlipayOptions } from './alipay-options.js'
export type { SandboxListOptions, SandboxPerProvider, SandboxPoisonRows } from './list-options.js'
export type { SandboxNotification, SandboxNotificationOptions } from './notification-types.js'
export type {
  NewSandboxComplaint,
  Sandbox,
  SandboxComplaint,
  SandboxFault,
  SandboxFaultKind,
  SandboxHistoryEntry,
  SandboxMedia,
  SandboxOptions,
  SandboxRequest,
} from './types.js'

/**
 * Starts servers on loopback ports that simulate WeChat Pay (two hosts), Huishouqian, Xiaoe and both products of Alipay
 * with made-up complaints, as strictly as their documentation says. They keep the process alive until `close()`.
 * @throws ConfigError when an option is wrong
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const config = resolveConfig(options, Date.now())
  const [wechatpay, huishouqian, alipay] = await Promise.all([
    makeWechatPayKeys(config),
    makeHuishouqianKeys(config),
    makeAlipayPairs(config),
  ])
  const trade = createAlipayPlatform(alipay, 'alipay-trade', config.alipayServiceProvider)
  const risk = createAlipayPlatform(alipay, 'alipay-risk', config.alipayServiceProvider)
  const secretKey = randomBytes(16).toString('hex')
  const listeners = await Promise.all([listen(), listen(), listen(), listen(), listen(), listen()])
  const [wechatpayListener, backupListener, huishouqianListener, xiaoeListener, tradeListener, riskListener] = listeners
  const wechatpaySimulator = createWechatPaySimulator(wechatpay, config, wechatpayListener.baseUrl)
  const xiaoeSimulator = createXiaoeSimulator(secretKey, config, xiaoeListener.baseUrl)
  const simulators: Readonly<Record<ProviderName, ProviderSimulator>> = {
    wechatpay: wechatpaySimulator,
    huishouqian: createHuishouqianSimulator(huishouqian.keys, config, huishouqianListener.baseUrl),
    xiaoe: xiaoeSimulator,
    'alipay-trade': createAlipaySimulator(
      tradeProduct({ end: config.alipayEndTime, filtered: config.alipayFilteredTime }),
      trade,
      config,
    ),
    'alipay-risk': createAlipaySimulator(riskProduct(config.alipayEndTime, config.alipayIds), risk, config),
  }
  const requests: SandboxRequest[] = []
  const counts = { wechatpay: 0, huishouqian: 0, xiaoe: 0, 'alipay-trade': 0, 'alipay-risk': 0 }
  const context: ServerContext = {
    latencyMs: config.latencyMs,
    faults: createFaults(config.faults, config.seed),
    requests,
    count(provider) {
      counts[provider] += 1
      return counts[provider]
    },
    onRequest: (request) => config.onRequest?.(request, sandbox),
  }
  const publicKey = wechatpay.publicKey
  const notification: Sandbox['notification'] = (provider, id, options = {}) => {
    const simulator = simulators[provider]
    if (simulator.notification === undefined) throw new Error(`${provider} does not send notifications`)
    return simulator.notification(id, options)
  }
  const sandbox: Sandbox = {
    wechatpay: {
      mchid,
      serialNo: wechatpay.serialNo,
      privateKey: privatePem(wechatpay.merchant.privateKey),
      ...(publicKey === null ? {} : { publicKeyId: publicKey.id, publicKey: publicPem(publicKey.pair.publicKey) }),
      apiV3Key: wechatpay.apiV3Key,
      baseUrl: wechatpayListener.baseUrl,
    },
    wechatpayBackupUrl: backupListener.baseUrl,
    get wechatpayCertificates() {
      return wechatpaySimulator.certificates()
    },
    huishouqian: {
      merchantNo,
      signType: config.signType,
      key: huishouqian.keys.key,
      privateKey: privatePem(huishouqian.keys.merchant.privateKey),
      get platformCertificate() {
        return huishouqian.platform.certificate
      },
      baseUrl: huishouqianListener.baseUrl,
    },
    get huishouqianCertificates() {
      return huishouqian.platform.certificates()
    },
    xiaoe: { appId, clientId, secretKey, baseUrl: xiaoeListener.baseUrl },
    get alipayTrade() {
      return alipayOptions(trade, tradeListener.baseUrl)
    },
    get alipayRisk() {
      return alipayOptions(risk, riskListener.baseUrl)
    },
    get truth() {
      return Object.values(simulators).flatMap((simulator) => simulator.truth())
    },
    requests,
    addComplaint: (provider, complaint) => simulators[provider].add({ state: 'pending', ...complaint }),
    changeState: (provider, id, state) => simulators[provider].changeState(id, state),
    removeComplaint: (provider, id) => simulators[provider].remove(id),
    complaintOf: (provider, id) => complaintOf(simulators[provider], id),
    historyOf: (provider, id) => simulators[provider].historyOf?.(id) ?? [],
    mediaOf: (provider, id) => simulators[provider].mediaOf?.(id) ?? [],
    notification,
    sendNotification: async (url, provider, id, options) => postNotification(url, notification(provider, id, options)),
    rotateCertificate({ provider = 'wechatpay', ...options } = {}) {
      if (provider === 'huishouqian') return huishouqian.platform.rotate(options)
      const { rotateCertificate } = simulators[provider]
      if (rotateCertificate === undefined)
        throw new Error(`${provider} has no certificate to rotate while its signing is publicKey`)
      rotateCertificate(options)
    },
    killToken: () => xiaoeSimulator.killToken(),
    close: async () => {
      stopArrivals()
      await Promise.all(listeners.map((listener) => listener.close()))
    },
  }
  wechatpayListener.serve({ simulator: simulators.wechatpay, account: mchid, host: 'primary' }, context)
  backupListener.serve({ simulator: simulators.wechatpay, account: mchid, host: 'backup' }, context)
  huishouqianListener.serve({ simulator: simulators.huishouqian, account: merchantNo, host: 'primary' }, context)
  xiaoeListener.serve({ simulator: simulators.xiaoe, account: appId, host: 'primary' }, context)
  tradeListener.serve({ simulator: simulators['alipay-trade'], account: trade.appId, host: 'primary' }, context)
  riskListener.serve({ simulator: simulators['alipay-risk'], account: risk.appId, host: 'primary' }, context)
  const stopArrivals =
    config.arrivalsEveryMs === null ? (): void => {} : startArrivals(config.arrivalsEveryMs, config.seed, sandbox)
  return sandbox
}

/** Options for an adapter of Alipay, in either mode. */
function alipayOptions(
  { appId, app, pair, certificates, appAuthToken }: AlipayPlatform,
  baseUrl: string,
): SandboxAlipay {
  const common = {
    appId,
    privateKey: privatePem(app.privateKey),
    ...(appAuthToken === null ? {} : { appAuthToken }),
    baseUrl,
  }
  return certificates === null
    ? { ...common, alipayPublicKey: publicPem(pair.publicKey) }
    : {
        ...common,
        appCert: certificates.app.pem,
        alipayCert: certificates.alipay.pem,
        alipayRootCert: certificates.root.pem,
      }
}

function complaintOf(simulator: ProviderSimulator, id: string): SandboxComplaint {
  const listed = simulator.truth().find((complaint) => complaint.id === id)
  const complaint = simulator.complaintOf?.(id) ?? listed
  if (complaint === undefined) throw new Error(`the sandbox has no complaint ${id}`)
  return complaint
}

import { addRow } from '../add-row.js'
import type { SandboxConfig } from '../config.js'
import { servedSpan } from '../dates.js'
import type { KeyPair } from '../keys.js'
import { createQuota } from '../quota.js'
import { type ProviderSimulator, retryAfterHeader, type SimulatedResponse } from '../simulator.js'
import { createStore } from '../store.js'
import type { SandboxRequest } from '../types.js'
import { checkAuthorization, type Merchant } from './authorization.js'
import { certificatesResponse } from './certificates.js'
import { createComplaints } from './complaints.js'
import { drawWechatPay, type WechatPayFacts } from './facts.js'
import { createNotification } from './notification.js'
import { packetTooLarge } from './pages.js'
import { createPlatform, type PlatformKeys } from './platform.js'
import { parseListQuery } from './query.js'
import { checkHeaders, classify } from './requests.js'
import { signErrorResponse, unsignedResponse } from './responses.js'
import { createTampering } from './tampering.js'
import { toTruth } from './truth.js'

export interface WechatPayKeys extends PlatformKeys {
  readonly merchant: KeyPair
  readonly mchid: string
  readonly serialNo: string
  /** 32 bytes of ASCII. */
  readonly apiV3Key: string
}

export interface WechatPaySimulator extends ProviderSimulator {
  /** PEM, the newest last. */
  certificates(): readonly string[]
}

/** Simulates WeChat Pay's complaint API: https://pay.weixin.qq.com/doc/v3/merchant/4012533431 */
export function createWechatPaySimulator(
  keys: WechatPayKeys,
  config: SandboxConfig,
  baseUrl: string,
): WechatPaySimulator {
  const store = createStore<WechatPayFacts>(
    {
      provider: 'wechatpay',
      salt: 1,
      draw: drawWechatPay,
      truth: (facts) => toTruth(facts, baseUrl),
      withState: (facts, state) => ({ ...facts, state }),
    },
    config,
  )
  const list = config.lists.wechatpay
  const platform = createPlatform(keys, config.wechatpaySigning)
  const complaints = createComplaints(store, keys.merchant.publicKey, config, baseUrl)
  const merchant: Merchant = { mchid: keys.mchid, serialNo: keys.serialNo, publicKey: keys.merchant.publicKey }
  const nonces = new Map<string, number>()
  const perMinute = (requests: number): ReturnType<typeof createQuota> => createQuota(config.quotas, requests, 60_000)
  // The quota for certificates is not documented.
  const quotas: Partial<Record<SandboxRequest['operation'], ReturnType<typeof createQuota>>> = {
    list: perMinute(200),
    history: perMinute(200),
    certificates: perMinute(60),
  }
  return {
    provider: 'wechatpay',
    classify,
    respond(request, conditions) {
      const operation = classify(request)
      if (operation === 'unknown' || operation === 'token')
        return unsignedResponse(404, { code: 'RESOURCE_NOT_EXISTS', message: '请求的资源不存在' })
      if (request.method !== 'GET') return unsignedResponse(405, { code: 'INVALID_REQUEST', message: '请求方法错误' })
      if (quotas[operation]?.(request.at) === false) return rateLimitResponse(undefined)
      const wrongHeader = checkHeaders(request, operation, platform)
      if (wrongHeader !== null) return unsignedResponse(400, { code: 'PARAM_ERROR', message: wrongHeader })
      const refusal = checkAuthorization(request, merchant, nonces)
      if (refusal !== null) return signErrorResponse(refusal, request)
      if (operation === 'media') return complaints.image(request)
      if (operation === 'certificates') return certificatesResponse(platform, keys.apiV3Key)
      const signer = platform.signerFor(request.headers['wechatpay-serial'])
      return operation === 'get'
        ? complaints.detail(request, signer)
        : complaints[operation](request, signer, conditions)
    },
    rateLimit: rateLimitResponse,
    packetTooLarge: ({ headers }) =>
      packetTooLarge(platform.findSigner(headers['Wechatpay-Serial'] ?? '') ?? platform.newestSigner()),
    ...createTampering(platform),
    ...(config.wechatpaySigning === 'publicKey' ? {} : { rotateCertificate: platform.rotate }),
    certificates: () => platform.certificates().map(({ pem }) => pem),
    truth: store.truth,
    add: store.add,
    addRow(request, row) {
      const query = parseListQuery(request.search)
      const requested = typeof query === 'string' ? null : { ...query, span: servedSpan(query.span, list) }
      addRow(store, requested, row, request.at)
    },
    changeState: store.changeState,
    remove: store.remove,
    historyOf: complaints.historyOf,
    mediaOf: complaints.mediaOf,
    notification: (id, options) =>
      createNotification(store.require(id), options, keys.apiV3Key, platform.signerFor(undefined)),
  }
}

function rateLimitResponse(retryAfterSeconds: number | undefined): SimulatedResponse {
  const response = unsignedResponse(429, { code: 'FREQUENCY_LIMITED', message: '频率超限' })
  return { ...response, headers: { ...response.headers, ...retryAfterHeader(retryAfterSeconds) } }
}

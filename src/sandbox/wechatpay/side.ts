import { type Answer, type Incoming, type ProviderSide, retryAfterHeader } from '../exchange.js'
import { frontOf } from '../front.js'
import type { KeyPair } from '../keys.js'
import { createQuota } from '../quota.js'
import type { Settings } from '../settings.js'
import { createStore } from '../store.js'
import type { SandboxRequest } from '../types.js'
import { type Seal, signError, unsignedAnswer } from './answers.js'
import { checkAuthorization, type Merchant } from './authorization.js'
import { answerCertificates } from './certificates.js'
import { type Complaints, createComplaints } from './complaints.js'
import { drawWechatPay, type WechatPayFacts } from './facts.js'
import { notificationOf } from './notification.js'
import { packetTooLarge } from './pages.js'
import { createPlatform, type PlatformKeys } from './platform.js'
import { readListQuery } from './query.js'
import { checkHeaders, operationOf } from './requests.js'
import { createTampering } from './tampering.js'
import { truthOf } from './truth.js'

export interface WechatPayKeys extends PlatformKeys {
  readonly merchant: KeyPair
  readonly mchid: string
  readonly serialNo: string
  /** 32 bytes of ASCII. */
  readonly apiV3Key: string
}

export interface WechatPaySide extends ProviderSide {
  /** PEM, the newest last. */
  certificates(): readonly string[]
}

/** Plays WeChat Pay's complaint calls: https://pay.weixin.qq.com/doc/v3/merchant/4012533431 */
export function createWechatPaySide(keys: WechatPayKeys, settings: Settings, baseUrl: string): WechatPaySide {
  const store = createStore<WechatPayFacts>(
    {
      salt: 1,
      count: settings.complaints.wechatpay,
      draw: drawWechatPay,
      truth: (facts) => truthOf(facts, baseUrl),
      withState: (facts, state) => ({ ...facts, state }),
    },
    settings,
  )
  const platform = createPlatform(keys, settings.wechatpaySigning)
  const complaints = createComplaints(store, keys.merchant.publicKey, settings, baseUrl)
  const merchant: Merchant = { mchid: keys.mchid, serialNo: keys.serialNo, publicKey: keys.merchant.publicKey }
  const nonces = new Map<string, number>()
  const perMinute = (requests: number): ReturnType<typeof createQuota> => createQuota(settings.quotas, requests, 60_000)
  // The one for certificates is our own: the page names none.
  const quotas: Partial<Record<SandboxRequest['operation'], ReturnType<typeof createQuota>>> = {
    list: perMinute(200),
    history: perMinute(200),
    certificates: perMinute(60),
  }
  return {
    provider: 'wechatpay',
    operationOf,
    answer(incoming) {
      const operation = operationOf(incoming)
      if (operation === 'unknown' || operation === 'token')
        return unsignedAnswer(404, { code: 'RESOURCE_NOT_EXISTS', message: '请求的资源不存在' })
      if (incoming.method !== 'GET') return unsignedAnswer(405, { code: 'INVALID_REQUEST', message: '请求方法错误' })
      if (quotas[operation]?.(incoming.at) === false) return frequencyLimited(undefined)
      const wrongHeader = checkHeaders(incoming, operation, platform)
      if (wrongHeader !== null) return unsignedAnswer(400, { code: 'PARAM_ERROR', message: wrongHeader })
      const refusal = checkAuthorization(incoming, merchant, nonces)
      if (refusal !== null) return signError(refusal, incoming)
      if (operation === 'media') return complaints.image(incoming)
      if (operation === 'certificates') return answerCertificates(platform, keys.apiV3Key)
      return answerBusiness(operation, incoming, complaints, platform.sealFor(incoming.headers['wechatpay-serial']))
    },
    rateLimited: frequencyLimited,
    packetTooLarge: ({ headers }) =>
      packetTooLarge(platform.sealOf(headers['Wechatpay-Serial'] ?? '') ?? platform.newest()),
    ...createTampering(platform),
    ...(settings.wechatpaySigning === 'publicKey' ? {} : { rotateCertificate: platform.rotate }),
    certificates: () => platform.certificates().map(({ pem }) => pem),
    truth: store.truth,
    add: store.add,
    frontOf(incoming) {
      const query = readListQuery(incoming.search)
      if (typeof query === 'string') return null
      return frontOf(store.all(), query.span.from, query.span.to, incoming.at)
    },
    changeState: store.changeState,
    remove: store.remove,
    historyOf: complaints.historyOf,
    mediaOf: complaints.mediaOf,
    notification: (id, options) =>
      notificationOf(complaints.known(id), options, keys.apiV3Key, platform.sealFor(undefined)),
  }
}

function answerBusiness(
  operation: 'list' | 'get' | 'history',
  incoming: Incoming,
  complaints: Complaints,
  seal: Seal,
): Answer {
  if (operation === 'list') return complaints.list(incoming, seal)
  return operation === 'get' ? complaints.detail(incoming, seal) : complaints.history(incoming, seal)
}

function frequencyLimited(retryAfterSeconds: number | undefined): Answer {
  const answer = unsignedAnswer(429, { code: 'FREQUENCY_LIMITED', message: '频率超限' })
  return { ...answer, headers: { ...answer.headers, ...retryAfterHeader(retryAfterSeconds) } }
}

import type { SandboxComplaint } from '../types.js'
import { mchid, type WechatPayFacts } from './facts.js'
import { imageUrls } from './images.js'
import { toStateWord } from './row.js'

/** What a list delivers with phones decrypted. Only the detail call has the openid. */
export function toTruth(facts: WechatPayFacts, baseUrl: string): SandboxComplaint {
  return {
    provider: 'wechatpay',
    account: mchid,
    id: facts.id,
    state: facts.state,
    providerState: toStateWord(facts.state),
    createdAt: new Date(facts.createdAt),
    closedAt: null,
    dueAt: null,
    subject: facts.subject,
    detail: facts.detail,
    channel: 'wechatpay',
    merchantId: facts.hasMerchantId ? facts.merchantId : null,
    agentId: null,
    payer: {
      phone: facts.phone === null || facts.phone === '' ? null : { value: facts.phone, form: 'plain' },
      openId: null,
    },
    orders: (facts.orders ?? []).map((order) => ({
      merchantOrderNo: order.outTradeNo,
      transactionId: order.transactionId,
      amount: { fen: order.fen, currency: 'CNY' },
    })),
    resource: null,
    refund: {
      wanted: facts.problemType === null ? null : facts.problemType === 'REFUND',
      amount: facts.refundFen === null ? null : { fen: facts.refundFen, currency: 'CNY' },
      completed: facts.fullyRefunded,
    },
    awaitingReply: facts.awaitingReply,
    overdue: null,
    urgent: facts.urgent,
    inPlatformService: facts.inPlatformService,
    timesComplained: facts.times,
    tags: [...(facts.tags ?? [])],
    media: (facts.media ?? []).map((media) => ({ kind: media.kind, urls: imageUrls(media, baseUrl) })),
  }
}

import { beijingDigits } from '../time.js'
import type { SandboxComplaint } from '../types.js'
import { agentNo, type HuishouqianFacts, merchantNo } from './facts.js'

const states = { pending: 'PENDING', processing: 'PROCESSING', resolved: 'PROCESSED' } as const

/** One item of `data`, members in alphabetical order as in the documentation's sample. */
export function toRow(facts: HuishouqianFacts): Record<string, unknown> {
  return {
    agentNo: facts.hasAgentNo ? agentNo : undefined,
    amount: facts.fen,
    complaintDetail: facts.detail,
    complaintFullRefunded: facts.fullyRefunded ? 1 : 0,
    complaintId: facts.id,
    complaintState: states[facts.state],
    complaintTime: beijingDigits(facts.createdAt),
    incomingUserResponse: facts.awaitingReply ? 1 : 0,
    merchantNo: facts.merchantNo,
    merchantTradeNo: facts.merchantTradeNo ?? undefined,
    payerOpenid: facts.openId,
    payerPhone: facts.phone,
    problemDescription: facts.subject,
    userComplaintTimes: facts.times,
  }
}

export function toTruth(facts: HuishouqianFacts): SandboxComplaint {
  return {
    provider: 'huishouqian',
    account: merchantNo,
    id: facts.id,
    state: facts.state,
    providerState: states[facts.state],
    createdAt: new Date(facts.createdAt),
    closedAt: null,
    dueAt: null,
    subject: facts.subject,
    detail: facts.detail,
    channel: 'wechatpay',
    merchantId: facts.merchantNo,
    agentId: facts.hasAgentNo ? agentNo : null,
    payer: { phone: { value: facts.phone, form: 'plain' }, openId: facts.openId },
    orders: [
      {
        merchantOrderNo: facts.merchantTradeNo,
        transactionId: null,
        amount: { fen: facts.fen, currency: 'CNY' },
      },
    ],
    resource: null,
    refund: { wanted: null, amount: null, completed: facts.fullyRefunded },
    awaitingReply: facts.awaitingReply,
    overdue: null,
    urgent: null,
    inPlatformService: null,
    timesComplained: facts.times,
    tags: [],
    media: [],
  }
}

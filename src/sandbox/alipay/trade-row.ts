import { beijingText } from '../time.js'
import type { SandboxComplaint } from '../types.js'
import { appIds } from './app.js'
import { yuan } from './money.js'
import { type TradeFacts, tradeStatus } from './trade.js'
import { toReplyRow, visibleReplies } from './trade-replies.js'

/** One item of `trade_complain_infos`. */
export function toTradeRow(facts: TradeFacts): Record<string, unknown> {
  return {
    complain_event_id: facts.id,
    status: tradeStatus(facts),
    complain_reason: facts.subject,
    leaf_category_name: facts.demand,
    content: facts.detail,
    images: facts.images.length === 0 ? undefined : facts.images,
    phone_no: facts.phone.value,
    trade_no: facts.tradeNo,
    merchant_order_no: facts.merchantOrderNo ?? undefined,
    target_id: facts.target.id,
    target_type: facts.target.type,
    gmt_create: beijingText(facts.createdAt),
    gmt_modified: beijingText(facts.modifiedAt),
    gmt_finished: facts.finishedAt === null ? facts.notFinished : beijingText(facts.finishedAt),
  }
}

/** The newest reply first. */
export function toTradeDetail(facts: TradeFacts): Record<string, unknown> {
  return {
    ...toTradeRow(facts),
    trade_amount: yuan(facts.fen),
    reply_detail_infos: [...visibleReplies(facts)].reverse().map(toReplyRow),
  }
}

/** Lists do not tell amounts. */
export function toTradeTruth(facts: TradeFacts): SandboxComplaint {
  const { target } = facts
  const status = tradeStatus(facts)
  return {
    provider: 'alipay-trade',
    account: appIds['alipay-trade'],
    id: facts.id,
    state: facts.state,
    providerState: status,
    createdAt: new Date(facts.createdAt),
    closedAt: facts.finishedAt === null ? null : new Date(facts.finishedAt),
    dueAt: null,
    subject: facts.subject,
    detail: facts.detail,
    channel: 'alipay',
    merchantId: target.type === 'PID' ? target.id : null,
    agentId: null,
    payer: { phone: { ...facts.phone }, openId: null },
    orders: [{ merchantOrderNo: facts.merchantOrderNo, transactionId: facts.tradeNo, amount: null }],
    resource: target.type === 'PID' ? null : { ...target },
    refund: { wanted: null, amount: null, completed: null },
    awaitingReply: null,
    overdue: status === 'MERCHANT_FEEDBACK_TIMEOUT' ? true : null,
    urgent: null,
    inPlatformService: status === 'PLATFORM_PROCESSING' ? true : null,
    timesComplained: null,
    tags: [],
    media: facts.images.length === 0 ? [] : [{ kind: 'image', urls: facts.images }],
  }
}

export function toTradeDetailTruth(facts: TradeFacts): SandboxComplaint {
  const truth = toTradeTruth(facts)
  const amount = { fen: facts.fen, currency: 'CNY' } as const
  return { ...truth, orders: truth.orders.map((order) => ({ ...order, amount })) }
}

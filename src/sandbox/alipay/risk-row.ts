import { beijingText } from '../time.js'
import type { SandboxComplaint } from '../types.js'
import { appIds } from './app.js'
import { longInteger } from './json-text.js'
import { yuan } from './money.js'
import { type RiskFacts, type RiskTrade, riskStatus, statusTexts } from './risk.js'

type IdStyle = 'number' | 'text'

/** One item of `complaint_list`. Its id is an integer in one SDK and a text in another. */
export function toRiskRow(facts: RiskFacts, ids: IdStyle): Record<string, unknown> {
  const status = riskStatus(facts)
  return {
    id: writeId(facts.id, ids),
    task_id: facts.taskId,
    status,
    status_description: statusTexts[status],
    opposite_pid: facts.merchantPid,
    opposite_name: '示例商户',
    complain_amount: yuan(facts.trades.reduce((sum, { fen }) => sum + fen, 0)),
    contact: facts.contact.value,
    gmt_complain: beijingText(facts.createdAt),
    gmt_overdue: beijingText(facts.dueAt),
    gmt_process: facts.processedAt === null ? undefined : beijingText(facts.processedAt),
    gmt_risk_finish_time: beijingText(facts.createdAt),
    complain_content: facts.detail,
    trade_no: facts.trades[0].tradeNo,
    ...(facts.processedAt === null ? {} : { process_code: 'CONSENSUS_WITH_CLIENT', process_message: '与用户协商一致' }),
    complaint_trade_info_list: facts.trades.map((trade) => toTradeInfo(trade, facts, ids)),
  }
}

export function toRiskDetail(facts: RiskFacts, ids: IdStyle): Record<string, unknown> {
  return {
    ...toRiskRow(facts, ids),
    complain_url: '',
    certify_info: facts.proofs.length === 0 ? undefined : facts.proofs,
    label_tag_list: facts.tags,
    ...(facts.isUpgraded
      ? { gmt_upgrade: beijingText(facts.createdAt + 1000), upgrade_content: '问题没有解决，升级投诉。' }
      : {}),
  }
}

function toTradeInfo(trade: RiskTrade, facts: RiskFacts, ids: IdStyle): Record<string, unknown> {
  return {
    id: writeId(trade.id, ids),
    complaint_record_id: writeId(facts.id, ids),
    trade_no: trade.tradeNo,
    out_no: trade.outNo ?? undefined,
    gmt_trade: beijingText(trade.paidAt),
    status: facts.state === 'resolved' ? 'PROCESSED' : 'WAIT_PROCESS',
    status_description: facts.state === 'resolved' ? '已退款' : '待处理',
    amount: trade.written === 'number' ? trade.fen / 100 : yuan(trade.fen),
  }
}

function writeId(digits: string, ids: IdStyle): string {
  return ids === 'number' ? longInteger(digits) : digits
}

/** Lists tell neither tags nor proofs. */
export function toRiskTruth(facts: RiskFacts): SandboxComplaint {
  const status = riskStatus(facts)
  const { value, form } = facts.contact
  return {
    provider: 'alipay-risk',
    account: appIds['alipay-risk'],
    id: facts.id,
    state: facts.state,
    providerState: status,
    createdAt: new Date(facts.createdAt),
    closedAt: null,
    dueAt: new Date(facts.dueAt),
    subject: null,
    detail: facts.detail,
    channel: 'alipay',
    merchantId: facts.merchantPid,
    agentId: null,
    payer: { phone: form === 'mail' ? null : { value, form }, openId: null },
    orders: facts.trades.map(({ outNo, tradeNo, fen }) => ({
      merchantOrderNo: outNo,
      transactionId: tradeNo,
      amount: { fen, currency: 'CNY' },
    })),
    resource: null,
    refund: { wanted: null, amount: null, completed: null },
    awaitingReply: null,
    overdue: status.includes('OVERDUE'),
    urgent: null,
    inPlatformService: null,
    timesComplained: null,
    tags: [],
    media: [],
  }
}

export function toRiskDetailTruth(facts: RiskFacts): SandboxComplaint {
  return {
    ...toRiskTruth(facts),
    tags: facts.tags,
    urgent: facts.tags.includes('加急') ? true : null,
    inPlatformService: facts.tags.includes('平台已介入') ? true : null,
    media: facts.proofs.length === 0 ? [] : [{ kind: 'image', urls: facts.proofs }],
  }
}

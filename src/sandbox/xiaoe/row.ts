import { beijingText } from '../time.js'
import type { SandboxComplaint } from '../types.js'
import { appId, deadline, isOverdue, type XiaoeFacts } from './facts.js'

const states = { pending: 0, processing: 1, resolved: 2 } as const
const channels = { 1: 'shop', 2: 'platform', 3: 'wechatpay', 4: 'alipay' } as const

/** One item of `list`; six fields are integers in the documentation's sample and strings in its table. */
export function toRow(facts: XiaoeFacts, numbers: 'number' | 'text'): Record<string, unknown> {
  const written = (value: number): number | string => (numbers === 'text' ? String(value) : value)
  return {
    channel_type: facts.channel,
    closed_at: facts.closedAt === null ? facts.notClosed : beijingText(facts.closedAt),
    complainant_phone: facts.phone,
    complaint_from: facts.from,
    complaint_id: facts.id,
    complaint_reason: facts.reason,
    complaint_resource_id: facts.resourceId,
    complaint_resource_type: facts.resourceType === null ? undefined : written(facts.resourceType),
    complaint_time: beijingText(facts.createdAt),
    complaint_type: written(facts.complaintType),
    current_step: written(facts.step),
    is_overtime: written(isOverdue(facts) ? 2 : 1),
    operate_end_time: beijingText(deadline(facts)),
    operate_time: beijingText(facts.handledAt),
    state: written(states[facts.state]),
    time_limit: written(facts.limitHours),
  }
}

export function stateNumber(facts: XiaoeFacts): number {
  return states[facts.state]
}

export function toTruth(facts: XiaoeFacts): SandboxComplaint {
  return {
    provider: 'xiaoe',
    account: appId,
    id: facts.id,
    state: facts.state,
    providerState: String(states[facts.state]),
    createdAt: new Date(facts.createdAt),
    closedAt: facts.closedAt === null ? null : new Date(facts.closedAt),
    dueAt: new Date(deadline(facts)),
    subject: null,
    detail: facts.reason,
    channel: channels[facts.channel],
    merchantId: null,
    agentId: null,
    payer: { phone: { value: facts.phone, form: 'masked' }, openId: null },
    orders: [],
    resource: { id: facts.resourceId, type: facts.resourceType === null ? null : String(facts.resourceType) },
    refund: { wanted: null, amount: null, completed: null },
    awaitingReply: null,
    overdue: isOverdue(facts),
    urgent: null,
    inPlatformService: null,
    timesComplained: null,
    tags: [],
    media: [],
  }
}

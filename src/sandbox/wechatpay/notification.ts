import { randomUUID } from 'node:crypto'
import { beijingRfc3339, floorToSecond } from '../time.js'
import type { SandboxNotification, SandboxNotificationOptions } from '../types.js'
import { type Seal, sealHeaders } from './answers.js'
import type { WechatPayFacts } from './facts.js'
import { wordOf } from './row.js'
import { encryptUnderApiV3Key } from './sealed.js'

const created = 'CREATE_COMPLAINT'

/** https://pay.weixin.qq.com/doc/v3/merchant/4012533447 */
export function notificationOf(
  facts: WechatPayFacts,
  { action = created, id = randomUUID() }: SandboxNotificationOptions,
  apiV3Key: string,
  seal: Seal,
): SandboxNotification {
  const text = JSON.stringify({ complaint_id: facts.id, action_type: action, ...legacyFieldsOf(facts) })
  const body = JSON.stringify({
    id,
    create_time: beijingRfc3339(floorToSecond(Date.now())),
    resource_type: 'encrypt-resource',
    event_type: action === created ? 'COMPLAINT.CREATE' : 'COMPLAINT.STATE_CHANGE',
    summary: action === created ? '产生新投诉' : '投诉单状态变化',
    resource: {
      ...encryptUnderApiV3Key(text, apiV3Key, facts.index % 3 === 2 ? '' : 'complaint'),
      original_type: 'complaint',
    },
  })
  return { headers: { 'Content-Type': 'application/json', ...sealHeaders(body, seal) }, body }
}

/** Older notifications told more; some still do. */
function legacyFieldsOf(facts: WechatPayFacts): Record<string, unknown> {
  const [order] = facts.orders ?? []
  if (facts.index % 2 === 0 || order === undefined) return {}
  return {
    transaction_id: order.transactionId,
    out_trade_no: order.outTradeNo,
    amount: order.fen,
    complaint_time: beijingRfc3339(facts.createdAt),
    complaint_detail: facts.detail,
    complaint_state: wordOf(facts.state),
  }
}

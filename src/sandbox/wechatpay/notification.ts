import { randomUUID } from 'node:crypto'
import type { SandboxNotification, SandboxNotificationOptions } from '../notification-types.js'
import { beijingRfc3339, floorToSecond } from '../time.js'
import { encryptUnderApiV3Key } from './encrypt-resource.js'
import type { WechatPayFacts } from './facts.js'
import { type ResponseSigner, signatureHeaders } from './responses.js'
import { toStateWord } from './row.js'

const createdAction = 'CREATE_COMPLAINT'

/** https://pay.weixin.qq.com/doc/v3/merchant/4012533447 */
export function createNotification(
  facts: WechatPayFacts,
  { action = createdAction, id = randomUUID() }: SandboxNotificationOptions,
  apiV3Key: string,
  signer: ResponseSigner,
): SandboxNotification {
  const text = JSON.stringify({ complaint_id: facts.id, action_type: action, ...legacyFields(facts) })
  const body = JSON.stringify({
    id,
    create_time: beijingRfc3339(floorToSecond(Date.now())),
    resource_type: 'encrypt-resource',
    event_type: action === createdAction ? 'COMPLAINT.CREATE' : 'COMPLAINT.STATE_CHANGE',
    summary: action === createdAction ? '产生新投诉' : '投诉单状态变化',
    resource: {
      ...encryptUnderApiV3Key(text, apiV3Key, facts.index % 3 === 2 ? '' : 'complaint'),
      original_type: 'complaint',
    },
  })
  return { headers: { 'Content-Type': 'application/json', ...signatureHeaders(body, signer) }, body }
}

/** Older notifications had more fields, and some still have them. */
function legacyFields(facts: WechatPayFacts): Record<string, unknown> {
  const [order] = facts.orders ?? []
  if (facts.index % 2 === 0 || order === undefined) return {}
  return {
    transaction_id: order.transactionId,
    out_trade_no: order.outTradeNo,
    amount: order.fen,
    complaint_time: beijingRfc3339(facts.createdAt),
    complaint_detail: facts.detail,
    complaint_state: toStateWord(facts.state),
  }
}

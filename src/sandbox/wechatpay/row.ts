import { beijingRfc3339 } from '../time.js'
import type { ReturnedItem, WechatPayFacts } from './facts.js'
import { imageUrls } from './images.js'

const states = { pending: 'PENDING', processing: 'PROCESSING', resolved: 'PROCESSED' } as const

export function toStateWord(state: WechatPayFacts['state']): string {
  return states[state]
}

/**
 * One item of `data[]`, members in the order of the documentation's sample. `JSON.stringify` drops undefined members.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012533431
 */
export function toRow(facts: WechatPayFacts, encryptedPhone: string | null, baseUrl: string): Record<string, unknown> {
  return {
    complaint_id: facts.id,
    complaint_time: beijingRfc3339(facts.createdAt),
    complaint_detail: facts.detail,
    complaint_state: toStateWord(facts.state),
    complainted_mchid: facts.hasMerchantId ? facts.merchantId : undefined,
    payer_phone: encryptedPhone ?? undefined,
    complaint_order_info: facts.orders?.map((order) => ({
      transaction_id: order.transactionId,
      out_trade_no: order.outTradeNo,
      amount: order.fen,
    })),
    complaint_full_refunded: facts.fullyRefunded,
    incoming_user_response: facts.awaitingReply,
    user_complaint_times: facts.times,
    complaint_media_list: facts.media?.map((media) => ({
      media_type: media.kind,
      media_url: imageUrls(media, baseUrl),
    })),
    problem_description: facts.subject,
    problem_type: facts.problemType ?? undefined,
    apply_refund_amount: facts.refundFen ?? undefined,
    user_tag_list: facts.tags ?? undefined,
    service_order_info: facts.serviceOrders?.map((order) => ({
      order_id: order.orderId,
      out_order_no: order.outOrderNo,
      state: order.state,
    })),
    additional_info: facts.returned === null ? undefined : toAdditionalInfo(facts.returned),
    in_platform_service: facts.inPlatformService ?? undefined,
    need_immediate_service: facts.urgent ?? undefined,
    is_agent_mode: facts.agentMode ?? undefined,
  }
}

/** The detail call also returns the payer's openid. */
export function toDetail(
  facts: WechatPayFacts,
  encryptedPhone: string | null,
  baseUrl: string,
): Record<string, unknown> {
  return { ...toRow(facts, encryptedPhone, baseUrl), payer_openid: facts.openId }
}

function toAdditionalInfo({ at, place, sameMachine }: ReturnedItem): Record<string, unknown> {
  return {
    type: 'SHARE_POWER_TYPE',
    share_power_info: {
      return_time: beijingRfc3339(at),
      return_address_info: {
        return_address: place.address,
        longitude: place.longitude,
        latitude: place.latitude,
      },
      is_returned_to_same_machine: sameMachine,
    },
  }
}

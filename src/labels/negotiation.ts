import type { LabelTable } from './tables.js'

/**
 * Steps of a negotiation history. Several providers use these values. RERUND and COMFIRM are misspelt by the provider;
 * the last two values occur only in older histories.
 */
export const negotiationSteps: LabelTable = {
  USER_CREATE_COMPLAINT: { zh: '用户提交投诉', en: 'The complainant complained' },
  USER_CONTINUE_COMPLAINT: { zh: '用户继续投诉', en: 'The complainant complained again' },
  USER_RESPONSE: { zh: '用户留言', en: 'The complainant wrote' },
  USER_CLICK_RESPONSE: { zh: '用户点击回复', en: 'The complainant chose an offered answer' },
  PLATFORM_RESPONSE: { zh: '平台留言', en: 'The platform wrote' },
  MERCHANT_RESPONSE: { zh: '商户留言', en: 'The merchant wrote' },
  MERCHANT_CONFIRM_COMPLETE: { zh: '商户申请结单', en: 'The merchant asked to close it' },
  MERCHANT_APPROVE_REFUND: { zh: '商户同意退款申请', en: 'The merchant agreed to refund' },
  MERCHANT_REFUSE_RERUND: { zh: '商户拒绝退款申请', en: 'The merchant refused to refund' },
  USER_REVOKE_COMPLAINT: { zh: '用户主动撤诉', en: 'The complainant withdrew it' },
  USER_COMFIRM_COMPLAINT: { zh: '用户确认投诉解决', en: 'The complainant confirmed that it is resolved' },
  USER_SUBMIT_SATISFACTION: { zh: '用户提交满意度', en: 'The complainant rated the handling' },
  USER_APPLY_PLATFORM_HELP: { zh: '用户申请平台协助', en: 'The complainant asked the platform for help' },
  PLATFORM_HELP_APPLICATION: { zh: '平台催办', en: 'The platform urged the merchant' },
  USER_APPLY_PLATFORM_SERVICE: { zh: '用户申请平台协助', en: 'The complainant called in the platform' },
  USER_CANCEL_PLATFORM_SERVICE: { zh: '用户取消平台协助', en: 'The complainant dispensed with the platform' },
  PLATFORM_SERVICE_FINISHED: { zh: '客服结束平台协助', en: 'The platform finished helping' },
  SERVICE_ORDER_CANCEL: { zh: '服务订单已取消', en: 'Service order cancelled' },
  SERVICE_ORDER_COMPLETE: { zh: '服务订单已完成', en: 'Service order completed' },
  USER_CREATE_COMPLAINT_SYSTEM_MESSAGE: { zh: '系统通知:用户提交投诉', en: 'Notice: complaint made' },
  USER_CONTINUE_COMPLAINT_SYSTEM_MESSAGE: { zh: '系统通知:用户继续投诉', en: 'Notice: complained again' },
  COMPLAINT_FULL_REFUNDED_SYSTEM_MESSAGE: { zh: '系统通知:发起全额退款', en: 'Notice: full refund started' },
  COMPLAINT_PARTIAL_REFUNDED_SYSTEM_MESSAGE: { zh: '系统通知:发起部分退款', en: 'Notice: partial refund started' },
  COMPLAINT_REFUND_RECEIVED_SYSTEM_MESSAGE: { zh: '系统通知:退款到账', en: 'Notice: refund received' },
  COMPLAINT_ENTRUSTED_REFUND_SYSTEM_MESSAGE: { zh: '系统通知:受托退款', en: 'Notice: entrusted refund' },
  COMPLAINT_FULL_REFUNDED: { zh: '投诉单全额退款', en: 'Refunded in full' },
  MERCHANT_CONFIRM_COMPLETE_SYSTEM_MESSAGE: {
    zh: '系统通知:商户申请结单',
    en: 'Notice: the merchant asked to close it',
  },
}

/** What happened to a complaint, in notifications. */
export const complaintActions: LabelTable = {
  CREATE_COMPLAINT: { zh: '用户提交投诉', en: 'The complainant complained' },
  CONTINUE_COMPLAINT: { zh: '用户继续投诉', en: 'The complainant complained again' },
  USER_RESPONSE: { zh: '用户新留言', en: 'The complainant wrote' },
  RESPONSE_BY_PLATFORM: { zh: '平台新留言', en: 'The platform wrote' },
  SELLER_REFUND: { zh: '商户发起全额退款', en: 'The merchant started a full refund' },
  MERCHANT_RESPONSE: { zh: '商户新回复', en: 'The merchant wrote' },
  MERCHANT_CONFIRM_COMPLETE: { zh: '商户反馈处理完成', en: 'The merchant reported it as resolved' },
  USER_APPLY_PLATFORM_SERVICE: { zh: '用户申请平台协助', en: 'The complainant called in the platform' },
  USER_CANCEL_PLATFORM_SERVICE: { zh: '用户取消平台协助', en: 'The complainant dispensed with the platform' },
  PLATFORM_SERVICE_FINISHED: { zh: '客服结束平台协助', en: 'The platform finished helping' },
  MERCHANT_APPROVE_REFUND: { zh: '商户同意退款', en: 'The merchant agreed to refund' },
  MERCHANT_REJECT_REFUND: { zh: '商户驳回退款', en: 'The merchant refused to refund' },
  REFUND_SUCCESS: { zh: '退款到账', en: 'Refund received' },
}

import { complaintActions, negotiationSteps } from '../../labels/negotiation.js'
import { freezeTables, type LabelSources, type LabelTable } from '../../labels/tables.js'
import { isRecord, toList } from '../../parsing/coerce.js'

/**
 * The documented values of WeChat Pay's fields, for user interfaces. Every one of them is open.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012533431
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012533439
 */
export const wechatpayLabels: {
  readonly complaint_state: LabelTable
  readonly problem_type: LabelTable
  /** Of one entry of the list, as in the complaint's `tags`. */
  readonly user_tag_list: LabelTable
  /** Of media in complaints and histories, as in `kind`. */
  readonly media_type: LabelTable
  /** `state` of an entry of `service_order_info`. */
  readonly service_order_state: LabelTable
  /** `type` of `additional_info`. */
  readonly additional_info_type: LabelTable
  /** Of a history's entry, as in its `action`. */
  readonly operate_type: LabelTable
  /** Of the `normal_message` of a history's entry. */
  readonly sender_identity: LabelTable
  /** Of a callback, as in the notification's `action`. */
  readonly action_type: LabelTable
  /** Of a callback's envelope. */
  readonly event_type: LabelTable
  /** Error codes, as in the errors' `providerCode`. */
  readonly code: LabelTable
} = /* @__PURE__ */ freezeTables({
  complaint_state: {
    PENDING: { zh: '待处理', en: 'Pending' },
    PROCESSING: { zh: '处理中', en: 'Processing' },
    PROCESSED: { zh: '已处理完成', en: 'Resolved' },
  },
  problem_type: {
    REFUND: { zh: '申请退款', en: 'Refund asked for' },
    SERVICE_NOT_WORK: { zh: '服务权益未生效', en: 'Service not provided' },
    OTHERS: { zh: '其他类型', en: 'Other' },
  },
  user_tag_list: {
    TRUSTED: { zh: '满足极速退款条件', en: 'Qualifies for an instant refund' },
    HIGH_RISK: { zh: '高风险投诉', en: 'High-risk complaint' },
  },
  media_type: {
    USER_COMPLAINT_IMAGE: { zh: '投诉图片凭证', en: 'Images of the complaint' },
    OPERATION_IMAGE: { zh: '协商图片凭证', en: 'Images of the negotiation' },
  },
  service_order_state: {
    DOING: { zh: '进行中', en: 'In progress' },
    REVOKED: { zh: '已取消', en: 'Cancelled' },
    WAITPAY: { zh: '待支付', en: 'Awaiting payment' },
    DONE: { zh: '已完成', en: 'Completed' },
  },
  additional_info_type: {
    SHARE_POWER_TYPE: { zh: '共享充电宝', en: 'Shared power bank' },
  },
  operate_type: negotiationSteps,
  sender_identity: {
    UNKNOWN: { zh: '未知', en: 'Unknown' },
    MANUAL: { zh: '人工', en: 'Human' },
    MACHINE: { zh: '机器', en: 'Machine' },
  },
  action_type: complaintActions,
  event_type: {
    'COMPLAINT.CREATE': { zh: '产生新投诉', en: 'New complaint' },
    'COMPLAINT.STATE_CHANGE': { zh: '投诉状态变化', en: 'A complaint changed' },
  },
  code: {
    PARAM_ERROR: { zh: '参数错误', en: 'Wrong parameters' },
    INVALID_REQUEST: { zh: '无效请求', en: 'Invalid request' },
    SIGN_ERROR: { zh: '签名错误', en: 'Wrong signature' },
    NO_AUTH: { zh: '没有权限', en: 'No permission' },
    RESOURCE_NOT_EXISTS: { zh: '资源不存在', en: 'No such resource' },
    FREQUENCY_LIMITED: { zh: '频率超限', en: 'Too many requests' },
    RATELIMIT_EXCEEDED: { zh: '频率超限', en: 'Too many requests' },
    SYSTEM_ERROR: { zh: '系统错误', en: 'System error' },
  },
})

/** @param row a complaint as WeChat Pay sent it */
export function wechatpayLabelSources(row: Readonly<Record<string, unknown>>): LabelSources {
  return {
    name: { zh: '微信支付', en: 'WeChat Pay' },
    providerState: wechatpayLabels.complaint_state,
    tags: wechatpayLabels.user_tag_list,
    media: wechatpayLabels.media_type,
    problemType: [wechatpayLabels.problem_type, row.problem_type],
    serviceOrders: toList(row.service_order_info)
      .filter(isRecord)
      .map(({ state }) => [wechatpayLabels.service_order_state, state]),
  }
}

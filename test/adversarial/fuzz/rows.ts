import { alipayReplies, alipayRow, isAlipay } from './alipay.js'
import { encryptedPhone, type Mode, merchantNo } from './platform.js'

/** Valid rows, numbered; every field that any of them may have. */
export const month = { from: '2026-03-01', to: '2026-03-30' } as const

const two = (number: number): string => String(number).padStart(2, '0')
const clockOf = (number: number): [day: string, time: string] => [
  two(1 + (number % 30)),
  `${two(number % 24)}:${two(number % 60)}:07`,
]

export function idOf(mode: Mode, number: number): string {
  if (mode === 'alipay risk') return `9007199254800${String(number).padStart(6, '0')}`
  return mode === 'xiaoe' ? `ct_${number}` : `2002010000000000000${String(number).padStart(8, '0')}`
}

export function rowOf(mode: Mode, number: number): Record<string, unknown> {
  if (mode.startsWith('wechatpay')) return wechatPayRow(number, idOf(mode, number))
  if (isAlipay(mode)) {
    const [day, time] = clockOf(number)
    return alipayRow(mode, idOf(mode, number), number, `2026-03-${day} ${time}`)
  }
  return mode === 'xiaoe' ? xiaoeRow(number, idOf(mode, number)) : huishouqianRow(number, idOf(mode, number))
}

function wechatPayRow(number: number, id: string): Record<string, unknown> {
  const [day, time] = clockOf(number)
  return {
    complaint_id: id,
    complaint_time: `2026-03-${day}T${time}+08:00`,
    complaint_detail: '为什么要扣款,请核对一下',
    complaint_state: ['PENDING', 'PROCESSING', 'PROCESSED'][number % 3],
    complainted_mchid: '1900000101',
    payer_phone: number % 4 === 0 ? encryptedPhone : '',
    payer_openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
    complaint_order_info: [
      { transaction_id: '4200000404201909069117582536', out_trade_no: `order-${number}`, amount: 300 },
    ],
    complaint_full_refunded: false,
    incoming_user_response: true,
    user_complaint_times: 1,
    complaint_media_list: [{ media_type: 'USER_COMPLAINT_IMAGE', media_url: ['https://127.0.0.1:9/v3/image'] }],
    problem_description: '不满意商家服务',
    problem_type: 'REFUND',
    apply_refund_amount: 10,
    user_tag_list: ['TRUSTED'],
    service_order_info: [{ order_id: '15646546545165651651', out_order_no: '1234323JKHDFE1243252', state: 'DOING' }],
    additional_info: { type: 'SHARE_POWER_TYPE', share_power_info: { return_time: `2026-03-${day}T${time}+08:00` } },
    in_platform_service: true,
    need_immediate_service: false,
    is_agent_mode: false,
  }
}

function huishouqianRow(number: number, id: string): Record<string, unknown> {
  const [day, time] = clockOf(number)
  return {
    complaintId: id,
    merchantTradeNo: `order-${number}`,
    amount: 300,
    complaintState: ['PENDING', 'PROCESSING', 'PROCESSED'][number % 3],
    complaintTime: `202603${day}${time.replaceAll(':', '')}`,
    problemDescription: '其他问题',
    complaintDetail: '为什么要扣款,请核对一下。',
    userComplaintTimes: 1,
    incomingUserResponse: 1,
    payerOpenid: 'made-up-openid',
    merchantNo,
    payerPhone: '13800000000',
    complaintFullRefunded: 0,
  }
}

function xiaoeRow(number: number, id: string): Record<string, unknown> {
  const [day, time] = clockOf(number)
  return {
    channel_type: 1 + (number % 4),
    closed_at: '1970-01-02 00:00:00',
    complainant_phone: '138****0000',
    complaint_from: '101',
    complaint_id: id,
    complaint_reason: '课程与描述不符',
    complaint_resource_id: 'p_0123456789abc_AbCdEfGh',
    complaint_resource_type: 6,
    complaint_time: `2026-03-${day} ${time}`,
    complaint_type: 1,
    current_step: 1,
    is_overtime: 1 + (number % 2),
    operate_end_time: `2026-03-31 ${time}`,
    operate_time: `2026-03-${day} ${time}`,
    state: number % 3,
    time_limit: 72,
  }
}

/** What the history call answers, before it is proven. */
export function historyOf(mode: Mode, id: string, from: number, count: number): unknown {
  const at = (number: number): string => `2026-03-${clockOf(number).join(' ')}`
  const numbers = Array.from({ length: count }, (_, index) => from + index)
  if (isAlipay(mode)) return alipayReplies(numbers.map(at))
  if (mode === 'xiaoe') {
    const reply_list = numbers.map((number) => ({
      id: number,
      reply_time: at(number),
      reply_content: '您好',
      images: ['a'],
    }))
    return {
      complaint_id: id,
      complaint_time: at(1),
      complaint_reason: '课程与描述不符',
      uploaded_images: [],
      reply_list,
    }
  }
  if (mode.startsWith('huishouqian')) {
    const data = numbers.map((number) => ({
      logId: `log-${number}`,
      operateTime: at(number),
      operateType: 'X',
      imageList: ['a'],
    }))
    return { data, offset: from, totalSize: 7 }
  }
  const data = numbers.map((number) => ({
    log_id: `300285320210322170000071077${number}`,
    operator: '投诉人',
    operate_time: `${at(number).replace(' ', 'T')}+08:00`,
    operate_type: 'USER_CREATE_COMPLAINT',
    operate_details: '已与用户电话沟通解决',
    image_list: ['https://127.0.0.1:9/v3/image'],
    complaint_media_list: { media_type: 'OPERATION_IMAGE', media_url: ['https://127.0.0.1:9/v3/image'] },
  }))
  return { data, limit: count, offset: from, total_count: 7 }
}

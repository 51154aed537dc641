import { freezeTables, type Label, type LabelSources, type LabelTable } from '../../labels/tables.js'

const externalMail: Label = { zh: '外部-客诉邮箱投诉', en: 'External: complaints mailbox' }
const credentials: Label = {
  zh: '应用凭证错误(app_id、client_id、secret_key 或 grant_type)',
  en: 'Application credentials wrong (app_id, client_id, secret_key or grant_type)',
}

/**
 * Texts for the documented values of Xiaoe-tech's fields, by value. 0 of `channel_type` and `is_overtime` is the "all"
 * of a filter and occurs in no complaint.
 * @see https://api-doc.xiaoe-tech.com/api_list/pay_through/get_complaint_list.html
 */
export const xiaoeLabels: {
  readonly state: LabelTable
  readonly channel_type: LabelTable
  readonly complaint_from: LabelTable
  /** 2 is documented for the detail call only. */
  readonly complaint_type: LabelTable
  /** The documentation names no value of this field. */
  readonly complaint_resource_type: LabelTable
  /** Of a complaint from `list()` or `get()`. */
  readonly current_step: LabelTable
  /** Of the detail call of `history()`, whose numbers mean other steps. */
  readonly detail_current_step: LabelTable
  readonly is_overtime: LabelTable
  /** Response codes; see the errors' `providerCode`. */
  readonly code: LabelTable
} = /* @__PURE__ */ freezeTables({
  state: {
    0: { zh: '待处理', en: 'Pending' },
    1: { zh: '处理中', en: 'Processing' },
    2: { zh: '处理完成', en: 'Resolved' },
  },
  channel_type: {
    1: { zh: '店铺', en: 'Shop' },
    2: { zh: '小鹅通平台', en: 'Xiaoe platform' },
    3: { zh: '微信支付', en: 'WeChat Pay' },
    4: { zh: '支付宝', en: 'Alipay' },
  },
  complaint_from: {
    101: { zh: 'H5店铺', en: 'H5 shop' },
    102: { zh: '微信小程序', en: 'WeChat mini program' },
    103: { zh: 'PC店铺', en: 'PC shop' },
    104: { zh: '鹅直播小程序', en: 'Live mini program (鹅直播)' },
    105: { zh: '鹅圈子小程序', en: 'Community mini program (鹅圈子)' },
    106: { zh: '鹅打卡小程序', en: 'Check-in mini program (鹅打卡)' },
    107: { zh: '视频号卖货(小鹅通小店)', en: 'WeChat Channels sales (Xiaoe mini shop)' },
    201: { zh: '外部-微信支付投诉', en: 'External: WeChat Pay complaint' },
    202: { zh: '外部-支付宝支付投诉', en: 'External: Alipay complaint' },
    203: { zh: '外部-400热线/IM', en: 'External: 400 hotline or chat' },
    204: { zh: '外部-工商投诉', en: 'External: market regulator' },
    205: { zh: '外部-315投诉', en: 'External: 315 consumer complaint' },
    206: { zh: '外部-抖音支付', en: 'External: Douyin Pay' },
    207: { zh: '外部-黑猫', en: 'External: Heimao (黑猫)' },
    208: { zh: '外部-微信平台', en: 'External: WeChat platform' },
    209: { zh: '外部-12345投诉', en: 'External: 12345 hotline' },
    // The documentation prints 10 for 210.
    10: externalMail,
    210: externalMail,
  },
  complaint_type: {
    1: { zh: '交易投诉', en: 'Transaction complaint' },
    2: { zh: '内容投诉', en: 'Content complaint' },
    3: { zh: '第三方平台录入', en: 'Entered from a third-party platform' },
  },
  complaint_resource_type: {},
  current_step: {
    1: { zh: 'C端新投诉', en: 'New complaint' },
    2: { zh: '商家已回复', en: 'The merchant replied' },
    3: { zh: '小鹅通录入', en: 'Entered by Xiaoe' },
    4: { zh: '小鹅通核验不通过', en: 'Rejected by Xiaoe on review' },
    5: { zh: '小鹅通结单', en: 'Closed by Xiaoe' },
    6: { zh: '第三方数据导入', en: 'Imported from a third party' },
  },
  detail_current_step: {
    1: { zh: 'C端投诉', en: 'The complainant complained' },
    2: { zh: 'B端回复', en: 'The merchant replied' },
    3: { zh: 'C端回复', en: 'The complainant replied' },
    4: { zh: '小鹅通录入', en: 'Entered by Xiaoe' },
    5: { zh: '第三方数据导入', en: 'Imported from a third party' },
    6: { zh: '小鹅通结单', en: 'Closed by Xiaoe' },
  },
  is_overtime: {
    1: { zh: '否', en: 'No' },
    2: { zh: '是', en: 'Yes' },
  },
  code: {
    0: { zh: '成功', en: 'Success' },
    1001: { zh: '系统繁忙', en: 'System busy' },
    1002: {
      zh: '参数错误或业务接口返回格式错误',
      en: 'Wrong parameters, or a malformed response from the backend service',
    },
    2001: { zh: '缺少 app_id 参数', en: 'app_id missing' },
    2002: { zh: 'app_id 无效', en: 'app_id invalid' },
    2003: { zh: '缺少 secret_key 参数', en: 'secret_key missing' },
    2004: { zh: 'secret_key 错误或 app_id 无效', en: 'secret_key wrong, or app_id invalid' },
    2005: { zh: '缺少 grant_type 参数', en: 'grant_type missing' },
    2006: credentials,
    2007: { zh: '缺少 access_token', en: 'access_token missing' },
    2008: { zh: 'access_token 已过期或不存在', en: 'access_token expired or unknown' },
    2017: { zh: '没有调用该接口的权限', en: 'No permission for this call' },
    2020: credentials,
    2051: { zh: 'IP 不在白名单', en: 'IP address not on the allow-list' },
    2052: { zh: '接口不存在或地址未注册', en: 'No such call, or address not registered' },
    2053: { zh: '调用次数已达上限', en: 'Call quota used up' },
    2054: { zh: '请求突增', en: 'Burst of requests' },
    2055: { zh: '请求方法错误', en: 'Wrong request method' },
  },
})

/** @param row `raw` of a complaint */
export function xiaoeLabelSources(row: Readonly<Record<string, unknown>>): LabelSources {
  return {
    name: { zh: '小鹅通', en: 'Xiaoe-tech' },
    providerState: xiaoeLabels.state,
    channel: [xiaoeLabels.channel_type, row.channel_type],
    source: [xiaoeLabels.complaint_from, row.complaint_from],
    problemType: [xiaoeLabels.complaint_type, row.complaint_type],
    step: [xiaoeLabels.current_step, row.current_step],
  }
}

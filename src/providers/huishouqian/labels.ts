import { complaintActions, negotiationSteps } from '../../labels/negotiation.js'
import { freezeTables, type LabelSources, type LabelTable } from '../../labels/tables.js'

const no = { zh: '否', en: 'No' }
const yes = { zh: '是', en: 'Yes' }

/**
 * Texts for the documented values of Huishouqian's fields, by value.
 * @see https://docs.huishouqian.com/docs/interface_document/interface_document-1eog1c4tjusj9
 */
export const huishouqianLabels: {
  readonly complaintState: LabelTable
  readonly incomingUserResponse: LabelTable
  readonly complaintFullRefunded: LabelTable
  /** Response codes, also of calls that change complaints; see the errors' `providerCode`. */
  readonly errorCode: LabelTable
  /**
   * Of a history entry.
   * @experimental undocumented; the values of WeChat Pay, whose complaints these are
   */
  readonly operateType: LabelTable
  /**
   * Of a callback.
   * @experimental undocumented; the values of WeChat Pay, which public clients receive
   */
  readonly actionType: LabelTable
} = /* @__PURE__ */ freezeTables({
  complaintState: {
    PENDING: { zh: '待处理', en: 'Pending' },
    PROCESSING: { zh: '处理中', en: 'Processing' },
    PROCESSED: { zh: '已处理完成', en: 'Resolved' },
  },
  incomingUserResponse: { 0: no, 1: yes },
  complaintFullRefunded: { 0: no, 1: yes },
  errorCode: {
    '000000': { zh: '成功', en: 'Success' },
    '000001': { zh: '系统异常', en: 'System error' },
    130000: { zh: '受理成功', en: 'Accepted' },
    130001: { zh: '结果未知', en: 'Result unknown' },
    130002: { zh: '参数校验不通过', en: 'Wrong parameters' },
    130003: { zh: '投诉订单号不存在', en: 'No such complaint' },
    130004: { zh: '商户号不匹配', en: 'Merchant number does not match' },
    130005: { zh: '商户号不存在', en: 'No such merchant number' },
    130006: { zh: '代理商户号不匹配', en: 'Agent number does not match' },
    130007: { zh: '文件大小超限', en: 'File too large' },
    130008: { zh: '文件类型不合法', en: 'File type not allowed' },
    130009: { zh: '回复上传图片不能超过四张', en: 'More than four images in a reply' },
    130010: { zh: '投诉订单号不能为空', en: 'Complaint number missing' },
    130011: { zh: '商户秘钥未配置', en: "Merchant's keys not set up" },
  },
  operateType: negotiationSteps,
  actionType: complaintActions,
})

export function huishouqianLabelSources(): LabelSources {
  return {
    name: { zh: '慧收钱', en: 'Huishouqian' },
    providerState: huishouqianLabels.complaintState,
  }
}

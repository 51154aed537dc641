import { freezeTables, type Label, type LabelSources, type LabelTable } from '../../labels/tables.js'

const media: LabelTable = { image: { zh: '图片', en: 'Image' } }

/** Codes of the gateway and of both products; see the errors' `providerCode`. */
const code: LabelTable = {
  10000: { zh: '成功', en: 'Success' },
  20000: { zh: '服务不可用', en: 'Service not available' },
  20001: { zh: '授权权限不足', en: 'Not authorised' },
  40001: { zh: '缺少必选参数', en: 'Parameter missing' },
  40002: { zh: '非法的参数', en: 'Parameter invalid' },
  40003: { zh: '条件不满足', en: 'Conditions not met' },
  40004: { zh: '业务处理失败', en: 'Business failure' },
  40005: { zh: '调用频次超限', en: 'Too many calls' },
  40006: { zh: '权限不足', en: 'No permission' },
  'isp.unknow-error': { zh: '服务暂不可用', en: 'Service temporarily not available' },
  'aop.unknow-error': { zh: '服务暂不可用', en: 'Service temporarily not available' },
  'aop.invalid-app-auth-token': { zh: '无效的应用授权令牌', en: 'app_auth_token invalid' },
  'aop.app-auth-token-time-out': { zh: '应用授权令牌已过期', en: 'app_auth_token expired' },
  'aop.invalid-app-auth-token-no-api': { zh: '商户未授权该接口', en: 'The merchant has not authorised this call' },
  'aop.invalid-auth-token': { zh: '无效的访问令牌', en: 'auth_token invalid' },
  'aop.auth-token-time-out': { zh: '访问令牌已过期', en: 'auth_token expired' },
  'isv.invalid-signature': { zh: '验签出错', en: 'Signature wrong' },
  'isv.invalid-app-id': { zh: '无效的应用 APPID', en: 'appId invalid' },
  'isv.invalid-timestamp': { zh: '无效的时间戳', en: 'Timestamp invalid' },
  'isv.invalid-method': { zh: '接口名不存在', en: 'No such method' },
  'isv.suspected-attack': { zh: '可疑的攻击请求', en: 'Taken for an attack' },
  'isv.app-cert-expired': { zh: '应用证书已过期', en: 'Certificate of the application expired' },
  'isv.not-online-app': { zh: '应用未上线', en: 'The application is not online' },
  'isv.missing-signature-config': { zh: '未配置应用公钥或证书', en: 'The application has no key or certificate' },
  'isv.invalid-auth-relations': { zh: '授权关系不存在', en: 'No such authorisation' },
  'isv.app-call-limited': { zh: '应用调用次数超限', en: 'Too many calls of the application' },
  'isv.method-call-limited': { zh: '接口调用次数超限', en: 'Too many calls of this method' },
  'isv.insufficient-isv-permissions': { zh: '应用没有该接口的权限', en: 'The application may not make this call' },
  'isv.self-invoke-forbidden': { zh: '不允许自调用', en: 'Only a service provider may make this call' },
  AUTHORITY_ILLEGAL: { zh: '没有权限', en: 'No permission' },
  PARAM_ILLEGAL: { zh: '参数错误', en: 'Parameters wrong' },
  SYSTEM_ERROR: { zh: '系统异常', en: 'System error' },
}

/**
 * Texts for the known values of trade complaints, by value.
 * @experimental written from public descriptions, never tested against the service
 * @see https://opendocs.alipay.com/open/02z18r
 */
export const alipayTradeLabels: {
  readonly status: LabelTable
  /** Of a history entry: `action`. */
  readonly replier_role: LabelTable
  readonly target_type: LabelTable
  /** Response codes; see the errors' `providerCode`. */
  readonly code: LabelTable
} = /* @__PURE__ */ freezeTables({
  status: {
    MERCHANT_PROCESSING: { zh: '商家处理中', en: 'The merchant is handling it' },
    MERCHANT_FEEDBACKED: { zh: '商家已反馈', en: 'The merchant replied' },
    MERCHANT_FEEDBACK_TIMEOUT: { zh: '商家处理超时', en: 'The merchant is late' },
    FINISHED: { zh: '投诉已完结', en: 'Closed' },
    CANCELLED: { zh: '投诉已撤销', en: 'Withdrawn' },
    PLATFORM_PROCESSING: { zh: '平台处理中', en: 'Alipay is handling it' },
    PLATFORM_FINISH: { zh: '平台处理完结', en: 'Closed by Alipay' },
    CLOSED: { zh: '系统关闭', en: 'Closed by the system' },
    REPORT_SUCCEED: { zh: '举报成功', en: 'Report accepted' },
  },
  replier_role: {
    USER: { zh: '用户', en: 'User' },
    MERCHANT: { zh: '商家', en: 'Merchant' },
    SYSTEM: { zh: '系统', en: 'System' },
    AUDITOR: { zh: '审核小二', en: 'Reviewer of Alipay' },
    GOVERNMENT: { zh: '政府单位', en: 'Authority' },
  },
  target_type: {
    APPID: { zh: '小程序', en: 'Mini-program' },
    PUBLICID: { zh: '生活号', en: 'Official account' },
    PID: { zh: '商户', en: 'Merchant' },
  },
  code,
})

/**
 * Texts for the known values of consumer complaints, by value.
 * @experimental written from public descriptions, never tested against the service
 * @see https://opendocs.alipay.com/open/8ad1ac86_alipay.security.risk.complaint.info.batchquery
 */
export const alipayRiskLabels: {
  readonly status: LabelTable
  /** Of one payment in `complaint_trade_info_list`. */
  readonly trade_status: LabelTable
  /** The merchant's own answer. */
  readonly process_code: LabelTable
  /** Of a detail: `tags`. */
  readonly label_tag_list: LabelTable
  /** Response codes; see the errors' `providerCode`. */
  readonly code: LabelTable
} = /* @__PURE__ */ freezeTables({
  status: {
    WAIT_PROCESS: { zh: '待处理', en: 'Pending' },
    PROCESSING: { zh: '处理中', en: 'Processing' },
    PROCESSED: { zh: '处理完成', en: 'Resolved' },
    OVERDUE: { zh: '超时未处理', en: 'Overdue' },
    OVERDUE_PROCESSED: { zh: '超时处理完成', en: 'Resolved late' },
    PART_OVERDUE: { zh: '部分超时未处理', en: 'Partly overdue' },
    DROP_COMPLAIN: { zh: '用户撤诉', en: 'Withdrawn' },
    DROP_OVERDUE_COMPLAIN: { zh: '超时后用户撤诉', en: 'Withdrawn when overdue' },
    DROP_OVERDUE_PROCESSED: { zh: '超时处理完成用户撤诉', en: 'Withdrawn after a late resolution' },
    DROP_PROCESSED: { zh: '处理完成用户撤诉', en: 'Withdrawn after the resolution' },
  },
  trade_status: {
    WAIT_PROCESS: { zh: '待处理', en: 'Pending' },
    REFUNDING: { zh: '退款处理中', en: 'Being refunded' },
    PROCESSED: { zh: '已退款', en: 'Refunded' },
    OVERDUE: { zh: '超时未处理', en: 'Overdue' },
    DROP_COMPLAIN: { zh: '用户撤诉', en: 'Withdrawn' },
  },
  process_code: {
    REFUND: { zh: '已退款', en: 'Refunded' },
    CONSENSUS_WITH_CLIENT: { zh: '已与用户协商一致', en: 'Agreed with the user' },
    RECTIFICATION_NO_REFUND: { zh: '已整改，不退款', en: 'Rectified without a refund' },
    SUBMIT_PROOF_NOT_CONTACTED: { zh: '已提交凭证，未联系用户', en: 'Proof submitted, user not contacted' },
    // Alipay spells it so.
    ORTHER: { zh: '其他', en: 'Other' },
  },
  label_tag_list: {
    高风险: { zh: '高风险', en: 'High risk' },
    加急: { zh: '加急', en: 'Urgent' },
    平台已介入: { zh: '平台已介入', en: 'Alipay has stepped in' },
    升级投诉: { zh: '升级投诉', en: 'Escalated' },
  },
  code,
})

const tradeName: Label = { zh: '支付宝交易投诉', en: 'Alipay trade complaints' }
const riskName: Label = { zh: '支付宝消费者投诉', en: 'Alipay consumer complaints' }

export function alipayTradeLabelSources(): LabelSources {
  return { name: tradeName, providerState: alipayTradeLabels.status, media }
}

export function alipayRiskLabelSources(): LabelSources {
  return {
    name: riskName,
    providerState: alipayRiskLabels.status,
    tags: alipayRiskLabels.label_tag_list,
    media,
  }
}

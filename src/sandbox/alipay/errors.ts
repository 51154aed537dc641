/** A refused request. */
export interface Failure {
  readonly code: string | null
  readonly msg: string
  readonly subCode: string | null
  readonly subMsg: string
  /**
   * Where the failure stands: in the call's own member, signed or not, or in `error_response`, which is never signed.
   */
  readonly place: 'signed' | 'unsigned' | 'error_response'
}

interface Kind {
  readonly msg: string
  readonly place: Failure['place']
}

/** The codes that all calls share: https://opendocs.alipay.com/common/02km9f */
const kinds: Readonly<Record<string, Kind>> = {
  '20000': { msg: 'Service Currently Unavailable', place: 'signed' },
  '20001': { msg: 'Insufficient Token Permissions', place: 'error_response' },
  '40001': { msg: 'Missing Required Arguments', place: 'error_response' },
  '40002': { msg: 'Invalid Arguments', place: 'error_response' },
  '40003': { msg: 'Insufficient Conditions', place: 'error_response' },
  '40004': { msg: 'Business Failed', place: 'signed' },
  '40005': { msg: 'Call Limited', place: 'unsigned' },
  '40006': { msg: 'Insufficient Permissions', place: 'signed' },
}

const subCodes: Readonly<Record<string, readonly [code: string, subMsg: string]>> = {
  'isp.unknow-error': ['20000', '系统繁忙'],
  'aop.unknow-error': ['20000', '系统繁忙'],
  'aop.invalid-app-auth-token': ['20001', '无效的应用授权令牌'],
  'aop.app-auth-token-time-out': ['20001', '应用授权令牌已过期'],
  'aop.invalid-app-auth-token-no-api': ['20001', '应用授权令牌没有授权当前接口'],
  'isv.missing-method': ['40001', '缺少方法名参数'],
  'isv.missing-signature': ['40001', '缺少签名参数'],
  'isv.missing-signature-type': ['40001', '缺少签名类型参数'],
  'isv.missing-app-id': ['40001', '缺少appId参数'],
  'isv.missing-timestamp': ['40001', '缺少时间戳参数'],
  'isv.missing-version': ['40001', '缺少版本参数'],
  'isv.missing-charset': ['40001', '缺少编码参数'],
  'isv.missing-app-cert-sn': ['40001', '缺少应用公钥证书序列号参数'],
  'isv.missing-root-cert-sn': ['40001', '缺少支付宝根证书序列号参数'],
  'isv.missing-biz-content': ['40001', '缺少业务参数'],
  'isv.invalid-parameter': ['40002', '参数无效'],
  'isv.invalid-method': ['40002', '不存在的方法名'],
  'isv.invalid-format': ['40002', '无效的数据格式'],
  'isv.invalid-signature': ['40002', '验签出错，请检查参数'],
  'isv.invalid-signature-type': ['40002', '无效的签名类型'],
  'isv.invalid-app-id': ['40002', '无效的AppID参数'],
  'isv.invalid-timestamp': ['40002', '非法的时间戳参数'],
  'isv.invalid-charset': ['40002', '字符集错误'],
  'isv.invalid-version': ['40002', '无效的版本参数'],
  'isv.invalid-app-cert-sn': ['40002', '应用公钥证书序列号与应用不匹配'],
  'isv.invalid-root-cert-sn': ['40002', '支付宝根证书序列号错误'],
  'isv.app-cert-expired': ['40002', '应用公钥证书已过期'],
  'isv.suspected-attack': ['40002', '可疑的攻击请求'],
  'isv.missing-signature-config': ['40003', '验签公钥未配置'],
  'isv.invalid-auth-relations': ['40003', '无效的授权关系'],
  AUTHORITY_ILLEGAL: ['40004', '无权限操作'],
  PARAM_ILLEGAL: ['40004', '参数不合法'],
  SYSTEM_ERROR: ['40004', '系统异常，请稍后再试'],
  COMPLAIN_NOT_EXIST: ['40004', '投诉单不存在'],
  'isv.app-call-limited': ['40005', '应用调用次数超限'],
  'isv.method-call-limited': ['40005', '方法调用次数超限'],
  'isv.insufficient-isv-permissions': ['40006', 'ISV权限不足，请在开放平台添加能力'],
  'isv.self-invoke-forbidden': ['40006', '应用不允许自调用'],
}

/** The failure with this sub-code; one that is not in the table is an error of the business. null: no code at all. */
export function failureOf(subCode: string | null, detail: string | null = null): Failure {
  if (subCode === null) return { code: null, msg: '', subCode, subMsg: '', place: 'signed' }
  const [code, subMsg] = subCodes[subCode] ?? ['40004', '业务处理失败']
  const { msg, place } = kinds[code] ?? { msg: '', place: 'signed' }
  // Unlike other errors of 40002, it comes in the method's own member, signed.
  const isSigned = subCode === 'isv.invalid-signature'
  return {
    code,
    msg,
    subCode,
    subMsg: detail === null ? subMsg : `${subMsg}，${detail}`,
    place: isSigned ? 'signed' : place,
  }
}

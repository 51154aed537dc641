/** The error of a refused request; null members are sent as null. */
export interface Failure {
  readonly errorCode: string | null
  readonly errorMsg: string | null
}

/** https://docs.huishouqian.com/docs/interface_document/interface_document-1eog1c4tjusj9 */
const messages: ReadonlyMap<string, string> = new Map([
  ['000001', '系统异常,请稍后再试'],
  ['130000', '受理成功'],
  ['130001', '结果未知,请稍后查询'],
  ['130002', '参数校验不通过'],
  ['130003', '投诉订单号不存在'],
  ['130004', '商户号不匹配'],
  ['130005', '商户号不存在'],
  ['130006', '代理商户号不匹配'],
  ['130007', '文件大小超限'],
  ['130008', '文件类型不合法'],
  ['130009', '回复上传图片不能超过四张'],
  ['130010', '投诉订单号不能为空'],
  ['130011', '商户秘钥未配置'],
])

/** Uses the documentation's message; an undocumented code has none. */
export function toFailure(errorCode: string | null): Failure {
  return { errorCode, errorMsg: messages.get(errorCode ?? '') ?? null }
}

export function badParameter(reason: string): Failure {
  const { errorCode, errorMsg } = toFailure('130002')
  return { errorCode, errorMsg: `${errorMsg}:${reason}` }
}

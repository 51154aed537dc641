/** Why a request is refused. */
export interface Failure {
  readonly errorCode: string
  readonly errorMsg: string
}

export function badParameter(reason: string): Failure {
  return { errorCode: '130002', errorMsg: `参数校验不通过:${reason}` }
}

export const unknownComplaint: Failure = { errorCode: '130003', errorMsg: '投诉订单号不存在' }
export const missingComplaint: Failure = { errorCode: '130010', errorMsg: '投诉订单号不能为空' }

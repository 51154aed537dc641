/** Why a request is refused. */
export interface Failure {
  readonly errorCode: string
  readonly errorMsg: string
}

export function badParameter(reason: string): Failure {
  return { errorCode: '130002', errorMsg: `参数校验不通过:${reason}` }
}

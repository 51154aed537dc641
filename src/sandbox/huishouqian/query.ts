import { readSpan, type Span } from '../dates.js'
import { isInteger, isText, readObject } from '../json.js'
import { badParameter, type Failure } from './envelope.js'
import { agentNo, merchantNo as ownMerchantNo } from './facts.js'

export interface ComplaintQuery {
  readonly sent: Readonly<Record<string, unknown>>
  /** null: no dates, which only a query for one complaint or order may leave out. */
  readonly span: Span | null
  readonly limit: number
  readonly offset: number
  readonly complaintId: string | undefined
  readonly merchantTradeNo: string | undefined
}

const maxLimit = 500
const defaultLimit = 100
const textLengths: Readonly<Record<string, number>> = {
  beginDate: 18,
  endDate: 18,
  agentMerchantNo: 32,
  merchantNo: 32,
  complaintId: 64,
  merchantTradeNo: 64,
}

/** Reads the business fields; what the page does not name, or names with another type, is refused. */
export function readQuery(business: string): ComplaintQuery | Failure {
  const fields = readObject(business)
  if (fields === null) return badParameter('signContent不是JSON')
  for (const [name, value] of Object.entries(fields)) {
    const wrong = checkField(name, value)
    if (wrong !== null) return badParameter(wrong)
  }
  const { beginDate, endDate, merchantNo, agentMerchantNo, complaintId, merchantTradeNo } = fields as Texts
  if (agentMerchantNo !== undefined && agentMerchantNo !== agentNo) {
    return { errorCode: '130006', errorMsg: '代理商户号不匹配' }
  }
  if (merchantNo !== undefined && merchantNo !== ownMerchantNo) {
    return { errorCode: '130004', errorMsg: '商户号不匹配' }
  }
  const single = complaintId !== undefined || merchantTradeNo !== undefined
  const span =
    beginDate === undefined && endDate === undefined && single ? null : readSpan(beginDate ?? '', endDate ?? '')
  if (typeof span === 'string') return badParameter(span)
  return {
    sent: fields,
    span,
    limit: (fields.limit as number | undefined) ?? defaultLimit,
    offset: (fields.offset as number | undefined) ?? 0,
    complaintId,
    merchantTradeNo,
  }
}

type Texts = Readonly<Record<string, string | undefined>>

function checkField(name: string, value: unknown): string | null {
  if (name === 'limit') return isInteger(value, 1, maxLimit) ? null : 'limit必须是1到500的整数'
  if (name === 'offset') return isInteger(value, 0, Number.MAX_SAFE_INTEGER) ? null : 'offset必须是非负整数'
  const maxLength = textLengths[name]
  if (maxLength === undefined) return `${name}不是已知的参数`
  return isText(value, maxLength) ? null : `${name}必须是非空字符串`
}

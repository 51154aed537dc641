import { type DaySpan, parseSpan } from '../dates.js'
import { agentNo } from './facts.js'
import { badParameter, type Failure, toFailure } from './failures.js'
import { type Paging, paging, parseFields, parsePaging, type Rule, text } from './fields.js'

export interface ListQuery extends Paging {
  readonly sent: Readonly<Record<string, unknown>>
  /** null: no dates; only a query for one complaint or order may omit them. */
  readonly span: DaySpan | null
  readonly merchantNo: string | undefined
  readonly complaintId: string | undefined
  readonly merchantTradeNo: string | undefined
}

const rules: Readonly<Record<string, Rule>> = {
  ...paging,
  beginDate: text(18),
  endDate: text(18),
  agentMerchantNo: text(32),
  merchantNo: text(32),
  complaintId: text(64),
  merchantTradeNo: text(64),
}

/** @param merchants the merchants whose complaints the account may read */
export function parseListQuery(business: string, merchants: readonly string[]): ListQuery | Failure {
  const fields = parseFields(business, rules)
  if ('errorCode' in fields) return fields
  const { beginDate, endDate, merchantNo, agentMerchantNo, complaintId, merchantTradeNo } = fields.sent as TextFields
  if (agentMerchantNo !== undefined && agentMerchantNo !== agentNo) {
    return toFailure('130006')
  }
  if (merchantNo !== undefined && !merchants.includes(merchantNo)) {
    return toFailure('130004')
  }
  const isSingle = complaintId !== undefined || merchantTradeNo !== undefined
  const span =
    beginDate === undefined && endDate === undefined && isSingle ? null : parseSpan(beginDate ?? '', endDate ?? '')
  if (typeof span === 'string') return badParameter(span)
  return { ...fields, ...parsePaging(fields.sent), span, merchantNo, complaintId, merchantTradeNo }
}

type TextFields = Readonly<Record<string, string | undefined>>

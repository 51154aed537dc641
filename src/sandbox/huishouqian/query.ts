import { readSpan, type Span } from '../dates.js'
import { agentNo } from './facts.js'
import { badParameter, type Failure, failureOf } from './failures.js'
import { type Paging, paging, pagingOf, type Rule, readFields, text } from './fields.js'

export interface ComplaintQuery extends Paging {
  readonly sent: Readonly<Record<string, unknown>>
  /** null: no dates, which only a query for one complaint or order may leave out. */
  readonly span: Span | null
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

/** @param merchants whose complaints the account may see */
export function readQuery(business: string, merchants: readonly string[]): ComplaintQuery | Failure {
  const fields = readFields(business, rules)
  if ('errorCode' in fields) return fields
  const { beginDate, endDate, merchantNo, agentMerchantNo, complaintId, merchantTradeNo } = fields.sent as Texts
  if (agentMerchantNo !== undefined && agentMerchantNo !== agentNo) {
    return failureOf('130006')
  }
  if (merchantNo !== undefined && !merchants.includes(merchantNo)) {
    return failureOf('130004')
  }
  const single = complaintId !== undefined || merchantTradeNo !== undefined
  const span =
    beginDate === undefined && endDate === undefined && single ? null : readSpan(beginDate ?? '', endDate ?? '')
  if (typeof span === 'string') return badParameter(span)
  return { ...fields, ...pagingOf(fields.sent), span, merchantNo, complaintId, merchantTradeNo }
}

type Texts = Readonly<Record<string, string | undefined>>

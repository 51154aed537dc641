import { isText } from '../json.js'
import { type Failure, toFailure } from './failures.js'
import { type Paging, paging, parseFields, parsePaging, type Rule, text } from './fields.js'

export interface HistoryQuery extends Paging {
  readonly sent: Readonly<Record<string, unknown>>
  readonly complaintId: string
}

/** The only public client of this call sends numbers as strings. */
const allowText =
  (rule: Rule): Rule =>
  (name, value) =>
    rule(name, isText(value, 9) && /^\d+$/.test(value) ? Number(value) : value)

const rules: Readonly<Record<string, Rule>> = {
  limit: allowText(paging.limit),
  offset: allowText(paging.offset),
  complaintId: text(64),
}

export function parseHistoryQuery(business: string): HistoryQuery | Failure {
  const fields = parseFields(business, rules)
  if ('errorCode' in fields) return fields
  const { complaintId } = fields.sent
  if (typeof complaintId !== 'string') return toFailure('130010')
  return { ...fields, ...parsePaging(fields.sent), complaintId }
}

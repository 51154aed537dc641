import { isText } from '../json.js'
import { type Failure, failureOf } from './failures.js'
import { type Paging, paging, pagingOf, type Rule, readFields, text } from './fields.js'

export interface HistoryQuery extends Paging {
  readonly sent: Readonly<Record<string, unknown>>
  readonly complaintId: string
}

/** The one client known to ask for histories sends its numbers as text. */
const orText =
  (rule: Rule): Rule =>
  (name, value) =>
    rule(name, isText(value, 9) && /^\d+$/.test(value) ? Number(value) : value)

const rules: Readonly<Record<string, Rule>> = {
  limit: orText(paging.limit),
  offset: orText(paging.offset),
  complaintId: text(64),
}

export function readHistoryQuery(business: string): HistoryQuery | Failure {
  const fields = readFields(business, rules)
  if ('errorCode' in fields) return fields
  const { complaintId } = fields.sent
  if (typeof complaintId !== 'string') return failureOf('130010')
  return { ...fields, ...pagingOf(fields.sent), complaintId }
}

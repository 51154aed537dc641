import { badParameter, type Failure, toFailure } from './failures.js'
import { parseFields, type Rule, text } from './fields.js'

export interface DownloadQuery {
  readonly sent: Readonly<Record<string, unknown>>
  readonly complaintId: string
  readonly mediaUrl: string
}

/** The values of `mediaType` are not documented. */
const rules: Readonly<Record<string, Rule>> = {
  complaintId: text(64),
  mediaUrl: text(1024),
  mediaType: text(64),
}

export function parseDownloadQuery(business: string): DownloadQuery | Failure {
  const fields = parseFields(business, rules)
  if ('errorCode' in fields) return fields
  const { complaintId, mediaUrl } = fields.sent
  if (typeof complaintId !== 'string') return toFailure('130010')
  if (typeof mediaUrl !== 'string') return badParameter('mediaUrl不能为空')
  return { ...fields, complaintId, mediaUrl }
}

import { QueryError } from '../errors.js'
import { isRecord } from '../parsing/coerce.js'

/**
 * What any adapter needs of a callback; what it holds is the adapter's affair.
 * @throws QueryError
 */
export function requireMessage(message: unknown): void {
  if (!isRecord(message)) throw misused('both as received')
  const { headers } = message
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers))
    throw misused('and needs the headers as received: an object of texts by name, as request.headers is, or a Headers')
}

function misused(what: string): QueryError {
  return new QueryError(`parseNotification() takes { headers, body }, ${what}`)
}

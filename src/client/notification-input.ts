import { QueryError } from '../errors.js'
import { isRecord } from '../parsing/coerce.js'

/**
 * What any adapter needs of a callback; what it holds is the adapter's affair.
 * @throws QueryError
 */
export function assertNotificationInput(message: unknown): void {
  if (!isRecord(message)) throw invalidInput('both as received')
  const { headers } = message
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers))
    throw invalidInput(
      'and needs the headers as received: an object of texts by name, as request.headers is, or a Headers',
    )
}

function invalidInput(what: string): QueryError {
  return new QueryError(`parseNotification() takes { headers, body }, ${what}`)
}

import { QueryError } from '../errors.js'
import type { Complaint } from '../model.js'
import { isRecord } from '../parsing/coerce.js'
import type { Connection } from '../provider.js'
import { selectAccounts } from './accounts.js'
import type { ConnectedAccount } from './connect.js'
import { unsupported } from './error-context.js'

/**
 * Checks the parts of a notification that every adapter reads; the adapter checks the body.
 * @throws QueryError
 */
export function assertNotificationInput(message: unknown): void {
  if (!isRecord(message)) throw invalidInput('both as received')
  const { headers } = message
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers))
    throw invalidInput('with headers as received: an object such as request.headers, or a Headers')
}

function invalidInput(expected: string): QueryError {
  return new QueryError(`parseNotification() takes { headers, body }, ${expected}`)
}

/** An account whose provider sends notifications. */
interface NotificationAccount {
  readonly key: string
  readonly info: ConnectedAccount<Complaint>['info']
  readonly parseNotification: NonNullable<Connection<Complaint>['parseNotification']>
}

/**
 * The account that verifies a notification.
 * @param name the option `account` of the call
 * @throws UnsupportedError when no account supports notifications
 * @throws QueryError when `name` is not configured, or absent and several accounts support notifications
 */
export function findNotificationAccount(
  accounts: readonly ConnectedAccount<Complaint>[],
  name: string | undefined,
): NotificationAccount {
  const selected = selectAccounts(accounts, name === undefined ? undefined : [name])
  const capable = selected.flatMap(({ key, info, connection: { parseNotification } }) =>
    parseNotification === undefined ? [] : [{ key, info, parseNotification }],
  )
  const [account] = capable
  if (account === undefined) throw unsupported(selected[0]?.info, 'notification')
  if (capable.length === 1) return account
  throw new QueryError(`parseNotification() needs { account }, one of ${capable.map(({ key }) => key).join(', ')}`)
}

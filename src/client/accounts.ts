import { QueryError } from '../errors.js'
import type { ComplaintRef } from '../model.js'
import { isRecord } from '../parsing/coerce.js'
import type { AccountInfo } from '../provider.js'

interface NamedAccount {
  /** `provider:account` */
  readonly key: string
  readonly info: AccountInfo
}

/**
 * Selects accounts by name, in the order in which they are configured; all accounts when `names` is undefined.
 * A name that is the key of one account selects only that one, even if another account has this text as its name.
 * @throws QueryError for a name that is not configured
 */
export function selectAccounts<A extends NamedAccount>(
  accounts: readonly A[],
  names: readonly string[] | undefined,
): readonly A[] {
  if (names === undefined) return accounts
  const selected = new Set<A>()
  for (const name of names) {
    const withKey = accounts.filter(({ key }) => key === name)
    const named = withKey.length > 0 ? withKey : accounts.filter(({ info }) => info.account === name)
    if (named.length === 0) throw notConfigured(`accounts: "${name}"`, accounts)
    for (const account of named) selected.add(account)
  }
  return accounts.filter((account) => selected.has(account))
}

/**
 * The account of a complaint reference.
 * @throws QueryError for an invalid reference, or an account that is not configured
 */
export function findAccount<A extends NamedAccount>(accounts: readonly A[], ref: ComplaintRef): A {
  if (isRecord(ref) && 'complaintId' in ref) {
    throw new QueryError(
      'this is a notification, and its id is that of the event; give its ref, e.g. client.get(notification.ref)',
    )
  }
  if (typeof ref?.id !== 'string' || ref.id === '') {
    throw new QueryError('a complaint reference is { provider, account, id }; id must be a string that is not empty')
  }
  const refKey = `${ref.provider}:${ref.account}`
  const account = accounts.find(({ key }) => key === refKey)
  if (account !== undefined) return account
  throw notConfigured(refKey, accounts)
}

function notConfigured(what: string, accounts: readonly NamedAccount[]): QueryError {
  const keys = accounts.map(({ key }) => key).join(', ')
  return new QueryError(`${what} is not configured; the configured accounts are ${keys}`)
}

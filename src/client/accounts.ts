import { QueryError } from '../errors.js'
import type { AccountInfo } from '../provider.js'

interface NamedAccount {
  /** `provider:account` */
  readonly key: string
  readonly info: AccountInfo
}

/**
 * The accounts that a query names, in the order in which they are configured; all where it names none.
 * `provider:account` names that one alone, even where another account bears the same text as its name.
 * @throws QueryError naming what is not configured
 */
export function selectAccounts<A extends NamedAccount>(
  accounts: readonly A[],
  names: readonly string[] | undefined,
): readonly A[] {
  if (names === undefined) return accounts
  const selected = new Set<A>()
  for (const name of names) {
    const exact = accounts.filter(({ key }) => key === name)
    const named = exact.length > 0 ? exact : accounts.filter(({ info }) => info.account === name)
    if (named.length === 0) throw notConfigured(`accounts: "${name}"`, accounts)
    for (const account of named) selected.add(account)
  }
  return accounts.filter((account) => selected.has(account))
}

/** @throws QueryError when no account is `key` */
export function findAccount<A extends NamedAccount>(accounts: readonly A[], key: string): A {
  const account = accounts.find((other) => other.key === key)
  if (account !== undefined) return account
  throw notConfigured(key, accounts)
}

function notConfigured(what: string, accounts: readonly NamedAccount[]): QueryError {
  return new QueryError(`${what} is not configured; there are ${accounts.map(({ key }) => key).join(', ')}`)
}

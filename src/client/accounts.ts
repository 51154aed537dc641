import { type ErrorDetails, QueryError } from '../errors.js'
import { type ComplaintRef, type ProviderName, providerNames } from '../model.js'
import { isRecord } from '../parsing/coerce.js'
import { mayHoldKey, quoteValue } from '../privacy/key-like.js'
import type { AccountInfo } from '../provider.js'

const noAccounts = 'this client has no accounts'
/** An error names no more accounts than this. */
const maxNamed = 20

interface NamedAccount {
  /** `provider:account` */
  readonly key: string
  readonly info: AccountInfo
}

/**
 * Selects accounts by name, in the order in which they are configured; all accounts when `names` is undefined.
 * A name that is the key of one account selects only that one, even if another account has this text as its name.
 * @throws QueryError for a name that is not configured, or when the client has no account
 */
export function selectAccounts<A extends NamedAccount>(
  accounts: readonly A[],
  names: readonly string[] | undefined,
): readonly A[] {
  if (accounts.length === 0) throw new QueryError(`${noAccounts}; add one with client.add(adapter)`)
  for (const name of names ?? []) {
    if (named(accounts, name).length === 0)
      throw notConfigured(`accounts: ${quoteValue(name)}`, accounts, accountOfKey(name))
  }
  return selectPresentAccounts(accounts, names)
}

/** Provider and account of `provider:account`, for an error; a name without a provider is that of an account. */
export function accountOfKey(key: string): Pick<ErrorDetails, 'provider' | 'account'> {
  if (mayHoldKey(key)) return {}
  const provider = providerNames.find((name) => key.startsWith(`${name}:`))
  return provider === undefined ? { account: key } : { provider, account: key.slice(provider.length + 1) }
}

/** The same, without the accounts that were removed from the client. */
export function selectPresentAccounts<A extends NamedAccount>(
  accounts: readonly A[],
  names: readonly string[] | undefined,
): readonly A[] {
  if (names === undefined) return accounts
  const selected = new Set(names.flatMap((name) => named(accounts, name)))
  return accounts.filter((account) => selected.has(account))
}

function named<A extends NamedAccount>(accounts: readonly A[], name: string): readonly A[] {
  const withKey = accounts.filter(({ key }) => key === name)
  return withKey.length > 0 ? withKey : accounts.filter(({ info }) => info.account === name)
}

/**
 * The account of a complaint reference.
 * @param selection what the accounts are, for the message
 * @throws QueryError for an invalid reference, or an account that is not among them
 */
export function findAccount<A extends NamedAccount>(
  accounts: readonly A[],
  ref: ComplaintRef,
  selection: 'configured' | 'followed' = 'configured',
): A {
  if (isRecord(ref) && 'complaintId' in ref) {
    throw new QueryError(
      'this is a notification, and its id is that of the event; give its ref, e.g. client.get(notification.ref)',
      accountOfRef(ref),
    )
  }
  if (typeof ref?.id !== 'string' || ref.id === '') {
    throw new QueryError(
      'a complaint reference is { provider, account, id }; id must be a string that is not empty',
      accountOfRef(ref),
    )
  }
  if (typeof ref.provider !== 'string' || typeof ref.account !== 'string') {
    throw new QueryError(
      'a complaint reference is { provider, account, id }; take all three from the complaint, or give the complaint itself',
      accountOfRef(ref),
    )
  }
  const refKey = `${ref.provider}:${ref.account}`
  const account = accounts.find(({ key }) => key === refKey)
  if (account !== undefined) return account
  throw notConfigured(
    mayHoldKey(refKey) ? 'the account of the reference' : refKey,
    accounts,
    accountOfRef(ref),
    selection,
  )
}

/** What a reference names, also one of plain JavaScript that is not complete. */
function accountOfRef(ref: unknown): Pick<ErrorDetails, 'provider' | 'account'> {
  const { provider, account } = isRecord(ref) ? ref : {}
  return {
    provider: providerNames.find((name): name is ProviderName => name === provider),
    account: typeof account === 'string' && account !== '' && !mayHoldKey(account) ? account : undefined,
  }
}

function notConfigured(
  what: string,
  accounts: readonly NamedAccount[],
  details: ErrorDetails,
  selection = 'configured',
): QueryError {
  if (accounts.length === 0) return new QueryError(`${what} is not ${selection}; ${noAccounts}`, details)
  const keys = accounts.slice(0, maxNamed).map(({ key }) => key)
  const others = accounts.length - keys.length
  const more = others === 0 ? '' : ` and ${others} more`
  return new QueryError(`${what} is not ${selection}; the ${selection} accounts are ${keys.join(', ')}${more}`, details)
}

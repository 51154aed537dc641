import { ConfigError } from '../errors.js'
import type { Complaint } from '../model.js'
import { quoteValue } from '../privacy/key-like.js'
import type { AccountInfo, Adapter, ComplaintOf } from '../provider.js'
import { accountOfKey } from './accounts.js'
import { assertAdapter, type Connect, type ConnectedAccount, keyOf } from './connect.js'

/** The accounts of one client. Each change makes a new array, so that a list continues with the accounts it began with. */
export interface AccountRegistry<A> {
  accounts(): readonly ConnectedAccount<ComplaintOf<A>>[]
  infos(): readonly AccountInfo[]
  add(adapter: A): void
  replace(adapter: A): void
  remove(key: string): void
}

/** @throws ConfigError for no adapter, a value that is not an adapter, or two adapters of the same provider and account */
export function createRegistry<A extends Adapter<Complaint>>(
  adapters: A | readonly A[],
  connect: Connect<A>,
): AccountRegistry<A> {
  const list: readonly A[] = Array.isArray(adapters) ? adapters : [adapters as A]
  if (list.length === 0)
    throw new ConfigError('ComplaintClient needs at least one adapter; call an adapter factory of this package')
  for (const [index, adapter] of list.entries()) assertAdapter(adapter, `adapters[${index}]`)
  const keys = new Set<string>()
  for (const adapter of list) {
    const key = keyOf(adapter)
    if (keys.has(key)) throw configError(adapter, `two adapters are both ${key}; give one of them another account name`)
    keys.add(key)
  }
  let accounts = list.map(connect)
  let infos = accounts.map(({ info }) => info)

  const change = (changed: typeof accounts): void => {
    accounts = changed
    infos = changed.map(({ info }) => info)
  }
  const indexOf = (key: string): number => accounts.findIndex((account) => account.key === key)

  return {
    accounts: () => accounts,
    infos: () => infos,
    add(adapter) {
      assertAdapter(adapter, 'add(): the adapter')
      const key = keyOf(adapter)
      if (indexOf(key) >= 0) throw configError(adapter, `add(): ${key} is configured already; use replace()`)
      change([...accounts, connect(adapter)])
    },
    replace(adapter) {
      assertAdapter(adapter, 'replace(): the adapter')
      const key = keyOf(adapter)
      const index = indexOf(key)
      if (index < 0) throw configError(adapter, `replace(): ${key} is not configured; use add()`)
      change(accounts.with(index, connect(adapter)))
    },
    remove(key) {
      const index = indexOf(key)
      if (index < 0)
        throw new ConfigError(
          `remove(): ${quoteValue(key)} is not configured; give an account as provider:account`,
          accountOfKey(key),
        )
      change(accounts.toSpliced(index, 1))
    },
  }
}

function configError({ provider, account }: Adapter, message: string): ConfigError {
  return new ConfigError(message, { provider, account })
}

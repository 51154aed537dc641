import { createSemaphore } from '../async/semaphore.js'
import { ConfigError } from '../errors.js'
import type { ComplaintEvent } from '../events.js'
import type { DeadlineRule } from '../following/deadline.js'
import { createRuntime } from '../http/pipeline.js'
import { createTransport } from '../http/transport/transport.js'
import type { Complaint } from '../model.js'
import type { AccountInfo, Adapter, AdapterRuntime, ComplaintOf, Connection, Semaphore } from '../provider.js'
import { createAccountSlot, createAccountSlots } from './account-slots.js'
import { type ClientOptions, defaults } from './options.js'

/** An adapter that is connected to one client. */
export interface ConnectedAccount<C extends Complaint> {
  /** `provider:account` */
  readonly key: string
  readonly info: AccountInfo
  readonly connection: Connection<C>
  readonly runtime: AdapterRuntime
  readonly deadlines: DeadlineRule | undefined
  /** Maximum number of requests in flight. */
  readonly concurrency: number
  /** Enforces `concurrency` over all calls of the account. */
  readonly semaphore: Semaphore
  /** One of the client's `maxAccounts` slots, acquired for list requests. */
  readonly slot: Semaphore
}

/**
 * Connects adapters to one client; sends no request.
 * @throws ConfigError for no adapter, a value that is not an adapter, or two adapters of the same provider and account
 */
export function connectAccounts<A extends Adapter<Complaint>>(
  adapters: A | readonly A[],
  options: ClientOptions,
  emit: (event: ComplaintEvent) => void,
): readonly ConnectedAccount<ComplaintOf<A>>[] {
  const list: readonly A[] = Array.isArray(adapters) ? adapters : [adapters as A]
  assertAdapters(list)
  const transport = createTransport(options.axios)
  const slots = createAccountSlots(options.maxAccounts ?? defaults.maxAccounts)
  return list.map((adapter) => {
    const { provider, account, limits, capabilities, sharedQuota } = adapter
    const runtime = createRuntime({
      provider,
      account,
      rateLimit: limits.rateLimit,
      sharedQuota,
      transport,
      onEvent: emit,
      now: Date.now,
      random: Math.random,
    })
    const concurrency = options.concurrency ?? limits.concurrency ?? defaults.concurrency
    return {
      key: keyOf(adapter),
      info: { provider, account, limits, capabilities },
      connection: adapter.connect(runtime) as Connection<ComplaintOf<A>>,
      runtime,
      deadlines: adapter.deadlines,
      concurrency,
      semaphore: createSemaphore(concurrency),
      slot: createAccountSlot(slots),
    }
  })
}

function assertAdapters(adapters: readonly Adapter[]): void {
  if (adapters.length === 0)
    throw new ConfigError('ComplaintClient needs at least one adapter; call an adapter factory of this package')
  const keys = new Set<string>()
  for (const [index, adapter] of adapters.entries()) {
    if (typeof adapter?.connect !== 'function')
      throw new ConfigError(`adapters[${index}] is not an adapter; call an adapter factory with its options`)
    const key = keyOf(adapter)
    if (keys.has(key)) throw new ConfigError(`two adapters are both ${key}; give one of them another account name`)
    keys.add(key)
  }
}

function keyOf({ provider, account }: Adapter): string {
  return `${provider}:${account}`
}

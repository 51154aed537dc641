import { createSemaphore, type PrioritySemaphore } from '../async/semaphore.js'
import { createYieldQueue } from '../async/yield-queue.js'
import { ConfigError } from '../errors.js'
import type { ComplaintEvent } from '../events.js'
import type { DeadlineRule } from '../following/deadline.js'
import { type AccountState, createAccountState, createRuntime } from '../http/runtime.js'
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
  /** As in `Adapter`. */
  readonly detailFields: readonly (keyof Complaint)[]
  /** As in `Adapter`. */
  readonly complaintId: RegExp | undefined
  /** Maximum number of requests in flight. */
  readonly concurrency: number
  /** Enforces `concurrency` over all calls of the account. */
  readonly semaphore: Semaphore
  /** One of the client's `maxAccounts` slots, acquired for list requests. */
  readonly slot: Semaphore
}

/** What outlives an adapter: quotas, pauses and tokens belong to `provider:account`, whatever its keys are. */
interface Kept {
  readonly state: AccountState
  readonly slot: Semaphore
  concurrency: number
  semaphore: PrioritySemaphore
}

/** Connects an adapter; sends no request. */
export type Connect<A> = (adapter: A) => ConnectedAccount<ComplaintOf<A>>

/** Adapters of one client share its HTTP agents and slots; those of one key share what is kept. */
export function createConnect<A extends Adapter<Complaint>>(
  options: ClientOptions,
  emit: (event: ComplaintEvent) => void,
): Connect<A> {
  const transport = createTransport(options.axios)
  const slots = createAccountSlots(options.maxAccounts ?? defaults.maxAccounts)
  const yieldToOthers = createYieldQueue()
  const keptByKey = new Map<string, Kept>()

  const keep = (key: string, concurrency: number): Kept => {
    const existing = keptByKey.get(key)
    if (existing === undefined) {
      const semaphore = createSemaphore(concurrency)
      const kept = { state: createAccountState(), slot: createAccountSlot(slots), concurrency, semaphore }
      keptByKey.set(key, kept)
      return kept
    }
    if (existing.concurrency !== concurrency) {
      existing.concurrency = concurrency
      existing.semaphore = createSemaphore(concurrency)
    }
    return existing
  }

  return (adapter) => {
    const { provider, account, limits, capabilities, sharedQuota, requestIdHeader } = adapter
    const key = keyOf(adapter)
    const concurrency = options.concurrency ?? limits.concurrency ?? defaults.concurrency
    const { state, slot, semaphore } = keep(key, concurrency)
    const runtime = createRuntime({
      provider,
      account,
      rateLimit: limits.rateLimit,
      sharedQuota,
      requestIdHeader,
      transport,
      state,
      yieldToOthers,
      onEvent: emit,
      now: Date.now,
      random: Math.random,
    })
    return {
      key,
      info: { provider, account, limits, capabilities },
      connection: adapter.connect(runtime) as Connection<ComplaintOf<A>>,
      runtime,
      deadlines: adapter.deadlines,
      detailFields: adapter.detailFields ?? [],
      complaintId: adapter.complaintId,
      concurrency,
      semaphore,
      slot,
    }
  }
}

/**
 * @param what for the message, e.g. `adapters[0]`
 * @throws ConfigError
 */
export function assertAdapter(adapter: Adapter, what: string): void {
  if (typeof adapter?.connect !== 'function')
    throw new ConfigError(`${what} is not an adapter; call an adapter factory with its options`)
}

export function keyOf({ provider, account }: Adapter): string {
  return `${provider}:${account}`
}

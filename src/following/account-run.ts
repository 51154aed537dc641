import { createSemaphore } from '../async/semaphore.js'
import type { ResponseError } from '../errors.js'
import type { Complaint } from '../model.js'
import type { AccountInfo, AdapterRuntime, Semaphore } from '../provider.js'
import type { DeadlineRule } from './deadline.js'
import type { AccountRecords } from './records.js'

export interface ListingOptions<C> {
  /** The end of the range, in milliseconds since 1970. Default: now. */
  readonly to?: number | undefined
  /** As in `WindowSource`. */
  readonly isRemembered?: ((rows: readonly C[]) => boolean) | undefined
}

/** How an account is read. Lists and calls are those of the client. */
export interface FollowedAccount<C extends Complaint> {
  /** `provider:account` */
  readonly key: string
  readonly info: AccountInfo
  readonly deadlines: DeadlineRule | undefined
  /** As in `Adapter`. */
  readonly detailFields: readonly (keyof Complaint)[]
  emit: AdapterRuntime['emit']
  /** Complaints made from an instant on, in milliseconds since 1970, page by page. */
  list(
    from: number,
    signal: AbortSignal,
    onRowError: (error: ResponseError) => Promise<void>,
    options: ListingOptions<C>,
  ): AsyncIterable<{ readonly items: readonly C[] }>
  get(id: string, signal: AbortSignal): Promise<C>
  /** The complaint belongs to the merchant of the query. */
  includes(complaint: C): boolean
}

/** One account during one iteration. */
export interface AccountRun<C extends Complaint> {
  readonly account: FollowedAccount<C>
  readonly records: AccountRecords
  /** Held while records are opened, and while a batch is in hand. */
  readonly lock: Semaphore
  isOpen: boolean
  /** Grows with each complaint that was read by itself. */
  version: number
  /** The version at which complaints were read by themselves, by id. */
  readonly readAt: Map<string, number>
}

export function createAccountRun<C extends Complaint>(
  account: FollowedAccount<C>,
  records: AccountRecords,
): AccountRun<C> {
  return { account, records, lock: createSemaphore(1), isOpen: false, version: 0, readAt: new Map() }
}

/** Runs `work` while no batch of the account is in hand. */
export async function whileIdle<T>(
  { lock }: Pick<AccountRun<Complaint>, 'lock'>,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const release = await lock.acquire(signal)
  try {
    return await work()
  } finally {
    release()
  }
}

import type { ScanResult } from './consistency.js'
import type { SeenIds } from './id-hashes.js'
import type { Window } from './plan.js'
import type { ScanState } from './scan.js'

/** Compared by `compareKeys`: instant, id, account; not in tuple order. */
export type SortKey = readonly [createdAt: number, account: string, id: string]

/** Where an account continues. */
export interface AccountCheckpoint {
  /** Index of the window in the plan; beyond the last one, the days in `retry` follow. */
  readonly window: number
  /** Null: from the window's beginning. */
  readonly at: WindowCheckpoint | null
  /**
   * Days read after the plan: ranges that could not be read completely, and days just outside the plan that may hold its
   * rows.
   */
  readonly retry?: readonly Window[] | undefined
  /** Sorted orders: the last complaint delivered of this window, of this or another account. */
  readonly last?: SortKey | undefined
}

/** Where a window continues. */
export interface WindowCheckpoint {
  /** The days being read; the later days of the window follow. Null: the whole window. */
  readonly part: Window | null
  /** Which scan of these days it is, from 1. */
  readonly round: number
  readonly scan: ScanState
  /** Ids seen so far of the days being read; null: only the overlap row is known, or they were too many for the cursor. */
  readonly seenIds: SeenIds | null
  /** The hash of the first id of the scan, up to which a catch-up reads; null: no row was seen. */
  readonly firstId: string | null
  /** What the scan before showed; null: this is the first. */
  readonly previous: Omit<ScanResult, 'ids'> | null
}

/** What a cursor says once it was decoded. Accounts are named `provider:account`. */
export interface ListCheckpoint {
  /** The end of the range in milliseconds since 1970, fixed when the list was first started. */
  readonly to: number
  /** How many days a window of the plan has at most, since accounts continue at a window's index. */
  readonly windowDays: number
  /** Where each account continues, in the order of the keys; null: the account is done. */
  readonly accounts: ReadonlyMap<string, AccountCheckpoint | null>
}

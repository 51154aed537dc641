import type { Complaint, IncompleteRange } from '../model.js'
import type { AdapterRuntime, RowFailure } from '../provider.js'
import type { WindowCheckpoint } from './checkpoint.js'
import { hashId } from './id-hashes.js'
import type { FetchPage, HeldPage } from './lookahead.js'
import type { Window } from './plan.js'
import { type PagePosition, type ScanStrategy, startScan } from './scan.js'
import { numberStrategy } from './scan-by-number.js'
import { offsetStrategy } from './scan-by-offset.js'
import { createSeenRows, type SeenRows } from './seen-rows.js'

/** What reading a window needs to know about the source of its rows. */
export interface WindowSource<C> {
  readonly paging: { readonly style: 'offset' | 'page'; readonly totals: 'exact' | 'hint' }
  /** Rows per request in the first scan; the sizes of later scans follow from `rescanPageSize`. */
  readonly pageSize: number
  readonly rescanPageSize: number
  /** Pages requested ahead in the first scan; the account's semaphore limits the requests in flight. */
  readonly depth: number
  fetchPage(days: Window, ...request: Parameters<FetchPage<C>>): Promise<HeldPage<C>>
  /** Whether a mapped row satisfies the query. */
  matches(complaint: C): boolean
  /**
   * `changes()` remembers these rows, and remembers no other of the days. A first page that has room for more then needs
   * no second request to confirm that it is the last. Absent: nothing is remembered.
   */
  isRemembered?: ((rows: readonly C[]) => boolean) | undefined
  emit: AdapterRuntime['emit']
}

export interface WindowPage<C> {
  /** Rows that were not delivered before. */
  readonly rows: readonly C[]
  /** Invalid rows that were not reported before. */
  readonly failures: readonly RowFailure[]
  /** The page had rows that no page before it had. */
  readonly countsTowardsMaxPages: boolean
  readonly total: number | null
  /** Where to resume after this page; null: the window is done. */
  readonly next: WindowCheckpoint | null
  /** Days that could not be read completely, known after their last scan. */
  readonly incomplete: IncompleteRange | null
  release(): void
}

/** A page without rows, which says how the window continues. */
export function emptyPage<C>({
  total,
  next,
  incomplete,
}: Pick<WindowPage<C>, 'total' | 'next' | 'incomplete'>): WindowPage<C> {
  return { rows: [], failures: [], countsTowardsMaxPages: false, total, next, incomplete, release: () => {} }
}

/** What is known of one window, over all scans of all its days. */
export interface WindowState<C> {
  readonly source: WindowSource<C>
  readonly window: Window
  readonly strategy: ScanStrategy
  readonly exactTotals: boolean
  readonly seen: SeenRows<C>
  /** What stands for an id: itself, or its hash where a cursor contained the ids. */
  keyOf(id: string): string
  /** `keyOf` returns hashes. */
  readonly areHashed: boolean
  hashOfKey(key: string): string
  firstPage(limit: number): PagePosition
  isWholeWindow(days: Window): boolean
  checkpointOf(days: Window, progress: Omit<WindowCheckpoint, 'part'>): WindowCheckpoint
  beginningOf(days: Window): WindowCheckpoint
  readonly counts: { pages: number; pagesOfFirstScan: number; rounds: number }
  /** The server was seen to serve the same page whatever the position. */
  ignoresPosition: boolean
}

export function createWindowState<C extends Complaint>(
  source: WindowSource<C>,
  window: Window,
  start: WindowCheckpoint | null,
): WindowState<C> {
  const isByOffset = source.paging.style === 'offset'
  const areHashed = start?.seenIds?.areHashed === true
  const keyOf = areHashed ? hashId : (id: string): string => id
  const known = start === null ? [] : [...(start.seenIds?.ids ?? []), ...overlapKeys(start, keyOf)]
  const seen = createSeenRows<C>(known, keyOf, source.matches)
  const isWholeWindow = ({ begin, end }: Window): boolean => begin === window.begin && end === window.end
  const firstPage = (limit: number): PagePosition => ({
    skip: 0,
    // Two rows at least where pages overlap by one, or no page would move on.
    limit: isByOffset ? Math.max(2, limit) : limit,
    overlapId: null,
    total: null,
  })
  const checkpointOf: WindowState<C>['checkpointOf'] = (days, progress) => ({
    ...progress,
    part: isWholeWindow(days) ? null : days,
  })
  return {
    source,
    window,
    strategy: isByOffset ? offsetStrategy : numberStrategy,
    exactTotals: source.paging.totals === 'exact',
    seen,
    keyOf,
    areHashed,
    hashOfKey: (key) => (areHashed ? key : hashId(key)),
    firstPage,
    isWholeWindow,
    checkpointOf,
    beginningOf: (days) =>
      checkpointOf(days, {
        round: 1,
        scan: startScan(firstPage(source.pageSize)),
        seenIds: null,
        firstId: null,
        previous: null,
      }),
    counts: { pages: 0, pagesOfFirstScan: 0, rounds: 0 },
    ignoresPosition: false,
  }
}

export function overlapKeys({ scan }: WindowCheckpoint, keyOf: (id: string) => string): string[] {
  const { overlapId } = scan.position
  return overlapId === null ? [] : [keyOf(overlapId)]
}

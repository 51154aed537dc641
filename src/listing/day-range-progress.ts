import type { Complaint } from '../model.js'
import type { ListPage, RowFailure } from '../provider.js'
import type { WindowCheckpoint } from './checkpoint.js'
import { judgeScan, type ScanResult, type Verdict } from './consistency.js'
import { firstHalfOf } from './day-ranges.js'
import type { FetchPage, HeldPage } from './lookahead.js'
import type { Window } from './plan.js'
import { type ScannedPage, type ScanState, startScan } from './scan.js'
import type { WindowPage, WindowState } from './window-state.js'

/** How far the reading of a run of days has come: the scan under way, and what the scans before it showed. */
export interface DayRangeProgress<C> {
  readonly days: Window
  /** The days of the window that follow; null: none. */
  readonly rest: Window | null
  readonly fetchPage: FetchPage<C>
  /** The ids that any scan of these days seen; null: the cursor does not contain them. */
  readonly seenInAllScans: Set<string> | null
  round: number
  /** The scan before this one. */
  previous: ScanResult | null
  /** The hash of the first id of the scan. */
  firstId: string | null
  /** The ids of this scan in their order, from where it began. */
  ids: string[]
  /** Where the scan began, when its cursor does not contain the ids seen; null: at the first row. */
  restart: ScanState | null
  /** How many different rows were seen before this scan. */
  sizeBefore: number
  /** Rows that the catch-up after this scan seen. */
  added: number
  hasTriedCatchUp: boolean
  /** Page size of each scan so far, this one last. */
  limits: number[]
  /** The page size that the server caps at; null: not known to. */
  cap: number | null
  /** When the first and the last row of the scan were created. */
  firstAt: Date | null
  lastAt: Date | null
  /** A page was yielded whose checkpoint comes after these days. */
  isDone: boolean
}

/** Meets the rows of a page: those to deliver, and how many were new to the window. */
export function meetPage<C extends Complaint>(
  { seen, keyOf }: WindowState<C>,
  { seenInAllScans }: DayRangeProgress<C>,
  page: Pick<ListPage<C>, 'rows' | 'failures'>,
): { rows: C[]; failures: RowFailure[]; newCount: number } {
  const before = seen.ids.size
  const rows = seen.select(page.rows)
  const failures = page.failures.filter(({ id }) => seen.add(keyOf(id)))
  for (const { id } of page.rows) seenInAllScans?.add(keyOf(id))
  for (const { id } of page.failures) seenInAllScans?.add(keyOf(id))
  return { rows, failures, newCount: seen.ids.size - before }
}

/** The page of the window after a request that is not part of a scan, such as a catch-up's. */
export function pageOutsideScan<C extends Complaint>(
  state: WindowState<C>,
  progress: DayRangeProgress<C>,
  last: ScannedPage<C>,
  { page, release }: HeldPage<C>,
): { deliver: (verdict: Verdict | null, total: number | null) => WindowPage<C>; newCount: number } {
  const { rows, failures, newCount } = meetPage(state, progress, page)
  state.counts.pages += 1
  return {
    newCount,
    deliver(verdict, total) {
      if (verdict === 'accepted') progress.isDone = true
      return {
        rows,
        failures,
        // Few and bounded: a list read in pieces of one page would never complete them.
        countsTowardsMaxPages: false,
        total,
        next: nextOf(state, progress, last.state, verdict),
        incomplete: null,
        release,
      }
    },
  }
}

/** How many different rows of these days were seen. */
export function sizeOf<C>({ seenInAllScans, previous, added }: DayRangeProgress<C>, rowsOfScan: number): number {
  return seenInAllScans === null ? Math.max(previous?.rowCount ?? 0, rowsOfScan + added) : seenInAllScans.size
}

export function judgeLastScan<C>(
  { exactTotals }: WindowState<C>,
  progress: DayRangeProgress<C>,
  { evidence, rowCount }: ScanState,
): Verdict {
  const rowsInAllScans = sizeOf(progress, rowCount)
  return judgeScan({
    scan: { evidence, rowCount, ids: progress.ids },
    previous: progress.previous,
    rowsInAllScans,
    round: progress.round,
    exactTotals,
    isDivisible: progress.days.begin !== progress.days.end,
    hasNewRows: rowsInAllScans > progress.sizeBefore,
    hasTriedCatchUp: progress.hasTriedCatchUp,
  })
}

/** Where to resume after a page of these days, given what follows from it; null: the window is done. */
export function nextOf<C>(
  { checkpointOf, beginningOf, firstPage, source }: WindowState<C>,
  progress: DayRangeProgress<C>,
  scan: ScanState,
  verdict: Verdict | null,
): WindowCheckpoint | null {
  if (verdict === 'accepted') return progress.rest === null ? null : beginningOf(progress.rest)
  if (verdict === 'halve') return beginningOf(firstHalfOf(progress.days))
  const { days, round, firstId, previous } = progress
  if (verdict === 'rescan') {
    const again =
      restartOf(progress, scan) ??
      startScan(firstPage(rescanSize(capOf(progress, scan) ?? source.rescanPageSize, progress.limits)))
    return checkpointOf(days, {
      round: round + 1,
      scan: again,
      firstId: null,
      previous: withoutIds(resultOf(progress, scan)),
    })
  }
  const count = previous === null ? null : withoutIds(previous)
  return checkpointOf(days, {
    round,
    scan: { ...scan, rowCount: scan.rowCount + progress.added },
    firstId,
    previous: count,
  })
}

/** What a cursor holds of a scan. */
function withoutIds({ rowCount, evidence }: ScanResult): NonNullable<WindowCheckpoint['previous']> {
  return { rowCount, evidence }
}

export function resultOf<C>({ added, ids }: DayRangeProgress<C>, { evidence, rowCount }: ScanState): ScanResult {
  return { evidence, rowCount: rowCount + added, ids }
}

/** Without drift, rows before the cursor are not scanned again: they would be delivered again. */
export function restartOf<C>({ restart }: DayRangeProgress<C>, { evidence }: ScanState): ScanState | null {
  return evidence.signals.length === 0 && !evidence.hasGap && evidence.lastTotal === null ? restart : null
}

/** The page size that the server caps at; null: it serves as many rows as requested, or hides some. */
export function capOf<C>({ cap, limits }: DayRangeProgress<C>, { position, evidence }: ScanState): number | null {
  const isCapped = evidence.pagesWithNewRows > 1 && evidence.insertedBefore === 0
  return isCapped && position.limit < (limits.at(-1) ?? 0) ? position.limit : cap
}

/**
 * A size that cuts the pages elsewhere, so that rows lost between two pages of one scan come within a page of the next:
 * 47 after 50.
 * @param used sizes of earlier scans
 */
export function rescanSize(base: number, used: readonly number[]): number {
  const step = Math.max(1, Math.round(base * 0.06))
  for (let size = base - step; size >= base / 2 && size > 0; size -= step) if (!used.includes(size)) return size
  let size = base + 1
  while (used.includes(size)) size += 1
  return size
}

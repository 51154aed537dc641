import type { Complaint } from '../model.js'
import type { ListPage, RowFailure } from '../provider.js'
import type { WindowCheckpoint } from './checkpoint.js'
import { judgeScan, type ParentDays, type ScanResult, type Verdict } from './consistency.js'
import { firstHalfOf } from './day-ranges.js'
import { maxHashes, type SeenIds } from './id-hashes.js'
import type { FetchPage, HeldPage } from './lookahead.js'
import type { Window } from './plan.js'
import { type ScannedPage, type ScanState, startScan } from './scan.js'
import { overlapKeys, type WindowPage, type WindowState } from './window-state.js'

/** A run of days that is read by the same rules as the whole window. */
export interface Part extends ParentDays {
  readonly days: Window
}

/** Days that are not a half of others. */
export function undividedPart(days: Window): Part {
  return { days, parentTotal: null, totalOfAllDays: null, hasSiblingRow: false }
}

/** How far the reading of a run of days has come: the scan under way, and what the scans before it showed. */
export interface DayRangeProgress<C> extends Part {
  readonly window: WindowState<C>
  /** The days of the window that follow; null: none. */
  readonly rest: Window | null
  readonly fetchPage: FetchPage<C>
  /**
   * The ids that any scan of these days saw, since the first of them that began with the first row in this process, or in
   * those whose cursors contain the ids; null: there is none.
   */
  seenInAllScans: Set<string> | null
  /** The last rows before a resume, as `keyOf` gives their ids; empty: the reading began with the first row. */
  readonly keysBeforeResume: readonly string[]
  round: number
  /** Where this scan begins. */
  scanStart: ScanState
  /** The scan before this one. */
  previous: ScanResult | null
  /** The hash of the first id of the scan. */
  firstId: string | null
  /** The ids of this scan in their order, from where it began. */
  ids: string[]
  /**
   * Where the first scan after a resume began, if its cursor lacks the ids seen: rescans without drift begin there, too.
   * Null: rescans begin with the first row.
   */
  resumePoint: ScanState | null
  /** How many different rows were seen before this scan. */
  rowCountBefore: number
  /** Rows that only the catch-up after this scan saw. */
  added: number
  hasTriedCatchUp: boolean
  /** Page size of each scan so far, this one last. */
  limits: number[]
  /** The page size that the server caps at; null: not known to. */
  cap: number | null
  /** When the first row of the first scan and the last row read were created; null: no row was read. */
  firstAt: Date | null
  lastAt: Date | null
  /** Each page so far had its rows in the order of their creation, or in the reverse one. */
  isSortedByTime: boolean
  /** A page was yielded whose checkpoint comes after these days. */
  isDone: boolean
}

/** @param start where to resume; null: from the first row */
export function createProgress<C extends Complaint>(
  window: WindowState<C>,
  part: Part,
  start: WindowCheckpoint | null,
  rest: Window | null,
): DayRangeProgress<C> {
  const { source, firstPage, keyOf } = window
  const scanStart = start?.scan ?? startScan(firstPage(source.pageSize))
  const known = start?.seenIds ?? null
  const allKnown = known?.areAll ? known.ids : scanStart.rowCount === 0 ? [] : null
  const tied = known?.areAll === false ? known.ids : []
  return {
    window,
    ...part,
    rest,
    fetchPage: (...request) => source.fetchPage(part.days, ...request),
    seenInAllScans: allKnown && new Set(allKnown),
    keysBeforeResume: start === null ? [] : [...tied, ...overlapKeys(start, keyOf)],
    round: start?.round ?? 1,
    scanStart,
    previous: start?.previous == null ? null : { ...start.previous, ids: null },
    firstId: start?.firstId ?? null,
    ids: [],
    resumePoint: allKnown === null ? scanStart : null,
    rowCountBefore: start?.previous?.rowCount ?? 0,
    added: 0,
    hasTriedCatchUp: false,
    limits: [scanStart.position.limit],
    cap: null,
    firstAt: null,
    lastAt: null,
    isSortedByTime: true,
    isDone: false,
  }
}

/**
 * Records the rows of a page. Returns those to deliver, and how many were new to the window, and to the scans of these
 * days, where those are known.
 */
export function recordPage<C extends Complaint>(
  { window: { seen, keyOf }, seenInAllScans }: DayRangeProgress<C>,
  page: Pick<ListPage<C>, 'rows' | 'failures'>,
): { rows: C[]; failures: RowFailure[]; newCount: number; newInDays: number } {
  const before = seen.ids.size
  const inDaysBefore = seenInAllScans?.size ?? 0
  const rows = seen.select(page.rows)
  const failures = page.failures.filter(({ id }) => seen.add(keyOf(id)))
  for (const { id } of [...page.rows, ...page.failures]) seenInAllScans?.add(keyOf(id))
  const newCount = seen.ids.size - before
  return {
    rows,
    failures,
    newCount,
    newInDays: seenInAllScans === null ? newCount : seenInAllScans.size - inDaysBefore,
  }
}

/** The page of the window after a request that is not part of a scan, such as a catch-up's. */
export function extraPage<C extends Complaint>(
  progress: DayRangeProgress<C>,
  last: ScannedPage<C>,
  { page, release }: HeldPage<C>,
): { deliver: (verdict: Verdict | null, total: number | null) => WindowPage<C>; newInDays: number } {
  const { rows, failures, newInDays } = recordPage(progress, page)
  progress.window.counts.pages += 1
  return {
    newInDays,
    deliver(verdict, total) {
      const next = nextOf(progress, last.state, verdict)
      progress.isDone ||= verdict === 'accepted'
      // Few and bounded: a list read in pieces of one page would never complete them.
      return { rows, failures, countsTowardsMaxPages: false, total, next, incomplete: null, release }
    },
  }
}

/** How many different rows of these days were seen. */
export function countRows<C>({ seenInAllScans, previous, added }: DayRangeProgress<C>, rowsOfScan: number): number {
  return seenInAllScans === null ? Math.max(previous?.rowCount ?? 0, rowsOfScan + added) : seenInAllScans.size
}

export function judgeLastScan<C>(progress: DayRangeProgress<C>, { evidence, rowCount }: ScanState): Verdict {
  const { window, days, previous, round, ids, firstId, rowCountBefore, hasTriedCatchUp } = progress
  const rowsInAllScans = countRows(progress, rowCount)
  return judgeScan({
    scan: { evidence, rowCount, ids, firstId },
    previous,
    rowsInAllScans,
    round,
    exactTotals: window.exactTotals,
    isDivisible: days.begin !== days.end,
    hasNewRows: rowsInAllScans > rowCountBefore,
    hasTriedCatchUp,
  })
}

/** Where to resume after a page of these days, given what follows from it; null: the window is done. */
export function nextOf<C>(
  progress: DayRangeProgress<C>,
  scan: ScanState,
  verdict: Verdict | null,
): WindowCheckpoint | null {
  const { window, days, rest, round, firstId, previous, added } = progress
  const { checkpointOf, beginningOf } = window
  if (verdict === 'accepted') return rest === null ? null : beginningOf(rest)
  if (verdict === 'halve') return beginningOf(firstHalfOf(days))
  if (verdict === 'rescan') {
    return checkpointOf(days, {
      round: round + 1,
      scan: startOfRescan(progress, scan),
      seenIds: seenIdsOf(progress, true),
      firstId: null,
      previous: withoutIds(resultOf(progress, scan)),
    })
  }
  return checkpointOf(days, {
    round,
    scan: { ...scan, rowCount: scan.rowCount + added },
    seenIds: seenIdsOf(progress, round > 1),
    firstId,
    previous: previous === null ? null : withoutIds(previous),
  })
}

/**
 * The ids that a checkpoint contains. Where pages overlap, a first scan that goes on needs only those of the last row's
 * time, among which the provider may change the order.
 */
function seenIdsOf<C>({ window, seenInAllScans }: DayRangeProgress<C>, isRescan: boolean): SeenIds | null {
  const { source, seen, areHashed } = window
  const isNeeded = isRescan || source.paging.style === 'page'
  if (isNeeded && seenInAllScans !== null && seenInAllScans.size <= maxHashes)
    return { ids: seenInAllScans, count: seenInAllScans.size, areHashed, areAll: true }
  const tiedIds = seen.tiedIds()
  // The overlap row is known in any case.
  return tiedIds.size > 1 ? { ids: tiedIds, count: tiedIds.size, areHashed, areAll: false } : null
}

export function beginRescan<C>(progress: DayRangeProgress<C>, scan: ScanState): void {
  const { resumePoint } = progress
  const scanStart = startOfRescan(progress, scan)
  const rowCount = countRows(progress, scan.rowCount)
  const result = resultOf(progress, scan)
  const hasSameStart = scanStart === resumePoint
  // Only scans that began with the same row can be compared id by id.
  progress.previous = resumePoint === null || hasSameStart ? result : { ...result, ids: null }
  if (!hasSameStart) progress.resumePoint = null
  // From its first row on, all rows that a scan sees are known.
  if (scanStart.rowCount === 0) progress.seenInAllScans ??= new Set()
  progress.cap = capOf(progress, scan)
  progress.scanStart = scanStart
  progress.limits.push(scanStart.position.limit)
  progress.round += 1
  progress.ids = []
  progress.firstId = null
  progress.rowCountBefore = rowCount
  progress.added = 0
  progress.hasTriedCatchUp = false
}

/** Without drift, rows before the cursor are not scanned again: they would be delivered again. */
function startOfRescan<C>(progress: DayRangeProgress<C>, scan: ScanState): ScanState {
  const { resumePoint, limits, window } = progress
  const { signals, hasGap, lastTotal } = scan.evidence
  if (resumePoint !== null && signals.length === 0 && !hasGap && lastTotal === null) return resumePoint
  const pageSize = nextPageSize(capOf(progress, scan) ?? window.source.rescanPageSize, limits)
  return startScan(window.firstPage(pageSize))
}

/** What a cursor holds of a scan. */
function withoutIds({ rowCount, evidence, firstId }: ScanResult): NonNullable<WindowCheckpoint['previous']> {
  return { rowCount, evidence, firstId }
}

function resultOf<C>({ added, ids, firstId }: DayRangeProgress<C>, { evidence, rowCount }: ScanState): ScanResult {
  return { evidence, rowCount: rowCount + added, ids, firstId }
}

/** The page size that the server caps at; null: it serves as many rows as requested, or hides some. */
function capOf<C>({ cap, scanStart }: DayRangeProgress<C>, { position, evidence }: ScanState): number | null {
  const isCapped = evidence.pagesWithNewRows > 1 && evidence.insertedBefore === 0
  return isCapped && position.limit < scanStart.position.limit ? position.limit : cap
}

/**
 * A size that cuts the pages elsewhere, so that rows lost between two pages of one scan come within a page of the next:
 * 47 after 50.
 * @param used sizes of earlier scans
 */
function nextPageSize(base: number, used: readonly number[]): number {
  const step = Math.max(1, Math.round(base * 0.06))
  for (let size = base - step; size >= base / 2; size -= step) if (!used.includes(size)) return size
  let size = base + 1
  while (used.includes(size)) size += 1
  return size
}

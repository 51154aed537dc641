import { PaginationError } from '../errors.js'
import type { Complaint } from '../model.js'
import type { AdapterRuntime } from '../provider.js'
import { catchUp } from './catch-up.js'
import type { WindowCheckpoint } from './checkpoint.js'
import type { Verdict } from './consistency.js'
import {
  capOf,
  type DayRangeProgress,
  judgeLastScan,
  meetPage,
  nextOf,
  rescanSize,
  restartOf,
  resultOf,
  sizeOf,
} from './day-range-progress.js'
import { areOfOtherDays } from './day-ranges.js'
import { verifyHidden } from './hidden-rows.js'
import { hashId } from './id-hashes.js'
import type { Window } from './plan.js'
import { type ScannedPage, type ScanState, scan, startScan } from './scan.js'
import type { WindowPage, WindowState } from './window-state.js'

/** The ids of a window are held in memory while it is read. */
const maxRows = 1_000_000
/** Requests of one window beyond those of its first scan; days that are not settled by then are reported as incomplete. */
const maxExtraRequests = 500

/** A run of days that is read by the same rules as the whole window. */
export interface Part {
  readonly days: Window
  /** The total of the days that these are a half of; null: none was reported, or nothing was halved. */
  readonly parentTotal: number | null
}

export interface DaysResult {
  /** `daysIgnored`: the server serves the same rows whatever the days, so halving is useless. */
  readonly verdict: 'accepted' | 'halve' | 'unsettled' | 'daysIgnored'
  readonly total: number | null
  readonly rowCount: number
}

/**
 * Reads a run of days by scans until one is accepted, or none can be.
 * @param at where to resume; null: from the first row
 * @param rest the days of the window that follow; null: none
 */
export async function* readDays<C extends Complaint>(
  state: WindowState<C>,
  part: Part,
  at: WindowCheckpoint | null,
  rest: Window | null,
): AsyncGenerator<WindowPage<C>, DaysResult> {
  const { source, counts } = state
  const { days } = part
  // A checkpoint before the first row of a first scan is a start.
  const start = at === null || (at.scan.rowCount === 0 && at.previous === null) ? null : at
  const progress = createProgress(state, days, start, rest)
  const before = state.seen.ids.size
  let continued = start?.scan ?? null
  for (;;) {
    counts.rounds += 1
    const { last, verdict: first } = yield* scanOnce(state, progress, part, continued)
    continued = null
    if (first === 'daysIgnored')
      return { verdict: first, total: last.total, rowCount: sizeOf(progress, last.state.rowCount) }
    const { evidence } = last.state
    state.ignoresPosition ||= evidence.repeatsFullPage
    if (first !== 'accepted' && (counts.rounds > 1 || evidence.signals.length > 0)) {
      source.emit({ type: 'drift', ...state.window, round: counts.rounds, sign: evidence.signals[0] ?? 'unseenId' })
    }
    let verdict: Verdict = first
    if (verdict === 'catchUp') verdict = yield* catchUp(state, progress, last)
    if (verdict === 'verifyHidden') verdict = yield* verifyHidden(state, progress, last)
    const size = sizeOf(progress, last.state.rowCount)
    const isExhausted = counts.pages - counts.pagesOfFirstScan > maxExtraRequests
    if (isExhausted && (verdict === 'halve' || verdict === 'rescan')) verdict = 'unsettled'
    if (verdict === 'rescan') {
      continued = restartOf(progress, last.state)
      prepareRescan(progress, last.state, size, continued !== null)
      continue
    }
    const total = evidence.lastTotal
    const foundNoNewRows = state.seen.ids.size === before
    const isTotalWrong = (): boolean => isOnlyTotalWrong(state, progress, part, verdict, { total, size })
    if (isTotalWrong()) verdict = 'accepted'
    if (verdict === 'halve' && part.parentTotal !== null && foundNoNewRows && isHopeless(counts, total, size)) {
      verdict = 'unsettled'
      if (isTotalWrong()) verdict = 'accepted'
    }
    if (verdict !== 'accepted') return { verdict: verdict === 'halve' ? 'halve' : 'unsettled', total, rowCount: size }
    if (total !== null && total > size) source.emit(totalMismatch(days, total, size))
    if (!progress.isDone) yield { ...emptyPage, total, next: nextOf(state, progress, last.state, 'accepted') }
    return { verdict, total, rowCount: size }
  }
}

/** One scan of the days. Returns its last page, and what follows from it. */
async function* scanOnce<C extends Complaint>(
  state: WindowState<C>,
  progress: DayRangeProgress<C>,
  { days, parentTotal }: Part,
  continued: ScanState | null,
): AsyncGenerator<WindowPage<C>, { last: ScannedPage<C>; verdict: Verdict | 'daysIgnored' }> {
  const { source, seen, keyOf, strategy, exactTotals, counts } = state
  const isFirst = progress.round === 1
  const size = isFirst ? source.pageSize : rescanSize(progress.cap ?? source.rescanPageSize, progress.limits)
  const begin = continued === null ? startScan(state.firstPage(size)) : { ...continued, pages: 0 }
  progress.limits.push(begin.position.limit)
  const areRowsBeforeKnown = continued === null || (state.mode === 'withIds' && isFirst && state.isWholeWindow(days))
  const known = continued === null ? [] : areRowsBeforeKnown ? seen.ids : state.overlapKeys(begin.position)
  const depth = isFirst ? source.depth : 1
  const options = {
    strategy,
    depth,
    exactTotals,
    seen: new Set(known),
    keyOf,
    areRowsBeforeKnown,
    keepsTiesTogether: !isFirst,
  }
  for await (const page of scan(progress.fetchPage, begin, options)) {
    counts.pages += 1
    if (isFirst && state.isWholeWindow(days)) counts.pagesOfFirstScan += 1
    const first = page.rows[0]
    const isFront = page.position.skip === 0
    if (isFront && first !== undefined) progress.firstId = hashId(first.id)
    progress.firstAt ??= first?.createdAt ?? null
    progress.lastAt = page.rows.at(-1)?.createdAt ?? progress.lastAt
    const { rows, failures, newCount } = meetPage(state, progress, page)
    progress.ids.push(...page.newRows.map(({ id }) => keyOf(id)))
    const verdict = state.ignoresPosition
      ? judgeOnlyPage(progress, page)
      : page.isLast
        ? judgeLastScan(state, progress, page.state)
        : isFirst && isFront && isRemembered(source, page)
          ? 'accepted'
          : null
    if (verdict === 'accepted') progress.isDone = true
    yield {
      rows,
      failures,
      countsTowardsMaxPages: newCount > 0 && page.hasNewIds,
      total: page.total,
      next: nextOf(state, progress, page.state, verdict),
      incomplete: null,
      release: page.release,
    }
    if (seen.ids.size > maxRows) throw tooManyRows(state.window)
    if (parentTotal !== null && isFront && areOfOtherDays(page.rows, days))
      return { last: page, verdict: 'daysIgnored' }
    if (verdict !== null) return { last: page, verdict }
  }
  throw new Error('scan() returned without a last page')
}

function createProgress<C extends Complaint>(
  { mode, seen, source, isWholeWindow }: WindowState<C>,
  days: Window,
  start: WindowCheckpoint | null,
  rest: Window | null,
): DayRangeProgress<C> {
  const containsIds = start === null || (mode === 'withIds' && isWholeWindow(days))
  return {
    days,
    rest,
    fetchPage: (...request) => source.fetchPage(days, ...request),
    seenInAllScans: containsIds ? new Set(start === null ? [] : seen.ids) : null,
    round: start?.round ?? 1,
    previous: start?.previous == null ? null : { ...start.previous, ids: null },
    firstId: start?.firstId ?? null,
    ids: [],
    restart: containsIds ? null : (start?.scan ?? null),
    sizeBefore: 0,
    added: 0,
    hasTriedCatchUp: false,
    limits: [],
    cap: null,
    firstAt: null,
    lastAt: null,
    isDone: false,
  }
}

/** A first page with room for more that holds what the caller remembers, and nothing else. */
function isRemembered<C>(
  { isRemembered }: WindowState<C>['source'],
  { rows, failures, received, total, position }: ScannedPage<C>,
): boolean {
  const hasRoom = received < position.limit && (total ?? 0) <= received
  return hasRoom && failures.length === 0 && isRemembered?.(rows) === true
}

function prepareRescan<C>(progress: DayRangeProgress<C>, state: ScanState, size: number, isSameStart: boolean): void {
  progress.cap = capOf(progress, state)
  const result = resultOf(progress, state)
  // Only scans that began with the same row can be compared id by id.
  progress.previous = progress.restart === null || isSameStart ? result : { ...result, ids: null }
  if (!isSameStart) progress.restart = null
  progress.round += 1
  progress.ids = []
  progress.sizeBefore = size
  progress.added = 0
  progress.hasTriedCatchUp = false
}

/**
 * Halving continues even when a half brings nothing new, since its rows may already be known. It stops when the total is
 * more than ten times what was found, or when the total is reached and the requests exceed twice the first scan's.
 */
function isHopeless(counts: WindowState<unknown>['counts'], total: number | null, size: number): boolean {
  return (
    (total !== null && total > 10 * size) ||
    (total !== null && total <= size && counts.pages > 2 * counts.pagesOfFirstScan + 12)
  )
}

/** A server that ignores the position shows no more rows of these days than one page. */
function judgeOnlyPage<C>({ days }: DayRangeProgress<C>, { total, received }: ScannedPage<C>): Verdict {
  if (total === received) return 'accepted'
  return days.begin === days.end ? 'unsettled' : 'halve'
}

/** A total that is only a hint has proven wrong: it says more, and yet no scan finds more rows. */
function isOnlyTotalWrong<C>(
  { exactTotals, ignoresPosition, seen }: WindowState<C>,
  { sizeBefore, round }: DayRangeProgress<C>,
  { parentTotal }: Part,
  verdict: Verdict,
  { total, size }: { total: number | null; size: number },
): boolean {
  if (exactTotals || ignoresPosition || total === null || total <= size) return false
  if (verdict === 'unsettled') return size === sizeBefore || round === 1
  // A half cannot hold as many rows as the whole while the other half holds some.
  return verdict === 'halve' && parentTotal !== null && total >= parentTotal && seen.ids.size > size
}

const emptyPage = { rows: [], failures: [], countsTowardsMaxPages: false, incomplete: null, release: () => {} } as const

function totalMismatch({ begin, end }: Window, total: number, served: number): Parameters<AdapterRuntime['emit']>[0] {
  const message = `the provider reports ${total} complaints from ${begin} to ${end}, and serves ${served}: the others may be hidden or deleted; compare with the provider's own web page`
  return { type: 'warning', warning: 'totalMismatch', message }
}

function tooManyRows({ begin, end }: Window): PaginationError {
  return new PaginationError(`more than ${maxRows} complaints from ${begin} to ${end}: the list does not end`)
}

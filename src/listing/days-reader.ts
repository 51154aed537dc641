import { PaginationError } from '../errors.js'
import type { Complaint } from '../model.js'
import type { AdapterRuntime } from '../provider.js'
import { catchUp } from './catch-up.js'
import type { WindowCheckpoint } from './checkpoint.js'
import { concludeDays, judgePage, type Verdict } from './consistency.js'
import {
  beginRescan,
  countRows,
  createProgress,
  type DayRangeProgress,
  judgeLastScan,
  nextOf,
  type Part,
  recordPage,
} from './day-range-progress.js'
import { areOfOtherDays, areSortedByTime } from './day-ranges.js'
import { verifyHidden } from './hidden-rows.js'
import { hashId } from './id-hashes.js'
import type { Window } from './plan.js'
import { type ScannedPage, scan } from './scan.js'
import { emptyPage, type WindowPage, type WindowState } from './window-state.js'

/** The ids of a window are held in memory while it is read. */
const maxRows = 1_000_000
/**
 * Requests of one window beyond those of its first scan, or twice as many as the first scan took where that is more. Days
 * that would need more to settle are reported as incomplete.
 */
const maxExtraRequests = 500

export interface DaysResult {
  /** `daysIgnored`: the server serves the same rows whatever the days, so halving is useless. */
  readonly verdict: 'accepted' | 'halve' | 'unsettled' | 'daysIgnored'
  readonly total: number | null
  readonly rowCount: number
  /** When the first row of the first scan and the last row of the last scan were created. */
  readonly ends: readonly Date[]
}

/**
 * Reads a run of days by scans until one is accepted, or none can be.
 * @param at where to resume; null: from the first row
 * @param rest the days of the window that follow; null: none
 */
export async function* readDays<C extends Complaint>(
  window: WindowState<C>,
  part: Part,
  at: WindowCheckpoint | null,
  rest: Window | null,
): AsyncGenerator<WindowPage<C>, DaysResult> {
  const { source, counts, seen } = window
  const progress = createProgress(window, part, at, rest)
  const before = seen.ids.size
  for (;;) {
    counts.rounds += 1
    const pagesBefore = counts.pages
    const { last, verdict: ofScan } = yield* scanOnce(progress)
    const { evidence } = last.state
    const total = evidence.lastTotal
    const ends = [progress.firstAt, progress.lastAt].filter((at) => at !== null)
    if (ofScan === 'daysIgnored')
      return { verdict: ofScan, total, rowCount: countRows(progress, last.state.rowCount), ends }
    window.ignoresPosition ||= evidence.repeatsFullPage
    if (ofScan !== 'accepted' && (counts.rounds > 1 || evidence.signals.length > 0)) {
      const sign = evidence.signals[0] ?? 'unseenId'
      source.emit({ type: 'drift', ...window.window, round: counts.rounds, sign })
    }
    let verdict: Verdict = ofScan
    if (verdict === 'catchUp') verdict = yield* catchUp(progress, last)
    if (verdict === 'verifyHidden') verdict = yield* verifyHidden(progress, last)
    const rowCount = countRows(progress, last.state.rowCount)
    if (exceedsRequestBudget(counts, counts.pages - pagesBefore) && (verdict === 'halve' || verdict === 'rescan'))
      return { verdict: 'unsettled', total, rowCount, ends }
    if (verdict === 'rescan') {
      beginRescan(progress, last.state)
      continue
    }
    verdict = concludeDays({
      ...part,
      ...counts,
      verdict,
      total,
      rowCount,
      rowCountBefore: progress.rowCountBefore,
      round: progress.round,
      exactTotals: window.exactTotals,
      ignoresPosition: window.ignoresPosition,
      rowsOfWindow: { before, after: seen.ids.size },
    })
    if (verdict !== 'accepted') return { verdict: verdict === 'halve' ? 'halve' : 'unsettled', total, rowCount, ends }
    if (total !== null && total > rowCount) source.emit(totalMismatch(part.days, total, rowCount))
    if (!progress.isDone) yield emptyPage({ total, next: nextOf(progress, last.state, 'accepted'), incomplete: null })
    return { verdict, total, rowCount, ends }
  }
}

/** One scan of the days. Returns its last page, and what follows from it. */
async function* scanOnce<C extends Complaint>(
  progress: DayRangeProgress<C>,
): AsyncGenerator<WindowPage<C>, { last: ScannedPage<C>; verdict: Verdict | 'daysIgnored' }> {
  const { window, days, parentTotal, scanStart, keysBeforeResume } = progress
  const { source, seen, keyOf, strategy, exactTotals, counts } = window
  const isFirst = progress.round === 1
  // A rescan has to find the rows of earlier scans again.
  const idsBefore = isFirst ? progress.seenInAllScans : null
  const pages = scan(
    progress.fetchPage,
    { ...scanStart, pages: 0 },
    {
      strategy,
      depth: isFirst ? source.depth : 1,
      exactTotals,
      seen: new Set(idsBefore ?? (scanStart.rowCount > 0 ? keysBeforeResume : [])),
      keyOf,
      areRowsBeforeKnown: idsBefore !== null,
      keepsTiesTogether: !isFirst,
    },
  )
  for await (const page of pages) {
    counts.pages += 1
    if (isFirst && window.isWholeWindow(days)) counts.pagesOfFirstScan += 1
    const first = page.rows[0]
    const isFront = page.position.skip === 0
    if (isFront && first !== undefined) progress.firstId = hashId(first.id)
    progress.firstAt ??= first?.createdAt ?? null
    progress.lastAt = page.rows.at(-1)?.createdAt ?? progress.lastAt
    progress.isSortedByTime &&= areSortedByTime(page.rows)
    const { rows, failures, newCount } = recordPage(progress, page)
    progress.ids.push(...page.newIds.map(keyOf))
    const verdict = verdictAfter(progress, page)
    progress.isDone ||= verdict === 'accepted'
    yield {
      rows,
      failures,
      // After a resume, rows before the overlap row are new to the window, but not to the scan.
      countsTowardsMaxPages: newCount > 0 && page.newIds.length > 0,
      total: page.total,
      next: nextOf(progress, page.state, verdict),
      incomplete: null,
      release: page.release,
    }
    if (seen.ids.size > maxRows) throw tooManyRows(window.window)
    if (parentTotal !== null && isFront && areOfOtherDays(page.rows, days))
      return { last: page, verdict: 'daysIgnored' }
    if (verdict !== null) return { last: page, verdict }
  }
  throw new Error('scan() returned without a last page')
}

/** What follows from a page of a scan; null: the next page. */
function verdictAfter<C extends Complaint>(progress: DayRangeProgress<C>, page: ScannedPage<C>): Verdict | null {
  const { window, days, round, parentTotal } = progress
  const { total, received, position, failures, rows } = page
  const isFirst = round === 1 && position.skip === 0
  const verdict = judgePage({
    total,
    received,
    limit: position.limit,
    isRemembered: isFirst && failures.length === 0 && window.source.isRemembered?.(rows) === true,
    ignoresPosition: window.ignoresPosition,
    parentTotal,
    isDivisible: days.begin !== days.end,
  })
  return verdict ?? (page.isLast ? judgeLastScan(progress, page.state) : null)
}

/** @param needed requests that the next step takes: as many as the last scan */
function exceedsRequestBudget({ pages, pagesOfFirstScan }: WindowState<unknown>['counts'], needed: number): boolean {
  return pages + needed - pagesOfFirstScan > Math.max(maxExtraRequests, 2 * pagesOfFirstScan)
}

function totalMismatch({ begin, end }: Window, total: number, served: number): Parameters<AdapterRuntime['emit']>[0] {
  const message = `the provider reports ${total} complaints from ${begin} to ${end}, and serves ${served}: the others may be hidden or deleted; compare with the provider's own web page`
  return { type: 'warning', warning: 'totalMismatch', message }
}

function tooManyRows({ begin, end }: Window): PaginationError {
  return new PaginationError(`more than ${maxRows} complaints from ${begin} to ${end}: the list does not end`)
}

import { type DriftEvidence, missingRows } from './drift-evidence.js'

/** One scan of a run of days, from its first row to its end. */
export interface ScanResult {
  readonly evidence: DriftEvidence
  /** Different rows seen. */
  readonly rowCount: number
  /** The ids in the order in which they came; null when the scan continued from a cursor, which does not contain them. */
  readonly ids: readonly string[] | null
  /** The hash of the first id; null: the scan continued from a cursor, or saw no row. */
  readonly firstId: string | null
}

export interface Judgement {
  readonly scan: ScanResult
  /** The scan before, of the same days; null: there is none. */
  readonly previous: ScanResult | null
  /** Different rows seen in all scans of these days. */
  readonly rowsInAllScans: number
  /** From 1. */
  readonly round: number
  readonly exactTotals: boolean
  /** The days can be split. */
  readonly isDivisible: boolean
  /** This scan saw rows that no scan before it saw; true of a first scan that saw any. */
  readonly hasNewRows: boolean
  /** The front was read again after this scan, and did not complete it. */
  readonly hasTriedCatchUp: boolean
}

/**
 * - `accepted`: nothing can be missing.
 * - `catchUp`: rows were only inserted at the front; read the front again.
 * - `rescan`: read the same days again with another page size.
 * - `verifyHidden`: the pages lack as many rows as the total has more; the end of the list decides whether rows are hidden.
 * - `halve`: read each half of the days by the same rules.
 * - `unsettled`: these days cannot be read completely.
 */
export type Verdict = 'accepted' | 'catchUp' | 'rescan' | 'verifyHidden' | 'halve' | 'unsettled'

/** Scans of one run of days. */
const maxScans = 5
/**
 * Scans of a single day while the total says more and rows change places, as those of one second do where the provider
 * orders them anew for each page: each finds rows that others missed. A further one would have no page size of its own.
 */
const maxScansOfTies = 9

/** What is known of the days that a run of days is a half of. */
export interface ParentDays {
  /** Their total; null: none was reported, or nothing was halved. */
  readonly parentTotal: number | null
  /** The total of the days that were halved first; null: none was reported, or nothing was halved. */
  readonly totalOfAllDays: number | null
  /** Their list has a row of the other half. */
  readonly hasSiblingRow: boolean
}

/** Days after the scans that `judgeScan` asked for. */
export interface ReadDays extends ParentDays, Pick<Judgement, 'round' | 'exactTotals'> {
  readonly verdict: Verdict
  /** The total reported last; null: none. */
  readonly total: number | null
  /** Different rows seen in all scans of these days. */
  readonly rowCount: number
  /** The same before the last scan. */
  readonly rowCountBefore: number
  /** The server serves the same page whatever the position. */
  readonly ignoresPosition: boolean
  /** Different rows of the whole window, before these days were read and after. */
  readonly rowsOfWindow: { readonly before: number; readonly after: number }
  /** Requests of the window. */
  readonly pages: number
  readonly pagesOfFirstScan: number
}

/**
 * What the evidence of a scan says: the next step after it, or that it is accepted. `readDays` changes that where a window
 * has no requests left.
 */
export function judgeScan(judgement: Judgement): Verdict {
  const { scan, previous, rowsInAllScans, round, exactTotals, isDivisible, hasNewRows, hasTriedCatchUp } = judgement
  // Rows of a catch-up that did not complete the list may have been inserted after the totals of the scan.
  if (!hasTriedCatchUp && isAccepted(judgement)) return 'accepted'
  const { evidence } = scan
  const { lastTotal } = evidence
  if (evidence.repeatsFullPage) return isDivisible ? 'halve' : 'unsettled'
  const missing = missingRows(evidence, rowsInAllScans)
  const isSteady = isSteadyTotal(evidence) && (previous?.evidence.lastTotal ?? lastTotal) === lastTotal
  const lacksRows = missing > 0 && isSteady
  const isHidden = lacksRows && missingInPages(evidence, isDivisible) >= missing
  // A second scan tells hidden rows from rows lost between two pages; one response needs none.
  const canVerify = evidence.pagesWithNewRows <= 1 || !hasNewRows
  if (isHidden && canVerify) return 'verifyHidden'
  // Hidden rows move the pages behind them as inserted rows do.
  if (!isHidden && !hasTriedCatchUp && canCatchUp(evidence)) return 'catchUp'
  // Nothing moved, and yet rows are missing: the server serves none beyond some row.
  const isCutOff = lacksRows && !evidence.rowsMoved && !evidence.hasGap
  if (!isDivisible) {
    // The total of a single day says more than there is, and further scans would show the same.
    const isHintWrong = isCutOff && !exactTotals && (!hasNewRows || isOneResponse(evidence))
    const isSeenTwice = lacksRows && round > 1 && !hasNewRows && (isCutOff || haveSameOrder(scan, previous))
    if (isHintWrong || isSeenTwice) return 'unsettled'
    return round < (lacksRows && evidence.rowsMoved ? maxScansOfTies : maxScans) ? 'rescan' : 'unsettled'
  }
  if (isCutOff && !isHidden) return 'halve'
  const isReordered = evidence.rowsMoved && !haveSameOrder(scan, previous)
  const isProgressing = lacksRows && (hasNewRows || isReordered)
  return round === 1 || (isProgressing && round < maxScans) ? 'rescan' : 'halve'
}

/** A page of a scan. */
export interface ReadPage
  extends Pick<Judgement & ReadDays, 'isDivisible' | 'total' | 'ignoresPosition' | 'parentTotal'> {
  readonly received: number
  readonly limit: number
  /** The first page of the days, and the caller remembers all its rows, and no other of the days. */
  readonly isRemembered: boolean
}

/** What follows from a page before its scan has ended; null: the next page. */
export function judgePage(page: ReadPage): Verdict | null {
  const { total, received, limit } = page
  if (page.ignoresPosition) {
    // The server shows no more rows of these days than one page. Its total proves nothing where each may be its page's.
    const isOfPage = received >= limit && (page.parentTotal ?? 0) <= received
    if (total === received && !isOfPage) return 'accepted'
    return page.isDivisible ? 'halve' : 'unsettled'
  }
  const hasRoom = received < limit && (total ?? 0) <= received
  return page.isRemembered && hasRoom ? 'accepted' : null
}

/** The front of a list, read again after a scan. */
export interface CatchUp {
  /** It reaches a row that the scan saw, or ends with a page that had room for more. */
  readonly isJoined: boolean
  readonly evidence: Pick<DriftEvidence, 'firstTotal' | 'insertedBefore'>
  /** The total that the front reported last; null: none. */
  readonly total: number | null
  /** Rows that only the front showed. */
  readonly added: number
  /** Different rows seen in all scans of these days, and at the front. */
  readonly rowCount: number
}

/** The rows of the scan and of the front are all. */
export function isCaughtUp({ isJoined, evidence, total, added, rowCount }: CatchUp): boolean {
  const growth = (total ?? 0) - (evidence.firstTotal ?? 0)
  // Otherwise rows left the list or moved within it, which would make up for as many that were missed.
  const hasOnlyGrown = added === growth && growth >= evidence.insertedBefore
  return isJoined && hasOnlyGrown && total === rowCount
}

/** A page of the last days, requested alone. */
export interface LastDaysPage {
  readonly total: number
  readonly received: number
  readonly isFirst: boolean
  readonly isLast: boolean
  /** Rows that no scan of the days saw. Those of a day requested in addition are not counted. */
  readonly newCount: number
  /** It has rows that the first page of the last days has not. */
  readonly hasOwnRows: boolean
  /** Different rows of all the days. */
  readonly rowCount: number
}

/** Whether rows are hidden (`accepted`) or the list is truncated (`halve`); null: the last page of the last days decides. */
export function judgeLastDays(page: LastDaysPage): 'accepted' | 'halve' | null {
  const { total, isLast } = page
  // Where the server need not serve as many, the last days may be truncated themselves: a single page lacks some, or the
  // last one has none of its own.
  const mayBeTruncated = total > page.rowCount && (page.isFirst ? isLast && total > page.received : !page.hasOwnRows)
  if (page.newCount > 0 || mayBeTruncated || (total > 0 && page.received === 0)) return 'halve'
  return isLast ? 'accepted' : null
}

/** What follows when no further scan of the days does: a total that is only a hint may be wrong, and halves may not help. */
export function concludeDays(days: ReadDays): Verdict {
  if (isOnlyTotalWrong(days)) return 'accepted'
  if (days.verdict !== 'halve' || !isHopeless(days)) return days.verdict
  return isOnlyTotalWrong({ ...days, verdict: 'unsettled' }) ? 'accepted' : 'unsettled'
}

/** A total that is only a hint has proven wrong: it says more, and yet no scan finds more rows. */
function isOnlyTotalWrong(days: ReadDays): boolean {
  const { verdict, total, rowCount, parentTotal, hasSiblingRow, rowsOfWindow } = days
  if (days.exactTotals || days.ignoresPosition || total === null || total <= rowCount) return false
  if (verdict === 'unsettled') return rowCount === days.rowCountBefore || days.round === 1
  if (verdict !== 'halve' || parentTotal === null) return false
  // A half cannot hold as many rows as the whole while the other half holds some. A resumed scan need not see rows of the
  // other half: then others of the window must do.
  return (total >= parentTotal && hasSiblingRow) || (isAlwaysAbsurd(days) && rowsOfWindow.after > rowCount)
}

/**
 * Halving continues even when a half brings nothing new, since its rows may already be known. It stops when the total
 * seems to count no rows, or when it is reached and the requests exceed twice the first scan's.
 */
function isHopeless(days: ReadDays): boolean {
  const { parentTotal, total, rowCount, rowsOfWindow, pages, pagesOfFirstScan } = days
  if (parentTotal === null || total === null || rowsOfWindow.after > rowsOfWindow.before) return false
  return isAlwaysAbsurd(days) || (total <= rowCount && pages > 2 * pagesOfFirstScan + 12)
}

/**
 * More than any order of the rows could hide from a scan, and as many as for all days. A total that is lower than that of
 * all days counts rows: pages of hidden rows may come before others.
 */
function isAlwaysAbsurd({ total, totalOfAllDays, rowCount }: ReadDays): boolean {
  return total !== null && total > 10 * rowCount && total >= (totalOfAllDays ?? Number.POSITIVE_INFINITY)
}

function isAccepted(judgement: Judgement): boolean {
  const { scan, previous, rowsInAllScans, exactTotals } = judgement
  const { evidence, rowCount } = scan
  const { firstTotal, lastTotal, isContiguous, signals } = evidence
  if (evidence.repeatsFullPage) return isSteadyTotal(evidence) && rowsInAllScans === lastTotal
  if (evidence.hasGap) return false
  // Clean scan: nothing moved, and the total matches, or one response with room for more held every row.
  const hasAllRows = evidence.totalMatches && missingRows(evidence, rowsInAllScans) === 0
  if (signals.length === 0 && (isOneResponse(evidence) || hasAllRows)) return true
  if (previous === null)
    return isOneResponse(evidence) && isContiguous && (firstTotal === null || (exactTotals && rowCount >= firstTotal))
  // Two consecutive scans that agree prove the list complete (the double collect of snapshot algorithms), unless a total
  // still claims more rows: a smaller total at the end may be stale.
  if ((firstTotal ?? 0) > rowsInAllScans) return false
  const areSteady = isSteadyTotal(evidence) && isSteadyTotal(previous.evidence)
  if (areSteady && lastTotal === previous.evidence.lastTotal && rowsInAllScans === lastTotal) return true
  if (evidence.insertedBefore === 0 && haveSameOrder(scan, previous)) return true
  if (wentFurther(scan, previous)) return false
  // Without totals, page-number scans cannot prove that pages join, and a scan resumed from a cursor has no ids to
  // compare: only row counts are left to compare.
  const mayJoin = isContiguous || (previous.ids === null && lastTotal === null && !evidence.maySkip)
  // Rows that were inserted or removed while the list was scanned need not be seen.
  const isTotalExact = exactTotals && firstTotal !== null && lastTotal !== null
  return mayJoin && rowCount >= (isTotalExact ? Math.min(firstTotal, lastTotal) : lowerBound(previous))
}

/**
 * Of two scans without totals that begin with the same row, the second has more rows: the first one did not reach the
 * end of the list, so nothing shows that the second one did. Rows inserted at the front come before the first row.
 */
function wentFurther(scan: ScanResult, previous: ScanResult): boolean {
  if (previous.ids !== null || scan.evidence.lastTotal !== null) return false
  return scan.firstId !== null && scan.firstId === previous.firstId && scan.rowCount > previous.rowCount
}

/** One response with room for more held every row: a picture of one moment. */
function isOneResponse({ pagesWithNewRows, hasFullPage }: DriftEvidence): boolean {
  return pagesWithNewRows <= 1 && !hasFullPage
}

/** How many rows the list is known to have had when a scan ended; infinite when the scan did not reach the end. */
function lowerBound({ evidence, rowCount }: ScanResult): number {
  return evidence.reachedEnd ? rowCount + evidence.insertedBefore : Number.POSITIVE_INFINITY
}

function canCatchUp({ firstTotal, lastTotal, insertedBefore, isContiguous, hasGap }: DriftEvidence): boolean {
  if (lastTotal === null || !isContiguous || hasGap) return false
  return insertedBefore > 0 || lastTotal > (firstTotal ?? lastTotal)
}

/** The total did not change; true where there is none, too. */
function isSteadyTotal({ firstTotal, lastTotal }: DriftEvidence): boolean {
  return firstTotal === lastTotal
}

/** What the last page of a single day lacks may be cut off, unless the day has no other page. */
function missingInPages(evidence: DriftEvidence, isDivisible: boolean): number {
  const { missingInside, missingAtEnd, pagesWithNewRows } = evidence
  return missingInside + (isDivisible || pagesWithNewRows <= 1 ? missingAtEnd : 0)
}

function haveSameOrder({ ids }: ScanResult, previous: ScanResult | null): boolean {
  const before = previous?.ids ?? null
  return ids !== null && ids.length === before?.length && ids.every((id, index) => id === before[index])
}

import type { DriftEvent } from '../events.js'

/** What one scan showed about its list; replaced, never changed. */
export interface DriftEvidence {
  /** Signals that the list moved, or that the server contradicts itself, in the order in which they came. */
  readonly signals: readonly DriftEvent['sign'][]
  /** Every page joined the one before: rows may have been inserted between, but none can have been skipped. */
  readonly isContiguous: boolean
  /** Something shows that rows may have been skipped; false also where nothing shows whether pages join. */
  readonly maySkip: boolean
  readonly reachedEnd: boolean
  /** As many rows were seen as the total reported last. */
  readonly totalMatches: boolean
  /** The first and the last total reported; null: none that is usable. */
  readonly firstTotal: number | null
  readonly lastTotal: number | null
  readonly pagesWithNewRows: number
  readonly hasEmptyPage: boolean
  /** An empty page came before one with rows: its own rows were not served. */
  readonly hasGap: boolean
  /** A page with new rows had as many rows as requested: there may be more. */
  readonly hasFullPage: boolean
  /** Rows inserted before the current page: new ones, or rows moved up from later pages. */
  readonly insertedBefore: number
  /** Rows moved between two pages: the overlap row was in another place of a page with rows, or an id came twice. */
  readonly rowsMoved: boolean
  /** The scan ended with full pages of known rows, and none was empty: the server may ignore the position. */
  readonly repeatsFullPage: boolean
  /**
   * By how many rows the pages before the last one are shorter than the total promises: rows that the server filters out
   * after paging.
   */
  readonly missingInside: number
  /** The same of the last page read so far. There the list may be truncated instead. */
  readonly missingAtEnd: number
}

/** What a pure step reads of a page: `isNew[i]` says whether the scan had not seen `ids[i]` before. */
export interface PageFacts {
  readonly ids: readonly string[]
  readonly isNew: readonly boolean[]
  readonly total: number | null
  /** How many of the last rows have the time of the last one; 1 in a first scan. */
  readonly tiesAtEnd: number
}

/** @param total what the list reported before the scan starts; null: nothing */
export function createEvidence(total: number | null): DriftEvidence {
  return {
    signals: [],
    isContiguous: true,
    maySkip: false,
    reachedEnd: false,
    totalMatches: false,
    firstTotal: total,
    lastTotal: total,
    pagesWithNewRows: 0,
    hasEmptyPage: false,
    hasGap: false,
    hasFullPage: false,
    insertedBefore: 0,
    rowsMoved: false,
    repeatsFullPage: false,
    missingInside: 0,
    missingAtEnd: 0,
  }
}

export function withSignal(evidence: DriftEvidence, signal: DriftEvent['sign']): DriftEvidence {
  return evidence.signals.includes(signal) ? evidence : { ...evidence, signals: [...evidence.signals, signal] }
}

/** @returns the evidence with the total of one more page; null: the page reports none */
export function recordTotal(evidence: DriftEvidence, total: number | null): DriftEvidence {
  if (total === null) return evidence
  const hasChanged = evidence.lastTotal !== null && evidence.lastTotal !== total
  const recorded = { ...evidence, firstTotal: evidence.firstTotal ?? total, lastTotal: total }
  return hasChanged ? withSignal(recorded, 'total') : recorded
}

/** How many rows the total has more than were seen; 0: none, or no total is usable. */
export function missingRows({ lastTotal }: DriftEvidence, rowCount: number): number {
  return Math.max(0, (lastTotal ?? 0) - rowCount)
}

/**
 * Compares a page with those before.
 * @param expectedAt where the overlap row is unless the list moved
 * @returns the evidence, and where the overlap row is; -1: not in this page
 */
export function recordRows(
  evidence: DriftEvidence,
  { ids, isNew }: PageFacts,
  limit: number,
  overlapId: string | null,
  expectedAt = 0,
): { evidence: DriftEvidence; overlapAt: number; newCount: number } {
  const overlapAt = overlapId === null ? -1 : ids.indexOf(overlapId)
  let newCount = 0
  let repeats = false
  for (let index = 0; index < ids.length; index += 1) {
    if (isNew[index] === true) newCount += 1
    else if (index > overlapAt) repeats = true
  }
  const isDisplaced = overlapId !== null && overlapAt !== expectedAt
  let recorded: DriftEvidence = {
    ...evidence,
    rowsMoved: evidence.rowsMoved || repeats || (isDisplaced && ids.length > 0),
    insertedBefore: evidence.insertedBefore + Math.max(0, overlapAt - expectedAt),
    hasEmptyPage: evidence.hasEmptyPage || ids.length === 0,
    hasGap: evidence.hasGap || (ids.length > 0 && evidence.hasEmptyPage),
    pagesWithNewRows: evidence.pagesWithNewRows + (newCount > 0 ? 1 : 0),
    hasFullPage: evidence.hasFullPage || (newCount > 0 && ids.length >= limit),
    isContiguous: evidence.isContiguous && (overlapId === null || (overlapAt >= 0 && !repeats)),
  }
  if (isDisplaced) recorded = withSignal(recorded, 'seam')
  if (repeats) recorded = withSignal(recorded, 'repeatedId')
  return { evidence: recorded, overlapAt, newCount }
}

/** @param reached how many rows come before the end of the scan */
export function recordEnd(evidence: DriftEvidence, reached: number, reachedEnd: boolean): DriftEvidence {
  const { lastTotal } = evidence
  const ended = { ...evidence, totalMatches: reached === lastTotal, reachedEnd }
  return reached < (lastTotal ?? 0) ? withSignal(ended, 'total') : ended
}

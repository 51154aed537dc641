import type { DriftEvent } from '../events.js'
import type { Row, ScanOptions } from './scan.js'

/** What one reading of a window showed about it. */
export interface DriftEvidence {
  /** Signs that the list moved, or that the server contradicts itself. */
  readonly signals: Set<DriftEvent['sign']>
  /** Every page joined the one before: rows may have come in between, but none can have slipped through. */
  isContiguous: boolean
  /** The reading went on until nothing lay behind it. */
  reachedEnd: boolean
  /** As many rows were met as the total told last says there are. */
  totalMatches: boolean
  /** The total told first, and the one told last; null: none that says anything. */
  firstTotal: number | null
  lastTotal: number | null
  /** How many pages brought something. All rows in one answer are a picture of one moment. */
  pagesWithNewRows: number
  previousPageWasEmpty: boolean
  /** An empty page lay before one with rows: whatever it should have held was not served. */
  hasGap: boolean
  /** A page had as many rows as were asked: there may have been more. */
  hasFullPage: boolean
  /** So many rows came in before the place that was being read: new ones, or some that stood behind it. */
  insertedBefore: number
}

/**
 * @param total what the list told before it was read from here on; null: nothing
 * @param fruitfulPages how many pages that brought something are known to lie before
 */
export function createEvidence(total: number | null, fruitfulPages = 0): DriftEvidence {
  return {
    signals: new Set(),
    isContiguous: true,
    reachedEnd: false,
    totalMatches: false,
    firstTotal: total,
    lastTotal: total,
    pagesWithNewRows: fruitfulPages,
    previousPageWasEmpty: false,
    hasGap: false,
    // A page before was full, as far as is known.
    hasFullPage: fruitfulPages > 0,
    insertedBefore: 0,
  }
}

/** Compares a page with what came before: which of its rows are new, and where the shared row stands. */
export function recordRows<C extends Row>(
  findings: DriftEvidence,
  rows: readonly C[],
  { seen, keyOf }: Pick<ScanOptions, 'seen' | 'keyOf'>,
  limit: number,
  anchor: string | null,
): { fresh: C[]; at: number } {
  const at = anchor === null ? -1 : rows.findIndex((row) => row.id === anchor)
  if (anchor !== null && at !== 0) findings.signals.add('seam')
  if (anchor !== null && at < 0) findings.isContiguous = false
  findings.insertedBefore += Math.max(0, at)
  const fresh: C[] = []
  let index = -1
  for (const row of rows) {
    index += 1
    const known = seen.size
    if (seen.add(keyOf(row.id)).size > known) {
      fresh.push(row)
    } else if (index > at) {
      findings.signals.add('repeatedId')
      if (anchor !== null) findings.isContiguous = false
    }
  }
  if (rows.length === 0) findings.previousPageWasEmpty = true
  else if (findings.previousPageWasEmpty) findings.hasGap = true
  if (fresh.length > 0) findings.pagesWithNewRows += 1
  if (rows.length >= limit) findings.hasFullPage = true
  return { fresh, at }
}

/** @returns the total that is known now */
export function recordTotal(findings: DriftEvidence, total: number | null): number | null {
  if (total === null) return findings.lastTotal
  if (findings.lastTotal !== null && findings.lastTotal !== total) findings.signals.add('total')
  findings.firstTotal ??= total
  findings.lastTotal = total
  return total
}

/** @param reached how many rows lay before the end of the reading */
export function recordEnd(findings: DriftEvidence, reached: number, reachedEnd: boolean): void {
  const { lastTotal } = findings
  if (lastTotal !== null && reached < lastTotal) findings.signals.add('total')
  findings.totalMatches = reached === lastTotal
  findings.reachedEnd = reachedEnd
}

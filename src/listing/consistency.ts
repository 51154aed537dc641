import type { DriftEvidence } from './findings.js'

/** One reading of a window. */
export interface ScanResult {
  /** The ids in the order in which they came. */
  readonly ids: readonly string[]
  readonly findings: DriftEvidence
  /** It began with the first row. */
  readonly isWhole: boolean
}

/**
 * Whether nothing can have been missed. A reading without any sign is believed when one short page held everything, or
 * a total bears it out: rows that go away leave no other sign behind pages that share no row, nor does a row that goes
 * away while another moves to the front. A reading with signs may have missed a row that moved from behind the place
 * that was being read to before it, and looks like one that arrived. One with a hole never settles; the others only
 * - when they brought the same rows in the same order as the reading before and none came in meanwhile, whatever the
 *   totals say;
 * - when all rows came in one answer that had room for more, and were as many as that answer told;
 * - or, from the second reading on, when the pages all joined and met as many rows as the list is known to have had.
 */
export function isConsistent(reading: ScanResult, previous: ScanResult | null, exactTotals: boolean): boolean {
  const { ids, findings, isWhole } = reading
  if (findings.hasGap) return false
  /** One answer that had room for more. */
  const isAll = isWhole && findings.pagesWithNewRows <= 1 && !findings.hasFullPage
  if (findings.signals.size === 0 && (isAll || findings.totalMatches)) return true
  if (previous !== null && findings.insertedBefore === 0 && isSame(ids, previous.ids)) return true
  if (!findings.isContiguous || !isWhole) return false
  const told = exactTotals ? reportedMinimum(findings) : null
  if (previous === null) return told !== null && ids.length >= told && isAll
  return ids.length >= (told ?? lowerBound(previous))
}

/** Rows that vanished or arrived while the list was read are not what it was read for. */
function reportedMinimum({ firstTotal, lastTotal }: DriftEvidence): number | null {
  return firstTotal === null || lastTotal === null ? null : Math.min(firstTotal, lastTotal)
}

/** How many rows there were when this reading ended. One that was broken off, or began further on, does not know. */
function lowerBound({ ids, findings, isWhole }: ScanResult): number {
  return isWhole && findings.reachedEnd ? ids.length + findings.insertedBefore : Number.POSITIVE_INFINITY
}

function isSame(ids: readonly string[], previous: readonly string[]): boolean {
  return ids.length === previous.length && ids.every((id, index) => id === previous[index])
}

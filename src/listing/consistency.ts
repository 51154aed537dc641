import type { Findings } from './findings.js'

/** One reading of a window. */
export interface Reading {
  /** The ids in the order in which they came. */
  readonly ids: readonly string[]
  readonly findings: Findings
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
export function isSettled(reading: Reading, previous: Reading | null, exactTotals: boolean): boolean {
  const { ids, findings, isWhole } = reading
  if (findings.hasHole) return false
  /** One answer that had room for more. */
  const isAll = isWhole && findings.fruitfulPages <= 1 && !findings.hasFullPage
  if (findings.signs.size === 0 && (isAll || findings.isBorneOut)) return true
  if (previous !== null && findings.cameBefore === 0 && isSame(ids, previous.ids)) return true
  if (!findings.isChained || !isWhole) return false
  const told = exactTotals ? smallerTotal(findings) : null
  if (previous === null) return told !== null && ids.length >= told && isAll
  return ids.length >= (told ?? knownBy(previous))
}

/** Rows that vanished or arrived while the list was read are not what it was read for. */
function smallerTotal({ firstTotal, lastTotal }: Findings): number | null {
  return firstTotal === null || lastTotal === null ? null : Math.min(firstTotal, lastTotal)
}

/** How many rows there were when this reading ended. One that was broken off, or began further on, does not know. */
function knownBy({ ids, findings, isWhole }: Reading): number {
  return isWhole && findings.reachedEnd ? ids.length + findings.cameBefore : Number.POSITIVE_INFINITY
}

function isSame(ids: readonly string[], previous: readonly string[]): boolean {
  return ids.length === previous.length && ids.every((id, index) => id === previous[index])
}

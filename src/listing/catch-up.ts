import type { Complaint } from '../model.js'
import { isCaughtUp, type Verdict } from './consistency.js'
import { countRows, type DayRangeProgress, extraPage, judgeLastScan } from './day-range-progress.js'
import { idsOf, neverDropped, type ScannedPage } from './scan.js'
import type { WindowPage } from './window-state.js'

/** Pages that a catch-up reads at the front. */
const maxPages = 20

/**
 * Reads the front of a list again, page after page, where rows were only inserted there, up to the rows seen before. It is
 * accepted when the rows seen are as many as the total reported with that page. Rows may have been inserted since its
 * first page: then it begins again, and reads fewer pages.
 */
export async function* catchUp<C extends Complaint>(
  progress: DayRangeProgress<C>,
  last: ScannedPage<C>,
): AsyncGenerator<WindowPage<C>, Verdict> {
  const { keyOf, hashOfKey, strategy } = progress.window
  const start = progress.window.firstPage(progress.scanStart.position.limit)
  let position = start
  let firstKey: string | undefined
  const { evidence } = last.state
  let total = evidence.lastTotal
  const front = new Set<string>()
  progress.hasTriedCatchUp = true
  for (let count = 0; count < maxPages; count += 1) {
    const held = await progress.fetchPage(position.skip, position.limit, neverDropped)
    const { received } = held.page
    const keys = idsOf(held.page).map(keyOf)
    const { seenInAllScans, firstId } = progress
    // Pages overlap: a row of the page before is known, and does not show that the front is read.
    const firstKnown = keys.findIndex((key) =>
      seenInAllScans === null ? hashOfKey(key) === firstId : seenInAllScans.has(key) && !front.has(key),
    )
    // Where the ids seen are not known, the rows before the first known one are new; pages of the front may overlap.
    const candidates = seenInAllScans !== null || firstKnown < 0 ? keys : keys.slice(0, firstKnown)
    const unseen = candidates.filter((key) => !(seenInAllScans ?? front).has(key)).length
    for (const key of candidates) front.add(key)
    const { deliver } = extraPage(progress, last, held)
    progress.added += unseen
    if (position.skip === 0) firstKey = keys[0]
    if (firstKnown >= 0 && firstKey !== undefined) progress.firstId = hashOfKey(firstKey)
    total = held.page.total ?? total
    const isJoined = firstKnown >= 0 || received < position.limit
    const rowCount = countRows(progress, last.state.rowCount)
    const isComplete = isCaughtUp({ isJoined, evidence, total, added: progress.added, rowCount })
    const beginsAgain = firstKnown >= 0 && position.skip > 0
    const isEnd = !beginsAgain && (unseen === 0 || (seenInAllScans === null && firstKnown >= 0))
    const verdict = isComplete ? 'accepted' : isEnd ? judgeLastScan(progress, last.state) : null
    // A cursor cannot continue in the middle of a catch-up: it leads to the next scan.
    yield deliver(verdict ?? 'rescan', total)
    if (verdict !== null) return verdict
    if (beginsAgain) front.clear()
    position = beginsAgain ? start : { ...position, skip: position.skip + Math.max(1, strategy.stride(received)) }
  }
  return judgeLastScan(progress, last.state)
}

import type { Complaint } from '../model.js'
import { judgeLastDays, type Verdict } from './consistency.js'
import { countRows, type DayRangeProgress, extraPage } from './day-range-progress.js'
import { tailOf } from './day-ranges.js'
import { idsOf, neverDropped, type ScannedPage } from './scan.js'
import type { WindowPage } from './window-state.js'

/**
 * The total counts more rows than were served. Either the server filters some rows out after paging (hidden rows), or
 * it truncates long lists. To tell them apart, request only the last days again: a truncated list then yields new rows
 * (`halve`), hidden rows still do not appear (`accepted`). The last days are at the end only of a list that is ordered by
 * time.
 */
export async function* verifyHidden<C extends Complaint>(
  progress: DayRangeProgress<C>,
  last: ScannedPage<C>,
): AsyncGenerator<WindowPage<C>, Verdict> {
  const { days, firstAt, lastAt, isSortedByTime } = progress
  const { source, strategy, firstPage } = progress.window
  if (days.begin === days.end) return 'accepted'
  const tail = firstAt === null || lastAt === null || !isSortedByTime ? null : tailOf(days, firstAt, lastAt)
  if (tail === null) return 'halve'
  const { limit } = firstPage(source.pageSize)
  const rowCount = countRows(progress, last.state.rowCount)
  const idsOfFirst = new Set<string>()
  let skip = 0
  for (;;) {
    const held = await source.fetchPage(tail, skip, limit, neverDropped)
    const { deliver, newInDays } = extraPage(progress, last, held)
    const ids = idsOf(held.page)
    const total = held.page.total ?? 0
    const verdict = judgeLastDays({
      total,
      received: ids.length,
      isFirst: skip === 0,
      isLast: skip > 0 || total <= limit,
      newCount: newInDays,
      hasOwnRows: ids.some((id) => !idsOfFirst.has(id)),
      rowCount,
    })
    yield deliver(verdict, last.total)
    if (verdict !== null) return verdict
    for (const id of ids) idsOfFirst.add(id)
    skip = strategy.lastPage(total, limit)
  }
}

import type { Complaint } from '../model.js'
import type { Verdict } from './consistency.js'
import { tailOf } from './day-ranges.js'
import { type DaysRun, pageBeside } from './days-run.js'
import { neverDropped, type ScannedPage } from './scan.js'
import type { WindowPage, WindowState } from './window-state.js'

/**
 * The pages lack as many rows as the total has more: rows are hidden, or the list is cut off in its last page. The days
 * of the last row alone decide, since rows beyond a cut come with them and hidden rows do not.
 */
export async function* verifyHidden<C extends Complaint>(
  state: WindowState<C>,
  run: DaysRun<C>,
  last: ScannedPage<C>,
): AsyncGenerator<WindowPage<C>, Verdict> {
  const { days, firstAt, lastAt } = run
  if (days.begin === days.end) return 'accepted'
  const tail = firstAt === null || lastAt === null ? null : tailOf(days, firstAt, lastAt)
  if (tail === null) return 'halve'
  const { limit } = state.firstPage(state.source.pageSize)
  let skip = 0
  for (;;) {
    const held = await state.source.fetchPage(tail, skip, limit, neverDropped)
    const { deliver, newCount } = pageBeside(state, run, last, held)
    const { total, received } = held.page
    const isLastPage = skip > 0 || total === null || total <= limit || received === 0
    const verdict = newCount > 0 ? 'halve' : isLastPage ? 'accepted' : null
    yield deliver(verdict, last.total)
    if (verdict !== null) return verdict
    skip = state.strategy.lastPage(total ?? limit, limit)
  }
}

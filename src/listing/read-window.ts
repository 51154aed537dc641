import type { Complaint } from '../model.js'
import { addDays } from '../time.js'
import type { WindowCheckpoint } from './checkpoint.js'
import { type Part, undividedPart } from './day-range-progress.js'
import { areOfOtherDays, halvesOf } from './day-ranges.js'
import { type DaysResult, readDays } from './days-reader.js'
import type { Window } from './plan.js'
import { createWindowState, emptyPage, type WindowPage, type WindowSource } from './window-state.js'

/**
 * Reads one window to its end: the whole window first, then halves of it where that does not settle. Days
 * that cannot be read completely are reported as incomplete by a page; the days after them are read all the same.
 * @throws PaginationError for a window of more than a million complaints
 */
export async function* readWindow<C extends Complaint>(
  source: WindowSource<C>,
  window: Window,
  start: WindowCheckpoint | null,
): AsyncGenerator<WindowPage<C>> {
  const { begin, end } = window
  const state = createWindowState(source, window, start)
  source.emit({ type: 'windowStart', begin, end })
  const parts: Part[] = [undividedPart(start?.part ?? window)]
  if (start?.part != null && start.part.end < end) parts.push(undividedPart({ begin: addDays(start.part.end, 1), end }))
  let at = start
  let isComplete = true
  let windowTotal: number | null = null
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const rest = parts[0] === undefined ? null : { begin: parts[0].days.begin, end }
    const { verdict, total, rowCount, ends }: DaysResult = yield* readDays(state, part, at, rest)
    at = null
    if (verdict === 'accepted') continue
    windowTotal ??= total
    if (verdict === 'halve') {
      const totalOfAllDays = part.totalOfAllDays ?? total
      const toHalf = (days: Window): Part => ({
        days,
        parentTotal: total,
        totalOfAllDays,
        hasSiblingRow: ends.some((createdAt) => areOfOtherDays([{ createdAt }], days)),
      })
      parts.unshift(...halvesOf(part.days).map(toHalf))
      continue
    }
    isComplete = false
    if (verdict === 'daysIgnored') {
      const incomplete = { begin, end, total: windowTotal, delivered: state.seen.ids.size }
      yield emptyPage({ total: windowTotal, next: null, incomplete })
      break
    }
    const incomplete = { ...part.days, total, delivered: rowCount }
    yield emptyPage({ total, next: rest === null ? null : state.beginningOf(rest), incomplete })
  }
  const { pages, rounds } = state.counts
  if (isComplete) source.emit({ type: 'windowDone', begin, end, pages, rows: state.seen.ids.size, rounds })
}

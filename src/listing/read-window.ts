import type { Complaint, IncompleteRange } from '../model.js'
import { addDays } from '../time.js'
import type { WindowCheckpoint } from './checkpoint.js'
import { halvesOf } from './day-ranges.js'
import { type DaysResult, type Part, readDays } from './days-reader.js'
import type { Window } from './plan.js'
import { createWindowState, type WindowPage, type WindowSource } from './window-state.js'

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
  const parts: Part[] = [{ days: start?.part ?? window, parentTotal: null }]
  if (start?.part != null && start.part.end < end)
    parts.push({ days: { begin: addDays(start.part.end, 1), end }, parentTotal: null })
  let at = start
  let isComplete = true
  let windowTotal: number | null = null
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const rest = parts[0] === undefined ? null : { begin: parts[0].days.begin, end }
    const { verdict, total, rowCount }: DaysResult = yield* readDays(state, part, at, rest)
    at = null
    if (verdict === 'accepted') continue
    windowTotal ??= total
    if (verdict === 'halve') {
      parts.unshift(...halvesOf(part.days).map((days) => ({ days, parentTotal: total })))
      continue
    }
    isComplete = false
    if (verdict === 'daysIgnored') {
      yield incompletePage({ begin, end, total: windowTotal, delivered: state.seen.ids.size }, null)
      break
    }
    yield incompletePage({ ...part.days, total, delivered: rowCount }, rest === null ? null : state.beginningOf(rest))
  }
  const { pages, rounds } = state.counts
  if (isComplete) source.emit({ type: 'windowDone', begin, end, pages, rows: state.seen.ids.size, rounds })
}

function incompletePage<C>(incomplete: IncompleteRange, next: WindowCheckpoint | null): WindowPage<C> {
  const { total } = incomplete
  return { rows: [], failures: [], countsTowardsMaxPages: false, total, next, incomplete, release: () => {} }
}

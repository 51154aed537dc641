import type { Complaint } from '../model.js'
import type { AdapterRuntime } from '../provider.js'
import { addDays, beijingDay, startOfBeijingDay } from '../time.js'
import type { Window } from './plan.js'

/**
 * Rows that a server serves with other days than their own, because it cuts days in another time zone, or filters by
 * another time. Each row of the plan is delivered once: with the window it first comes with, or with its own.
 */
export interface OutsideRows<C> {
  /** Reports rows of a page that belong neither to the requested days nor to the plan: they are not delivered. */
  report(window: Window, requested: Window, rows: readonly C[]): void
  /** The rows of a page that are delivered with this window. */
  select(window: Window, rows: readonly C[]): readonly C[]
  /** The window is done. Returns rows of its days that came with the window before, and not with their own; each once. */
  finish(window: Window): readonly C[]
  /** The days of rows that wait for one of these windows. */
  heldDays(windows: readonly Window[]): readonly string[]
  /**
   * Returns rows of a day that its own window does not bring, where only one of the day's window and the one before it
   * was read since the list was resumed.
   * @param withDayBefore rows that come with the day before, besides those that wait for their own window
   * @param own rows that come with the day itself, besides those selected
   */
  recover(day: string, withDayBefore: readonly C[], own: readonly C[]): readonly C[]
  /**
   * The day before or after the plan, once rows came with a neighbouring day: it may hold rows of the plan. Each is
   * returned once.
   */
  takeAdjacentDays(): Window[]
}

/**
 * @param padDays days that are requested after each window, whose rows are expected with it
 * @param retry days that a cursor leads to after the plan; adjacent days among them are not returned again
 */
export function createOutsideRows<C extends Complaint>(
  plan: readonly Window[],
  emit: AdapterRuntime['emit'],
  padDays: number,
  retry: readonly Window[],
): OutsideRows<C> {
  const first = plan.map(({ begin }) => begin).sort()[0] as string
  const last = plan
    .map(({ end }) => end)
    .sort()
    .at(-1) as string
  const planFrom = startOf(first)
  const planTo = endOf(last)
  const done = new Set<Window | undefined>()
  /** Ids delivered with another window than their own, and those of the first and last day of each window. */
  const outside = new Set<string>()
  const atEdges = new Set<string>()
  /** Rows of a day requested in addition, until their own window is done. */
  const held = new Map<string, C>()
  const warned = new Set<Window>()
  const adjacent = new Map<string, Window>()
  // Otherwise a list that is resumed after each page would read an adjacent day for ever: its own rows add it again.
  const taken = new Set(retry.map(({ begin }) => begin))

  const ownWindow = (day: string): Window | undefined => plan.find(({ begin, end }) => day >= begin && day <= end)

  const accept = (window: Window, row: C): boolean => {
    const day = beijingDay(row.createdAt)
    const own = ownWindow(day)
    const paddedEnd = addDays(window.end, padDays)
    if (outside.has(row.id) || atEdges.has(row.id)) return false
    if (day > window.end && day <= paddedEnd && own !== undefined && !done.has(own)) {
      held.set(row.id, row)
      return false
    }
    const isNeighbour = day >= addDays(window.begin, -1) && day <= addDays(paddedEnd, 1)
    if (done.has(own) && !isNeighbour) return false
    // Where rows come with the day before their own, those of the plan's first day come with the day before the plan;
    // where they come with the day after, those of the last day come with the day after the plan.
    if (isNeighbour) addAdjacent(day < window.begin ? addDays(last, 1) : addDays(first, -1))
    deliver(window, row)
    return true
  }
  const warn = (window: Window, { createdAt }: C, outcome: string): void => {
    if (warned.has(window)) return
    warned.add(window)
    const message = `a complaint created on ${beijingDay(createdAt)} came with the days ${window.begin} to ${window.end}: the provider cuts days in another time zone, filters by another time, or ignores them. ${outcome}`
    emit({ type: 'warning', warning: 'rowOutsideWindow', message })
  }
  const deliver = (window: Window, row: C): void => {
    outside.add(row.id)
    held.delete(row.id)
    warn(window, row, 'It was delivered; each complaint is delivered once')
  }
  const addAdjacent = (day: string): void => {
    if (!taken.has(day)) adjacent.set(day, { begin: day, end: day })
  }

  return {
    report(window, requested, rows) {
      const stranger = rows.find(({ createdAt }) => {
        const at = createdAt.getTime()
        if (at >= planFrom && at < planTo) return false
        const day = beijingDay(at)
        return day < requested.begin || day > requested.end
      })
      if (stranger === undefined) return
      warn(window, stranger, 'It is outside the query, and was not delivered')
      // Rows of the plan's first and last day may come with a neighbouring day in the same way.
      const days = rows.map(({ createdAt }) => beijingDay(createdAt))
      if (requested.end >= last && days.includes(addDays(requested.end, 1))) addAdjacent(addDays(first, -1))
      if (requested.begin === first && days.includes(addDays(first, -1))) addAdjacent(addDays(last, 1))
    },
    select(window, rows) {
      const [from, to] = [startOf(window.begin), endOf(window.end)]
      // As far as the window before reaches into this one: the days requested in addition, and a day cut elsewhere.
      const afterFirst = endOf(addDays(window.begin, padDays))
      const lastFrom = startOf(window.end)
      return rows.filter((row) => {
        const at = row.createdAt.getTime()
        if (at < from || at >= to) return accept(window, row)
        if (outside.has(row.id)) return false
        if (at < afterFirst || at >= lastFrom) atEdges.add(row.id)
        held.delete(row.id)
        return true
      })
    },
    finish(window) {
      done.add(window)
      const late = [...held.values()].filter(({ createdAt }) => ownWindow(beijingDay(createdAt)) === window)
      for (const row of late) deliver(window, row)
      if (late.length > 0) addAdjacent(addDays(first, -1))
      return late
    },
    heldDays(windows) {
      const days = [...held.values()].map(({ createdAt }) => beijingDay(createdAt))
      return [...new Set(days)].filter((day) => windows.some((window) => window === ownWindow(day)))
    },
    recover(day, withDayBefore, own) {
      const known = new Set(own.map(({ id }) => id))
      const rows = [...held.values(), ...withDayBefore].filter(
        ({ id, createdAt }) =>
          beijingDay(createdAt) === day && !known.has(id) && !outside.has(id) && !atEdges.has(id) && known.add(id),
      )
      for (const { id, createdAt } of [...held.values()]) if (beijingDay(createdAt) === day) held.delete(id)
      for (const row of rows) deliver(ownWindow(day) as Window, row)
      if (rows.length > 0) addAdjacent(addDays(first, -1))
      return rows
    },
    takeAdjacentDays() {
      const days = [...adjacent.values()]
      for (const { begin } of days) taken.add(begin)
      adjacent.clear()
      return days
    },
  }
}

function startOf(day: string): number {
  return startOfBeijingDay(day) ?? Number.NEGATIVE_INFINITY
}

function endOf(day: string): number {
  return startOfBeijingDay(addDays(day, 1)) ?? Number.POSITIVE_INFINITY
}

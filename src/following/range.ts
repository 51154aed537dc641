import { addDays, beijingDay, startOfBeijingDay } from '../time.js'
import type { AccountIndex } from './stored.js'

/** `recent`: today and yesterday. `all`: the days of the look-back. */
export type Depth = 'recent' | 'all'

/** The first Beijing day that a whole pass compares. */
export function firstDayOf(lookBackDays: number, now: number): string {
  return addDays(beijingDay(now), -lookBackDays)
}

/**
 * The instant from which a pass reads, in milliseconds since 1970. What was made before `from` is read only where
 * something is remembered of its day.
 */
export function startOfPass(
  { from, isFirst, days }: AccountIndex,
  depth: Depth,
  lookBackDays: number,
  now: number,
): number {
  const firstDay = firstDayOf(depth === 'recent' ? 1 : lookBackDays, now)
  const earliest = startOfBeijingDay(firstDay) ?? now
  // A first pass that was broken off goes on, however long ago it began.
  const begin = depth === 'all' && isFirst ? from : Math.max(from, earliest)
  const knownDay = days.find((day) => day >= firstDay)
  const known = knownDay === undefined ? null : startOfBeijingDay(knownDay)
  return known === null ? begin : Math.min(begin, known)
}

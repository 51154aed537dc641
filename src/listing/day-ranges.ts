import type { Complaint } from '../model.js'
import { addDays, beijingDay, daysBetween } from '../time.js'
import type { Window } from './plan.js'

export function firstHalfOf({ begin, end }: Window): Window {
  return { begin, end: addDays(begin, Math.floor(daysBetween(begin, end) / 2)) }
}

export function halvesOf(days: Window): [Window, Window] {
  const first = firstHalfOf(days)
  return [first, { begin: addDays(first.end, 1), end: days.end }]
}

/**
 * The days at the end of a list, by the order of its first and last row; null: they are all of the days.
 * @param last may be of a day requested in addition
 */
export function tailOf({ begin, end }: Window, first: Date, last: Date): Window | null {
  const day = beijingDay(last)
  const isInside = last <= first ? day < end : day > begin
  if (!isInside) return null
  return last <= first ? { begin, end: day < begin ? begin : day } : { begin: day > end ? end : day, end }
}

/** All rows are more than a day away from the days: too far to be a time-zone difference. */
export function areOfOtherDays(rows: readonly Pick<Complaint, 'createdAt'>[], { begin, end }: Window): boolean {
  const [first, last] = [addDays(begin, -1), addDays(end, 1)]
  return rows.length > 0 && rows.every(({ createdAt }) => beijingDay(createdAt) < first || beijingDay(createdAt) > last)
}

/** Rows come in the order in which they were created, or in the reverse one; a list may be ordered by update instead. */
export function areSortedByTime(rows: readonly Pick<Complaint, 'createdAt'>[]): boolean {
  const times = rows.map(({ createdAt }) => createdAt.getTime())
  const steps = times.map((time, index) => time - (times[index - 1] ?? time))
  return steps.every((step) => step >= 0) || steps.every((step) => step <= 0)
}

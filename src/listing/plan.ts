import { addDays, beijingDay, daysBetween } from '../time.js'

/** A run of Beijing days, `yyyy-MM-dd`, both ends included. */
export interface Window {
  readonly begin: string
  readonly end: string
}

/**
 * Cuts [from, to) into windows of at most `windowDays` Beijing days: no day twice, none missed.
 * @param from milliseconds since 1970
 * @param to milliseconds since 1970, later than `from`
 * @param direction which window comes first
 */
export function planWindows(from: number, to: number, windowDays: number, direction: 'oldest' | 'newest'): Window[] {
  const first = beijingDay(from)
  const last = beijingDay(to - 1)
  const count = Math.ceil((daysBetween(first, last) + 1) / windowDays)
  const windows = Array.from({ length: count }, (_, index): Window => {
    const begin = addDays(first, index * windowDays)
    const end = addDays(begin, windowDays - 1)
    return { begin, end: index === count - 1 ? last : end }
  })
  return direction === 'oldest' ? windows : windows.reverse()
}

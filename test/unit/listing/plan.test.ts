import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planWindows, retryFromWindow, type Window } from '../../../src/listing/plan.js'
import { addDays, beijingDay, dayMs, daysBetween, startOfBeijingDay } from '../../../src/time.js'
import { propertyRuns } from '../../support/property-runs.js'

const instant = (text: string): number => Date.parse(text)

describe('planWindows', () => {
  it.each([
    ['one day', '2026-01-01T00:00:00+08:00', '2026-01-02T00:00:00+08:00', 30, [['2026-01-01', '2026-01-01']]],
    [
      'one millisecond into a second day',
      '2026-01-01T00:00:00+08:00',
      '2026-01-02T00:00:00.001+08:00',
      30,
      [['2026-01-01', '2026-01-02']],
    ],
    [
      'exactly one window',
      '2026-01-01T00:00:00+08:00',
      '2026-01-31T00:00:00+08:00',
      30,
      [['2026-01-01', '2026-01-30']],
    ],
    [
      'a day more',
      '2026-01-01T23:59:59+08:00',
      '2026-01-31T00:00:01+08:00',
      30,
      [
        ['2026-01-01', '2026-01-30'],
        ['2026-01-31', '2026-01-31'],
      ],
    ],
    [
      'over a leap day and the nights in which New York changes its clocks',
      '2024-02-28T12:00:00+08:00',
      '2024-03-12T12:00:00+08:00',
      5,
      [
        ['2024-02-28', '2024-03-03'],
        ['2024-03-04', '2024-03-08'],
        ['2024-03-09', '2024-03-12'],
      ],
    ],
    [
      'days of one',
      '2026-12-31T12:00:00Z',
      '2027-01-01T12:00:00Z',
      1,
      [
        ['2026-12-31', '2026-12-31'],
        ['2027-01-01', '2027-01-01'],
      ],
    ],
    // A day of the year 10000 would sort before it as text.
    [
      'the end of time',
      '9999-12-20T00:00:00+08:00',
      '9999-12-31T23:00:00+08:00',
      7,
      [
        ['9999-12-20', '9999-12-26'],
        ['9999-12-27', '9999-12-31'],
      ],
    ],
  ])('%s', (_, from, to, windowDays, expected) => {
    const windows = expected.map(([begin, end]) => ({ begin, end }))
    expect(planWindows(instant(from), instant(to), windowDays, 'oldest')).toEqual(windows)
    expect(planWindows(instant(from), instant(to), windowDays, 'newest')).toEqual(windows.reverse())
  })

  it('covers every day once, in windows that are never too long', () => {
    const start = fc.integer({ min: 0, max: instant('2100-01-01T00:00:00Z') })
    const length = fc.integer({ min: 1, max: 1500 * dayMs })
    fc.assert(
      fc.property(start, length, fc.integer({ min: 1, max: 400 }), (from, ms, windowDays) => {
        const to = from + ms
        const windows = planWindows(from, to, windowDays, 'oldest')
        const days = windows.flatMap(({ begin, end }) => {
          const count = daysBetween(begin, end) + 1
          expect(count).toBeGreaterThan(0)
          expect(count).toBeLessThanOrEqual(windowDays)
          return Array.from({ length: count }, (_, index) => addDays(begin, index))
        })
        expect(new Set(days).size).toBe(days.length)
        expect(days).toEqual([...days].sort())
        expect(days.length).toBe(daysBetween(beijingDay(from), beijingDay(to - 1)) + 1)
        const first = startOfBeijingDay(days[0] ?? '') ?? Number.NaN
        const end = (startOfBeijingDay(days.at(-1) ?? '') ?? Number.NaN) + dayMs
        expect(first).toBeLessThanOrEqual(from)
        expect(end).toBeGreaterThanOrEqual(to)
        expect(windows).toHaveLength(Math.ceil(days.length / windowDays))
      }),
      { numRuns: propertyRuns(60) },
    )
  })
})

describe('retryFromWindow', () => {
  const windowOf = (begin: string, end: string): Window => ({ begin: `2026-03-${begin}`, end: `2026-03-${end}` })
  const plan = [windowOf('01', '10'), windowOf('11', '20'), windowOf('21', '30')]

  it.each<[string, number, readonly Window[] | undefined, number]>([
    ['no days to read again', 2, undefined, 2],
    ['a day in the middle of a window', 3, [windowOf('15', '15')], 1],
    ['the last day of a window', 3, [windowOf('20', '20')], 1],
    ['the first day of a window', 3, [windowOf('21', '21')], 2],
    ['days of two windows', 3, [windowOf('18', '25')], 1],
    ['days of two windows, the later ones first', 3, [windowOf('22', '25'), windowOf('12', '13')], 1],
    ['days of the first window', 3, [windowOf('02', '03')], 0],
    ['days of a window that is still to be read', 0, [windowOf('15', '16')], 0],
    ['a day beside the plan', 3, [{ begin: '2026-02-28', end: '2026-02-28' }], 3],
    ['a day beside the plan on its other side', 1, [windowOf('31', '31')], 1],
  ])('%s', (_, window, retry, expected) => {
    expect(retryFromWindow({ window, retry }, plan)).toBe(expected)
  })
})

import { describe, expect, it } from 'vitest'
import { areOfOtherDays, areSortedByTime, firstHalfOf, halvesOf, tailOf } from '../../../src/listing/day-ranges.js'
import { complaintOf } from '../../support/model-provider.js'

const days = { begin: '2026-03-01', end: '2026-03-07' }
const noon = (day: string): Date => new Date(`${day}T12:00:00+08:00`)

describe('halves of days', () => {
  it.each([
    ['2026-03-01', '2026-03-02', '2026-03-01'],
    ['2026-03-01', '2026-03-03', '2026-03-02'],
    ['2026-02-27', '2026-03-02', '2026-02-28'],
  ])('%s to %s: the first ends with %s', (begin, end, middle) => {
    expect(firstHalfOf({ begin, end })).toEqual({ begin, end: middle })
    const [first, second] = halvesOf({ begin, end })
    expect(first).toEqual({ begin, end: middle })
    expect(second.end).toBe(end)
    expect(new Date(second.begin).getTime() - new Date(middle).getTime()).toBe(86_400_000)
  })
})

describe('the days at the end of a list', () => {
  it.each([
    ['newest first', '2026-03-06', '2026-03-03', { begin: '2026-03-01', end: '2026-03-03' }],
    ['oldest first', '2026-03-02', '2026-03-05', { begin: '2026-03-05', end: '2026-03-07' }],
    [
      'newest first, the last row of the day before',
      '2026-03-06',
      '2026-02-28',
      { begin: '2026-03-01', end: '2026-03-01' },
    ],
    [
      'oldest first, the last row of the day behind',
      '2026-03-02',
      '2026-03-08',
      { begin: '2026-03-07', end: '2026-03-07' },
    ],
    ['all rows of one moment', '2026-03-03', '2026-03-03', { begin: '2026-03-01', end: '2026-03-03' }],
    ['newest first, up to the last day', '2026-03-07', '2026-03-07', null],
    ['oldest first, from the first day', '2026-02-28', '2026-03-01', null],
  ])('%s', (_, first, last, tail) => {
    expect(tailOf(days, noon(first), noon(last))).toEqual(tail)
  })

  it('are all of the days where the last row is of a day requested in addition', () => {
    expect(tailOf(days, noon('2026-03-09'), noon('2026-03-08'))).toBeNull()
  })
})

describe('rows of other days', () => {
  const row = (day: string) => complaintOf({ id: day, createdAt: noon(day).getTime(), state: 'pending' }, 'a')

  it.each([
    [['2026-02-28'], false],
    [['2026-03-08'], false],
    [['2026-02-27', '2026-03-09'], true],
    [['2026-02-27', '2026-03-04'], false],
    [[], false],
  ] as const)('%j: %s', (found, are) => {
    expect(areOfOtherDays(found.map(row), days)).toBe(are)
  })
})

describe('rows are sorted by time', () => {
  it.each([
    [true, []],
    [true, [5]],
    [true, [5, 4, 4, 1]],
    [true, [1, 4, 4, 5]],
    [true, [4, 4]],
    [false, [5, 4, 6]],
    [false, [4, 6, 5]],
    [false, [5, 4, 4, 5]],
  ])('%s: %j', (expected, times) =>
    expect(areSortedByTime(times.map((time) => ({ createdAt: new Date(time) })))).toBe(expected),
  )
})

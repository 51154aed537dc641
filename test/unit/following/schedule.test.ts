import { describe, expect, it } from 'vitest'
import { firstDayOf, startOfPass } from '../../../src/following/range.js'
import { afterFailure, afterSuccess, depthOf, firstSchedule, type Pace } from '../../../src/following/schedule.js'

const pace: Pace = { everyMs: 60, reviewEveryMs: 900 }

describe('the schedule of an account', () => {
  it('begins with a whole pass, then recent ones, and a whole one again', () => {
    let schedule = firstSchedule(1_000)
    const depths: string[] = []
    for (let now = 1_000; now <= 1_900; now += 60) {
      expect(schedule.nextAt).toBe(now)
      const depth = depthOf(schedule, now)
      depths.push(depth)
      schedule = afterSuccess(schedule, depth, now + 5, pace)
    }
    expect(depths).toEqual(['all', ...Array.from({ length: 14 }, () => 'recent'), 'all'])
  })

  it('is not delayed by a pass that was late', () => {
    const schedule = { nextAt: 1_000, wholeAt: 5_000, failures: 0 }
    expect(afterSuccess(schedule, 'recent', 1_050, pace).nextAt).toBe(1_060)
    expect(afterSuccess(schedule, 'recent', 2_000, pace).nextAt).toBe(2_000)
  })

  it('backs off after failures, down to the pace of whole passes, and by what the provider asked for', () => {
    let schedule = { nextAt: 0, wholeAt: 0, failures: 0 }
    const delays: number[] = []
    for (let count = 0; count < 7; count += 1) {
      schedule = afterFailure(schedule, 0, pace, null)
      delays.push(schedule.nextAt)
    }
    expect(delays).toEqual([60, 120, 240, 480, 900, 900, 900])
    expect(depthOf(schedule, 900)).toBe('all')
    expect(afterFailure(schedule, 0, pace, 5_000).nextAt).toBe(5_000)
    expect(afterSuccess(schedule, 'all', 900, pace)).toEqual({ nextAt: 960, wholeAt: 1_800, failures: 0 })
  })
})

describe('the range of a pass', () => {
  const now = Date.parse('2026-03-20T14:00:00+08:00')
  const at = (text: string): number => Date.parse(`${text}+08:00`)
  const start = (index: object, depth: 'recent' | 'all' = 'all'): string =>
    new Date(
      startOfPass({ from: 0, isFirst: false, days: [], lastOld: null, ...index }, depth, 30, now) + 8 * 3_600_000,
    )
      .toISOString()
      .slice(0, 16)

  it('is today and yesterday, or the days of the look-back', () => {
    expect(firstDayOf(30, now)).toBe('2026-02-18')
    expect(start({})).toBe('2026-02-18T00:00')
    expect(start({}, 'recent')).toBe('2026-03-19T00:00')
  })

  it('does not begin before the start, but for days of which something is remembered', () => {
    const from = at('2026-03-20T10:00:00')
    expect(start({ from })).toBe('2026-03-20T10:00')
    expect(start({ from }, 'recent')).toBe('2026-03-20T10:00')
    expect(start({ from, days: ['2026-01-05', '2026-03-02'] })).toBe('2026-03-02T00:00')
    expect(start({ from, days: ['2026-01-05', '2026-03-02'] }, 'recent')).toBe('2026-03-20T10:00')
  })

  it('of a first pass begins at the start, however long ago that is', () => {
    const from = at('2025-06-01T00:00:00')
    expect(start({ from, isFirst: true })).toBe('2025-06-01T00:00')
    expect(start({ from, isFirst: true }, 'recent')).toBe('2026-03-19T00:00')
    expect(start({ from })).toBe('2026-02-18T00:00')
  })
})

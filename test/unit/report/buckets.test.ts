import { describe, expect, it } from 'vitest'
import { bucketName, timeSeries } from '../../../src/report/buckets.js'
import { addDays } from '../../../src/time.js'

const days = (count: number, counts: readonly number[]) =>
  Array.from({ length: count }, (_, index) => ({ day: addDays('2026-01-01', index), counts }))

describe('complaints over time', () => {
  it('are days up to three months, then weeks', () => {
    const names = { accounts: ['甲', '乙'], providers: ['微信支付', '微信支付'] }
    expect(timeSeries({ days: days(92, [1, 2]) }, names)).toMatchObject({ isWeekly: false, series: ['甲', '乙'] })
    const { isWeekly, buckets } = timeSeries({ days: days(100, [1, 2]) }, names)
    expect(isWeekly).toBe(true)
    expect(buckets[0]).toEqual({ day: '2026-01-01', counts: [7, 14] })
    expect(buckets.at(-1)).toEqual({ day: '2026-04-09', counts: [2, 4] })
    expect(bucketName({ day: '2026-01-01', counts: [] }, true)).toBe('2026-01-01 – 2026-01-07')
  })

  it('are stacked by provider when there are many accounts', () => {
    const accounts = Array.from({ length: 8 }, (_, index) => `账号${index}`)
    const providers = accounts.map((_, index) => (index < 5 ? '微信支付' : '小鹅通'))
    const { series, buckets } = timeSeries({ days: days(1, [1, 1, 1, 1, 1, 1, 1, 1]) }, { accounts, providers })
    expect(series).toEqual(['微信支付', '小鹅通'])
    expect(buckets[0]?.counts).toEqual([5, 3])
  })
})

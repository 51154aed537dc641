import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { beijingDay, formatBeijing, formatYuan, QueryError } from '../../../src/index.js'

describe('beijingDay() and formatBeijing()', () => {
  it.each([
    ['2026-01-31T15:59:59.999Z', '2026-01-31', '2026-01-31 23:59:59'],
    ['2026-01-31T16:00:00Z', '2026-02-01', '2026-02-01 00:00:00'],
    ['1970-01-01T00:00:00Z', '1970-01-01', '1970-01-01 08:00:00'],
    ['2024-02-28T16:00:00Z', '2024-02-29', '2024-02-29 00:00:00'],
  ])('of %s, as a Date and as text', (text, day, time) => {
    for (const date of [new Date(text), text, runInNewContext(`new Date('${text}')`) as Date])
      expect([beijingDay(date), formatBeijing(date)]).toEqual([day, time])
  })

  it('leave null as null, which is no type error only where it may be null', () => {
    const date: Date | null = null
    const day: string | null = beijingDay(date)
    expect([day, formatBeijing(null)]).toEqual([null, null])
    // @ts-expect-error: the text of a date that may be null may be null
    const text: string = formatBeijing(date as Date | null)
    expect(text).toBeNull()
  })

  it.each([[new Date(Number.NaN)], ['2026-01-31'], ['31 January'], [undefined], [7]])('%o is a QueryError', (date) => {
    expect(() => beijingDay(date as never)).toThrow(QueryError)
    expect(() => formatBeijing(date as never)).toThrow(/formatBeijing\(\): the date must be a valid Date/)
  })
})

describe('formatYuan()', () => {
  const yuan = (fen: number): string => formatYuan({ fen, currency: 'CNY' })

  it.each([
    [0, '0.00'],
    [1, '0.01'],
    [10, '0.10'],
    [123_405, '1234.05'],
    [-1, '-0.01'],
    [-250, '-2.50'],
    [Number.MAX_SAFE_INTEGER, '90071992547409.91'],
    [-0, '0.00'],
  ])('of %i fen is %s', (fen, text) => expect(yuan(fen)).toBe(text))

  it('loses no digit', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (fen) => {
        expect(BigInt(yuan(fen).replace('.', ''))).toBe(BigInt(fen))
      }),
    )
  })

  it('leaves null as null, and takes safe integers only', () => {
    expect(formatYuan(null)).toBeNull()
    for (const fen of [0.5, 2 ** 53, Number.NaN, '1' as never]) expect(() => yuan(fen)).toThrow(QueryError)
    for (const money of [undefined, 5, '5', []]) expect(() => formatYuan(money as never)).toThrow(QueryError)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ResponseError } from '../../../../src/errors.js'
import { toFenOfYuan } from '../../../../src/providers/alipay/yuan.js'
import { errorOf } from '../../../support/core.js'

const fenOf = (value: unknown): number | undefined => toFenOfYuan(value, 'amount')?.fen

describe('an amount in yuan', () => {
  it.each([
    ['0.01', 1],
    ['0.1', 10],
    ['0', 0],
    ['0.00', 0],
    ['1', 100],
    ['1.5', 150],
    ['19.90', 1990],
    [19.9, 1990],
    [1.1, 110],
    [8.2, 820],
    [0.29, 29],
    [1.15, 115],
    ['4.35', 435],
    ['007.10', 710],
    [100, 10_000],
    ['90071992547409.91', Number.MAX_SAFE_INTEGER],
  ])('%j is %d fen', (value, fen) => {
    expect(toFenOfYuan(value, 'amount')).toEqual({ fen, currency: 'CNY' })
  })

  it.each([undefined, null, '', ' ', 'unknown', '¥1.00', {}, [], true, '-', '+'])('%j is none', (value) => {
    expect(toFenOfYuan(value, 'amount')).toBeNull()
  })

  it.each([
    '.5',
    '0.001',
    '1.234',
    '1.',
    '1,000.00',
    '-1',
    '+1',
    '-0.01',
    '1e3',
    '1.00元',
    '1 ',
    '1.0.0',
    0.001,
    -1,
    '90071992547409.92',
    '900719925474099100',
    1e21,
  ])('%j is refused', (value) => {
    const error = errorOf(() => fenOf(value)) as ResponseError
    expect(error).toBeInstanceOf(ResponseError)
    expect(error.message).toMatch(/^amount: expected an amount in yuan/)
    expect(error.issues).toEqual([
      { path: ['amount'], message: 'expected an amount in yuan with at most two decimals, of at most 2^53 - 1 fen' },
    ])
  })

  it('is exact, however it is written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (fen) => {
        const text = `${BigInt(fen) / 100n}.${String(BigInt(fen) % 100n).padStart(2, '0')}`
        expect(fenOf(text)).toBe(fen)
        expect(fenOf(text.replace(/0$/, ''))).toBe(fen)
        if (fen < 1e14) expect(fenOf(JSON.parse(text.replace(/\.00$/, '')))).toBe(fen)
      }),
    )
  })
})

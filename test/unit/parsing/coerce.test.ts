import { describe, expect, it } from 'vitest'
import { ResponseError } from '../../../src/errors.js'
import {
  isRecord,
  toBoolean,
  toFen,
  toInteger,
  toItems,
  toList,
  toNonEmptyText,
  toText,
  toTexts,
} from '../../../src/parsing/coerce.js'
import { errorOf } from '../../support/core.js'

const max = Number.MAX_SAFE_INTEGER

it.each([
  ['text', 'text'],
  ['', ''],
  [0, '0'],
  [-1.5, '-1.5'],
  [max, '9007199254740991'],
  [true, 'true'],
  [null, null],
  [undefined, null],
  [{}, null],
  [['a'], null],
] as const)('toText(%o) is %o', (value, text) => {
  expect(toText(value)).toBe(text)
  expect(toNonEmptyText(value)).toBe(text === '' ? null : text)
})

it.each([
  [7, 7],
  ['7', 7],
  ['-7', -7],
  ['007', 7],
  [max, max],
  [String(max), max],
  [max + 1, null],
  ['9007199254740992', null],
  ['9007199254740993', null],
  [1.5, null],
  ['1.0', null],
  ['1e3', null],
  ['0x10', null],
  [' 7', null],
  ['+7', null],
  ['', null],
  [true, null],
  [null, null],
  [[7], null],
  [Number.NaN, null],
  [Number.POSITIVE_INFINITY, null],
])('toInteger(%o) is %o', (value, integer) => expect(toInteger(value)).toBe(integer))

it.each([
  [true, true],
  [1, true],
  ['1', true],
  ['true', true],
  [false, false],
  [0, false],
  ['0', false],
  ['false', false],
  [null, null],
  [undefined, null],
  ['', null],
  [2, null],
  ['yes', null],
  [[], null],
] as const)('toBoolean(%o) is %o', (value, flag) => expect(toBoolean(value)).toBe(flag))

it('toItems leaves out items that become null, at any position', () => {
  const even = (item: unknown): { half: number } | null =>
    typeof item === 'number' && item % 2 === 0 ? { half: item / 2 } : null
  expect(toItems([1, 2, 3, 4], even)).toEqual([{ half: 1 }, { half: 2 }])
  expect(toItems([2, 4], even)).toEqual([{ half: 1 }, { half: 2 }])
  expect(toItems([1, null], even)).toEqual([])
  expect(toItems({ 0: 2, length: 1 }, even)).toEqual([])
})

it('toList and toTexts return an empty array for anything but an array', () => {
  for (const value of [null, undefined, 'ab', { length: 2 }, 7]) {
    expect(toList(value)).toEqual([])
    expect(toTexts(value)).toEqual([])
  }
  expect(toTexts(['a', 1, null, {}, '', true])).toEqual(['a', '1', '', 'true'])
})

it.each([
  [{}, true],
  [{ a: 1 }, true],
  [Object.create(null), true],
  [[], false],
  [null, false],
  ['a', false],
  [undefined, false],
])('isRecord(%o) is %o', (value, expected) => expect(isRecord(value)).toBe(expected))

describe('toFen', () => {
  it.each([
    [100, 100],
    ['100', 100],
    [0, 0],
    [-5, -5],
    [String(max), max],
  ])('%o is an amount', (value, fen) => expect(toFen(value, 'amount')).toEqual({ fen, currency: 'CNY' }))

  it.each([[null], [undefined], [''], ['abc'], [{}], [true]])('%o is null', (value) =>
    expect(toFen(value, 'amount')).toBeNull(),
  )

  it.each([[1.5], ['1.50'], [max + 1], ['9007199254740993'], ['-1e3'], [Number.NaN], ['12元']])(
    '%o would lose a digit and is refused, without being quoted',
    (value) => {
      const error = errorOf(() => toFen(value, 'amount'))
      expect(error).toBeInstanceOf(ResponseError)
      expect(error).toMatchObject({ code: 'RESPONSE', issues: [{ path: ['amount'] }] })
      expect(error.message).toMatch(/^amount: expected an amount in whole fen/)
    },
  )
})

import { describe, expect, it } from 'vitest'
import { isSettled, type Reading } from '../../../src/listing/consistency.js'
import { type Findings, newFindings, noteEnd, noteRows, noteTotal } from '../../../src/listing/findings.js'

function reading(ids: string, findings: Partial<Findings> = {}, isWhole = true): Reading {
  return { ids: [...ids], findings: { ...newFindings(null), ...findings }, isWhole }
}

const moved: Pick<Findings, 'signs'> = { signs: new Set(['seam']) }
const several = { ...moved, fruitfulPages: 2, hasFullPage: true }
const before = reading('abc', { reachedEnd: true })

type Row = [name: string, settled: boolean, reading: Reading, previous?: Reading | null, exactTotals?: boolean]

const table: Row[] = [
  ['no sign, one short page', true, reading('abc', { fruitfulPages: 1 })],
  ['no sign, no page brought anything', true, reading('')],
  ['no sign, one full page', false, reading('abc', { fruitfulPages: 1, hasFullPage: true })],
  ['no sign, two pages', false, reading('abc', { fruitfulPages: 2 })],
  ['no sign, one short page, resumed', false, reading('abc', { fruitfulPages: 1 }, false)],
  ['no sign, two pages, borne out', true, reading('abc', { fruitfulPages: 2, isBorneOut: true })],
  ['no sign, borne out, resumed', true, reading('abc', { fruitfulPages: 2, isBorneOut: true }, false)],
  ['a sign, one short page', false, reading('abc', { ...moved, fruitfulPages: 1 })],
  ['a sign, borne out', false, reading('abc', { ...several, isBorneOut: true })],
  ['a hole, one short page', false, reading('abc', { hasHole: true, fruitfulPages: 1 })],
  ['a hole, borne out', false, reading('abc', { hasHole: true, isBorneOut: true })],
  ['a hole, the same rows as before', false, reading('abc', { hasHole: true }), before],

  ['the same rows as before', true, reading('abc', { ...several, isChained: false }), before],
  ['the same rows as before, resumed', true, reading('abc', { ...several, isChained: false }, false), before],
  [
    'the same rows as before, one came in',
    false,
    reading('abc', { ...several, isChained: false, cameBefore: 1 }),
    before,
  ],
  ['the same rows in another order', false, reading('acb', { ...several, isChained: false }), before],
  ['one row less than before', false, reading('ab', { ...several, isChained: false }), before],
  ['one row more than before', false, reading('abcd', { ...several, isChained: false }), before],

  ['joined, as many as before', true, reading('abd', several), before],
  ['joined, more than before', true, reading('abde', several), before],
  ['joined, fewer than before', false, reading('ab', several), before],
  ['joined, fewer than before, one page', false, reading('ab', { ...moved, fruitfulPages: 1 }), before],
  ['not joined, as many as before', false, reading('abd', { ...several, isChained: false }), before],
  ['joined, as many as before, resumed', false, reading('abd', several, false), before],
  [
    'joined, one had come in before',
    false,
    reading('abd', several),
    reading('abc', { reachedEnd: true, cameBefore: 1 }),
  ],
  [
    'joined, with the one that came in',
    true,
    reading('abde', several),
    reading('abc', { reachedEnd: true, cameBefore: 1 }),
  ],
  ['joined, the one before broke off', false, reading('abde', several), reading('abc')],
  ['joined, the one before was resumed', false, reading('abde', several), reading('abc', { reachedEnd: true }, false)],

  ['as many as told, one answer', true, reading('abc', { ...told(3, 3), ...moved, fruitfulPages: 1 }), null, true],
  [
    'as many as told, one full answer, whose size may be what was told',
    false,
    reading('abc', { ...told(3, 3), ...moved, fruitfulPages: 1, hasFullPage: true }),
    null,
    true,
  ],
  ['more than told, one answer', true, reading('abcd', { ...told(3, 3), ...moved, fruitfulPages: 1 }), null, true],
  ['fewer than told, one answer', false, reading('ab', { ...told(3, 3), ...moved, fruitfulPages: 1 }), null, true],
  ['as many as told, two answers', false, reading('abc', { ...told(3, 3), ...several }), null, true],
  ['as many as told, one answer, a hint', false, reading('abc', { ...told(3, 3), ...moved, fruitfulPages: 1 }), null],
  ['none told, one answer', false, reading('abc', { ...moved, fruitfulPages: 1 }), null, true],
  ['as many as told, not joined', false, reading('abc', { ...told(3, 3), ...moved, isChained: false }), null, true],
  ['as many as told, resumed', false, reading('abc', { ...told(3, 3), ...moved }, false), null, true],

  ['again, as many as told', true, reading('abd', { ...told(3, 3), ...several }), reading('xyzabc'), true],
  ['again, as many as told first', true, reading('abd', { ...told(3, 5), ...several }), reading('xyzabc'), true],
  ['again, as many as told last', true, reading('abd', { ...told(5, 3), ...several }), reading('xyzabc'), true],
  ['again, fewer than told', false, reading('abd', { ...told(4, 5), ...several }), before, true],
  ['again, as many as told, a hint', false, reading('abd', { ...told(3, 3), ...several }), reading('xyzabc'), false],
  ['again, none told last', false, reading('abd', { ...told(3, null), ...several }), reading('xyzabc'), true],
  ['again, none told first', false, reading('abd', { ...told(null, 3), ...several }), reading('xyzabc'), true],
  ['again, none told, as many as before', true, reading('abd', several), before, true],
]

function told(firstTotal: number | null, lastTotal: number | null): Pick<Findings, 'firstTotal' | 'lastTotal'> {
  return { firstTotal, lastTotal }
}

describe('a reading is settled', () => {
  it.each(table)('%s: %s', (_, settled, now, previous = null, exactTotals = false) => {
    expect(isSettled(now, previous, exactTotals)).toBe(settled)
  })
})

describe('a page against what came before', () => {
  interface Case {
    name: string
    ids: string
    seen?: string
    anchor?: string
    limit?: number
    from?: Partial<Findings>
    fresh: string
    at?: number
    findings: Partial<Findings>
  }
  const cases: Case[] = [
    { name: 'new rows', ids: 'ab', fresh: 'ab', findings: { fruitfulPages: 1 } },
    { name: 'a full page', ids: 'abc', fresh: 'abc', findings: { fruitfulPages: 1, hasFullPage: true } },
    { name: 'one row too many', ids: 'abc', limit: 2, fresh: 'abc', findings: { fruitfulPages: 1, hasFullPage: true } },
    { name: 'no row', ids: '', fresh: '', findings: { isAfterEmptyPage: true } },
    {
      name: 'a row behind an empty page',
      ids: 'a',
      from: { isAfterEmptyPage: true },
      fresh: 'a',
      findings: { isAfterEmptyPage: true, hasHole: true, fruitfulPages: 1 },
    },
    {
      name: 'an empty page behind another',
      ids: '',
      from: { isAfterEmptyPage: true },
      fresh: '',
      findings: { isAfterEmptyPage: true },
    },
    {
      name: 'a known row, none shared',
      ids: 'ab',
      seen: 'a',
      fresh: 'b',
      findings: { signs: new Set(['repeatedId']), fruitfulPages: 1 },
    },
    {
      name: 'known rows only',
      ids: 'ab',
      seen: 'ab',
      from: { fruitfulPages: 4 },
      fresh: '',
      findings: { signs: new Set(['repeatedId']), fruitfulPages: 4 },
    },
    {
      name: 'the same row twice',
      ids: 'aa',
      fresh: 'a',
      findings: { signs: new Set(['repeatedId']), fruitfulPages: 1 },
    },
    {
      name: 'the shared row first',
      ids: 'ab',
      seen: 'a',
      anchor: 'a',
      fresh: 'b',
      at: 0,
      findings: { fruitfulPages: 1 },
    },
    {
      name: 'the shared row second, behind a known one',
      ids: 'xab',
      seen: 'xa',
      anchor: 'a',
      from: { cameBefore: 2 },
      fresh: 'b',
      at: 1,
      findings: { signs: new Set(['seam']), cameBefore: 3, fruitfulPages: 1, hasFullPage: true },
    },
    {
      name: 'a known row behind the shared one',
      ids: 'ax',
      seen: 'xa',
      anchor: 'a',
      fresh: '',
      at: 0,
      findings: { signs: new Set(['repeatedId']), isChained: false },
    },
    {
      name: 'the shared row is gone',
      ids: 'b',
      seen: 'a',
      anchor: 'a',
      fresh: 'b',
      findings: { signs: new Set(['seam']), isChained: false, fruitfulPages: 1 },
    },
    {
      name: 'the shared row is gone, and a known one is there',
      ids: 'x',
      seen: 'xa',
      anchor: 'a',
      fresh: '',
      findings: { signs: new Set(['seam', 'repeatedId']), isChained: false },
    },
  ]

  it.each(cases)('$name', ({ ids, seen = '', anchor = null, limit = 3, from, fresh, at = -1, findings }) => {
    const found = { ...newFindings(null), ...from }
    const known = new Set(seen)
    const rows = [...ids].map((id) => ({ id }))
    expect(noteRows(found, rows, { seen: known, keyOf: (id) => id }, limit, anchor)).toEqual({
      fresh: [...fresh].map((id) => ({ id })),
      at,
    })
    expect(found).toEqual({ ...newFindings(null), ...findings })
    expect(known).toEqual(new Set(seen + ids))
  })
})

it.each([
  { known: null, total: null, first: null, last: null, signs: [] },
  { known: null, total: 4, first: 4, last: 4, signs: [] },
  { known: 4, total: null, first: 4, last: 4, signs: [] },
  { known: 4, total: 4, first: 4, last: 4, signs: [] },
  { known: 4, total: 5, first: 4, last: 5, signs: ['total'] },
  { known: 0, total: 1, first: 0, last: 1, signs: ['total'] },
])('a total of $total, where $known was known', ({ known, total, first, last, signs }) => {
  const findings = newFindings(known)
  expect(noteTotal(findings, total)).toBe(last)
  expect(findings).toEqual({ ...newFindings(null), firstTotal: first, lastTotal: last, signs: new Set(signs) })
})

it.each([
  { reached: 3, total: 4, isBorneOut: false, signs: ['total'] },
  { reached: 4, total: 4, isBorneOut: true, signs: [] },
  { reached: 5, total: 4, isBorneOut: false, signs: [] },
  { reached: 4, total: null, isBorneOut: false, signs: [] },
])('an end behind $reached rows of $total', ({ reached, total, isBorneOut, signs }) => {
  for (const reachedEnd of [true, false]) {
    const findings = { ...newFindings(total), isBorneOut: true, reachedEnd: !reachedEnd }
    noteEnd(findings, reached, reachedEnd)
    expect(findings).toEqual({ ...newFindings(total), isBorneOut, reachedEnd, signs: new Set(signs) })
  }
})

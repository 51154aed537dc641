import { describe, expect, it } from 'vitest'
import { isConsistent, type ScanResult } from '../../../src/listing/consistency.js'
import {
  createEvidence,
  type DriftEvidence,
  recordEnd,
  recordRows,
  recordTotal,
} from '../../../src/listing/findings.js'

function reading(ids: string, findings: Partial<DriftEvidence> = {}, isWhole = true): ScanResult {
  return { ids: [...ids], findings: { ...createEvidence(null), ...findings }, isWhole }
}

const moved: Pick<DriftEvidence, 'signals'> = { signals: new Set(['seam']) }
const several = { ...moved, fruitfulPages: 2, hasFullPage: true }
const before = reading('abc', { reachedEnd: true })

type Row = [name: string, settled: boolean, reading: ScanResult, previous?: ScanResult | null, exactTotals?: boolean]

const table: Row[] = [
  ['no sign, one short page', true, reading('abc', { pagesWithNewRows: 1 })],
  ['no sign, no page brought anything', true, reading('')],
  ['no sign, one full page', false, reading('abc', { pagesWithNewRows: 1, hasFullPage: true })],
  ['no sign, two pages', false, reading('abc', { pagesWithNewRows: 2 })],
  ['no sign, one short page, resumed', false, reading('abc', { pagesWithNewRows: 1 }, false)],
  ['no sign, two pages, borne out', true, reading('abc', { pagesWithNewRows: 2, totalMatches: true })],
  ['no sign, borne out, resumed', true, reading('abc', { pagesWithNewRows: 2, totalMatches: true }, false)],
  ['a sign, one short page', false, reading('abc', { ...moved, pagesWithNewRows: 1 })],
  ['a sign, borne out', false, reading('abc', { ...several, totalMatches: true })],
  ['a hole, one short page', false, reading('abc', { hasGap: true, pagesWithNewRows: 1 })],
  ['a hole, borne out', false, reading('abc', { hasGap: true, totalMatches: true })],
  ['a hole, the same rows as before', false, reading('abc', { hasGap: true }), before],

  ['the same rows as before', true, reading('abc', { ...several, isContiguous: false }), before],
  ['the same rows as before, resumed', true, reading('abc', { ...several, isContiguous: false }, false), before],
  [
    'the same rows as before, one came in',
    false,
    reading('abc', { ...several, isContiguous: false, insertedBefore: 1 }),
    before,
  ],
  ['the same rows in another order', false, reading('acb', { ...several, isContiguous: false }), before],
  ['one row less than before', false, reading('ab', { ...several, isContiguous: false }), before],
  ['one row more than before', false, reading('abcd', { ...several, isContiguous: false }), before],

  ['joined, as many as before', true, reading('abd', several), before],
  ['joined, more than before', true, reading('abde', several), before],
  ['joined, fewer than before', false, reading('ab', several), before],
  ['joined, fewer than before, one page', false, reading('ab', { ...moved, pagesWithNewRows: 1 }), before],
  ['not joined, as many as before', false, reading('abd', { ...several, isContiguous: false }), before],
  ['joined, as many as before, resumed', false, reading('abd', several, false), before],
  [
    'joined, one had come in before',
    false,
    reading('abd', several),
    reading('abc', { reachedEnd: true, insertedBefore: 1 }),
  ],
  [
    'joined, with the one that came in',
    true,
    reading('abde', several),
    reading('abc', { reachedEnd: true, insertedBefore: 1 }),
  ],
  ['joined, the one before broke off', false, reading('abde', several), reading('abc')],
  ['joined, the one before was resumed', false, reading('abde', several), reading('abc', { reachedEnd: true }, false)],

  ['as many as told, one answer', true, reading('abc', { ...told(3, 3), ...moved, pagesWithNewRows: 1 }), null, true],
  [
    'as many as told, one full answer, whose size may be what was told',
    false,
    reading('abc', { ...told(3, 3), ...moved, pagesWithNewRows: 1, hasFullPage: true }),
    null,
    true,
  ],
  ['more than told, one answer', true, reading('abcd', { ...told(3, 3), ...moved, pagesWithNewRows: 1 }), null, true],
  ['fewer than told, one answer', false, reading('ab', { ...told(3, 3), ...moved, pagesWithNewRows: 1 }), null, true],
  ['as many as told, two answers', false, reading('abc', { ...told(3, 3), ...several }), null, true],
  [
    'as many as told, one answer, a hint',
    false,
    reading('abc', { ...told(3, 3), ...moved, pagesWithNewRows: 1 }),
    null,
  ],
  ['none told, one answer', false, reading('abc', { ...moved, pagesWithNewRows: 1 }), null, true],
  ['as many as told, not joined', false, reading('abc', { ...told(3, 3), ...moved, isContiguous: false }), null, true],
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

function told(firstTotal: number | null, lastTotal: number | null): Pick<DriftEvidence, 'firstTotal' | 'lastTotal'> {
  return { firstTotal, lastTotal }
}

describe('a reading is settled', () => {
  it.each(table)('%s: %s', (_, settled, now, previous = null, exactTotals = false) => {
    expect(isConsistent(now, previous, exactTotals)).toBe(settled)
  })
})

describe('a page against what came before', () => {
  interface Case {
    name: string
    ids: string
    seen?: string
    anchor?: string
    limit?: number
    from?: Partial<DriftEvidence>
    fresh: string
    at?: number
    findings: Partial<DriftEvidence>
  }
  const cases: Case[] = [
    { name: 'new rows', ids: 'ab', fresh: 'ab', findings: { pagesWithNewRows: 1 } },
    { name: 'a full page', ids: 'abc', fresh: 'abc', findings: { pagesWithNewRows: 1, hasFullPage: true } },
    {
      name: 'one row too many',
      ids: 'abc',
      limit: 2,
      fresh: 'abc',
      findings: { pagesWithNewRows: 1, hasFullPage: true },
    },
    { name: 'no row', ids: '', fresh: '', findings: { previousPageWasEmpty: true } },
    {
      name: 'a row behind an empty page',
      ids: 'a',
      from: { previousPageWasEmpty: true },
      fresh: 'a',
      findings: { previousPageWasEmpty: true, hasGap: true, pagesWithNewRows: 1 },
    },
    {
      name: 'an empty page behind another',
      ids: '',
      from: { previousPageWasEmpty: true },
      fresh: '',
      findings: { previousPageWasEmpty: true },
    },
    {
      name: 'a known row, none shared',
      ids: 'ab',
      seen: 'a',
      fresh: 'b',
      findings: { signals: new Set(['repeatedId']), pagesWithNewRows: 1 },
    },
    {
      name: 'known rows only',
      ids: 'ab',
      seen: 'ab',
      from: { pagesWithNewRows: 4 },
      fresh: '',
      findings: { signals: new Set(['repeatedId']), pagesWithNewRows: 4 },
    },
    {
      name: 'the same row twice',
      ids: 'aa',
      fresh: 'a',
      findings: { signals: new Set(['repeatedId']), pagesWithNewRows: 1 },
    },
    {
      name: 'the shared row first',
      ids: 'ab',
      seen: 'a',
      anchor: 'a',
      fresh: 'b',
      at: 0,
      findings: { pagesWithNewRows: 1 },
    },
    {
      name: 'the shared row second, behind a known one',
      ids: 'xab',
      seen: 'xa',
      anchor: 'a',
      from: { insertedBefore: 2 },
      fresh: 'b',
      at: 1,
      findings: { signals: new Set(['seam']), insertedBefore: 3, pagesWithNewRows: 1, hasFullPage: true },
    },
    {
      name: 'a known row behind the shared one',
      ids: 'ax',
      seen: 'xa',
      anchor: 'a',
      fresh: '',
      at: 0,
      findings: { signals: new Set(['repeatedId']), isContiguous: false },
    },
    {
      name: 'the shared row is gone',
      ids: 'b',
      seen: 'a',
      anchor: 'a',
      fresh: 'b',
      findings: { signals: new Set(['seam']), isContiguous: false, pagesWithNewRows: 1 },
    },
    {
      name: 'the shared row is gone, and a known one is there',
      ids: 'x',
      seen: 'xa',
      anchor: 'a',
      fresh: '',
      findings: { signals: new Set(['seam', 'repeatedId']), isContiguous: false },
    },
  ]

  it.each(cases)('$name', ({ ids, seen = '', anchor = null, limit = 3, from, fresh, at = -1, findings }) => {
    const found = { ...createEvidence(null), ...from }
    const known = new Set(seen)
    const rows = [...ids].map((id) => ({ id }))
    expect(recordRows(found, rows, { seen: known, keyOf: (id) => id }, limit, anchor)).toEqual({
      fresh: [...fresh].map((id) => ({ id })),
      at,
    })
    expect(found).toEqual({ ...createEvidence(null), ...findings })
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
  const findings = createEvidence(known)
  expect(recordTotal(findings, total)).toBe(last)
  expect(findings).toEqual({ ...createEvidence(null), firstTotal: first, lastTotal: last, signs: new Set(signs) })
})

it.each([
  { reached: 3, total: 4, isBorneOut: false, signs: ['total'] },
  { reached: 4, total: 4, isBorneOut: true, signs: [] },
  { reached: 5, total: 4, isBorneOut: false, signs: [] },
  { reached: 4, total: null, isBorneOut: false, signs: [] },
])('an end behind $reached rows of $total', ({ reached, total, isBorneOut, signs }) => {
  for (const reachedEnd of [true, false]) {
    const findings = { ...createEvidence(total), isBorneOut: true, reachedEnd: !reachedEnd }
    recordEnd(findings, reached, reachedEnd)
    expect(findings).toEqual({ ...createEvidence(total), isBorneOut, reachedEnd, signs: new Set(signs) })
  }
})

import { describe, expect, it } from 'vitest'
import {
  type CatchUp,
  concludeDays,
  isCaughtUp,
  type Judgement,
  judgeLastDays,
  judgePage,
  judgeScan,
  type LastDaysPage,
  type ReadDays,
  type ReadPage,
  type ScanResult,
  type Verdict,
} from '../../../src/listing/consistency.js'
import {
  createEvidence,
  type DriftEvidence,
  missingRows,
  recordEnd,
  recordRows,
  recordTotal,
  withSignal,
} from '../../../src/listing/drift-evidence.js'

function scanned(ids: string, evidence: Partial<DriftEvidence> = {}, areIdsNamed = true): ScanResult {
  return {
    ids: areIdsNamed ? [...ids] : null,
    firstId: areIdsNamed ? null : (ids[0] ?? null),
    rowCount: ids.length,
    evidence: { ...createEvidence(null), ...evidence },
  }
}

/** Where a row of a table names nothing else: days that can be split, with totals that are hints. */
function judge(scan: ScanResult, previous: ScanResult | null, more: Partial<Judgement> = {}): Verdict {
  const before = new Set(previous?.ids ?? [])
  const ids = scan.ids ?? []
  const rowsInAllScans = Math.max(new Set([...before, ...ids]).size, scan.rowCount)
  return judgeScan({
    scan,
    previous,
    rowsInAllScans,
    round: previous === null ? 1 : 2,
    exactTotals: false,
    isDivisible: true,
    hasNewRows: ids.some((id) => !before.has(id)),
    hasTriedCatchUp: false,
    ...more,
  })
}

const moved: Pick<DriftEvidence, 'signals'> = { signals: ['seam'] }
const several = { ...moved, pagesWithNewRows: 2, hasFullPage: true }
const before = scanned('abc', { reachedEnd: true })

type Row = [name: string, isAccepted: boolean, scan: ScanResult, previous?: ScanResult | null, exactTotals?: boolean]

const table: Row[] = [
  ['no signal, one short page', true, scanned('abc', { pagesWithNewRows: 1 })],
  ['no signal, no page with rows', true, scanned('')],
  ['no signal, one full page', false, scanned('abc', { pagesWithNewRows: 1, hasFullPage: true })],
  ['no signal, two pages', false, scanned('abc', { pagesWithNewRows: 2 })],
  ['no signal, one short page, the ids are not named', true, scanned('abc', { pagesWithNewRows: 1 }, false)],
  ['no signal, two pages, the total matches', true, scanned('abc', { pagesWithNewRows: 2, totalMatches: true })],
  [
    'no signal, the total matches, the ids are not named',
    true,
    scanned('abc', { pagesWithNewRows: 2, totalMatches: true }, false),
  ],
  ['a signal, one short page: no other row comes', true, scanned('abc', { ...moved, pagesWithNewRows: 1 })],
  ['a signal, the total matches', false, scanned('abc', { ...several, totalMatches: true })],
  ['a gap, one short page', false, scanned('abc', { hasGap: true, pagesWithNewRows: 1 })],
  ['a gap, the total matches', false, scanned('abc', { hasGap: true, totalMatches: true })],
  ['a gap, the same rows as before', false, scanned('abc', { hasGap: true }), before],

  ['the same rows as before', true, scanned('abc', { ...several, isContiguous: false }), before],
  [
    'as many rows as before, the ids are not named',
    false,
    scanned('abc', { ...several, isContiguous: false }, false),
    before,
  ],
  [
    'the same rows as before, one was inserted',
    false,
    scanned('abc', { ...several, isContiguous: false, insertedBefore: 1 }),
    before,
  ],
  ['the same rows in another order', false, scanned('acb', { ...several, isContiguous: false }), before],
  ['one row less than before', false, scanned('ab', { ...several, isContiguous: false }), before],
  ['one row more than before', false, scanned('abcd', { ...several, isContiguous: false }), before],

  ['contiguous, as many as before', true, scanned('abd', several), before],
  ['contiguous, more than before', true, scanned('abde', several), before],
  ['contiguous, fewer than before', false, scanned('ab', several), before],
  ['contiguous, fewer than before, one page', false, scanned('ab', { ...moved, pagesWithNewRows: 1 }), before],
  ['not contiguous, as many as before', false, scanned('abd', { ...several, isContiguous: false }), before],
  ['contiguous, as many as before, the ids are not named', true, scanned('abd', several, false), before],
  [
    'contiguous, one was inserted before',
    false,
    scanned('abd', several),
    scanned('abc', { reachedEnd: true, insertedBefore: 1 }),
  ],
  [
    'contiguous, with the one that was inserted',
    true,
    scanned('abde', several),
    scanned('abc', { reachedEnd: true, insertedBefore: 1 }),
  ],
  ['contiguous, the scan before did not reach the end', false, scanned('abde', several), scanned('abc')],
  [
    'contiguous, the ids of the scan before are not named',
    true,
    scanned('abde', several),
    scanned('abc', { reachedEnd: true }, false),
  ],

  [
    'contiguous, more than before from the same first row, the ids are not named: the scan before was too short',
    false,
    scanned('abde', several, false),
    scanned('abc', { reachedEnd: true }, false),
  ],
  [
    'contiguous, more than before from the same first row, the ids are not named, a total',
    true,
    scanned('abde', { ...several, ...totals(4, 4) }, false),
    scanned('abc', { reachedEnd: true }, false),
  ],
  [
    'contiguous, more than before, the ids are not named, and the first rows are not known',
    true,
    scanned('abde', several),
    { ...scanned('abc', { reachedEnd: true }), ids: null },
  ],

  [
    'as many as the total, one response',
    true,
    scanned('abc', { ...totals(3, 3), ...moved, pagesWithNewRows: 1 }),
    null,
    true,
  ],
  [
    'as many as the total, one full response, whose size may be the total',
    false,
    scanned('abc', { ...totals(3, 3), ...moved, pagesWithNewRows: 1, hasFullPage: true }),
    null,
    true,
  ],
  [
    'more than the total, one response',
    true,
    scanned('abcd', { ...totals(3, 3), ...moved, pagesWithNewRows: 1 }),
    null,
    true,
  ],
  [
    'fewer than the total, one response',
    false,
    scanned('ab', { ...totals(3, 3), ...moved, pagesWithNewRows: 1 }),
    null,
    true,
  ],
  ['as many as the total, two responses', false, scanned('abc', { ...totals(3, 3), ...several }), null, true],
  [
    'as many as the total, one response, a hint',
    false,
    scanned('abc', { ...totals(3, 3), ...moved, pagesWithNewRows: 1 }),
    null,
  ],
  ['no total, one response', true, scanned('abc', { ...moved, pagesWithNewRows: 1 }), null, true],
  [
    'as many as the total, not contiguous',
    false,
    scanned('abc', { ...totals(3, 3), ...moved, isContiguous: false }),
    null,
    true,
  ],
  [
    'as many as the total, the ids are not named',
    true,
    scanned('abc', { ...totals(3, 3), ...moved }, false),
    null,
    true,
  ],

  ['again, as many as the total', true, scanned('abd', { ...totals(3, 3), ...several }), scanned('xyzabc'), true],
  ['again, as many as the first total', true, scanned('abd', { ...totals(3, 5), ...several }), scanned('xyzabc'), true],
  ['again, as many as the last total', true, scanned('abd', { ...totals(5, 3), ...several }), scanned('xyzabc'), true],
  ['again, fewer than the total', false, scanned('abd', { ...totals(4, 5), ...several }), before, true],
  [
    'again, as many as the total, a hint',
    false,
    scanned('abd', { ...totals(3, 3), ...several }),
    scanned('xyzabc'),
    false,
  ],
  ['again, no total at the end', false, scanned('abd', { ...totals(3, null), ...several }), scanned('xyzabc'), true],
  ['again, no total at the start', false, scanned('abd', { ...totals(null, 3), ...several }), scanned('xyzabc'), true],
  ['again, no total, as many as before', true, scanned('abd', several), before, true],
  [
    'pages show no order, as many as before a cursor',
    true,
    scanned('abd', { ...several, isContiguous: false }),
    scanned('abc', { reachedEnd: true }, false),
  ],
  [
    'pages show that rows were skipped, as many as before a cursor',
    false,
    scanned('abd', { ...several, isContiguous: false, maySkip: true }),
    scanned('abc', { reachedEnd: true }, false),
  ],
  [
    'pages show no order, as many as before a cursor, with a total',
    false,
    scanned('abd', { ...several, ...totals(null, 3), isContiguous: false }),
    scanned('abc', { reachedEnd: true }, false),
  ],
]

function totals(firstTotal: number | null, lastTotal: number | null): Pick<DriftEvidence, 'firstTotal' | 'lastTotal'> {
  return { firstTotal, lastTotal }
}

describe('a scan is accepted', () => {
  it.each(table)('%s: %s', (_, isAccepted, scan, previous = null, exactTotals = false) => {
    expect(judge(scan, previous, { exactTotals }) === 'accepted').toBe(isAccepted)
  })
})

const pages = { pagesWithNewRows: 2, hasFullPage: true } as const
const short: Partial<DriftEvidence> = { ...pages, ...totals(4, 4), signals: ['total'] }
const one: Partial<DriftEvidence> = { ...totals(4, 4), pagesWithNewRows: 1, signals: ['total'] }
const shuffled: Partial<DriftEvidence> = { ...short, rowsMoved: true, isContiguous: false }
const day = { isDivisible: false } as const
const exact = { exactTotals: true } as const

type VerdictRow = [
  name: string,
  verdict: Verdict,
  scan: ScanResult,
  previous?: ScanResult | null,
  more?: Partial<Judgement>,
]
const verdicts: VerdictRow[] = [
  [
    'nothing moved, and the total matches',
    'accepted',
    scanned('abcd', { ...pages, ...totals(4, 4), totalMatches: true }),
  ],
  ['one response with room for more, no total', 'accepted', scanned('abc', { ...moved, pagesWithNewRows: 1 })],
  ['one full response, no total', 'rescan', scanned('abc', { ...moved, pagesWithNewRows: 1, hasFullPage: true })],
  [
    'one response with room for more, not contiguous',
    'rescan',
    scanned('abc', { ...moved, pagesWithNewRows: 1, isContiguous: false }),
  ],
  ['two scans with as many rows as their total', 'accepted', scanned('abd', shuffled), scanned('abc', shuffled)],
  [
    'two scans with as many rows as a total that changed in between',
    'rescan',
    scanned('abd', shuffled),
    scanned('abc', { ...shuffled, ...totals(5, 5) }),
    day,
  ],
  [
    'two scans with as many rows as a total that changed during the first',
    'rescan',
    scanned('abd', shuffled),
    scanned('abc', { ...shuffled, ...totals(3, 4) }),
    day,
  ],
  [
    'two scans with as many rows as a total that changed during the second',
    'rescan',
    scanned('abd', { ...shuffled, ...totals(3, 4) }),
    scanned('abc', shuffled),
    day,
  ],
  [
    'two scans with more rows than their total',
    'rescan',
    scanned('abd', { ...shuffled, ...totals(3, 3) }),
    scanned('abc', { ...shuffled, ...totals(3, 3) }),
    day,
  ],
  ['two equal scans, and the total has more', 'halve', scanned('abc', shuffled), scanned('abc', shuffled)],
  ['two equal scans, and an exact total has more', 'halve', scanned('abc', shuffled), scanned('abc', shuffled), exact],
  [
    'two equal scans without a total',
    'accepted',
    scanned('abc', { ...several, isContiguous: false }),
    scanned('abc', { ...several, isContiguous: false }),
  ],

  ['a row was inserted at the front', 'catchUp', scanned('abc', { ...several, ...totals(3, 4), insertedBefore: 1 })],
  ['the total grew', 'catchUp', scanned('abc', { ...several, ...totals(3, 4) })],
  ['a row was inserted as another left', 'catchUp', scanned('abc', { ...several, ...totals(3, 3), insertedBefore: 1 })],
  [
    'a row was inserted, a single day',
    'catchUp',
    scanned('abc', { ...several, ...totals(3, 4), insertedBefore: 1 }),
    null,
    day,
  ],
  [
    'a row was inserted, and the front was read again',
    'rescan',
    scanned('abc', { ...several, ...totals(3, 4), insertedBefore: 1 }),
    null,
    { hasTriedCatchUp: true },
  ],
  [
    'the second scan has as many rows as the first, and the front was read again without completing it',
    'halve',
    scanned('abcd', { ...several, ...totals(3, 4) }),
    scanned('abc', { ...several, ...totals(3, 3), reachedEnd: true }),
    { hasTriedCatchUp: true },
  ],
  [
    'a row was inserted, not contiguous',
    'rescan',
    scanned('abc', { ...several, ...totals(3, 4), insertedBefore: 1, isContiguous: false }),
  ],
  [
    'a row was inserted, and there is a gap',
    'rescan',
    scanned('abc', { ...several, ...totals(3, 4), insertedBefore: 1, hasGap: true }),
  ],
  ['a row was inserted, no total', 'rescan', scanned('abc', { ...several, insertedBefore: 1 })],
  ['the total fell', 'rescan', scanned('abc', { ...several, ...totals(4, 3) })],

  ['rows moved, first scan', 'rescan', scanned('abc', shuffled)],
  [
    'rows moved, second scan with new rows',
    'rescan',
    scanned('abd', { ...shuffled, ...totals(5, 5) }),
    scanned('abc', { ...shuffled, ...totals(5, 5) }),
  ],
  [
    'rows moved, last scan with new rows',
    'halve',
    scanned('abd', { ...shuffled, ...totals(5, 5) }),
    scanned('abc', { ...shuffled, ...totals(5, 5) }),
    { round: 5 },
  ],
  [
    'rows moved, second scan with a new row, and none is missing',
    'halve',
    scanned('abd', { ...shuffled, ...totals(3, 3) }),
    scanned('abc', { ...shuffled, ...totals(3, 3) }),
  ],
  ['rows moved, second scan without new rows', 'rescan', scanned('ab', shuffled), scanned('abc', shuffled)],
  ['rows moved, last scan without new rows', 'halve', scanned('ab', shuffled), scanned('abc', shuffled), { round: 5 }],
  [
    'rows moved, second scan, no total',
    'halve',
    scanned('abd', { ...several, isContiguous: false }),
    scanned('abc', several),
  ],
  ['rows moved, second scan of a single day', 'rescan', scanned('ab', shuffled), scanned('abc', shuffled), day],
  [
    'rows moved, fourth scan of a single day',
    'rescan',
    scanned('ab', shuffled),
    scanned('abc', shuffled),
    { ...day, round: 4 },
  ],
  [
    'rows moved, eighth scan of a single day',
    'rescan',
    scanned('ab', shuffled),
    scanned('abc', shuffled),
    { ...day, round: 8 },
  ],
  [
    'rows moved, ninth scan of a single day',
    'unsettled',
    scanned('ab', shuffled),
    scanned('abc', shuffled),
    { ...day, round: 9 },
  ],
  [
    'rows moved, fifth scan of a single day, and none is missing',
    'unsettled',
    scanned('abd', { ...shuffled, ...totals(3, 3) }),
    scanned('abc', { ...shuffled, ...totals(3, 3) }),
    { ...day, round: 5 },
  ],

  ['rows moved in a full response, and none is missing', 'rescan', scanned('abcd', { ...one, hasFullPage: true })],
  ['one response lacks a hidden row', 'verifyHidden', scanned('abc', { ...one, missingAtEnd: 1 })],
  [
    'one response of a single day lacks a hidden row',
    'verifyHidden',
    scanned('abc', { ...one, missingAtEnd: 1 }),
    null,
    day,
  ],
  ['one response lacks fewer rows than are missing', 'halve', scanned('ab', { ...one, missingAtEnd: 1 })],
  ['pages lack a hidden row, first scan', 'rescan', scanned('abc', { ...short, missingInside: 1 })],
  [
    'pages lack a hidden row, second scan',
    'verifyHidden',
    scanned('abc', { ...short, missingInside: 1 }),
    scanned('abc', { ...short, missingInside: 1 }),
  ],
  [
    'pages lack a hidden row, second scan with a new row',
    'rescan',
    scanned('abd', { ...short, ...totals(5, 5), missingInside: 1 }),
    scanned('abc', { ...short, ...totals(5, 5), missingInside: 1 }),
  ],
  [
    'pages lack a hidden row, and the total changed in between',
    'halve',
    scanned('abc', { ...short, missingInside: 1 }),
    scanned('abc', { ...short, ...totals(5, 5), missingInside: 1 }),
  ],
  [
    'the last page lacks a row, second scan',
    'verifyHidden',
    scanned('abc', { ...short, missingAtEnd: 1 }),
    scanned('abc', { ...short, missingAtEnd: 1 }),
  ],
  [
    'the last page of a single day lacks a row: it may be cut off',
    'rescan',
    scanned('abc', { ...short, missingAtEnd: 1 }),
    scanned('ab', { ...short, missingAtEnd: 1 }),
    { ...day, ...exact },
  ],
  [
    'the last page of a single day lacks a row in two scans: further scans would show the same',
    'unsettled',
    scanned('abc', { ...short, missingAtEnd: 1 }),
    scanned('abc', { ...short, missingAtEnd: 1 }),
    { ...day, ...exact },
  ],
  ['a single day without rows, exact', 'rescan', scanned('', short), null, { ...day, ...exact }],
  ['a single day without rows, a hint', 'unsettled', scanned('', short), null, day],

  ['nothing moved, and rows are missing', 'halve', scanned('abc', short)],
  ['nothing moved, and rows are missing, exact', 'halve', scanned('abc', short), null, exact],
  ['nothing moved, and rows are missing behind a gap', 'rescan', scanned('abc', { ...short, hasGap: true })],
  ['a single day, and rows are missing, exact', 'rescan', scanned('abc', short), null, { ...day, ...exact }],
  [
    'a single day, and rows are missing, exact, last scan',
    'unsettled',
    scanned('abc', short),
    scanned('abc', short),
    { ...day, ...exact, round: 5 },
  ],
  ['a single day, one response, and a hint has more', 'unsettled', scanned('abc', one), null, day],
  [
    'a single day, one response, and an exact total has more',
    'rescan',
    scanned('abc', one),
    null,
    { ...day, ...exact },
  ],
  [
    'a single day, one response that does not join, and none is missing',
    'rescan',
    scanned('abcd', { ...one, isContiguous: false }),
    null,
    day,
  ],
  ['a single day, first scan, and a hint has more', 'rescan', scanned('abc', short), null, day],
  ['a single day, equal scans, and a hint has more', 'unsettled', scanned('abc', short), scanned('abc', short), day],
  [
    'a single day, equal scans, rows moved, and a hint has more',
    'unsettled',
    scanned('abc', shuffled),
    scanned('abc', shuffled),
    day,
  ],

  [
    'a single day, the same rows in another order, and a hint has more',
    'rescan',
    scanned('abc', shuffled),
    scanned('bac', shuffled),
    day,
  ],
  [
    'a single day, equal scans, rows moved, and the total grew',
    'rescan',
    scanned('abc', { ...shuffled, ...totals(4, 5) }),
    scanned('abc', shuffled),
    day,
  ],

  ['full pages repeat', 'halve', scanned('abc', { ...short, repeatsFullPage: true })],
  [
    'the total matches, but a scan that was resumed counted a row of one second twice',
    'rescan',
    scanned('abcc', { ...pages, ...totals(4, 4), totalMatches: true }),
    null,
    { rowsInAllScans: 3, ...day },
  ],
  ['full pages repeat, a single day', 'unsettled', scanned('abc', { ...short, repeatsFullPage: true }), null, day],
  ['full pages repeat, no total', 'halve', scanned('abc', { ...pages, repeatsFullPage: true })],
  [
    'full pages repeat, equal scans without a total',
    'halve',
    scanned('abc', { ...pages, repeatsFullPage: true }),
    scanned('abc', { ...pages, repeatsFullPage: true }),
  ],
  ['full pages repeat, as many rows as the total', 'accepted', scanned('abcd', { ...short, repeatsFullPage: true })],
  [
    'full pages repeat, as many rows as a total that changed',
    'halve',
    scanned('abcd', { ...short, ...totals(3, 4), repeatsFullPage: true }),
  ],
]

describe('the verdict about a scan', () => {
  it.each(verdicts)('%s: %s', (_, verdict, scan, previous = null, more = {}) => {
    expect(judge(scan, previous, more)).toBe(verdict)
  })

  it('each verdict is in the table', () => {
    expect([...new Set(verdicts.map(([, verdict]) => verdict))].sort()).toEqual([
      'accepted',
      'catchUp',
      'halve',
      'rescan',
      'unsettled',
      'verifyHidden',
    ])
  })
})

it.each([
  { total: null, rowsInAllScans: 3, missing: 0 },
  { total: 3, rowsInAllScans: 3, missing: 0 },
  { total: 3, rowsInAllScans: 4, missing: 0 },
  { total: 5, rowsInAllScans: 3, missing: 2 },
])('of a total of $total and $rowsInAllScans rows seen, $missing are missing', ({ total, rowsInAllScans, missing }) => {
  expect(missingRows({ ...createEvidence(null), ...totals(9, total) }, rowsInAllScans)).toBe(missing)
})

describe('a page compared with those before', () => {
  interface Case {
    name: string
    ids: string
    seen?: string
    overlapId?: string
    limit?: number
    from?: Partial<DriftEvidence>
    newIds: string
    at?: number
    evidence: Partial<DriftEvidence>
  }
  const cases: Case[] = [
    { name: 'new rows', ids: 'ab', newIds: 'ab', evidence: { pagesWithNewRows: 1 } },
    { name: 'a full page', ids: 'abc', newIds: 'abc', evidence: { pagesWithNewRows: 1, hasFullPage: true } },
    {
      name: 'one row too many',
      ids: 'abc',
      limit: 2,
      newIds: 'abc',
      evidence: { pagesWithNewRows: 1, hasFullPage: true },
    },
    { name: 'no row', ids: '', newIds: '', evidence: { hasEmptyPage: true } },
    {
      name: 'a row behind an empty page',
      ids: 'a',
      from: { hasEmptyPage: true },
      newIds: 'a',
      evidence: { hasEmptyPage: true, hasGap: true, pagesWithNewRows: 1 },
    },
    {
      name: 'an empty page behind another',
      ids: '',
      from: { hasEmptyPage: true },
      newIds: '',
      evidence: { hasEmptyPage: true },
    },
    {
      name: 'a known row, no overlap row',
      ids: 'ab',
      seen: 'a',
      newIds: 'b',
      evidence: { rowsMoved: true, signals: ['repeatedId'], pagesWithNewRows: 1 },
    },
    {
      name: 'known rows only',
      ids: 'ab',
      seen: 'ab',
      from: { pagesWithNewRows: 4 },
      newIds: '',
      evidence: { rowsMoved: true, signals: ['repeatedId'], pagesWithNewRows: 4 },
    },
    {
      name: 'as many known rows as requested',
      ids: 'abc',
      seen: 'abc',
      newIds: '',
      evidence: { rowsMoved: true, signals: ['repeatedId'] },
    },
    {
      name: 'the same row twice',
      ids: 'aa',
      newIds: 'a',
      evidence: { rowsMoved: true, signals: ['repeatedId'], pagesWithNewRows: 1 },
    },
    {
      name: 'the overlap row first',
      ids: 'ab',
      seen: 'a',
      overlapId: 'a',
      newIds: 'b',
      at: 0,
      evidence: { pagesWithNewRows: 1 },
    },
    {
      name: 'the overlap row second, behind a known one',
      ids: 'xab',
      seen: 'xa',
      overlapId: 'a',
      from: { insertedBefore: 2 },
      newIds: 'b',
      at: 1,
      evidence: { rowsMoved: true, signals: ['seam'], insertedBefore: 3, pagesWithNewRows: 1, hasFullPage: true },
    },
    {
      name: 'a known row behind the overlap row',
      ids: 'ax',
      seen: 'xa',
      overlapId: 'a',
      newIds: '',
      at: 0,
      evidence: { rowsMoved: true, signals: ['repeatedId'], isContiguous: false },
    },
    {
      name: 'the overlap row is gone',
      ids: 'b',
      seen: 'a',
      overlapId: 'a',
      newIds: 'b',
      evidence: { rowsMoved: true, signals: ['seam'], isContiguous: false, pagesWithNewRows: 1 },
    },
    {
      name: 'the overlap row is gone, and a known one is there',
      ids: 'x',
      seen: 'xa',
      overlapId: 'a',
      newIds: '',
      evidence: { rowsMoved: true, signals: ['seam', 'repeatedId'], isContiguous: false },
    },
  ]

  it.each(cases)('$name', ({ ids, seen = '', overlapId = null, limit = 3, from, newIds, at = -1, evidence }) => {
    const before = Object.freeze({ ...createEvidence(null), ...from })
    const names = [...ids]
    const isNew = names.map((id, index) => !seen.includes(id) && names.indexOf(id) === index)
    expect(names.filter((_, index) => isNew[index]).join('')).toBe(newIds)
    const recorded = recordRows(before, { ids: names, isNew, total: null, tiesAtEnd: 1 }, limit, overlapId)
    expect(recorded).toEqual({
      evidence: { ...createEvidence(null), ...evidence },
      overlapAt: at,
      newCount: newIds.length,
    })
  })
})

it.each([
  { known: null, total: null, first: null, last: null, signals: [] },
  { known: null, total: 4, first: 4, last: 4, signals: [] },
  { known: 4, total: null, first: 4, last: 4, signals: [] },
  { known: 4, total: 4, first: 4, last: 4, signals: [] },
  { known: 4, total: 5, first: 4, last: 5, signals: ['total'] },
  { known: 0, total: 1, first: 0, last: 1, signals: ['total'] },
])('a total of $total after a total of $known', ({ known, total, first, last, signals }) => {
  const recorded = recordTotal(Object.freeze(createEvidence(known)), total)
  expect(recorded).toEqual({ ...createEvidence(null), firstTotal: first, lastTotal: last, signals })
})

it.each([
  { reached: 3, total: 4, totalMatches: false, signals: ['total'] },
  { reached: 4, total: 4, totalMatches: true, signals: [] },
  { reached: 5, total: 4, totalMatches: false, signals: [] },
  { reached: 4, total: null, totalMatches: false, signals: [] },
])('an end behind $reached rows of $total', ({ reached, total, totalMatches, signals }) => {
  for (const reachedEnd of [true, false]) {
    const before = Object.freeze({ ...createEvidence(total), totalMatches: true, reachedEnd: !reachedEnd })
    const recorded = recordEnd(before, reached, reachedEnd)
    expect(recorded).toEqual({ ...createEvidence(total), totalMatches, reachedEnd, signals })
  }
})

it('signals keep their order, and none is there twice', () => {
  const evidence = withSignal(withSignal(createEvidence(null), 'total'), 'seam')
  expect(evidence.signals).toEqual(['total', 'seam'])
  expect(withSignal(evidence, 'total')).toBe(evidence)
})

describe('days are concluded when no further scan of them follows', () => {
  /** A half of days with a total of 60, in which two scans found the same 30 rows, all of them new to the window. */
  const half: ReadDays = {
    verdict: 'halve',
    total: 60,
    rowCount: 30,
    rowCountBefore: 30,
    round: 2,
    exactTotals: false,
    ignoresPosition: false,
    parentTotal: 60,
    totalOfAllDays: 60,
    hasSiblingRow: true,
    rowsOfWindow: { before: 10, after: 40 },
    pages: 50,
    pagesOfFirstScan: 4,
  }
  const day: ReadDays = { ...half, verdict: 'unsettled', parentTotal: null, totalOfAllDays: null, hasSiblingRow: false }
  const absurd: ReadDays = { ...half, total: 301, parentTotal: 301, totalOfAllDays: 301, hasSiblingRow: false }
  const nothingNew = { before: 40, after: 40 }

  it.each<[name: string, expected: Verdict, days: ReadDays]>([
    ['an accepted scan stays accepted', 'accepted', { ...half, verdict: 'accepted', exactTotals: true }],
    // The total is wrong.
    ['two scans found the same rows, fewer than a hint', 'accepted', day],
    ['the second scan found more rows', 'unsettled', { ...day, rowCountBefore: 29 }],
    ['one scan was allowed, and found rows', 'accepted', { ...day, rowCountBefore: 0, round: 1 }],
    ['an exact total counts', 'unsettled', { ...day, exactTotals: true }],
    ['one page comes for every position', 'unsettled', { ...day, ignoresPosition: true }],
    ['there is no total', 'unsettled', { ...day, total: null }],
    ['the total is reached', 'unsettled', { ...day, total: 30 }],
    ['one row is missing', 'accepted', { ...day, total: 31 }],
    // A half whose total is that of the whole.
    ['a half reports the total of the whole, and the other half has a row', 'accepted', half],
    ['a half reports more than the whole', 'accepted', { ...half, total: 61 }],
    ['a half reports less than the whole', 'halve', { ...half, total: 59 }],
    ['no total of the whole is known', 'halve', { ...half, parentTotal: null }],
    ['no row of the other half is known', 'halve', { ...half, hasSiblingRow: false }],
    ['nor is it, and the total is ten times what was found', 'halve', { ...half, hasSiblingRow: false, total: 300 }],
    ['nor is it, and the total is absurd', 'accepted', absurd],
    ['the total is absurd, and lower than that of all days', 'halve', { ...absurd, totalOfAllDays: 302 }],
    [
      'the total is absurd, and the window has no other rows',
      'halve',
      { ...absurd, rowsOfWindow: { before: 0, after: 30 } },
    ],
    // Halves do not help.
    [
      'a half with the total reached brought nothing new in many requests',
      'unsettled',
      { ...half, total: 30, pages: 21, rowsOfWindow: nothingNew },
    ],
    ['in few requests', 'halve', { ...half, total: 30, pages: 20, rowsOfWindow: nothingNew }],
    ['it brought something new', 'halve', { ...half, total: 30, pages: 21 }],
    [
      'it is no half',
      'halve',
      { ...half, total: 30, pages: 21, parentTotal: null, totalOfAllDays: null, rowsOfWindow: nothingNew },
    ],
    ['it has no total', 'halve', { ...half, total: null, pages: 21, rowsOfWindow: nothingNew }],
    ['rows are missing', 'halve', { ...half, total: 31, parentTotal: 62, pages: 21, rowsOfWindow: nothingNew }],
    [
      'the total is ten times what was found, and exact',
      'halve',
      { ...half, total: 300, exactTotals: true, rowsOfWindow: nothingNew },
    ],
    [
      'the total is absurd, and exact',
      'unsettled',
      { ...half, total: 301, exactTotals: true, rowsOfWindow: nothingNew },
    ],
    [
      'the total is absurd, a hint, and two scans found the same rows',
      'accepted',
      { ...absurd, rowsOfWindow: { before: 30, after: 30 } },
    ],
    [
      'the total is absurd, a hint, and the second scan found more rows',
      'unsettled',
      {
        ...absurd,
        rowCountBefore: 29,
        rowsOfWindow: { before: 30, after: 30 },
      },
    ],
    [
      'the total is more than ten times what was found, and less than that of all days',
      'halve',
      { ...absurd, totalOfAllDays: 302, rowsOfWindow: nothingNew },
    ],
  ])('%s: %s', (_, expected, days) => expect(concludeDays(days)).toBe(expected))
})

describe('a page of a scan', () => {
  /** A page with room for more, which the caller remembers. */
  const remembered: ReadPage = {
    total: 3,
    received: 3,
    limit: 50,
    isRemembered: true,
    ignoresPosition: false,
    parentTotal: null,
    isDivisible: true,
  }
  /** A full page of a server that serves the same page whatever the position. */
  const repeated: ReadPage = { ...remembered, ignoresPosition: true, isRemembered: false, limit: 3, parentTotal: 4 }

  it.each<[name: string, expected: Verdict | null, page: ReadPage]>([
    ['it is remembered', 'accepted', remembered],
    ['and it has no total', 'accepted', { ...remembered, total: null }],
    ['and it is full', null, { ...remembered, limit: 3 }],
    ['and the total counts more', null, { ...remembered, total: 4 }],
    ['and the total counts fewer', 'accepted', { ...remembered, total: 2 }],
    ['it is not remembered', null, { ...remembered, isRemembered: false }],
    ['positions are ignored, and the total of a half is that of the page', 'accepted', repeated],
    ['and the whole has no more', 'halve', { ...repeated, parentTotal: 3 }],
    ['and the whole is not known', 'halve', { ...repeated, parentTotal: null }],
    ['and it has room for more', 'accepted', { ...repeated, parentTotal: null, limit: 4 }],
    ['and the total counts more, a remembered page', 'halve', { ...repeated, total: 4, isRemembered: true }],
    ['and the total counts more, a single day', 'unsettled', { ...repeated, total: 4, isDivisible: false }],
    ['and there is no total', 'halve', { ...repeated, total: null }],
  ])('%s: %s', (_, expected, page) => expect(judgePage(page)).toBe(expected))
})

describe('the front of a list', () => {
  /** Two rows were inserted before three, one of them while a scan read the list. */
  const front: CatchUp = {
    isJoined: true,
    evidence: { firstTotal: 3, insertedBefore: 1 },
    total: 5,
    added: 2,
    rowCount: 5,
  }

  it.each<[name: string, expected: boolean, front: CatchUp]>([
    ['completes the list', true, front],
    ['joins no known row', false, { ...front, isJoined: false }],
    ['added more rows than the total grew by', false, { ...front, evidence: { firstTotal: 4, insertedBefore: 1 } }],
    ['added fewer', false, { ...front, added: 1 }],
    ['grew as much as rows were inserted', true, { ...front, evidence: { firstTotal: 3, insertedBefore: 2 } }],
    ['grew by fewer rows than were inserted', false, { ...front, evidence: { firstTotal: 3, insertedBefore: 3 } }],
    ['leaves one row missing', false, { ...front, rowCount: 4 }],
    ['has no total', false, { ...front, total: null, added: 0, evidence: { firstTotal: null, insertedBefore: 0 } }],
    ['of a list that had no total', true, { ...front, evidence: { firstTotal: null, insertedBefore: 1 }, added: 5 }],
  ])('%s: %s', (_, expected, given) => expect(isCaughtUp(given)).toBe(expected))
})

describe('the last days, requested alone', () => {
  /** Ten rows, the only page, of days of which 30 rows were served. */
  const page: LastDaysPage = {
    total: 10,
    received: 10,
    isFirst: true,
    isLast: true,
    newCount: 0,
    hasOwnRows: true,
    rowCount: 30,
  }

  it.each<[name: string, expected: Verdict | null, page: LastDaysPage]>([
    ['no new row', 'accepted', page],
    ['a new row', 'halve', { ...page, newCount: 1 }],
    ['no new row on the first page of several', null, { ...page, isLast: false }],
    ['nor on the last', 'accepted', { ...page, isFirst: false }],
    ['a new row on the first page of several', 'halve', { ...page, isLast: false, newCount: 1 }],
    ['an empty page, and the total counts rows', 'halve', { ...page, received: 0, hasOwnRows: false }],
    ['an empty page, and the total counts none', 'accepted', { ...page, total: 0, received: 0, hasOwnRows: false }],
    [
      'a last page with rows of the first one only, and the server need not serve as many',
      'halve',
      { ...page, total: 31, isFirst: false, hasOwnRows: false },
    ],
    [
      'a last page with rows of the first one only, and the server serves as many',
      'accepted',
      { ...page, total: 30, isFirst: false, hasOwnRows: false },
    ],
    [
      'an empty last page, and the total counts rows',
      'halve',
      { ...page, isFirst: false, received: 0, hasOwnRows: false },
    ],
    ['a single page lacks rows, and the server serves as many', 'accepted', { ...page, total: 30 }],
    ['a single page lacks rows, and the server need not serve as many', 'halve', { ...page, total: 31 }],
    ['a single page has more rows than all scans', 'accepted', { ...page, total: 31, received: 31 }],
    ['a first page lacks rows that follow', null, { ...page, total: 31, isLast: false }],
    ['a last page lacks rows that came before', 'accepted', { ...page, total: 31, isFirst: false }],
  ])('%s: %s', (_, expected, given) => expect(judgeLastDays(given)).toBe(expected))
})

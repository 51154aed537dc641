import { expect, it } from 'vitest'
import { markPageTooLarge } from '../../../src/adapter-kit/page-too-large.js'
import { ApiError } from '../../../src/errors.js'
import type { PagePosition, ScannedPage } from '../../../src/listing/scan.js'
import { offsetStrategy, stepByOffset } from '../../../src/listing/scan-by-offset.js'
import {
  changesOf,
  collect,
  describeEvidence,
  factsOf,
  newIds,
  newIdsOf,
  type StateParts,
  scripted,
  settled,
  stateOf,
} from './readings.js'

const beginning: PagePosition = { skip: 0, limit: 3, overlapId: null, total: null }
const wide: PagePosition = { ...beginning, limit: 5 }
const resumed: PagePosition = { skip: 2, limit: 3, overlapId: 'c', total: 5 }
const positionText = (position: PagePosition | undefined): string =>
  `${position?.skip}/${position?.limit} ${position?.overlapId ?? ''}`.trim()

type More = { start?: PagePosition; exactTotals?: boolean; next?: string }
/** After the last page the scan resumes where that page began, unless `next` names another position. */
const table: [name: string, responses: string, positions: string, evidence: string, more?: More][] = [
  ['a list that stands still', 'abc (c)de (e)', '0/3, 2/3 c, 4/3 e', 'contiguous, end, pages 2, full page'],
  ['no row at all', '-', '0/3', 'contiguous, end, pages 0, empty page'],
  [
    'no row at all, total 0',
    '-:0',
    '0/3',
    'contiguous, end, total matches, 0..0, pages 0, empty page',
    { exactTotals: true },
  ],
  [
    'a total that is a hint does not end it',
    'abc:4 (c)d:4 (d):4',
    '0/3, 2/3 c, 3/3 d',
    'contiguous, end, total matches, 4..4, pages 2, full page',
  ],
  [
    'an exact total and a short page end it',
    'abc:4 (c)d:4',
    '0/3, 2/3 c',
    'contiguous, end, total matches, 4..4, pages 2, full page',
    { exactTotals: true, next: '3/3 d' },
  ],
  [
    'an exact total and a full page do not',
    'abc:3 (c):3',
    '0/3, 2/3 c',
    'contiguous, end, total matches, 3..3, pages 1, full page',
    { exactTotals: true },
  ],
  [
    'an exact total as large as its page',
    'ab:2',
    '0/3',
    'contiguous, end, total matches, 2..2, pages 1',
    { exactTotals: true, next: '1/3 b' },
  ],
  ['totals like page sizes', 'abc:3 (c)de:3 (e):1', '0/3, 2/3 c, 4/3 e', 'contiguous, end, pages 2, full page'],
  [
    'a row is inserted',
    'abc (bc)d (d)e (e)',
    '0/3, 2/3 c, 4/3 d, 5/3 e',
    'seam, contiguous, end, inserted 1, pages 3, full page, moved',
  ],
  [
    'rows of the same time in another order: full pages hide none',
    'abc:6 (bc)e:6 (e)f:6',
    '0/3, 2/3 c, 4/3 e',
    'seam, total, contiguous, end, 6..6, inserted 1, pages 3, full page, moved',
    { exactTotals: true, next: '5/3 f' },
  ],
  [
    'two rows are hidden: as many rows are requested as at first, once that shows',
    'ade:9 (de):9 (de)fgh:9 (h)i:9',
    '0/5, 2/3 e, 3/5 e, 7/5 h',
    'seam, shortPage, total, contiguous, end, 9..9, inserted 2, pages 3, full page, moved, inside 2',
    { start: wide, exactTotals: true, next: '8/5 i' },
  ],
  ['the overlap row is gone', 'abc de (e)', '0/3, 2/3 c, 3/3 e', 'seam, end, pages 2, full page, moved'],
  [
    'the overlap row is gone at the end',
    'abc:3 -:3',
    '0/3, 2/3 c',
    'seam, shortPage, total matches, 3..3, pages 1, empty page, full page',
    { exactTotals: true },
  ],
  [
    'all rows from the overlap row on are gone, and the exact total says so',
    'abc:3 -:2',
    '0/3, 2/3 c',
    'seam, shortPage, total, 3..2, pages 1, empty page, full page',
    { exactTotals: true },
  ],
  [
    'a known row in place of the overlap row ends it',
    'abc (a)',
    '0/3, 2/3 c',
    'repeatedId, seam, shortPage, pages 1, full page, moved',
  ],
  ['a page of one row, and none behind it', 'a -', '0/5, 1/5', 'contiguous, end, pages 1, empty page', { start: wide }],
  [
    'a known row behind the overlap row',
    'abc (ca)d (d)',
    '0/3, 2/3 c, 4/3 d',
    'repeatedId, end, pages 2, full page, moved',
  ],
  [
    'a full page of known rows does not end it',
    'abc (abc) (c)d (d)',
    '0/3, 2/3 c, 4/3 c, 5/3 d',
    'seam, shortPage, contiguous, end, inserted 2, pages 2, full page, moved',
  ],
  [
    'known rows up to the overlap row end it',
    'abc (bc)',
    '0/3, 2/3 c',
    'seam, shortPage, contiguous, end, inserted 1, pages 1, full page, moved',
    { next: '3/3 c' },
  ],
  [
    'known rows behind the overlap row do not end it',
    'abc (cb) (b)',
    '0/3, 2/3 c, 3/3 b',
    'repeatedId, shortPage, end, pages 1, full page, moved',
  ],
  [
    'fewer rows than requested, a total',
    'ab:4 (b)c:4 (c)d:4 (d):4',
    '0/5, 1/2 b, 2/2 c, 3/2 d',
    'contiguous, end, total matches, 4..4, pages 3, full page',
    { start: wide },
  ],
  [
    'fewer rows than requested, no total',
    'ab (b)c (c)',
    '0/5, 1/5 b, 2/5 c',
    'contiguous, end, pages 2',
    { start: wide },
  ],
  [
    'pages of one row do not overlap',
    'a:2 b:2 -:2',
    '0/5, 1/2, 2/2',
    'end, total matches, 2..2, pages 2, empty page',
    { start: wide },
  ],
  ['the only row of the total is missing', '-:1 -:1', '0/3, 2/3', 'shortPage, total, end, 1..1, pages 0, empty page'],
  [
    'rows of the total are missing',
    'abc:9 (c):9 -:9 -:9',
    '0/3, 2/3 c, 3/3, 5/3',
    'shortPage, total, 9..9, pages 1, empty page, full page, at end 2',
  ],
  [
    'an empty page in between is a gap',
    'abc:9 -:9 efg:9 (g)hi:9 (i):9',
    '0/3, 2/3 c, 4/3, 6/3 g, 8/3 i',
    'seam, shortPage, total, end, 9..9, pages 3, empty page, gap, full page',
  ],
  [
    'pages without new rows are counted from zero after a new row',
    '-:20 -:20 efg:20 -:20 -:20 -:20',
    '0/3, 2/3, 4/3, 6/3 g, 8/3, 10/3',
    'seam, shortPage, total, 20..20, pages 1, empty page, gap, full page',
  ],
  [
    'resumed',
    '(c)de:5 (e):5',
    '2/3 c, 4/3 e',
    'contiguous, end, total matches, 5..5, pages 1, full page',
    { start: resumed },
  ],
  [
    'resumed, with another total',
    '(bc)d:6 (d)e:6',
    '2/3 c, 4/3 d',
    'seam, total, contiguous, end, 5..6, inserted 1, pages 2, full page, moved',
    { exactTotals: true, start: resumed, next: '5/3 e' },
  ],
  [
    'resumed without an overlap row',
    'cd (d)',
    '2/3, 3/3 d',
    'contiguous, end, pages 1',
    { start: { ...resumed, overlapId: null, total: null } },
  ],
]

it.each(table)('by row numbers: %s', async (_, responses, positions, evidence, more = {}) => {
  const { start = beginning, exactTotals = false, next } = more
  const script = responses.split(' ')
  const { requests, released, pages } = scripted(offsetStrategy, script, start, { exactTotals })
  const got = await collect(pages)
  expect(requests).toEqual(positions.split(', ').map((position) => position.split(' ')[0]))
  expect(got.map(newIdsOf)).toEqual(script.map(newIds).slice(-got.length))
  expect(got.map(({ position }) => positionText(position)).join(', ')).toBe(positions)
  const last = got.at(-1)
  expect(last && describeEvidence(last.state.evidence)).toBe(evidence)
  expect(got[0]?.position).toEqual(start)
  expect(got.slice(1).map(({ position }) => position)).toEqual(got.slice(0, -1).map(({ state }) => state.position))
  expect(positionText(last?.state.position)).toBe(next ?? positions.split(', ').at(-1))
  expect(last?.state.position.total).toBe(next === undefined ? last?.position.total : last?.state.evidence.lastTotal)
  const rowsBefore = start.skip + (start.overlapId === null ? 0 : 1)
  expect(last?.state.rowCount).toBe(rowsBefore + got.map(newIdsOf).join('').length)
  expect(last?.state.pages).toBe(got.length)
  expect(got.map(({ isLast }) => isLast)).toEqual(got.map((_, index) => index === got.length - 1))
  expect(released).toEqual(requests.map((_, index) => index))
})

it.each([
  { keepsTiesTogether: true, responses: 'abcd~2:9 (cd)ef~3:9 (def)g:9', requested: ['0/4', '2/4', '3/4'] },
  { keepsTiesTogether: false, responses: 'abcd~2:9 (d)efg~3:9 (g)hi:9', requested: ['0/4', '3/4', '6/4'] },
  { keepsTiesTogether: true, responses: 'abcD~2:9 (cD)ef:9 (f)gh:9', requested: ['0/4', '2/4', '5/4'] },
])('by row numbers: pages begin with the rows of the last time: $keepsTiesTogether', async (given) => {
  const { responses, keepsTiesTogether, requested } = given
  const start = { ...beginning, limit: 4 }
  const { requests, pages } = scripted(offsetStrategy, responses.split(' '), start, { keepsTiesTogether })
  for await (const { state } of pages) {
    expect(state.evidence.signals).toEqual([])
    if (requests.length === 3) break
  }
  expect(requests).toEqual(requested)
})

it('by row numbers: each page has its own position and the next one', async () => {
  const { pages } = scripted(offsetStrategy, ['abc:9', '(c)d:8'], beginning)
  const first = { skip: 2, limit: 3, overlapId: 'c', total: 9 }
  const second = { skip: 3, limit: 3, overlapId: 'd', total: 8 }
  expect((await pages.next()).value).toMatchObject({
    position: beginning,
    state: { position: first },
    received: 3,
    total: 9,
  })
  expect((await pages.next()).value).toMatchObject({
    position: first,
    state: { position: second },
    received: 2,
    total: 8,
  })
})

it('by row numbers: after a page that is too large half the rows are requested', async () => {
  const tooLarge = markPageTooLarge(new ApiError('too large'))
  const script = [tooLarge, tooLarge, 'abcd', '(d)']
  const { requests, pages } = scripted(offsetStrategy, script, { ...beginning, limit: 19 })
  const got = await collect(pages)
  expect(requests).toEqual(['0/19', '0/9', '0/4', '3/4'])
  expect(got.map(({ position }) => position.limit)).toEqual([4, 4])
})

it.each([
  { limit: 5, sizes: [5, 2] },
  { limit: 3, sizes: [3, 2] },
  { limit: 2, sizes: [2] },
])('by row numbers: a scan that starts with $limit rows fails when two are too large', async ({ limit, sizes }) => {
  const errors = sizes.map(() => markPageTooLarge(new ApiError('too large')))
  const { requests, pages } = scripted(offsetStrategy, errors, { ...beginning, limit })
  await expect(collect(pages)).rejects.toBe(errors.at(-1))
  expect(requests).toEqual(sizes.map((size) => `0/${size}`))
})

it('by row numbers: any other failure is passed on at once', async () => {
  const failure = new ApiError('no')
  const { requests, pages } = scripted(offsetStrategy, [failure], { ...beginning, limit: 50 })
  await expect(collect(pages)).rejects.toBe(failure)
  expect(requests).toEqual(['0/50'])
})

it('by row numbers: a page that is too large in the middle is requested again with half the rows', async () => {
  const tooLarge = markPageTooLarge(new ApiError('too large'))
  const { requests, pages } = scripted(offsetStrategy, ['abcd', tooLarge, '(d)e', '(e)'], { ...beginning, limit: 4 })
  expect((await collect(pages)).map(newIdsOf)).toEqual(['abcd', 'e', ''])
  expect(requests).toEqual(['0/4', '3/4', '3/2', '4/2'])
})

it.each([
  { response: 'abC:9', rows: 'ab', failed: 'C', overlapId: 'C' },
  { response: 'aBc:9', rows: 'ac', failed: 'B', overlapId: 'c' },
  { response: 'Abc:9', rows: 'bc', failed: 'A', overlapId: 'c' },
  { response: 'ABC:9', rows: '', failed: 'ABC', overlapId: 'C' },
])('by row numbers: the invalid rows of "$response" are skipped and reported', async (expected) => {
  const { pages } = scripted(offsetStrategy, [expected.response], beginning)
  const { value } = await pages.next()
  const position = { skip: 2, limit: 3, overlapId: expected.overlapId, total: 9 }
  expect(value).toMatchObject({ received: 3, state: { position, rowCount: 3 }, isLast: false })
  expect(value.rows.map(({ id }: { id: string }) => id).join('')).toBe(expected.rows)
  expect(`${value.newIds.join('')}:9`).toBe(expected.response)
  expect(value.failures.map(({ id }: { id: string }) => id).join('')).toBe(expected.failed)
  expect(value.failures[0].error.complaintId).toBe(expected.failed[0])
})

it('by row numbers: rows that are new and known, valid and invalid, keep their order', async () => {
  const { pages } = scripted(offsetStrategy, ['aBc:6', '(Bc)DeF:6'], { ...beginning, limit: 5 })
  await pages.next()
  const second = (await pages.next()).value as ScannedPage<{ id: string }>
  expect(second.rows.map(({ id }) => id)).toEqual(['c', 'e'])
  expect(second.newIds).toEqual(['D', 'e', 'F'])
  expect(second.failures.map(({ id, index }) => [index, id])).toEqual([
    [2, 'D'],
    [4, 'F'],
  ])
})

it.each([
  { total: 6, responses: 'abc:6 (c)de:6 (e)f:6', ahead: [1, 3, 3] },
  { total: 7, responses: 'abc:7 (c)de:7 (e)fg:7 (g):7', ahead: [1, 3, 3, 4] },
  { total: 8, responses: 'abc:8 (c)de:8 (e)fg:8 (g)h:8', ahead: [1, 4, 4, 4] },
])('by row numbers: nothing is requested ahead behind the last row of $total', async ({ responses, ahead }) => {
  const { requests, pages } = scripted(offsetStrategy, responses.split(' '), beginning, { depth: 3, exactTotals: true })
  const counts: number[] = []
  for await (const page of pages) {
    counts.push(requests.length)
    page.release()
  }
  expect(counts).toEqual(ahead)
})

it('by row numbers: pages requested ahead are released when they do not fit, or the scan is left', async () => {
  const responses = 'abc:9 (c)d:9 efg:9 ghi:9 (d)e:9 (e)f:9 (f)g:9'.split(' ')
  const { requests, released, pages } = scripted(offsetStrategy, responses, beginning, { depth: 3 })
  for await (const page of pages) {
    page.release()
    if (requests.length === 7) break
  }
  await settled()
  expect(requests).toEqual(['0/3', '2/3', '4/3', '6/3', '3/3', '4/3', '5/3'])
  expect(released.sort()).toEqual([0, 1, 2, 3, 4, 5, 6])
})

it('by row numbers: behind one short page a page is requested alone, and pages ahead again behind a full one', async () => {
  const responses = 'ab:9 (b)c:9 (c)d:9 (d)e:9 (e)f:9'.split(' ')
  const { requests, pages } = scripted(offsetStrategy, responses, beginning, { depth: 3 })
  const requestsAfter: number[] = []
  for await (const page of pages) {
    page.release()
    requestsAfter.push(requests.length)
    if (requestsAfter.length === 3) break
  }
  expect(requestsAfter).toEqual([1, 2, 5])
  expect(requests).toEqual(['0/3', '1/2', '2/2', '3/2', '4/2'])
})

it.each([
  { areRowsBeforeKnown: false, rowCount: 4, insertedBefore: 1 },
  { areRowsBeforeKnown: true, rowCount: 5, insertedBefore: 1 },
])('resumed in front of an unseen row, earlier rows known: $areRowsBeforeKnown', async (expected) => {
  const { areRowsBeforeKnown, rowCount, insertedBefore } = expected
  const { pages } = scripted(offsetStrategy, ['b(c)d:6'], resumed, { areRowsBeforeKnown })
  const { value } = await pages.next()
  expect(value.state).toMatchObject({ rowCount, evidence: { insertedBefore } })
})

interface Step {
  readonly name: string
  readonly before?: StateParts
  readonly page: string
  readonly exactTotals?: boolean
  /** The next position, and every other field that the page changes. */
  readonly position: PagePosition
  readonly evidence?: StateParts['evidence']
  readonly state?: StateParts['state']
  readonly isLast?: boolean
}

const at = (skip: number, overlapId: string | null, total: number | null, limit = 3): PagePosition => ({
  skip,
  limit,
  overlapId,
  total,
})
const middle: NonNullable<StateParts['state']> = { rowCount: 3, largestPage: 3, pages: 1 }
const nine = { firstTotal: 9, lastTotal: 9, pagesWithNewRows: 1, hasFullPage: true } as const
const movedBack = { signals: ['seam'], insertedBefore: 1, rowsMoved: true } as const
/** The page before was a row short, and this one is not. */
const hiddenBefore = { ...movedBack, missingInside: 1, missingAtEnd: 0 } as const

const steps: Step[] = [
  { name: 'a full first page', page: 'abc:9', position: at(2, 'c', 9), evidence: nine, state: middle },
  {
    name: 'a first page without a total',
    page: 'abc',
    position: at(2, 'c', null),
    evidence: { pagesWithNewRows: 1, hasFullPage: true },
    state: middle,
  },
  {
    name: 'a short first page: its size is requested from then on',
    before: { position: at(0, null, null, 5) },
    page: 'abc:9',
    position: at(2, 'c', 9),
    evidence: { firstTotal: 9, lastTotal: 9, pagesWithNewRows: 1, missingAtEnd: 2 },
    state: middle,
  },
  {
    name: 'a short page later: the limit stays at the largest page served',
    before: { position: at(2, 'c', 9), evidence: nine, state: middle },
    page: '(c)d:9',
    position: at(3, 'd', 9),
    evidence: { pagesWithNewRows: 2, missingAtEnd: 1 },
    state: { rowCount: 4, pages: 2 },
  },
  {
    name: 'the first total comes with the second page, before which a row was inserted: the list had one fewer',
    before: {
      position: at(2, 'c', null),
      evidence: { pagesWithNewRows: 1, hasFullPage: true },
      state: middle,
    },
    page: '(bc)d:5',
    position: at(4, 'd', 5),
    evidence: {
      ...movedBack,
      firstTotal: 4,
      lastTotal: 5,
      pagesWithNewRows: 2,
    },
    state: { rowCount: 4, pages: 2 },
  },
  {
    name: 'an empty page: the limit stays, and the next page joins nothing',
    before: { position: at(2, 'c', 9), evidence: nine, state: middle },
    page: '-:9',
    position: at(4, null, 9),
    evidence: { signals: ['seam', 'shortPage'], isContiguous: false, hasEmptyPage: true },
    state: { pagesWithoutNewRows: 1, pages: 2 },
  },
  {
    name: 'rows behind an empty page: there is a gap',
    before: {
      position: at(4, null, 9),
      evidence: { ...nine, hasEmptyPage: true },
      state: { ...middle, pagesWithoutNewRows: 1 },
    },
    page: 'efg:9',
    position: at(6, 'g', 9),
    evidence: { hasGap: true, isContiguous: false, pagesWithNewRows: 2 },
    state: { rowCount: 6, pagesWithoutNewRows: 0, pages: 2 },
  },
  {
    name: 'rows that a page lacked are not missing once the next one joins it',
    before: { position: at(3, 'd', 9), evidence: { ...nine, missingAtEnd: 1 }, state: { ...middle, rowCount: 4 } },
    page: '(d)ef:9',
    position: at(5, 'f', 9),
    evidence: { missingAtEnd: 0, pagesWithNewRows: 2 },
    state: { rowCount: 6, pages: 2 },
  },
  {
    name: 'a hidden row makes its page short, and moves the next page back',
    before: { position: at(3, 'e', 9), evidence: { ...nine, missingAtEnd: 1 }, state: { ...middle, rowCount: 4 } },
    page: '(de)f:9',
    position: at(5, 'f', 9),
    evidence: { ...hiddenBefore, pagesWithNewRows: 2 },
    state: { rowCount: 5, pages: 2 },
  },
  {
    name: 'the overlap row is displaced behind a full page: no row is hidden',
    before: { position: at(2, 'c', 9), evidence: nine, state: middle },
    page: '(bc)d:9',
    position: at(4, 'd', 9),
    evidence: { ...movedBack, pagesWithNewRows: 2 },
    state: { rowCount: 4, pages: 2 },
  },
  {
    name: 'the overlap row is displaced by fewer rows than the page before lacks: only those are hidden',
    before: { position: at(2, 'c', 9), evidence: { ...nine, missingAtEnd: 2 }, state: middle },
    page: '(bc)d:9',
    position: at(4, 'd', 9),
    evidence: { ...hiddenBefore, pagesWithNewRows: 2 },
    state: { rowCount: 4, pages: 2 },
  },
  {
    name: 'the overlap row is displaced behind the rows of its time: only one row is hidden',
    before: {
      position: at(3, 'd', 9, 4),
      evidence: { ...nine, missingAtEnd: 2 },
      state: { ...middle, rowCount: 4, tiesBefore: 1 },
    },
    page: '(bcd)e:9',
    position: at(5, 'e', 9, 4),
    evidence: { ...hiddenBefore, pagesWithNewRows: 2 },
    state: { rowCount: 5, largestPage: 4, pages: 2, tiesBefore: 0 },
  },
  {
    name: 'the overlap row is displaced by more rows than the page before lacks: the others moved',
    before: { position: at(3, 'd', 9), evidence: { ...nine, missingAtEnd: 1 }, state: { ...middle, rowCount: 4 } },
    page: '(bcd):9',
    position: at(5, 'd', 9),
    evidence: { ...hiddenBefore, signals: ['seam', 'shortPage'], insertedBefore: 2 },
    state: { pagesWithoutNewRows: 1, pages: 2 },
  },
  {
    name: 'rows are hidden: the limit returns to what was requested at first',
    before: {
      position: at(3, 'e', 9),
      evidence: { ...nine, missingAtEnd: 1 },
      state: { ...middle, rowCount: 4, requestedLimit: 5 },
    },
    page: '(de)f:9',
    position: at(5, 'f', 9, 5),
    evidence: { ...hiddenBefore, pagesWithNewRows: 2 },
    state: { rowCount: 5, pages: 2 },
  },
  {
    name: 'hidden rows explain the total: the scan ends',
    before: {
      position: at(5, 'g', 7),
      evidence: { ...nine, firstTotal: 7, lastTotal: 7, missingAtEnd: 1 },
      state: { rowCount: 6, largestPage: 2, pages: 4 },
    },
    page: '(fg):7',
    position: at(6, 'g', 7),
    evidence: { ...hiddenBefore, signals: ['seam', 'shortPage', 'total'] },
    state: { pagesWithoutNewRows: 1, pages: 5 },
    isLast: true,
  },
  {
    name: 'the same page without a total: the scan goes on',
    before: { position: at(5, 'g', null), state: { rowCount: 6, largestPage: 2, pages: 4 } },
    page: '(fg)',
    position: at(6, 'g', null),
    evidence: { ...movedBack, signals: ['seam', 'shortPage'] },
    state: { pagesWithoutNewRows: 1, pages: 5 },
  },
  {
    name: 'the overlap row is an invalid row',
    before: { position: at(2, 'C', 9), evidence: nine, state: middle },
    page: '(C)de:9',
    position: at(4, 'e', 9),
    evidence: { pagesWithNewRows: 2 },
    state: { rowCount: 5, pages: 2 },
  },
  {
    name: 'the overlap row is an invalid row in another place',
    before: { position: at(2, 'C', 9), evidence: nine, state: middle },
    page: '(bC)d:9',
    position: at(4, 'd', 9),
    evidence: { ...movedBack, pagesWithNewRows: 2 },
    state: { rowCount: 4, pages: 2 },
  },
  {
    name: 'new rows that are all invalid are new rows',
    before: { position: at(2, 'c', 9), evidence: nine, state: { ...middle, pagesWithoutNewRows: 2 } },
    page: '(c)DE:9',
    position: at(4, 'E', 9),
    evidence: { pagesWithNewRows: 2 },
    state: { rowCount: 5, pagesWithoutNewRows: 0, pages: 2 },
  },
  {
    name: 'the third full page of known rows: the server may ignore the position',
    before: { position: at(2, 'c', 9), evidence: nine, state: { ...middle, pagesWithoutNewRows: 2 } },
    page: '(abc):9',
    position: at(4, 'c', 9),
    evidence: {
      signals: ['seam', 'shortPage', 'total'],
      insertedBefore: 2,
      rowsMoved: true,
      repeatsFullPage: true,
    },
    state: { pagesWithoutNewRows: 3, pages: 2 },
    isLast: true,
  },
  {
    name: 'the third full page of known rows, where no page with new rows was full, and rows are missing',
    before: {
      position: at(2, 'c', 9),
      evidence: { ...nine, hasFullPage: false },
      state: { ...middle, pagesWithoutNewRows: 2 },
    },
    page: '(abc):9',
    position: at(4, 'c', 9),
    evidence: {
      signals: ['seam', 'shortPage', 'total'],
      insertedBefore: 2,
      rowsMoved: true,
      repeatsFullPage: true,
    },
    state: { pagesWithoutNewRows: 3, pages: 2 },
    isLast: true,
  },
  {
    name: 'the third full page of known rows, where no page with new rows was full, and none is missing',
    before: {
      position: at(2, 'c', null),
      evidence: { pagesWithNewRows: 1 },
      state: { ...middle, pagesWithoutNewRows: 2 },
    },
    page: '(abc)',
    position: at(4, 'c', null),
    evidence: { signals: ['seam', 'shortPage'], insertedBefore: 2, rowsMoved: true },
    state: { pagesWithoutNewRows: 3, pages: 2 },
    isLast: true,
  },
  {
    name: 'the third page without new rows is full of known ones, and another one was empty: it repeats nothing',
    before: {
      position: at(2, 'c', 9),
      evidence: { ...nine, hasEmptyPage: true },
      state: { ...middle, pagesWithoutNewRows: 2 },
    },
    page: '(abc):9',
    position: at(4, 'c', 9),
    evidence: { signals: ['seam', 'shortPage', 'total'], hasGap: true, insertedBefore: 2, rowsMoved: true },
    state: { pagesWithoutNewRows: 3, pages: 2 },
    isLast: true,
  },
  {
    name: 'an empty page before more rows does not show how many rows the server serves',
    before: { position: at(2, 'c', 9, 5), evidence: nine, state: middle },
    page: '-:9',
    position: at(6, null, 9, 5),
    evidence: { signals: ['seam', 'shortPage'], isContiguous: false, hasEmptyPage: true },
    state: { pagesWithoutNewRows: 1, pages: 2 },
  },
  {
    name: 'a page of the size requested after a larger one: the size stays',
    before: { position: at(3, 'd', 9), evidence: nine, state: { ...middle, rowCount: 4, largestPage: 4 } },
    page: '(d)ef:9',
    position: at(5, 'f', 9),
    evidence: { pagesWithNewRows: 2 },
    state: { rowCount: 6, pages: 2 },
  },
  {
    name: 'the third full page of known rows joins the one before: rows were inserted meanwhile',
    before: { position: at(2, 'c', 9), evidence: nine, state: { ...middle, pagesWithoutNewRows: 2 } },
    page: '(cab):9',
    position: at(2, 'c', 9),
    evidence: { signals: ['repeatedId', 'shortPage', 'total'], isContiguous: false, rowsMoved: true },
    state: { pagesWithoutNewRows: 3, pages: 2 },
    isLast: true,
  },
  {
    name: 'the third page of known rows with room for more: nothing else comes',
    before: {
      position: at(2, 'c', null, 5),
      evidence: { pagesWithNewRows: 1 },
      state: { ...middle, pagesWithoutNewRows: 2 },
    },
    page: '(abc)',
    position: at(4, 'c', null, 5),
    evidence: { signals: ['seam', 'shortPage'], insertedBefore: 2, rowsMoved: true },
    state: { pagesWithoutNewRows: 3, pages: 2 },
    isLast: true,
  },
  {
    name: 'an exact total and a short page with new rows: the end',
    before: { position: at(7, 'h', 9), evidence: nine, state: { ...middle, rowCount: 8 } },
    page: '(h)i:9',
    exactTotals: true,
    position: at(8, 'i', 9),
    evidence: { pagesWithNewRows: 2, reachedEnd: true, totalMatches: true },
    state: { rowCount: 9, pages: 2 },
    isLast: true,
  },
  {
    name: 'a total like the size of its page is not usable, where totals are hints',
    page: 'abc:3',
    position: at(2, 'c', null),
    evidence: { pagesWithNewRows: 1, hasFullPage: true },
    state: middle,
  },
  {
    name: 'a total like the size of its page is usable, where totals are exact',
    page: 'abc:3',
    exactTotals: true,
    position: at(2, 'c', 3),
    evidence: { ...nine, firstTotal: 3, lastTotal: 3 },
    state: middle,
  },
  {
    name: 'the last rows have one time: the next page begins with them',
    before: { position: at(0, null, null, 4) },
    page: 'abcd~3:9',
    position: at(3, 'd', 9, 4),
    evidence: nine,
    state: { ...middle, rowCount: 4, largestPage: 4, tiesBefore: 2 },
  },
  {
    name: 'a page of one time: the next page begins with a quarter of it',
    before: { position: at(0, null, null, 8) },
    page: 'abcdefgh~8:9',
    position: at(7, 'h', 9, 8),
    evidence: nine,
    state: { ...middle, rowCount: 8, largestPage: 8, tiesBefore: 1 },
  },
  {
    name: 'the overlap row comes after the rows of its time: nothing moved',
    before: { position: at(3, 'd', 9), evidence: nine, state: { ...middle, rowCount: 4, tiesBefore: 1 } },
    page: '(cd)e:9',
    position: at(4, 'e', 9),
    evidence: { pagesWithNewRows: 2 },
    state: { rowCount: 5, pages: 2, tiesBefore: 0 },
  },
  {
    name: 'the overlap row comes before a row of its time: they are ordered otherwise',
    before: { position: at(3, 'd', 9), evidence: nine, state: { ...middle, rowCount: 4, tiesBefore: 1 } },
    page: '(dc)e:9',
    position: at(4, 'e', 9),
    evidence: { signals: ['seam', 'repeatedId'], isContiguous: false, rowsMoved: true, pagesWithNewRows: 2 },
    state: { rowCount: 5, pages: 2, tiesBefore: 0 },
  },
  {
    name: 'a hidden row moves the next page back, which begins with rows of one time',
    before: {
      position: at(3, 'e', 9),
      evidence: { ...nine, missingAtEnd: 1 },
      state: { ...middle, rowCount: 4, tiesBefore: 1 },
    },
    page: '(cde):9',
    position: at(4, 'e', 9),
    evidence: { ...hiddenBefore, signals: ['seam', 'shortPage'] },
    state: { pagesWithoutNewRows: 1, pages: 2, tiesBefore: 0 },
  },
  {
    name: 'an exact total and a short page that begins with rows of one time: the end',
    before: { position: at(7, 'h', 9, 5), evidence: nine, state: { ...middle, rowCount: 8, tiesBefore: 1 } },
    page: '(gh)i:9',
    exactTotals: true,
    position: at(8, 'i', 9, 5),
    evidence: { pagesWithNewRows: 2, reachedEnd: true, totalMatches: true },
    state: { rowCount: 9, pages: 2, tiesBefore: 0 },
    isLast: true,
  },
  {
    name: 'nothing but the known rows of one time: the end',
    before: { position: at(8, 'i', 9, 5), evidence: nine, state: { ...middle, rowCount: 9, tiesBefore: 1 } },
    page: '(hi):9',
    position: at(8, 'i', 9, 5),
    evidence: { reachedEnd: true, totalMatches: true },
    state: { pagesWithoutNewRows: 1, pages: 2, tiesBefore: 0 },
    isLast: true,
  },
  {
    name: 'a signal of a page before is not added again',
    before: {
      position: at(2, 'c', 9),
      evidence: { ...nine, signals: ['total', 'seam'], insertedBefore: 1, missingInside: 1 },
      state: middle,
    },
    page: '(bc)d:9',
    position: at(4, 'd', 9),
    evidence: { insertedBefore: 2, rowsMoved: true, pagesWithNewRows: 2 },
    state: { rowCount: 4, pages: 2 },
  },
]

it.each(steps)('a step by row numbers: $name', (expected) => {
  const { before = {}, page, exactTotals = false, position, evidence = {}, state = {}, isLast = false } = expected
  const from = stateOf(before, beginning)
  const step = stepByOffset(from, factsOf(page), exactTotals)
  const changes = changesOf(from, step.state)
  expect(changes).toEqual({ position, evidence, state })
  expect(step.isLast).toBe(isLast)
})

it('resumed by row numbers: rows in front of the overlap row are known on the first page only', async () => {
  const { pages } = scripted(offsetStrategy, ['b(c)d:9', 'x(d)e:9'], resumed, { areRowsBeforeKnown: false })
  expect(newIdsOf((await pages.next()).value)).toBe('d')
  expect(newIdsOf((await pages.next()).value)).toBe('xe')
})

import { expect, it } from 'vitest'
import { markPageTooLarge } from '../../../src/adapter-kit/page-too-large.js'
import { ApiError } from '../../../src/errors.js'
import { type PagePosition, startScan } from '../../../src/listing/scan.js'
import { numberStrategy, resumeByNumber, stepByNumber } from '../../../src/listing/scan-by-number.js'
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

const beginning: PagePosition = { skip: 0, limit: 2, overlapId: null, total: null }
const wide: PagePosition = { ...beginning, limit: 5 }
const resumed: PagePosition = { skip: 2, limit: 2, overlapId: 'd', total: 6 }
const positionText = ({ skip, limit, overlapId, isAfterShortPage }: PagePosition): string =>
  [`${skip}/${limit}`, overlapId, isAfterShortPage && 'short'].filter(Boolean).join(' ')

/** After the last page the scan resumes where that page began. */
const table: [name: string, responses: string, positions: string, evidence: string, start?: PagePosition][] = [
  [
    'a list that stands still',
    'ab:5 cd:5 e:5 -:5',
    '0/2, 1/2 b, 2/2 d, 3/2 e short',
    'contiguous, end, total matches, 5..5, pages 3, empty page, full page',
  ],
  [
    'without totals nothing shows that pages join',
    'ab cd -',
    '0/2, 1/2 b, 2/2 d',
    'end, pages 2, empty page, full page',
  ],
  [
    'a page without a total: the total does not match',
    'ab:4 cd -:4',
    '0/2, 1/2 b, 2/2 d',
    'contiguous, end, 4..4, pages 2, empty page, full page',
  ],
  ['no row at all', '-:0', '0/2', 'contiguous, end, total matches, 0..0, pages 0, empty page'],
  [
    'a short first page: its size is requested from then on',
    'ab:4 cd:4 -:4',
    '0/5, 1/2 b, 2/2 d',
    'contiguous, end, total matches, 4..4, pages 2, empty page, full page',
    wide,
  ],
  [
    'a short page in the middle',
    'ab:5 c:5 ef:5 -:5',
    '0/2, 1/2 b, 2/2 c short, 3/2 f',
    'shortPage, end, total matches, 5..5, pages 3, empty page, full page, inside 1',
  ],
  [
    'an inserted row repeats one, and the total grows',
    'ab:4 (b)c:5 d:5 -:5',
    '0/2, 1/2 b, 2/2 c, 3/2 d short',
    'repeatedId, total, contiguous, end, 4..5, inserted 1, pages 3, empty page, full page, moved',
  ],
  [
    'an inserted row pushes a known one into the page after the last',
    'abc:3 (c):4 -:4',
    '0/5, 1/3 c, 2/3 c short',
    'repeatedId, total, contiguous, end, 3..4, pages 1, empty page, moved',
    wide,
  ],
  [
    'a repeated row, and the total stays',
    'ab:3 (b)c:3 -:3',
    '0/2, 1/2 b, 2/2 c',
    'repeatedId, end, total matches, 3..3, inserted 1, pages 2, empty page, full page, moved',
  ],
  [
    'a total that grew by more than the repeated rows',
    'abc:4 (bc)d:7 -:7 -:7',
    '0/3, 1/3 c, 2/3 d, 3/3',
    'repeatedId, total, end, 4..7, inserted 2, pages 2, empty page, full page, moved',
    { ...wide, limit: 3 },
  ],
  [
    'a total that fell: a row may have been skipped',
    'ab:5 de:4 -:4',
    '0/2, 1/2 b, 2/2 e',
    'total, end, total matches, 5..4, pages 2, empty page, full page',
  ],
  [
    'a late total: the repeated last row joins the pages',
    'ab (b)c:4 -:4',
    '0/2, 1/2 b, 2/2 c',
    'repeatedId, total, contiguous, end, 4..4, inserted 1, pages 2, empty page, full page, moved',
  ],
  [
    'a late total: nothing joins the pages',
    'ab cd:4 -:4',
    '0/2, 1/2 b, 2/2 d',
    'end, 4..4, pages 2, empty page, full page',
  ],
  [
    'three pages of known rows end it, and repeat a full page',
    'ab (ab) (ab) (ab)',
    '0/2, 1/2 b, 2/2 b, 3/2 b',
    'repeatedId, contiguous, pages 1, full page, moved, repeats',
  ],
  [
    'pages without new rows are counted from zero after a new row',
    'ab (ab) (ab) (b)c (bc) (bc) (bc)',
    '0/2, 1/2 b, 2/2 b, 3/2 b, 4/2 c, 5/2 c, 6/2 c',
    'repeatedId, contiguous, inserted 1, pages 2, full page, moved, repeats',
  ],
  [
    'a row of the total is missing',
    'ab:3 -:3 -:3',
    '0/2, 1/2 b, 2/2',
    'total, end, 3..3, pages 1, empty page, full page',
  ],
  [
    'rows of the total are missing: three pages without new rows',
    'ab:20 -:20 -:20 -:20',
    '0/2, 1/2 b, 2/2, 3/2',
    'total, 20..20, pages 1, empty page, full page',
  ],
  [
    'an empty page in between is a gap',
    'ab:6 -:6 ef:6 -:6',
    '0/2, 1/2 b, 2/2, 3/2 f',
    'total, end, 6..6, pages 2, empty page, gap, full page',
  ],
  [
    'resumed: the page before ends with the same row',
    '(cd):6 ef:6 -:6',
    '2/2 d, 3/2 f',
    'contiguous, end, total matches, 6..6, pages 1, empty page, full page',
    resumed,
  ],
  [
    'resumed: the rows of the page before are known',
    '(cd):6 (c)e:7 -:7 -:7',
    '2/2 d, 3/2 e, 4/2',
    'repeatedId, total, end, 6..7, inserted 1, pages 1, empty page, full page, moved',
    resumed,
  ],
  [
    'resumed: the page before ends with another row',
    '(dx):6 ef:6 -:6',
    '2/2 d, 3/2 f',
    'seam, end, total matches, 6..6, pages 1, empty page, full page',
    resumed,
  ],
  ['resumed: the page before is empty', '-:0 -:0', '2/2 d', 'seam, total, end, 6..0, pages 0, empty page', resumed],
  [
    'resumed: without an overlap row the page before is not requested',
    'ef:6 -:6',
    '2/2, 3/2 f',
    'contiguous, end, total matches, 6..6, pages 1, empty page, full page',
    { ...resumed, overlapId: null },
  ],
  [
    'resumed: behind a short page',
    '(cd):6 ef:6 -:6',
    '2/2 d short, 3/2 f',
    'shortPage, end, total matches, 6..6, pages 1, empty page, full page',
    { ...resumed, isAfterShortPage: true },
  ],
]

it.each(table)('by page numbers: %s', async (_, responses, positions, evidence, start = beginning) => {
  const script = responses.split(' ')
  const { requests, released, pages } = scripted(numberStrategy, script, start)
  const got = await collect(pages)
  const before = start.overlapId === null ? [] : ['1/2']
  expect(requests).toEqual([...before, ...positions.split(', ').map((position) => position.split(' ')[0])])
  expect(got.map(newIdsOf)).toEqual(script.map(newIds).slice(-got.length))
  expect(got.map(({ position }) => positionText(position)).join(', ')).toBe(positions)
  const last = got.at(-1)
  expect(last && describeEvidence(last.state.evidence)).toBe(evidence)
  expect(got.slice(1).map(({ position }) => position)).toEqual(got.slice(0, -1).map(({ state }) => state.position))
  expect(last?.state.position).toEqual(last?.position)
  const rowsBefore = start.skip * start.limit
  expect(last?.state.rowCount).toBe(rowsBefore + got.map(newIdsOf).join('').length)
  expect(last?.state.pages).toBe(got.length)
  expect(got.map(({ isLast }) => isLast)).toEqual(got.map((_, index) => index === got.length - 1))
  expect(released).toEqual(requests.map((_, index) => index))
})

it('by page numbers: each page has its own position and the next one', async () => {
  const { pages } = scripted(numberStrategy, ['ab:5', 'c:5', 'e:6'], beginning)
  const first = { skip: 1, limit: 2, overlapId: 'b', total: 5 }
  const second = { skip: 2, limit: 2, overlapId: 'c', total: 5, isAfterShortPage: true }
  const third = { skip: 3, limit: 2, overlapId: 'e', total: 6, isAfterShortPage: true }
  expect((await pages.next()).value).toMatchObject({
    position: beginning,
    state: { position: first },
    received: 2,
    total: 5,
  })
  const { value } = await pages.next()
  expect(value.position).toStrictEqual(first)
  expect(value.state.position).toStrictEqual(second)
  expect((await pages.next()).value).toMatchObject({
    position: second,
    state: { position: third },
    received: 1,
    total: 6,
  })
})

it('by page numbers: the page before is released, and its rows are known, before the next one is yielded', async () => {
  const { released, seen, pages } = scripted(numberStrategy, ['(cd):6', 'ef:6'], resumed)
  await pages.next()
  expect(released).toEqual([0])
  expect([...seen].sort()).toEqual(['c', 'd', 'e', 'f'])
})

it('by page numbers: a failure is passed on', async () => {
  const failure = new ApiError('no')
  const { requests, pages } = scripted(numberStrategy, ['ab:4', failure], beginning)
  await expect(collect(pages)).rejects.toBe(failure)
  expect(requests).toEqual(['0/2', '1/2'])
})

it('by page numbers: a page that is too large is not requested again', async () => {
  const tooLarge = markPageTooLarge(new ApiError('too large'))
  const { requests, pages } = scripted(numberStrategy, [tooLarge], { ...beginning, limit: 50 })
  await expect(collect(pages)).rejects.toBe(tooLarge)
  expect(requests).toEqual(['0/50'])
})

it.each([
  { response: 'aB:9', rows: 'a', failed: 'B', overlapId: 'B' },
  { response: 'Ab:9', rows: 'b', failed: 'A', overlapId: 'b' },
  { response: 'AB:9', rows: '', failed: 'AB', overlapId: 'B' },
])('by page numbers: the invalid rows of "$response" are skipped and reported', async (expected) => {
  const { pages } = scripted(numberStrategy, [expected.response], beginning)
  const { value } = await pages.next()
  const position = { skip: 1, limit: 2, overlapId: expected.overlapId, total: 9 }
  expect(value).toMatchObject({ received: 2, state: { position, rowCount: 2 }, isLast: false })
  expect(value.rows.map(({ id }: { id: string }) => id).join('')).toBe(expected.rows)
  expect(`${value.newIds.join('')}:9`).toBe(expected.response)
  expect(value.failures.map(({ id }: { id: string }) => id).join('')).toBe(expected.failed)
  expect(value.failures[0].error.complaintId).toBe(expected.failed[0])
})

it.each([
  ['pages that have valid rows, too', 'aB:8 cD:8 eF:8 gH:8 -:8', null],
  ['two pages of invalid rows, and two more later', 'AB:12 CD:12 ef:12 GH:12 IJ:12 kl:12 -:12', null],
  ['a page of invalid rows after two empty ones', '-:12 -:12 EF:12 gh:12 ij:12 kl:12 -:12 -:12 -:12', null],
  ['three pages of invalid rows', 'ab:12 CD:12 EF:12 GH:12 ij:12', 'G'],
] as const)('by page numbers: %s: the scan ends with an error only after three in a row', async (_, script, failed) => {
  const { pages } = scripted(numberStrategy, script.split(' '), beginning)
  const outcome = collect(pages).then(
    () => null,
    (error: { complaintId?: string }) => error.complaintId,
  )
  expect(await outcome).toBe(failed)
})

it.each([
  { total: 5, ahead: [1, 3, 3, 4] },
  { total: 6, ahead: [1, 3, 3, 4] },
  { total: 7, ahead: [1, 4, 4, 4] },
])('by page numbers: no page is requested ahead behind the last one of $total rows', async ({ total, ahead }) => {
  const responses = ['ab', 'cd', 'ef', 'g'].map((ids) => `${ids}:${total}`)
  const { requests, pages } = scripted(numberStrategy, responses, beginning, { depth: 3 })
  const counts: number[] = []
  for await (const page of pages) {
    counts.push(requests.length)
    page.release()
    if (page.position.skip === 3) break
  }
  expect(counts).toEqual(ahead)
})

it('by page numbers: pages requested ahead are released when the scan is left', async () => {
  const script = ['ab:8', 'cd:8', 'ef:8', new ApiError('no')]
  const { requests, released, pages } = scripted(numberStrategy, script, beginning, { depth: 3 })
  for await (const page of pages) {
    page.release()
    if (page.position.skip === 1) break
  }
  await settled()
  expect(requests).toEqual(['0/2', '1/2', '2/2', '3/2'])
  expect(released).toEqual([0, 1, 2])
})

interface Resumed {
  readonly name: string
  readonly start?: PagePosition
  readonly known: string
  readonly areRowsBeforeKnown?: boolean
  /** The page before, then the first page. */
  readonly responses: string
  readonly evidence: string
}

const resumes: Resumed[] = [
  {
    name: 'nothing moved',
    known: 'abc',
    responses: '(cd):6 ef:6',
    evidence: 'contiguous, 6..6, pages 1, full page',
  },
  {
    name: 'a row was inserted at the front, and the total grew',
    known: 'abc',
    responses: '(bc):7 (d)e:7',
    evidence: 'repeatedId, total, contiguous, 6..7, inserted 1, pages 1, full page, moved',
  },
  {
    name: 'the rows of the page before are known, and the total stayed',
    known: 'abc',
    responses: '(bc):6 (d)e:6',
    evidence: 'repeatedId, seam, 6..6, inserted 1, pages 1, full page, moved',
  },
  {
    name: 'the page before has a row that was not rowCount, and the total grew',
    known: 'abc',
    responses: '(xc):7 (d)e:7',
    evidence: 'repeatedId, seam, total, 6..7, inserted 1, pages 1, full page, moved',
  },
  {
    name: 'the page before has a row that was not rowCount, and ends with the same row',
    known: 'abc',
    responses: '(xd):6 ef:6',
    evidence: 'seam, 6..6, pages 1, full page',
  },
  {
    name: 'the first page has a row that was not rowCount, and the total grew',
    start: { ...resumed, skip: 1, overlapId: 'b' },
    known: 'a',
    responses: '(xa):7 (b)c:7',
    evidence: 'repeatedId, total, contiguous, 6..7, inserted 1, pages 1, full page, moved',
  },
  {
    name: 'the ids are not known, and the total grew',
    known: '',
    areRowsBeforeKnown: false,
    responses: '(bc):7 (d)e:7',
    evidence: 'repeatedId, total, contiguous, 6..7, inserted 1, pages 1, full page, moved',
  },
]

it.each(resumes)('resumed by page numbers: $name', async (expected) => {
  const { start = resumed, known, areRowsBeforeKnown = true, responses, evidence } = expected
  const { requests, pages } = scripted(numberStrategy, responses.split(' '), start, { known, areRowsBeforeKnown })
  const { value } = await pages.next()
  expect(requests).toEqual([`${start.skip - 1}/2`, `${start.skip}/2`])
  expect(describeEvidence(value.state.evidence)).toBe(evidence)
})

interface Step {
  readonly name: string
  readonly before?: StateParts
  readonly page: string
  /** The next position, and every other field that the page changes. */
  readonly position: PagePosition
  readonly evidence?: StateParts['evidence']
  readonly state?: StateParts['state']
  readonly isLast?: boolean
}

const at = (skip: number, overlapId: string | null, total: number | null, limit = 2): PagePosition => ({
  skip,
  limit,
  overlapId,
  total,
})
const shortAt = (...position: Parameters<typeof at>): PagePosition => ({ ...at(...position), isAfterShortPage: true })
const nine = { firstTotal: 9, lastTotal: 9, pagesWithNewRows: 1, hasFullPage: true } as const
const front: NonNullable<StateParts['state']> = { rowCount: 2, largestPage: 2, pages: 1 }
const middle: NonNullable<StateParts['state']> = { rowCount: 4, largestPage: 2, pages: 2 }

const steps: Step[] = [
  { name: 'a full first page', page: 'ab:9', position: at(1, 'b', 9), evidence: nine, state: front },
  {
    name: 'a short first page: its size is requested from then on',
    before: { position: wide },
    page: 'ab:9',
    position: at(1, 'b', 9),
    evidence: { firstTotal: 9, lastTotal: 9, pagesWithNewRows: 1, missingAtEnd: 3 },
    state: front,
  },
  {
    name: 'new rows behind a short first page: the server caps its pages',
    before: { position: at(1, 'b', 9), evidence: { ...nine, missingAtEnd: 3 }, state: front },
    page: 'cd:9',
    position: at(2, 'd', 9),
    evidence: { missingAtEnd: 0, pagesWithNewRows: 2 },
    state: { rowCount: 4, pages: 2 },
  },
  {
    name: 'a repeated row behind a short first page: rows are hidden',
    before: { position: at(1, 'b', 9), evidence: { ...nine, missingAtEnd: 3 }, state: front },
    page: '(b)c:9',
    position: at(2, 'c', 9),
    evidence: {
      signals: ['repeatedId'],
      isContiguous: false,
      maySkip: true,
      insertedBefore: 1,
      rowsMoved: true,
      missingAtEnd: 0,
      missingInside: 3,
      pagesWithNewRows: 2,
    },
    state: { rowCount: 3, pages: 2 },
  },
  {
    name: 'an empty page behind a short first page: rows are hidden, and pages of the first size follow it',
    before: { position: at(1, 'b', 9), evidence: { ...nine, missingAtEnd: 3 }, state: { ...front, requestedLimit: 5 } },
    page: '-:9',
    position: at(1, null, 9, 5),
    evidence: { isContiguous: false, hasEmptyPage: true },
    state: { pagesWithoutNewRows: 1, pages: 2 },
  },
  {
    name: 'an empty page behind others of the size of a short first page: the size stays',
    before: {
      position: at(3, 'f', 20),
      evidence: { ...nine, firstTotal: 20, lastTotal: 20, pagesWithNewRows: 3 },
      state: { rowCount: 6, largestPage: 2, pages: 3, requestedLimit: 5 },
    },
    page: '-:20',
    position: at(4, null, 20),
    evidence: { isContiguous: false, hasEmptyPage: true },
    state: { pagesWithoutNewRows: 1, pages: 4 },
  },
  {
    name: 'new rows behind a short first page: pages have its size from the start',
    before: { position: at(1, 'b', 9), evidence: { ...nine, missingAtEnd: 3 }, state: { ...front, requestedLimit: 5 } },
    page: 'cd:9',
    position: at(2, 'd', 9),
    evidence: { missingAtEnd: 0, pagesWithNewRows: 2 },
    state: { rowCount: 4, pages: 2, requestedLimit: 2 },
  },
  {
    name: 'a smaller page that reaches beyond a short first one: rows within it are not missing twice',
    before: {
      position: at(1, 'c', 20, 3),
      evidence: { ...nine, firstTotal: 20, lastTotal: 20, missingAtEnd: 2 },
      state: { rowCount: 3, largestPage: 3, pages: 1, requestedLimit: 5 },
    },
    page: '(c):20',
    position: { ...at(2, 'c', 20, 3), isAfterShortPage: true },
    evidence: {
      signals: ['repeatedId'],
      isContiguous: false,
      maySkip: true,
      rowsMoved: true,
      missingInside: 2,
      missingAtEnd: 1,
    },
    state: { pagesWithoutNewRows: 1, pages: 2 },
  },
  {
    name: 'new rows behind a short first page which an earlier process read: rows may be hidden',
    before: { position: at(1, 'b', 9), evidence: { ...nine, missingAtEnd: 3 }, state: { ...front, pages: 0 } },
    page: 'cd:9',
    position: at(2, 'd', 9),
    evidence: { missingAtEnd: 0, missingInside: 3, pagesWithNewRows: 2 },
    state: { rowCount: 4, pages: 1 },
  },
  {
    name: 'new rows behind a short page which is the first one of this process: rows may be hidden',
    before: { position: at(3, 'f', 9), evidence: { ...nine, missingAtEnd: 1 }, state: { ...middle, pages: 1 } },
    page: 'gh:9',
    position: at(4, 'h', 9),
    evidence: { missingAtEnd: 0, missingInside: 1, pagesWithNewRows: 2 },
    state: { rowCount: 6, pages: 2 },
  },
  {
    name: 'the total fell, and no row is repeated: a row may have been skipped',
    before: { position: at(2, 'd', 9), evidence: nine, state: middle },
    page: 'fg:8',
    position: at(3, 'g', 8),
    evidence: { signals: ['total'], lastTotal: 8, isContiguous: false, maySkip: true, pagesWithNewRows: 2 },
    state: { rowCount: 6, pages: 3 },
  },
  {
    name: 'no total, and no row is repeated: nothing shows whether the pages join',
    before: { position: at(2, 'd', null), evidence: { pagesWithNewRows: 1, hasFullPage: true }, state: middle },
    page: 'ef',
    position: at(3, 'f', null),
    evidence: { isContiguous: false, pagesWithNewRows: 2 },
    state: { rowCount: 6, pages: 3, isTotalAlwaysReported: false },
  },
  {
    name: 'no total, and a row is repeated that is not the last one: a row may have been skipped',
    before: { position: at(2, 'd', null), evidence: { pagesWithNewRows: 1, hasFullPage: true }, state: middle },
    page: '(b)e',
    position: at(3, 'e', null),
    evidence: {
      signals: ['repeatedId'],
      isContiguous: false,
      maySkip: true,
      insertedBefore: 1,
      rowsMoved: true,
      pagesWithNewRows: 2,
    },
    state: { rowCount: 5, pages: 3, isTotalAlwaysReported: false },
  },
  {
    name: 'a short page in the middle',
    before: { position: at(2, 'd', 9), evidence: nine, state: middle },
    page: 'e:9',
    position: shortAt(3, 'e', 9),
    evidence: { missingAtEnd: 1, pagesWithNewRows: 2 },
    state: { rowCount: 5, pages: 3 },
  },
  {
    name: 'a page behind a short one: a row is missing inside',
    before: {
      position: shortAt(3, 'e', 9),
      evidence: { ...nine, missingAtEnd: 1 },
      state: { ...middle, rowCount: 5, pages: 3 },
    },
    page: 'gh:9',
    position: at(4, 'h', 9),
    evidence: {
      signals: ['shortPage'],
      isContiguous: false,
      maySkip: true,
      missingInside: 1,
      missingAtEnd: 0,
      pagesWithNewRows: 2,
    },
    state: { rowCount: 7, pages: 4 },
  },
  {
    name: 'an empty page behind a short one: the row is missing at the end',
    before: {
      position: shortAt(3, 'e', 6),
      evidence: { ...nine, firstTotal: 6, lastTotal: 6, missingAtEnd: 1 },
      state: { ...middle, rowCount: 5, pages: 3 },
    },
    page: '-:6',
    position: shortAt(3, 'e', 6),
    evidence: { signals: ['total'], hasEmptyPage: true, reachedEnd: true },
    state: { pagesWithoutNewRows: 1, pages: 4 },
    isLast: true,
  },
  {
    name: 'a last page need not have more rows than the total covers',
    before: { position: at(4, 'h', 9), evidence: nine, state: { ...middle, rowCount: 8 } },
    page: 'i:9',
    position: shortAt(5, 'i', 9),
    evidence: { pagesWithNewRows: 2 },
    state: { rowCount: 9, pages: 3 },
  },
  {
    name: 'an empty page within the total, and hidden rows explain it: the end',
    before: { position: at(4, 'h', 9), evidence: { ...nine, missingInside: 1 }, state: { ...middle, rowCount: 8 } },
    page: '-:9',
    position: at(4, 'h', 9),
    evidence: { signals: ['total'], isContiguous: false, hasEmptyPage: true },
    state: { pagesWithoutNewRows: 1, pages: 3 },
    isLast: true,
  },
  {
    name: 'an empty page within the total, and rows hidden in the page before explain it: the end',
    before: { position: shortAt(4, 'g', 9), evidence: { ...nine, missingAtEnd: 1 }, state: { ...middle, rowCount: 8 } },
    page: '-:9',
    position: shortAt(4, 'g', 9),
    evidence: { signals: ['total'], isContiguous: false, hasEmptyPage: true },
    state: { pagesWithoutNewRows: 1, pages: 3 },
    isLast: true,
  },
  {
    name: 'an empty page within the total, and nothing explains it: the scan goes on',
    before: { position: at(4, 'h', 9), evidence: nine, state: { ...middle, rowCount: 8 } },
    page: '-:9',
    position: at(5, null, 9),
    evidence: { isContiguous: false, hasEmptyPage: true },
    state: { pagesWithoutNewRows: 1, pages: 3 },
  },
  {
    name: 'the third full page of known rows: the server may ignore the position',
    before: { position: at(3, 'b', 9), evidence: nine, state: { ...middle, rowCount: 2, pagesWithoutNewRows: 2 } },
    page: '(ab):9',
    position: at(3, 'b', 9),
    evidence: {
      signals: ['repeatedId', 'total'],
      isContiguous: false,
      maySkip: true,
      rowsMoved: true,
      repeatsFullPage: true,
    },
    state: { pagesWithoutNewRows: 3, pages: 3 },
    isLast: true,
  },
  {
    name: 'the third page without new rows is full of known ones, and another one was empty: it repeats nothing',
    before: {
      position: at(3, 'b', 9),
      evidence: { ...nine, hasEmptyPage: true },
      state: { ...middle, rowCount: 2, pagesWithoutNewRows: 2 },
    },
    page: '(ab):9',
    position: at(3, 'b', 9),
    evidence: { signals: ['repeatedId', 'total'], isContiguous: false, maySkip: true, hasGap: true, rowsMoved: true },
    state: { pagesWithoutNewRows: 3, pages: 3 },
    isLast: true,
  },
  {
    name: 'the third page of known rows, as many as the server serves at most, and the total says more',
    before: {
      position: at(3, 'b', 9),
      evidence: { ...nine, hasFullPage: false },
      state: { ...middle, rowCount: 2, pagesWithoutNewRows: 2 },
    },
    page: '(ab):9',
    position: at(3, 'b', 9),
    evidence: {
      signals: ['repeatedId', 'total'],
      isContiguous: false,
      maySkip: true,
      rowsMoved: true,
      repeatsFullPage: true,
    },
    state: { pagesWithoutNewRows: 3, pages: 3 },
    isLast: true,
  },
  {
    name: 'the third page of known rows, which are as many as the total: it repeats no full page',
    before: {
      position: at(3, 'b', 2),
      evidence: { firstTotal: 2, lastTotal: 2, pagesWithNewRows: 1 },
      state: { ...middle, rowCount: 2, pagesWithoutNewRows: 2 },
    },
    page: '(ab):2',
    position: at(3, 'b', 2),
    evidence: { signals: ['repeatedId'], isContiguous: false, maySkip: true, rowsMoved: true, totalMatches: true },
    state: { pagesWithoutNewRows: 3, pages: 3 },
    isLast: true,
  },
  {
    name: 'the third page without new rows is empty: it repeats nothing',
    before: {
      position: at(3, 'b', 20),
      evidence: { ...nine, firstTotal: 20, lastTotal: 20 },
      state: { ...middle, rowCount: 2, pagesWithoutNewRows: 2 },
    },
    page: '-:20',
    position: at(3, 'b', 20),
    evidence: { signals: ['total'], isContiguous: false, hasEmptyPage: true },
    state: { pagesWithoutNewRows: 3, pages: 3 },
    isLast: true,
  },
  {
    name: 'as many rows are repeated as the total grew',
    before: { position: at(2, 'd', 9), evidence: nine, state: middle },
    page: '(d)e:10',
    position: at(3, 'e', 10),
    evidence: {
      signals: ['total', 'repeatedId'],
      lastTotal: 10,
      insertedBefore: 1,
      rowsMoved: true,
      pagesWithNewRows: 2,
    },
    state: { rowCount: 5, pages: 3 },
  },
  {
    name: 'more rows are repeated than the total grew',
    before: { position: at(2, 'd', 9, 3), evidence: nine, state: middle },
    page: '(cd)e:10',
    position: at(3, 'e', 10, 3),
    evidence: {
      signals: ['total', 'repeatedId'],
      isContiguous: false,
      maySkip: true,
      lastTotal: 10,
      insertedBefore: 2,
      rowsMoved: true,
      pagesWithNewRows: 2,
    },
    state: { rowCount: 5, largestPage: 3, pages: 3 },
  },
  {
    name: 'an invalid row at the end of a page is its last row',
    before: { position: at(2, 'd', 9), evidence: nine, state: middle },
    page: 'eF:9',
    position: at(3, 'F', 9),
    evidence: { pagesWithNewRows: 2 },
    state: { rowCount: 6, pages: 3 },
  },
  {
    name: 'a short page without a total: what it lacks is not known',
    before: { position: at(2, 'd', null, 20), evidence: { pagesWithNewRows: 1 }, state: middle },
    page: '(d)efg',
    position: shortAt(3, 'g', null, 20),
    evidence: { signals: ['repeatedId'], insertedBefore: 1, rowsMoved: true, pagesWithNewRows: 2 },
    state: { rowCount: 7, largestPage: 4, pages: 3, isTotalAlwaysReported: false },
  },
  {
    name: 'ten rows without a total may be a full page of the server',
    before: { position: at(0, null, null, 20) },
    page: 'abcdefghij',
    position: at(1, 'j', null, 10),
    evidence: { hasFullPage: true, pagesWithNewRows: 1 },
    state: { rowCount: 10, largestPage: 10, pages: 1, isTotalAlwaysReported: false },
  },
]

it.each(steps)('a step by page numbers: $name', (expected) => {
  const { before = {}, page, position, evidence = {}, state = {}, isLast = false } = expected
  const from = stateOf(before, beginning)
  const step = stepByNumber(from, factsOf(page))
  expect(changesOf(from, step.state)).toEqual({ position, evidence, state })
  expect(step.isLast).toBe(isLast)
})

const gap = { signals: ['seam'], isContiguous: false, maySkip: true } as const
const grown = { signals: ['total'], lastTotal: 7 } as const
it.each([
  { isUnchanged: true, mayBeExplainedByInsertions: true, total: 6, next: 6, changes: {} },
  { isUnchanged: true, mayBeExplainedByInsertions: true, total: null, next: 6, changes: {} },
  { isUnchanged: true, mayBeExplainedByInsertions: false, total: 7, next: 7, changes: grown },
  { isUnchanged: true, mayBeExplainedByInsertions: true, total: 7, next: 7, changes: grown },
  // The next page compares its repeated rows with the growth of the total, so the earlier total stays.
  { isUnchanged: false, mayBeExplainedByInsertions: true, total: 7, next: 6, changes: grown },
  { isUnchanged: false, mayBeExplainedByInsertions: true, total: 6, next: 6, changes: gap },
  { isUnchanged: false, mayBeExplainedByInsertions: true, total: null, next: 6, changes: gap },
  {
    isUnchanged: false,
    mayBeExplainedByInsertions: true,
    total: 5,
    next: 5,
    changes: { ...gap, signals: ['total', 'seam'], lastTotal: 5 },
  },
  {
    isUnchanged: false,
    mayBeExplainedByInsertions: false,
    total: 7,
    next: 7,
    changes: { ...gap, signals: ['total', 'seam'], lastTotal: 7 },
  },
])(
  'resumeByNumber, unchanged $isUnchanged, shifted $mayBeExplainedByInsertions, total 6 and then $total',
  (expected) => {
    const { isUnchanged, mayBeExplainedByInsertions, total, next, changes } = expected
    const from = stateOf({ position: resumed, state: { rowCount: 4 } }, beginning)
    const after = resumeByNumber(from, total, { isUnchanged, mayBeExplainedByInsertions })
    expect(changesOf(from, after)).toEqual({ position: { ...resumed, total: next }, evidence: changes, state: {} })
  },
)

it('resumeByNumber: where no total was reported before, shifted rows are a gap', () => {
  const from = { ...startScan({ ...resumed, total: null }), rowCount: 4 }
  expect(resumeByNumber(from, null, { isUnchanged: true, mayBeExplainedByInsertions: true })).toEqual(from)
  expect(resumeByNumber(from, null, { isUnchanged: false, mayBeExplainedByInsertions: true })).toEqual(from)
  expect(resumeByNumber(from, null, { isUnchanged: false, mayBeExplainedByInsertions: false }).evidence).toMatchObject(
    gap,
  )
  expect(resumeByNumber(from, 7, { isUnchanged: false, mayBeExplainedByInsertions: true }).evidence).toMatchObject(gap)
})

it('by page numbers: behind a short page the next one is requested alone, and behind two of them every one', async () => {
  const responses = ['ab', 'c', 'ef', 'gh', 'ij', 'k', 'mn', 'op'].map((ids) => `${ids}:40`)
  const { requests, pages } = scripted(numberStrategy, responses, beginning, { depth: 3 })
  const counts: number[] = []
  for await (const page of pages) {
    counts.push(requests.length)
    page.release()
    if (counts.length === 8) break
  }
  expect(counts).toEqual([1, 4, 4, 6, 7, 8, 8, 8])
})

it('resumed by page numbers: pages are requested ahead at once, since the total is known', async () => {
  const { requests, pages } = scripted(numberStrategy, ['(cd):20', 'ef:20', 'gh:20', 'ij:20', 'kl:20'], resumedOf20, {
    depth: 3,
  })
  await pages.next()
  expect(requests).toEqual(['1/2', '2/2', '3/2', '4/2'])
})
const resumedOf20: PagePosition = { ...resumed, total: 20 }

it('resumed by page numbers: a row that is in the page before now is new where it comes again', async () => {
  const { pages } = scripted(numberStrategy, ['xc:7', 'xe:7'], resumed, { known: 'abcd', areRowsBeforeKnown: true })
  expect(newIdsOf((await pages.next()).value)).toBe('xe')
  const unknown = scripted(numberStrategy, ['xc:7', '(x)e:7'], resumed, { areRowsBeforeKnown: false })
  expect(newIdsOf((await unknown.pages.next()).value)).toBe('e')
})

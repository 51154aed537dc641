import { expect, it } from 'vitest'
import { ApiError, ResponseError } from '../../../src/errors.js'
import type { PagePosition } from '../../../src/listing/scan.js'
import { scanByNumber } from '../../../src/listing/scan-by-number.js'
import { all, fresh, pageOf, readingBy, said, settled } from './readings.js'

const beginning: PagePosition = { skip: 0, limit: 2, anchor: null, total: null }
const wide: PagePosition = { ...beginning, limit: 5 }
const resumed: PagePosition = { skip: 2, limit: 2, anchor: 'd', total: 6 }
const placeOf = ({ skip, limit, anchor, isAfterShortPage }: PagePosition): string =>
  [`${skip}/${limit}`, anchor, isAfterShortPage && 'short'].filter(Boolean).join(' ')

/** The last page says to go on where it began. */
const table: [name: string, answers: string, places: string, findings: string, start?: PagePosition][] = [
  [
    'a list that stands still',
    'ab:5 cd:5 e:5 -:5',
    '0/2, 1/2 b, 2/2 d, 3/2 e short',
    'joined, end, borne, 5..5, fruitful 3, emptied, full',
  ],
  ['totals untold join nothing', 'ab cd -', '0/2, 1/2 b, 2/2 d', 'end, fruitful 2, emptied, full'],
  [
    'a total untold on one page bears nothing out',
    'ab:4 cd -:4',
    '0/2, 1/2 b, 2/2 d',
    'joined, end, 4..4, fruitful 2, emptied, full',
  ],
  ['no row at all', '-:0', '0/2', 'joined, end, borne, 0..0, fruitful 0, emptied'],
  [
    'a short first page: its size is asked from then on',
    'ab:4 cd:4 -:4',
    '0/5, 1/2 b, 2/2 d',
    'joined, end, borne, 4..4, fruitful 2, emptied, full',
    wide,
  ],
  [
    'a short page in the middle',
    'ab:5 c:5 ef:5 -:5',
    '0/2, 1/2 b, 2/2 c short, 3/2 f',
    'shortPage, end, borne, 5..5, fruitful 3, emptied, full',
  ],
  [
    'a row that came in repeats one, and the total says so',
    'ab:4 (b)c:5 d:5 -:5',
    '0/2, 1/2 b, 2/2 c, 3/2 d short',
    'repeatedId, total, joined, end, 4..5, before 1, fruitful 3, emptied, full',
  ],
  [
    'a repeated row, and the total does not say so',
    'ab:3 (b)c:3 -:3',
    '0/2, 1/2 b, 2/2 c',
    'repeatedId, end, borne, 3..3, before 1, fruitful 2, emptied, full',
  ],
  [
    'a total that grew by more than the repeated rows',
    'abc:4 (bc)d:7 -:7 -:7',
    '0/3, 1/3 c, 2/3 d, 3/3',
    'repeatedId, total, end, 4..7, before 2, fruitful 2, emptied, full',
    { ...wide, limit: 3 },
  ],
  [
    'a total that fell: a row may have slipped through',
    'ab:5 de:4 -:4',
    '0/2, 1/2 b, 2/2 e',
    'total, end, borne, 5..4, fruitful 2, emptied, full',
  ],
  [
    'a total told late: the repeated last row joins the pages',
    'ab (b)c:4 -:4',
    '0/2, 1/2 b, 2/2 c',
    'repeatedId, total, joined, end, 4..4, before 1, fruitful 2, emptied, full',
  ],
  [
    'a total told late: nothing joins the pages',
    'ab cd:4 -:4',
    '0/2, 1/2 b, 2/2 d',
    'end, 4..4, fruitful 2, emptied, full',
  ],
  [
    'three pages of known rows bring nothing, and no end',
    'ab (ab) (ab) (ab)',
    '0/2, 1/2 b, 2/2 b, 3/2 b',
    'repeatedId, joined, fruitful 1, full',
  ],
  [
    'pages that bring nothing are counted anew behind one that brought something',
    'ab (ab) (ab) (b)c (bc) (bc) (bc)',
    '0/2, 1/2 b, 2/2 b, 3/2 b, 4/2 c, 5/2 c, 6/2 c',
    'repeatedId, joined, before 1, fruitful 2, full',
  ],
  ['the promised row is missing', 'ab:3 -:3 -:3', '0/2, 1/2 b, 2/2', 'total, end, 3..3, fruitful 1, emptied, full'],
  [
    'promised rows are missing: three pages that bring nothing',
    'ab:20 -:20 -:20 -:20',
    '0/2, 1/2 b, 2/2, 3/2',
    'total, 20..20, fruitful 1, emptied, full',
  ],
  [
    'an empty page in between is a hole',
    'ab:6 -:6 ef:6 -:6',
    '0/2, 1/2 b, 2/2, 3/2 f',
    'total, end, 6..6, fruitful 2, emptied, hole, full',
  ],
  [
    'resumed: the page before still ends where it did',
    '(cd):6 ef:6 -:6',
    '2/2 d, 3/2 f',
    'joined, end, borne, 6..6, fruitful 1, emptied, full',
    resumed,
  ],
  [
    'resumed: the rows of the page before are known',
    '(cd):6 (c)e:7 -:7 -:7',
    '2/2 d, 3/2 e, 4/2',
    'repeatedId, total, end, 6..7, before 1, fruitful 1, emptied, full',
    resumed,
  ],
  [
    'resumed: the page before ends elsewhere',
    '(dx):6 ef:6 -:6',
    '2/2 d, 3/2 f',
    'seam, end, borne, 6..6, fruitful 1, emptied, full',
    resumed,
  ],
  ['resumed: the page before is empty', '-:0 -:0', '2/2 d', 'seam, total, end, 6..0, fruitful 0, emptied', resumed],
  [
    'resumed: without a last row the page before is not read',
    'ef:6 -:6',
    '2/2, 3/2 f',
    'joined, end, borne, 6..6, fruitful 1, emptied, full',
    { ...resumed, anchor: null },
  ],
  [
    'resumed: behind a short page',
    '(cd):6 ef:6 -:6',
    '2/2 d short, 3/2 f',
    'shortPage, end, borne, 6..6, fruitful 1, emptied, full',
    { ...resumed, isAfterShortPage: true },
  ],
]

it.each(table)('by page numbers: %s', async (_, answers, places, findingsSaid, start = beginning) => {
  const words = answers.split(' ')
  const { asked, released, findings, pages } = readingBy(scanByNumber, words, start)
  const got = await all(pages)
  const before = start.anchor === null ? [] : ['1/2']
  expect(asked).toEqual([...before, ...places.split(', ').map((place) => place.split(' ')[0])])
  expect(got.map((page) => page.newRows.map(({ id }) => id).join(''))).toEqual(words.map(fresh).slice(-got.length))
  expect(got.map(({ place }) => placeOf(place)).join(', ')).toBe(places)
  expect(said(findings)).toBe(findingsSaid)
  expect(got.slice(1).map(({ place }) => place)).toEqual(got.slice(0, -1).map((page) => page.next))
  expect(got.at(-1)?.next).toEqual(got.at(-1)?.place)
  expect(got.map(({ isLast }) => isLast)).toEqual(got.map((_, index) => index === got.length - 1))
  expect(released).toEqual(asked.map((_, index) => index))
})

it('by page numbers: each page says where it began and where the next one begins', async () => {
  const { pages } = readingBy(scanByNumber, ['ab:5', 'c:5', 'e:6'], beginning)
  const first = { skip: 1, limit: 2, anchor: 'b', total: 5 }
  const second = { skip: 2, limit: 2, anchor: 'c', total: 5, isAfterShortPage: true }
  const third = { skip: 3, limit: 2, anchor: 'e', total: 6, isAfterShortPage: true }
  expect((await pages.next()).value).toMatchObject({ place: beginning, next: first, received: 2, total: 5 })
  const { value } = await pages.next()
  expect(value.place).toStrictEqual(first)
  expect(value.next).toStrictEqual(second)
  expect((await pages.next()).value).toMatchObject({ place: second, next: third, received: 1, total: 6 })
})

it('by page numbers: the page before is let go of, and its rows are known, before the next one comes', async () => {
  const { released, seen, pages } = readingBy(scanByNumber, ['(cd):6', 'ef:6'], resumed)
  await pages.next()
  expect(released).toEqual([0])
  expect([...seen].sort()).toEqual(['c', 'd', 'e', 'f'])
})

it('by page numbers: a failure is passed on', async () => {
  const failure = new ApiError('no')
  const { asked, pages } = readingBy(scanByNumber, ['ab:4', failure], beginning)
  await expect(all(pages)).rejects.toBe(failure)
  expect(asked).toEqual(['0/2', '1/2'])
})

it.each([
  { ids: 'a', anchor: 'a' },
  { ids: '-', anchor: null },
])('by page numbers: a row that cannot be used, behind "$ids"', async ({ ids, anchor }) => {
  const failure = new ResponseError('no id')
  const { pages } = readingBy(scanByNumber, [{ ...pageOf(ids), received: 2, total: 9, failure }], beginning)
  const { value } = await pages.next()
  expect(value).toMatchObject({ received: 2, next: { skip: 1, limit: 2, anchor, total: 9 }, isLast: false })
  expect(value.failure).toBe(failure)
})

it.each([
  { total: 5, ahead: [1, 3, 3, 4] },
  { total: 6, ahead: [1, 3, 3, 4] },
  { total: 7, ahead: [1, 4, 4, 4] },
])('by page numbers: no page is asked ahead behind the last one of $total rows', async ({ total, ahead }) => {
  const answers = ['ab', 'cd', 'ef', 'g'].map((ids) => `${ids}:${total}`)
  const { asked, pages } = readingBy(scanByNumber, answers, beginning, { depth: 3 })
  const counts: number[] = []
  for await (const page of pages) {
    counts.push(asked.length)
    page.release()
    if (page.place.skip === 3) break
  }
  expect(counts).toEqual(ahead)
})

it('by page numbers: what was asked ahead is let go of when nobody reads on', async () => {
  const { asked, released, pages } = readingBy(scanByNumber, ['ab:8', 'cd:8', 'ef:8', new ApiError('no')], beginning, {
    depth: 3,
  })
  for await (const page of pages) {
    page.release()
    if (page.place.skip === 1) break
  }
  await settled()
  expect(asked).toEqual(['0/2', '1/2', '2/2', '3/2'])
  expect(released).toEqual([0, 1, 2])
})

import { expect, it } from 'vitest'
import { ApiError, ResponseError } from '../../../src/errors.js'
import type { PagePosition } from '../../../src/listing/scan.js'
import { scanByOffset } from '../../../src/listing/scan-by-offset.js'
import { markPageTooLarge } from '../../../src/provider.js'
import { all, fresh, pageOf, readingBy, said, settled } from './readings.js'

const beginning: PagePosition = { skip: 0, limit: 3, anchor: null, total: null }
const wide: PagePosition = { ...beginning, limit: 5 }
const resumed: PagePosition = { skip: 2, limit: 3, anchor: 'c', total: 5 }
const placeOf = (place: PagePosition | undefined): string =>
  `${place?.skip}/${place?.limit} ${place?.anchor ?? ''}`.trim()

type More = { start?: PagePosition; exactTotals?: boolean; next?: string }
/** The last page says to go on where it began, unless `next` tells another place. */
const table: [name: string, answers: string, places: string, findings: string, more?: More][] = [
  ['a list that stands still', 'abc (c)de (e)', '0/3, 2/3 c, 4/3 e', 'joined, end, fruitful 2, full'],
  ['no row at all', '-', '0/3', 'joined, end, fruitful 0, emptied'],
  ['no row at all, as told', '-:0', '0/3', 'joined, end, borne, 0..0, fruitful 0, emptied', { exactTotals: true }],
  ['a hint does not end it', 'abc:4 (c)d:4 (d):4', '0/3, 2/3 c, 3/3 d', 'joined, end, borne, 4..4, fruitful 2, full'],
  [
    'an exact total and a short page end it',
    'abc:4 (c)d:4',
    '0/3, 2/3 c',
    'joined, end, borne, 4..4, fruitful 2, full',
    { exactTotals: true, next: '3/3 d' },
  ],
  [
    'an exact total and a full page do not',
    'abc:3 (c):3',
    '0/3, 2/3 c',
    'joined, end, borne, 3..3, fruitful 1, full',
    { exactTotals: true },
  ],
  [
    'an exact total as large as its page',
    'ab:2',
    '0/3',
    'joined, end, borne, 2..2, fruitful 1',
    { exactTotals: true, next: '1/3 b' },
  ],
  ['totals like page sizes', 'abc:3 (c)de:3 (e):1', '0/3, 2/3 c, 4/3 e', 'joined, end, fruitful 2, full'],
  [
    'a row that came in',
    'abc (bc)d (d)e (e)',
    '0/3, 2/3 c, 4/3 d, 5/3 e',
    'seam, joined, end, before 1, fruitful 3, full',
  ],
  ['the shared row is gone', 'abc de (e)', '0/3, 2/3 c, 3/3 e', 'seam, end, fruitful 2, full'],
  [
    'the shared row is gone at the end',
    'abc:3 -:3',
    '0/3, 2/3 c',
    'seam, shortPage, borne, 3..3, fruitful 1, emptied, full',
    { exactTotals: true },
  ],
  ['a known row behind the shared one', 'abc (ca)d (d)', '0/3, 2/3 c, 4/3 d', 'repeatedId, end, fruitful 2, full'],
  [
    'a full page of known rows is no end',
    'abc (abc) (c)d (d)',
    '0/3, 2/3 c, 4/3 c, 5/3 d',
    'seam, shortPage, joined, end, before 2, fruitful 2, full',
  ],
  [
    'known rows up to the shared one are the end',
    'abc (bc)',
    '0/3, 2/3 c',
    'seam, shortPage, joined, end, before 1, fruitful 1, full',
  ],
  [
    'known rows behind the shared one are not',
    'abc (cb) (b)',
    '0/3, 2/3 c, 3/3 b',
    'repeatedId, shortPage, end, fruitful 1, full',
  ],
  [
    'fewer rows than asked, a total told',
    'ab:4 (b)c:4 (c)d:4 (d):4',
    '0/5, 1/2 b, 2/2 c, 3/2 d',
    'joined, end, borne, 4..4, fruitful 3, full',
    { start: wide },
  ],
  ['fewer rows than asked, none told', 'ab (b)c (c)', '0/5, 1/5 b, 2/5 c', 'joined, end, fruitful 2', { start: wide }],
  [
    'one row at a time shares none',
    'a:2 b:2 -:2',
    '0/5, 1/2, 2/2',
    'end, borne, 2..2, fruitful 2, emptied',
    { start: wide },
  ],
  ['the one promised row is missing', '-:1 -:1', '0/3, 2/3', 'shortPage, total, end, 1..1, fruitful 0, emptied'],
  [
    'promised rows are missing',
    'abc:9 (c):9 -:9 -:9',
    '0/3, 2/3 c, 3/2, 4/2',
    'shortPage, total, 9..9, fruitful 1, emptied, full',
  ],
  [
    'an empty page in between is a hole',
    'abc:9 -:9 efg:9 (g)hi:9 (i):9',
    '0/3, 2/3 c, 4/3, 6/3 g, 8/3 i',
    'seam, shortPage, total, end, 9..9, fruitful 3, emptied, hole, full',
  ],
  [
    'fruitless pages are counted anew',
    '-:20 -:20 efg:20 -:20 -:20 -:20',
    '0/3, 2/3, 4/3, 6/3 g, 8/3, 10/3',
    'seam, shortPage, total, 20..20, fruitful 1, emptied, hole, full',
  ],
  ['resumed', '(c)de:5 (e):5', '2/3 c, 4/3 e', 'joined, end, borne, 5..5, fruitful 1, full', { start: resumed }],
  [
    'resumed, with another total',
    'b(c)d:6 (d)e:6',
    '2/3 c, 4/3 d',
    'seam, total, joined, end, borne, 5..6, before 1, fruitful 2, full',
    { exactTotals: true, start: resumed, next: '5/3 e' },
  ],
  [
    'resumed without a shared row',
    'cd (d)',
    '2/3, 3/3 d',
    'joined, end, fruitful 1',
    { start: { ...resumed, anchor: null, total: null } },
  ],
]

it.each(table)('by row numbers: %s', async (_, answers, places, findingsSaid, more = {}) => {
  const { start = beginning, exactTotals = false, next } = more
  const words = answers.split(' ')
  const { asked, released, findings, pages } = readingBy(scanByOffset, words, start, { exactTotals })
  const got = await all(pages)
  expect(asked).toEqual(places.split(', ').map((place) => place.split(' ')[0]))
  expect(got.map((page) => page.newRows.map(({ id }) => id).join(''))).toEqual(words.map(fresh).slice(-got.length))
  expect(got.map(({ place }) => placeOf(place)).join(', ')).toBe(places)
  expect(said(findings)).toBe(findingsSaid)
  expect(got[0]?.place).toEqual(start)
  expect(got.slice(1).map(({ place }) => place)).toEqual(got.slice(0, -1).map((page) => page.next))
  expect(placeOf(got.at(-1)?.next)).toBe(next ?? places.split(', ').at(-1))
  expect(got.at(-1)?.next.total).toBe(next === undefined ? got.at(-1)?.place.total : findings.lastTotal)
  expect(got.map(({ isLast }) => isLast)).toEqual(got.map((_, index) => index === got.length - 1))
  expect(released).toEqual(asked.map((_, index) => index))
})

it('by row numbers: each page says where it began and where the next one begins', async () => {
  const { pages } = readingBy(scanByOffset, ['abc:9', '(c)d:8'], beginning)
  const first = { skip: 2, limit: 3, anchor: 'c', total: 9 }
  const second = { skip: 3, limit: 2, anchor: 'd', total: 8 }
  expect((await pages.next()).value).toMatchObject({ place: beginning, next: first, received: 3, total: 9 })
  expect((await pages.next()).value).toMatchObject({ place: first, next: second, received: 2, total: 8 })
})

it('by row numbers: a page that is too large is asked again with half the rows', async () => {
  const tooLarge = markPageTooLarge(new ApiError('too large'))
  const { asked, pages } = readingBy(scanByOffset, [tooLarge, tooLarge, 'abcd', '(d)'], { ...beginning, limit: 19 })
  const got = await all(pages)
  expect(asked).toEqual(['0/19', '0/9', '0/4', '3/4'])
  expect(got.map(({ place }) => place.limit)).toEqual([4, 4])
})

it.each([
  { limit: 5, sizes: [5, 2] },
  { limit: 3, sizes: [3, 2] },
  { limit: 2, sizes: [2] },
])('by row numbers: two rows that are too many, from $limit on, fail', async ({ limit, sizes }) => {
  const errors = sizes.map(() => markPageTooLarge(new ApiError('too large')))
  const { asked, pages } = readingBy(scanByOffset, errors, { ...beginning, limit })
  await expect(all(pages)).rejects.toBe(errors.at(-1))
  expect(asked).toEqual(sizes.map((size) => `0/${size}`))
})

it('by row numbers: any other failure is passed on at once', async () => {
  const failure = new ApiError('no')
  const { asked, pages } = readingBy(scanByOffset, [failure], { ...beginning, limit: 50 })
  await expect(all(pages)).rejects.toBe(failure)
  expect(asked).toEqual(['0/50'])
})

it.each([
  { ids: 'ab', anchor: 'b' },
  { ids: '-', anchor: null },
])('by row numbers: a row that cannot be used, behind "$ids"', async ({ ids, anchor }) => {
  const failure = new ResponseError('no id')
  const { pages } = readingBy(scanByOffset, [{ ...pageOf(ids), received: 3, total: 9, failure }], beginning)
  const { value } = await pages.next()
  expect(value).toMatchObject({ received: 3, next: { skip: 2, limit: 3, anchor, total: 9 }, isLast: false })
  expect(value.failure).toBe(failure)
})

it.each([
  { total: 6, answers: 'abc:6 (c)de:6 (e)f:6', ahead: [1, 3, 3] },
  { total: 7, answers: 'abc:7 (c)de:7 (e)fg:7 (g):7', ahead: [1, 3, 3, 4] },
  { total: 8, answers: 'abc:8 (c)de:8 (e)fg:8 (g)h:8', ahead: [1, 4, 4, 4] },
])('by row numbers: nothing is asked ahead behind the last row of $total', async ({ answers, ahead }) => {
  const { asked, pages } = readingBy(scanByOffset, answers.split(' '), beginning, { depth: 3, exactTotals: true })
  const counts: number[] = []
  for await (const page of pages) {
    counts.push(asked.length)
    page.release()
  }
  expect(counts).toEqual(ahead)
})

it('by row numbers: what was asked ahead is let go of when it fits no more, or nobody reads on', async () => {
  const answers = 'abc:9 (c)d:9 efg:9 ghi:9 (d)e:9 (e)f:9 (f)g:9'.split(' ')
  const { asked, released, pages } = readingBy(scanByOffset, answers, beginning, { depth: 3 })
  for await (const page of pages) {
    page.release()
    if (asked.length === 7) break
  }
  await settled()
  expect(asked).toEqual(['0/3', '2/3', '4/3', '6/3', '3/2', '4/2', '5/2'])
  expect(released.sort()).toEqual([0, 1, 2, 3, 4, 5, 6])
})

import { describe, expect, it } from 'vitest'
import { ResponseError } from '../../../src/errors.js'
import type { AccountCheckpoint } from '../../../src/listing/checkpoint.js'
import { createOutsideRows } from '../../../src/listing/outside-rows.js'
import type { Window } from '../../../src/listing/plan.js'
import { rowsMissedByResume } from '../../../src/listing/resumed-edge.js'
import type { Complaint } from '../../../src/model.js'
import type { ListPage } from '../../../src/provider.js'
import { checkpointAt, pageOf, rowAt } from './sources.js'

const windowOf = (begin: string, end: string): Window => ({ begin: `2026-${begin}`, end: `2026-${end}` })
/** Three windows of ten days. */
const oldestFirst = [windowOf('03-01', '03-10'), windowOf('03-11', '03-20'), windowOf('03-21', '03-30')]
const newestFirst = [...oldestFirst].reverse()

/** A page in the middle of a window, and its beginning. */
const middle = checkpointAt({ skip: 2, limit: 3, overlapId: 'x', total: 4 }, 3)
const beginning = null

/** A row's id is its day, and a letter that tells rows of a day apart: `03-11a`. */
const rowOf = (id: string): Complaint => rowAt(id, `2026-${id.slice(0, 5)}`)

interface Case {
  readonly plan: readonly Window[]
  /** Where this process began. */
  readonly start: AccountCheckpoint
  /** The window that is done: its place in the plan, or behind it among the days to be read again. */
  readonly done: number
  /** Days that are requested in addition. */
  readonly padDays?: number
  /** The rows that this process has met so far: the place of their window, and their ids. */
  readonly met?: readonly (readonly [window: number, ids: readonly string[]])[]
  /** The rows that come when a day is requested, that of the day in addition included. */
  readonly served: Readonly<Record<string, readonly string[]>>
  readonly requests: readonly string[]
  readonly rows: readonly string[]
}

async function missedOf({ plan, start, done, padDays = 1, met = [], served }: Omit<Case, 'requests' | 'rows'>) {
  const windows = [...plan, ...(start.retry ?? [])]
  const outside = createOutsideRows<Complaint>(plan, () => {}, padDays, start.retry ?? [])
  for (const [window, ids] of met) outside.select(windows[window] as Window, ids.map(rowOf))
  const requests: string[] = []
  const rows = await rowsMissedByResume<Complaint>(
    { paging: { style: 'offset', totals: 'exact' }, pageSize: 10, padDays, matches: () => true },
    outside,
    async ({ begin, end }) => {
      requests.push(begin === end ? begin.slice(5) : `${begin} to ${end}`)
      const rows = (served[begin.slice(5)] ?? []).map(rowOf)
      return pageOf(rows, rows.length)
    },
    plan,
    start,
    windows[done] as Window,
  )
  return { requests, rows: rows.map(({ id }) => id), beside: outside.takeAdjacentDays().map(({ begin }) => begin) }
}

it.each<[string, Case]>([
  [
    'no day is requested in addition: nothing is missed, and nothing requested',
    {
      plan: oldestFirst,
      start: { window: 1, at: middle },
      done: 1,
      padDays: 0,
      served: { '03-10': ['03-11a'] },
      requests: [],
      rows: [],
    },
  ],
  [
    'the first window of the plan has none before it',
    { plan: oldestFirst, start: { window: 0, at: middle }, done: 0, served: {}, requests: [], rows: [] },
  ],
  [
    'oldest first, from the beginning of a window: rows of its first day that come with the day before',
    {
      plan: oldestFirst,
      start: { window: 1, at: beginning },
      done: 1,
      served: { '03-10': ['03-10a', '03-11a', '03-11b'], '03-11': ['03-11b'] },
      met: [[1, ['03-11b', '03-15a']]],
      // The window itself was read as a whole: its first day is not requested again.
      requests: ['03-10'],
      rows: ['03-11a'],
    },
  ],
  [
    'oldest first, from the middle of a window: its first day is requested, too, for rows that an earlier process read',
    {
      plan: oldestFirst,
      start: { window: 1, at: middle },
      done: 1,
      served: { '03-10': ['03-10a', '03-11a', '03-11b'], '03-11': ['03-11b', '03-11c', '03-12a'] },
      requests: ['03-10', '03-11'],
      rows: ['03-11a'],
    },
  ],
  [
    'oldest first, from the middle of a window, and no row of its first day comes with the day before: one request',
    {
      plan: oldestFirst,
      start: { window: 1, at: middle },
      done: 1,
      served: { '03-10': ['03-10a'], '03-11': ['03-11b'] },
      requests: ['03-10'],
      rows: [],
    },
  ],
  [
    'oldest first, the window before was read from its middle',
    {
      plan: oldestFirst,
      start: { window: 1, at: middle },
      done: 2,
      served: { '03-20': ['03-21a', '03-21b'], '03-21': ['03-21b'] },
      met: [[2, ['03-21b']]],
      requests: ['03-20'],
      rows: ['03-21a'],
    },
  ],
  [
    'oldest first, the window before was read as a whole, as the first one of this process: nothing is requested',
    {
      plan: oldestFirst,
      start: { window: 1, at: beginning },
      done: 2,
      served: { '03-20': ['03-21a'] },
      requests: [],
      rows: [],
    },
  ],
  [
    'oldest first, the window before was read as a whole, as a later one of this process: nothing is requested',
    {
      plan: oldestFirst,
      start: { window: 0, at: middle },
      done: 2,
      served: { '03-20': ['03-21a'] },
      requests: [],
      rows: [],
    },
  ],
  [
    'newest first, from the beginning of a window: rows behind it that wait for the window before, and did not come with it',
    {
      plan: newestFirst,
      start: { window: 1, at: beginning },
      done: 1,
      met: [[1, ['03-21a', '03-21b', '03-15a']]],
      served: { '03-20': ['03-21c'], '03-21': ['03-21b'] },
      requests: ['03-21'],
      rows: ['03-21a'],
    },
  ],
  [
    'newest first, from the middle of a window: what an earlier process met of its last day is requested, too',
    {
      plan: newestFirst,
      start: { window: 1, at: middle },
      done: 1,
      met: [[1, ['03-21a', '03-15a']]],
      served: { '03-20': ['03-20a', '03-21a', '03-21b', '03-21c'], '03-21': ['03-21b', '03-22a'] },
      requests: ['03-20', '03-21'],
      rows: ['03-21a', '03-21c'],
    },
  ],
  [
    'newest first, the window before was read from its middle: what it brought of its first day is requested again',
    {
      plan: newestFirst,
      start: { window: 1, at: middle },
      done: 2,
      met: [[2, ['03-11a', '03-11b']]],
      served: { '03-10': ['03-11c'], '03-11': ['03-11a'] },
      requests: ['03-11'],
      rows: ['03-11b'],
    },
  ],
  [
    'newest first, the window before was read as a whole: nothing is requested',
    {
      plan: newestFirst,
      start: { window: 1, at: beginning },
      done: 2,
      served: { '03-11': ['03-11a'] },
      requests: [],
      rows: [],
    },
  ],
  [
    'newest first, two days in addition: rows of the second one wait for a window that was read before the cursor',
    {
      plan: newestFirst,
      start: { window: 1, at: beginning },
      done: 1,
      padDays: 2,
      met: [[1, ['03-21a', '03-22a', '03-22b']]],
      served: { '03-21': [], '03-22': ['03-22b'] },
      requests: ['03-21', '03-22'],
      rows: ['03-21a', '03-22a'],
    },
  ],
  [
    'a day is read again, and the day behind it was read before the cursor',
    {
      plan: oldestFirst,
      start: { window: 3, at: beginning, retry: [windowOf('03-05', '03-05')] },
      done: 3,
      met: [[3, ['03-05a', '03-06a', '03-06b']]],
      served: { '03-06': ['03-06b'] },
      requests: ['03-06'],
      rows: ['03-06a'],
    },
  ],
  [
    'a row that waits for a window which is not read yet is left to it',
    {
      plan: oldestFirst,
      start: { window: 0, at: beginning },
      done: 0,
      met: [[0, ['03-11a']]],
      served: {},
      requests: [],
      rows: [],
    },
  ],
  [
    'a row that waits for the next window is left to it, though windows were read before the cursor',
    {
      plan: oldestFirst,
      start: { window: 1, at: beginning },
      done: 1,
      met: [[1, ['03-21a']]],
      served: { '03-21': [] },
      requests: ['03-10'],
      rows: [],
    },
  ],
  [
    'the day before the plan, from its middle: rows of the first day of the plan that come with it',
    {
      plan: oldestFirst,
      start: { window: 3, at: middle, retry: [windowOf('02-28', '02-28')] },
      done: 3,
      served: { '02-28': ['02-28a', '03-01a', '03-01b'], '03-01': ['03-01b'] },
      requests: ['02-28', '03-01'],
      rows: ['03-01a'],
    },
  ],
  [
    'the day before the plan, from its middle, with no row of the first day of the plan: one request',
    {
      plan: oldestFirst,
      start: { window: 3, at: middle, retry: [windowOf('02-28', '02-28')] },
      done: 3,
      served: { '02-28': ['02-28a'], '03-01': ['03-01b'] },
      requests: ['02-28'],
      rows: [],
    },
  ],
  [
    'the day before the plan, from its beginning: this process meets all of it',
    {
      plan: oldestFirst,
      start: { window: 3, at: beginning, retry: [windowOf('02-28', '02-28')] },
      done: 3,
      served: { '02-28': ['03-01a'] },
      requests: [],
      rows: [],
    },
  ],
  [
    'the second of the days to be read again: this process meets all of it',
    {
      plan: oldestFirst,
      start: { window: 3, at: middle, retry: [windowOf('03-05', '03-05'), windowOf('02-28', '02-28')] },
      done: 4,
      served: { '02-28': ['03-01a'] },
      requests: [],
      rows: [],
    },
  ],
  [
    'days to be read again come after a window of the plan that was resumed in its middle: they are read as a whole',
    {
      plan: oldestFirst,
      start: { window: 2, at: middle, retry: [windowOf('02-28', '02-28')] },
      done: 3,
      served: { '02-28': ['03-01a'] },
      requests: [],
      rows: [],
    },
  ],
  [
    'a window of the plan is not one of the days to be read again',
    {
      plan: oldestFirst,
      start: { window: 0, at: middle },
      done: 0,
      served: { '03-10': ['03-11a'] },
      requests: [],
      rows: [],
    },
  ],
])('%s', async (_, { requests, rows, ...given }) => {
  const missed = await missedOf(given)
  expect(missed.requests).toEqual(requests)
  expect(missed.rows.sort()).toEqual([...rows].sort())
  // Rows that come with the day before their own: those of the plan's first day come with the day before the plan.
  const isBesideTaken = given.start.retry?.some(({ begin }) => begin === '2026-02-28') === true
  expect(missed.beside).toEqual(rows.length > 0 && !isBesideTaken ? ['2026-02-28'] : [])
})

describe('a day that is requested again', () => {
  /** Twelve rows of March 11 come with the day before, and none with the day itself. */
  const late = Array.from({ length: 12 }, (_, index) => rowOf(`03-11${String(index).padStart(2, '0')}`))
  const read = async (
    style: 'offset' | 'page',
    pageSize: number,
    { reportsTotal = true, maxServed = 100, matches = (_: Complaint): boolean => true } = {},
  ) => {
    const outside = createOutsideRows<Complaint>(oldestFirst, () => {}, 1, [])
    const requests: string[] = []
    const rows = await rowsMissedByResume<Complaint>(
      { paging: { style, totals: 'exact' }, pageSize, padDays: 1, matches },
      outside,
      async ({ begin }, skip, limit) => {
        requests.push(`${begin.slice(-2)} ${skip}/${limit}`)
        const from = style === 'offset' ? skip : skip * limit
        const served = begin.endsWith('-10') ? late : []
        return pageOf(served.slice(from, from + Math.min(limit, maxServed)), reportsTotal ? served.length : null)
      },
      oldestFirst,
      { window: 1, at: null },
      oldestFirst[1] as Window,
    )
    return { requests, count: rows.length }
  }

  it.each([
    ['offset', 5, ['10 0/5', '10 5/5', '10 10/5']],
    ['page', 5, ['10 0/5', '10 1/5', '10 2/5']],
    ['offset', 12, ['10 0/12']],
    ['page', 12, ['10 0/12']],
    ['offset', 13, ['10 0/13']],
  ] as const)('is read until its total is reached (%s, %i rows a page)', async (style, pageSize, requests) => {
    expect(await read(style, pageSize)).toEqual({ requests, count: 12 })
  })

  it.each([
    ['offset', 5, ['10 0/5', '10 5/5', '10 10/5', '10 12/5']],
    ['page', 5, ['10 0/5', '10 1/5', '10 2/5', '10 3/5']],
    ['offset', 13, ['10 0/13', '10 12/13']],
  ] as const)(
    'without a total, is read until no new row comes (%s, %i rows a page)',
    async (style, pageSize, requests) => {
      expect(await read(style, pageSize, { reportsTotal: false })).toEqual({ requests, count: 12 })
    },
  )

  it.each([true, false])(
    'comes whole from a server that serves fewer rows than requested (total: %s)',
    async (reportsTotal) => {
      const { requests, count } = await read('offset', 10, { reportsTotal, maxServed: 4 })
      expect(requests.slice(0, 3)).toEqual(['10 0/10', '10 4/10', '10 8/10'])
      expect(count).toBe(12)
    },
  )

  /** The rows that come with the day before, from a server whose totals are hints. */
  const readHints = async (serve: (skip: number, limit: number) => ListPage<Complaint>): Promise<number> => {
    const rows = await rowsMissedByResume<Complaint>(
      { paging: { style: 'offset', totals: 'hint' }, pageSize: 5, padDays: 1, matches: () => true },
      createOutsideRows<Complaint>(oldestFirst, () => {}, 1, []),
      async ({ begin }, skip, limit) => (begin.endsWith('-10') ? serve(skip, limit) : pageOf([], null)),
      oldestFirst,
      { window: 1, at: null },
      oldestFirst[1] as Window,
    )
    return rows.length
  }

  it('comes whole where the total is only that of the page', async () => {
    const count = await readHints((skip, limit) => {
      const rows = late.slice(skip, skip + limit)
      return pageOf(rows, rows.length)
    })
    expect(count).toBe(12)
  })

  it('comes whole where no row of a page can be used', async () => {
    const count = await readHints((skip, limit) => {
      const rows = late.slice(skip, skip + limit)
      const failures = rows.map(({ id }, index) => ({ id, index, error: new ResponseError('no time') }))
      return skip === 0 ? pageOf([], null, failures) : pageOf(rows, null)
    })
    expect(count).toBe(7)
  })

  it('is left once it has ten thousand rows', async () => {
    const outside = createOutsideRows<Complaint>(oldestFirst, () => {}, 1, [])
    let requests = 0
    await rowsMissedByResume<Complaint>(
      { paging: { style: 'offset', totals: 'exact' }, pageSize: 1_000, padDays: 1, matches: () => true },
      outside,
      async (_, skip, limit) => {
        requests += 1
        const rows = Array.from({ length: limit }, (_, index) => rowOf(`03-10 ${skip + index}`))
        return pageOf(rows, null)
      },
      oldestFirst,
      { window: 1, at: null },
      oldestFirst[1] as Window,
    )
    expect(requests).toBe(10)
  })

  it('brings the rows that satisfy the query', async () => {
    expect((await read('page', 20, { matches: ({ id }) => id !== '03-1104' })).count).toBe(11)
  })
})

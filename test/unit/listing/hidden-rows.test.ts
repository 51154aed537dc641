import { describe, expect, it } from 'vitest'
import { ResponseError } from '../../../src/errors.js'
import type { Complaint } from '../../../src/model.js'
import { honest, pageOf, readWindowFrom, rowAt, type Serve, windowSourceOf } from './sources.js'

const window = { begin: '2026-03-01', end: '2026-03-16' }
const day = { begin: '2026-03-01', end: '2026-03-01' }

/** One row a day: `r01` is of the first day. */
const rowOf = (of: number): Complaint => {
  const text = String(of).padStart(2, '0')
  return rowAt(`r${text}`, `2026-03-${text}`)
}
const rowsFrom = (first: number, last: number): Complaint[] => {
  const step = first <= last ? 1 : -1
  return Array.from({ length: Math.abs(last - first) + 1 }, (_, index) => rowOf(first + step * index))
}

/** A list whose total counts the hidden rows, which are taken out after the page was cut. */
const hiding =
  (rows: readonly Complaint[], ...hidden: number[]): Serve =>
  (days, skip, limit) => {
    const { rows: cut, total } = honest(rows)(days, skip, limit)
    return pageOf(
      cut.filter(({ id }) => !hidden.includes(Number(id.slice(1)))),
      total,
    )
  }

/** A list of which no row beyond the first so many is served. */
const cutOff =
  (rows: readonly Complaint[], served: number): Serve =>
  (days, skip, limit) => {
    const inside = honest(rows)(days, 0, rows.length)
    return pageOf(inside.rows.slice(0, served).slice(skip, skip + limit), inside.total)
  }

const many = [...rowsFrom(16, 3), ...Array.from({ length: 12 }, (_, index) => rowAt(`r${100 + index}`, '2026-03-02'))]
/** The pages of the last days, as the provider answers when only these are requested. */
const atTheEnd =
  (serve: Serve, change: (page: ReturnType<Serve>, skip: number) => ReturnType<Serve>): Serve =>
  (days, skip, limit, request) => {
    const page = serve(days, skip, limit, request)
    return days.end === window.end ? page : change(page, skip)
  }

interface Case {
  readonly name: string
  readonly serve: Serve
  readonly days?: typeof window
  readonly pageSize?: number
  readonly paging?: { readonly style: 'offset' | 'page'; readonly totals: 'exact' | 'hint' }
  /** Requests for other days than those of the window. */
  readonly requests: string
  readonly delivered: number
  /** False: the window was halved, because rows were cut off. */
  readonly areHidden?: boolean
}

const cases: Case[] = [
  {
    name: 'newest first: the days from the begin to the oldest row are requested',
    serve: hiding(rowsFrom(12, 3), 7),
    requests: '1..3 0/20',
    delivered: 9,
  },
  {
    name: 'oldest first: the days from the newest row to the end are requested',
    serve: hiding(rowsFrom(3, 12), 7),
    requests: '12..16 0/20',
    delivered: 9,
  },
  {
    name: 'the oldest row is hidden itself',
    serve: hiding(rowsFrom(12, 3), 3),
    requests: '1..4 0/20',
    delivered: 9,
  },
  {
    name: 'the list reaches the first day',
    serve: hiding(rowsFrom(12, 1), 7),
    requests: '1..1 0/20',
    delivered: 11,
  },
  {
    name: 'a single day has no end that could be requested alone',
    serve: hiding([rowOf(1), ...Array.from({ length: 5 }, (_, index) => rowAt(`r${10 + index}`, '2026-03-01'))], 12),
    days: day,
    requests: '',
    delivered: 5,
  },
  {
    name: 'rows cut off come with the last days: the window is halved',
    serve: cutOff(rowsFrom(14, 2), 10),
    requests: '1..5 0/20, 1..8 0/20, 9..16 0/20',
    delivered: 13,
    areHidden: false,
  },
  {
    name: 'rows cut off in the last of several pages',
    serve: cutOff(rowsFrom(14, 2), 10),
    pageSize: 5,
    requests: '1..5 0/5, 1..8 0/5, 1..8 4/5, 9..16 0/5, 9..16 4/5',
    delivered: 13,
    areHidden: false,
  },
  {
    name: 'a row hidden in one of several pages',
    serve: hiding(rowsFrom(16, 2), 9),
    pageSize: 5,
    requests: '1..2 0/5',
    delivered: 14,
  },
  {
    name: 'the last days fill a page exactly: their first page is their last',
    serve: hiding(many.slice(0, 19), 9),
    pageSize: 5,
    requests: '1..2 0/5',
    delivered: 18,
  },
  {
    name: 'the last days have more rows than a page: their last page is requested, too',
    serve: hiding(many, 9),
    pageSize: 5,
    requests: '1..2 0/5, 1..2 7/5',
    delivered: 25,
  },
  {
    name: 'the last days have more rows than a page, pages by number',
    serve: (days, skip, limit, request) => hiding(many, 9)(days, skip * limit, limit, request),
    paging: { style: 'page', totals: 'hint' },
    pageSize: 5,
    requests: '1..2 0/5, 1..2 2/5',
    delivered: 25,
  },
  {
    name: 'the last days without a total: their first page decides',
    serve: atTheEnd(hiding(many, 9), (page) => ({ ...page, total: null })),
    pageSize: 5,
    requests: '1..2 0/5',
    delivered: 25,
  },
]

describe('a total that counts more rows than were served', () => {
  it.each(cases)('$name', async ({ serve, days = window, pageSize = 20, requests, delivered, areHidden, paging }) => {
    const observed = windowSourceOf(serve, { pageSize, rescanPageSize: pageSize, ...(paging && { paging }) })
    const { ids, incomplete, checkpoints } = await readWindowFrom(observed.source, days)
    const whole = `${Number(days.begin.slice(-2))}..${Number(days.end.slice(-2))} `
    expect(observed.requests.filter((request) => !request.startsWith(whole)).join(', ')).toBe(requests)
    expect([new Set(ids).size, ids.length]).toEqual([delivered, delivered])
    expect(incomplete).toEqual([])
    expect(observed.warnings()).toEqual(areHidden === false ? [] : ['totalMismatch'])
    expect(checkpoints.at(-1)).toBeNull()
    expect(checkpoints.slice(0, -1)).not.toContain(null)
  })

  it('is followed by halves where all rows are of the last day, which cannot be requested alone', async () => {
    const rows = ['a', 'b', 'c', 'r07'].map((id) => rowAt(id, '2026-03-16'))
    const { source, requests, warnings } = windowSourceOf(hiding(rows, 7), { pageSize: 20 })
    const { ids, incomplete } = await readWindowFrom(source, window)
    expect(ids.sort()).toEqual(['a', 'b', 'c'])
    expect(incomplete).toEqual([])
    expect(warnings()).toEqual(['totalMismatch'])
    expect(requests).toContain('1..8 0/20')
    expect(requests).toContain('16..16 0/20')
  })

  it.each<[name: string, serve: Serve]>([
    ['an empty page, whose total counts rows', atTheEnd(hiding(many, 9), ({ total }) => pageOf([], total))],
    ['an empty last page behind a first one', atTheEnd(hiding(many, 9), (page) => ({ ...page, total: 99 }))],
  ])('is followed by halves where the last days have %s: they may be truncated themselves', async (_, serve) => {
    const { source, requests } = windowSourceOf(serve, { pageSize: 5, rescanPageSize: 5 })
    const { ids } = await readWindowFrom(source, window)
    expect([new Set(ids).size, ids.length]).toEqual([25, 25])
    expect(requests).toContain('1..8 0/5')
  })

  it('is followed by halves where the list is cut off, and not ordered by time', async () => {
    const byUpdate = [2, 14, 3, 13, 4, 12, 5, 11, 6, 10, 7, 9, 8].map(rowOf)
    const { source } = windowSourceOf(cutOff(byUpdate, 10), { pageSize: 20 })
    const { ids, incomplete } = await readWindowFrom(source, window)
    expect([ids.length, incomplete]).toEqual([13, []])
  })

  it('is followed by halves where all rows that were served are invalid', async () => {
    const serve: Serve = (...request) => {
      const { rows, total } = hiding(rowsFrom(12, 10), 10)(...request)
      const error = new ResponseError('no such state')
      return pageOf(
        [],
        total,
        rows.map(({ id }, index) => ({ index, id, error })),
      )
    }
    const { source, requests } = windowSourceOf(serve, { pageSize: 20 })
    const { failures } = await readWindowFrom(source, window)
    expect(failures).toEqual(['r12', 'r11'])
    expect(requests).toContain('9..16 0/20')
  })

  it('is believed where no row was served at all: the days of the missing rows are named', async () => {
    const { source, warnings } = windowSourceOf(hiding(rowsFrom(12, 10), 10, 11, 12), { pageSize: 20 })
    const { incomplete } = await readWindowFrom(source, window)
    expect(incomplete).toEqual(['9..16: 0 of 3'])
    expect(warnings()).toEqual([])
  })
})

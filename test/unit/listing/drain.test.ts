import { describe, expect, it } from 'vitest'
import { type ComplaintError, PaginationError, ResponseError } from '../../../src/errors.js'
import { drainWindow, type WindowSource } from '../../../src/listing/drain.js'
import { hashId } from '../../../src/listing/id-hashes.js'
import type { PagePosition } from '../../../src/listing/scan.js'
import type { Complaint } from '../../../src/model.js'
import type { EventOf } from '../../../src/provider.js'
import { complaintOf } from '../../support/model-provider.js'

const window = { begin: '2026-03-01', end: '2026-03-30' }
const byPage = { style: 'page', totals: 'hint' } as const
const exact = { style: 'offset', totals: 'exact' } as const

function place(skip: number, limit: number, anchor: string | null = null, total: number | null = null): PagePosition {
  return { skip, limit, anchor, total }
}

const marks = (ids: string): string => [...ids].map(hashId).join('')

interface Answer {
  ids: string
  total?: number | null
  failure?: ComplaintError | null
}
type Answers = readonly (string | Answer)[] | ((skip: number, limit: number) => string | Answer)

const rowOf = (id: string, createdAt = '2026-03-10T00:00:00Z'): Complaint =>
  complaintOf({ id, createdAt: Date.parse(createdAt), state: 'pending' }, 'a')

/** Answers from a script, one letter a row, or from a function of the place asked for. */
function scripted(answers: Answers, changes: Partial<WindowSource<Complaint>> = {}) {
  const asked: [skip: number, limit: number][] = []
  const events: EventOf[] = []
  const counts = { released: 0 }
  const source: WindowSource<Complaint> = {
    paging: { style: 'offset', totals: 'hint' },
    pageSize: 3,
    rescanPageSize: 10,
    depth: 1,
    async fetchPage(_, skip, limit) {
      const given = typeof answers === 'function' ? answers(skip, limit) : answers[asked.length]
      asked.push([skip, limit])
      if (given === undefined) throw new Error('nothing left to answer')
      const { ids, total = null, failure = null }: Answer = typeof given === 'string' ? { ids: given } : given
      const rows = [...ids].map((id) => rowOf(id))
      return { page: { rows, received: rows.length, total, failure }, release: () => (counts.released += 1) }
    },
    matches: () => true,
    emit: (event) => events.push(event),
    ...changes,
  }
  return { source, asked, events, counts }
}

async function drain(source: WindowSource<Complaint>, start: PagePosition | null = null) {
  const pages: string[] = []
  const places: (PagePosition | null)[] = []
  let error: unknown = null
  try {
    for await (const page of drainWindow(source, window, start)) {
      pages.push(page.rows.map(({ id }) => id).join(''))
      places.push(page.next)
      page.release()
    }
  } catch (reason) {
    error = reason
  }
  return { pages, places, error }
}

const still =
  (ids: string, tellsTotal = true) =>
  (skip: number, limit: number): Answer => ({
    ids: ids.slice(skip, skip + limit),
    ...(tellsTotal ? { total: ids.length } : {}),
  })

describe('a window that stands still', () => {
  it('is begun, read and done, page after page', async () => {
    const { source, asked, events, counts } = scripted(still('abcde'))
    const { pages, places, error } = await drain(source)
    expect(error).toBeNull()
    expect(pages).toEqual(['abc', 'de', ''])
    expect(places).toEqual([place(2, 3, 'c', 5), place(4, 3, 'e', 5), null])
    expect(asked.join(' ')).toBe('0,3 2,3 4,3')
    expect(events).toEqual([
      { type: 'windowStart', ...window },
      { type: 'windowDone', ...window, pages: 3, rows: 5, rounds: 1 },
    ])
    expect(counts.released).toBe(3)
  })

  it.each([
    ['exact', 'abcd', 2],
    ['hint', 'abcd', 3],
    ['exact', 'ab', 1],
    ['hint', 'ab', 2],
    ['exact', '', 1],
  ] as const)('ends where %s totals prove it (%o: %i requests)', async (totals, ids, requests) => {
    const { source, asked, events } = scripted(still(ids), { paging: { style: 'offset', totals } })
    expect((await drain(source)).pages.join('')).toBe(ids)
    expect(asked.length).toBe(requests)
    expect(events.at(-1)).toEqual({ type: 'windowDone', ...window, pages: requests, rows: ids.length, rounds: 1 })
  })

  it.each([
    ['offset', [0, 2]],
    ['page', [0, 1]],
  ] as const)('asks for rows one by one only where pages share none (%s)', async (style, first) => {
    const answer = (skip: number, limit: number): string =>
      'ab'.slice(style === 'page' ? skip * limit : skip).slice(0, limit)
    const { source, asked } = scripted(answer, { paging: { style, totals: 'hint' }, pageSize: 1, rescanPageSize: 1 })
    expect((await drain(source)).pages.join('')).toBe('ab')
    expect(asked[0]).toEqual(first)
    expect(asked.every(([, limit]) => limit === first[1])).toBe(true)
  })

  it('delivers only what lies inside its Beijing days and is wanted, and counts all it saw', async () => {
    const rows = [
      rowOf('early', '2026-02-28T15:59:59.999Z'),
      rowOf('first', '2026-02-28T16:00:00.000Z'),
      rowOf('unwanted'),
      rowOf('last', '2026-03-30T15:59:59.999Z'),
      rowOf('late', '2026-03-30T16:00:00.000Z'),
    ]
    const { source, events } = scripted([], {
      fetchPage: async () => ({ page: { rows, received: 5, total: 5, failure: null }, release: () => {} }),
      matches: ({ id }) => id !== 'unwanted',
      paging: exact,
    })
    expect((await drain({ ...source, pageSize: 10 })).pages).toEqual(['firstlast'])
    expect(events.at(-1)).toMatchObject({ type: 'windowDone', rows: 5, rounds: 1 })
  })
})

describe('a row that cannot be used', () => {
  const failure = new ResponseError('no such state')

  it('ends the window after the rows beside it, and its page is where to try again', async () => {
    const { source, events } = scripted([
      { ids: 'abc', total: 5 },
      { ids: 'cd', total: 5, failure },
    ])
    const { pages, places, error } = await drain(source)
    expect(pages).toEqual(['abc', 'd'])
    expect(places).toEqual([place(2, 3, 'c', 5), place(2, 3, 'c', 5)])
    expect(error).toBe(failure)
    expect(events).toEqual([{ type: 'windowStart', ...window }])
  })

  it('on what would be the last page leaves the window undone', async () => {
    const { source, events } = scripted([{ ids: 'a', total: 1, failure }], { paging: exact })
    const { places, error } = await drain(source)
    expect(places).toEqual([place(0, 3)])
    expect(error).toBe(failure)
    expect(events.length).toBe(1)
  })
})

describe('a window that moved', () => {
  const four = { ids: 'abc', total: 4 }
  const five = { ids: 'cde', total: 5 }
  it.each([
    ['seam', 'offset', ['abc', 'bcd', 'd', 'xabcd', 'd'], ['abc', 'd', '', 'x', '']],
    ['total', 'offset', [four, five, { ids: 'e', total: 5 }, 'abcde', 'e'], ['abc', 'de', '', '', '']],
    ['repeatedId', 'page', ['abc', 'cd', '', 'xabcd', ''], ['abc', 'd', '', 'x', '']],
    ['shortPage', 'page', ['abc', 'd', 'g', '', 'abcdefg', ''], ['abc', 'd', 'g', '', 'ef', '']],
  ] as const)('is read once more from its beginning (%s)', async (sign, style, answers, expected) => {
    const { source, asked, events } = scripted(answers, { paging: { style, totals: 'hint' } })
    const { pages, places } = await drain(source)
    expect(pages).toEqual(expected)
    const again = asked.findIndex(([skip], index) => index > 0 && skip === 0)
    expect(asked[again]).toEqual([0, 10])
    // Where pages share no row, a cursor tells what was delivered.
    const undone = [again, again + 1].map((count) => ({
      ...place(0, 3),
      ...(style === 'page' ? { met: marks(pages.slice(0, count).join('')) } : {}),
    }))
    expect(places.slice(again - 1)).toEqual([...undone, null])
    expect(events).toEqual([
      { type: 'windowStart', ...window },
      { type: 'drift', ...window, round: 1, sign },
      { type: 'windowDone', ...window, pages: answers.length, rows: new Set(pages.join('')).size, rounds: 2 },
    ])
  })

  it('is resumed from its beginning once a later round has found an unseen row', async () => {
    const { source, events } = scripted(['ab', 'bc', 'c', 'xabc', 'c'], { pageSize: 2 })
    const { pages, places } = await drain(source)
    expect(pages).toEqual(['ab', 'c', '', 'x', ''])
    expect(places).toEqual([place(1, 2, 'b'), place(2, 2, 'c'), place(2, 2, 'c'), place(0, 2), null])
    expect(events.slice(1)).toEqual([{ type: 'windowDone', ...window, pages: 5, rows: 4, rounds: 2 }])
  })

  it('is seen to have moved by two rounds that differ', async () => {
    const { source, events } = scripted(['ab', 'c', '', 'ac', '', 'ac', ''], {
      paging: byPage,
      pageSize: 2,
      rescanPageSize: 2,
    })
    const { pages, places } = await drain(source)
    expect(pages.join('')).toBe('abc')
    const end = { ...place(2, 2, 'c'), isAfterShortPage: true, met: marks('abc') }
    expect(places.slice(2, 6)).toEqual([end, end, end, { ...place(0, 2), met: marks('abc') }])
    expect(events.slice(1)).toEqual([
      { type: 'drift', ...window, round: 2, sign: 'unseenId' },
      { type: 'windowDone', ...window, pages: 7, rows: 3, rounds: 3 },
    ])
  })

  it('in each of five rounds is given up', async () => {
    let round = 0
    const answer = (skip: number): string => {
      if (skip === 0) round += 1
      return [`a${round}`, 'a', ''][skip] ?? ''
    }
    const { source, asked, events } = scripted(answer, { paging: byPage, pageSize: 2, rescanPageSize: 3 })
    const { pages, error } = await drain(source)
    expect(pages.join('')).toBe('a12345')
    expect(asked.join(' ')).toBe(`0,2 1,2 2,2${' 0,3 1,2 2,2'.repeat(4)}`)
    const drifts = [1, 2, 3, 4, 5].map((at) => ({ type: 'drift', ...window, round: at, sign: 'repeatedId' }))
    expect(events).toEqual([{ type: 'windowStart', ...window }, ...drifts])
    expect(error).toBeInstanceOf(PaginationError)
    expect(error).toMatchObject({
      message:
        'the list kept changing while 2026-03-01 to 2026-03-30 was read (5 rounds); what was delivered is right, resume from error.cursor for the rest',
      retryable: true,
      cursor: null,
    })
  })

  it('is asked side by side in its first round only', async () => {
    const peaks: number[] = []
    let [inFlight, peak] = [0, 0]
    const { source, asked } = scripted((skip, limit) => ({
      ids: 'abcdefghij'.slice(skip, skip + limit),
      total: asked.length === 2 ? 11 : 10,
    }))
    const counted: WindowSource<Complaint> = {
      ...source,
      rescanPageSize: 3,
      depth: 3,
      async fetchPage(...place) {
        peak = Math.max(peak, ++inFlight)
        const answer = source.fetchPage(...place)
        await new Promise((resolve) => setImmediate(resolve))
        inFlight -= 1
        return answer
      },
      emit: ({ type }) => {
        if (type !== 'windowStart') peaks.push(peak)
        peak = 0
      },
    }
    expect((await drain(counted)).pages.join('')).toBe('abcdefghij')
    expect(peaks).toEqual([3, 1])
  })
})

describe('a window that is resumed', () => {
  it('is read twice from its place where nothing bears it out, and settles on the same rows', async () => {
    const { source, asked, events } = scripted(still('abcd', false))
    const { pages, places } = await drain(source, place(2, 3, 'c'))
    expect(pages).toEqual(['d', '', '', ''])
    expect(places).toEqual([place(3, 3, 'd'), place(3, 3, 'd'), place(3, 3, 'd'), null])
    expect(asked.join(' ')).toBe('2,3 3,3 2,3 3,3')
    expect(events.slice(1)).toEqual([{ type: 'windowDone', ...window, pages: 4, rows: 2, rounds: 2 }])
  })

  it('without an anchor counts just the rows that came', async () => {
    const { source, asked, events } = scripted(still('abcd'), { paging: exact })
    expect((await drain(source, place(2, 3, null, 4))).pages).toEqual(['cd'])
    expect(asked).toEqual([[2, 3]])
    expect(events.at(-1)).toEqual({ type: 'windowDone', ...window, pages: 1, rows: 2, rounds: 1 })
  })

  it('is read from its beginning once it moved', async () => {
    const { source, asked, events } = scripted(still('xabcd', false))
    const { pages } = await drain(source, place(2, 3, 'c'))
    expect(pages).toEqual(['bd', '', 'xa', ''])
    expect(asked.join(' ')).toBe('2,3 4,3 0,10 4,10')
    expect(events.slice(1)).toEqual([
      { type: 'drift', ...window, round: 1, sign: 'seam' },
      { type: 'windowDone', ...window, pages: 4, rows: 5, rounds: 2 },
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { ResponseError } from '../../../src/errors.js'
import type { WindowCheckpoint } from '../../../src/listing/checkpoint.js'
import { readWindow } from '../../../src/listing/read-window.js'
import type { PagePosition } from '../../../src/listing/scan.js'
import type { WindowSource } from '../../../src/listing/window-state.js'
import type { Complaint, IncompleteRange } from '../../../src/model.js'
import type { EventOf, RowFailure } from '../../../src/provider.js'
import { complaintOf } from '../../support/model-provider.js'
import { checkpointAt, honest, pageOf, readWindowFrom, rowAt, type Serve, windowSourceOf } from './sources.js'

const window = { begin: '2026-03-01', end: '2026-03-30' }
const byPage = { style: 'page', totals: 'hint' } as const
const exact = { style: 'offset', totals: 'exact' } as const

function positionAt(skip: number, limit: number, overlapId: string | null = null, total: number | null = null) {
  return { skip, limit, overlapId, total } satisfies PagePosition
}

interface Response {
  ids: string
  total?: number | null
  failures?: readonly RowFailure[]
}
type Responses = readonly (string | Response)[] | ((skip: number, limit: number) => string | Response)

const rowOf = (id: string, createdAt = `2026-03-10T00:${60 - (id.charCodeAt(0) % 32)}:00Z`): Complaint =>
  complaintOf({ id, createdAt: Date.parse(createdAt), state: 'pending' }, 'a')

/** Responses from a script, one letter a row, or from a function of the position requested. */
function scripted(responses: Responses, changes: Partial<WindowSource<Complaint>> = {}) {
  const requests: [skip: number, limit: number][] = []
  const events: EventOf[] = []
  const counts = { released: 0 }
  const source: WindowSource<Complaint> = {
    paging: { style: 'offset', totals: 'hint' },
    pageSize: 3,
    rescanPageSize: 10,
    depth: 1,
    async fetchPage(_, skip, limit) {
      const given = typeof responses === 'function' ? responses(skip, limit) : responses[requests.length]
      requests.push([skip, limit])
      if (given === undefined) throw new Error('nothing left to answer')
      const { ids, total = null, failures = [] }: Response = typeof given === 'string' ? { ids: given } : given
      const rows = [...ids].map((id) => rowOf(id))
      const received = rows.length + failures.length
      return { page: { rows, received, total, failures }, release: () => (counts.released += 1) }
    },
    matches: () => true,
    emit: (event) => events.push(event),
    ...changes,
  }
  return { source, requests, events, counts }
}

/** What a cursor at a page says: the position, and the ids seen where it names them. */
type Checkpoint = PagePosition & { readonly round?: number; readonly seen?: string }

async function read(source: WindowSource<Complaint>, start: WindowCheckpoint | null = null) {
  const pages: string[] = []
  const checkpoints: (Checkpoint | null)[] = []
  const incomplete: IncompleteRange[] = []
  for await (const page of readWindow(source, window, start)) {
    pages.push(page.rows.map(({ id }) => id).join(''))
    checkpoints.push(checkpointOf(page.next))
    if (page.incomplete !== null) incomplete.push(page.incomplete)
    page.release()
  }
  return { pages, checkpoints, incomplete }
}

function checkpointOf(checkpoint: WindowCheckpoint | null): Checkpoint | null {
  if (checkpoint === null) return null
  const { round, scan, seenIds } = checkpoint
  return {
    ...scan.position,
    ...(round === 1 ? {} : { round }),
    ...(seenIds === null ? {} : { seen: [...seenIds.ids].slice(0, seenIds.count).join('') }),
  }
}

const still =
  (ids: string, reportsTotal = true) =>
  (skip: number, limit: number): Response => ({
    ids: ids.slice(skip, skip + limit),
    ...(reportsTotal ? { total: ids.length } : {}),
  })

describe('a window that stands still', () => {
  it('is begun, read and done, page after page', async () => {
    const { source, requests, events, counts } = scripted(still('abcde'))
    const { pages, checkpoints } = await read(source)
    expect(pages).toEqual(['abc', 'de', ''])
    expect(checkpoints).toEqual([positionAt(2, 3, 'c', 5), positionAt(4, 3, 'e', 5), null])
    expect(requests.join(' ')).toBe('0,3 2,3 4,3')
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
  ] as const)('ends where %s totals prove it (%o: %i requests)', async (totals, ids, count) => {
    const { source, requests, events } = scripted(still(ids), { paging: { style: 'offset', totals } })
    expect((await read(source)).pages.join('')).toBe(ids)
    expect(requests.length).toBe(count)
    expect(events.at(-1)).toEqual({ type: 'windowDone', ...window, pages: count, rows: ids.length, rounds: 1 })
  })

  it.each([
    ['offset', [0, 2]],
    ['page', [0, 1]],
  ] as const)('asks for rows one by one only where pages share none (%s)', async (style, first) => {
    const respond = (skip: number, limit: number): string =>
      'ab'.slice(style === 'page' ? skip * limit : skip).slice(0, limit)
    const { source, requests } = scripted(respond, {
      paging: { style, totals: 'hint' },
      pageSize: 1,
      rescanPageSize: 1,
    })
    expect((await read(source)).pages.join('')).toBe('ab')
    expect(requests[0]).toEqual(first)
    // A second scan, if there is one, has another page size.
    const again = requests.findIndex(([skip], index) => index > 0 && skip === 0)
    const firstScan = again < 0 ? requests : requests.slice(0, again)
    expect(firstScan.length).toBeGreaterThan(1)
    expect(firstScan.every(([, limit]) => limit === first[1])).toBe(true)
  })

  it('delivers only the rows that match, and counts all that it received', async () => {
    const rows = [
      rowOf('early', '2026-02-28T15:59:59.999Z'),
      rowOf('first', '2026-02-28T16:00:00.000Z'),
      rowOf('unwanted'),
      rowOf('last', '2026-03-30T15:59:59.999Z'),
      rowOf('late', '2026-03-30T16:00:00.000Z'),
    ]
    const { source, events } = scripted([], {
      fetchPage: async () => ({ page: { rows, received: 5, total: 5, failures: [] }, release: () => {} }),
      matches: ({ id, createdAt }) =>
        id !== 'unwanted' &&
        createdAt >= new Date('2026-02-28T16:00:00.000Z') &&
        createdAt < new Date('2026-03-30T16:00:00.000Z'),
      paging: exact,
    })
    expect((await read({ ...source, pageSize: 10 })).pages).toEqual(['firstlast'])
    expect(events.at(-1)).toMatchObject({ type: 'windowDone', rows: 5, rounds: 1 })
  })
})

describe('a row that cannot be used', () => {
  const failureOf = (id: string, index: number): RowFailure => ({
    index,
    id,
    error: new ResponseError('no such state', { complaintId: id }),
  })

  it('is skipped and named by its page, and the rows behind it are read', async () => {
    const { source, events } = scripted(
      [
        { ids: 'abc', total: 4 },
        { ids: 'c', total: 4, failures: [failureOf('d', 1)] },
      ],
      { paging: exact },
    )
    const failures: string[] = []
    const ids: string[] = []
    const ends: boolean[] = []
    for await (const page of readWindow(source, window, null)) {
      ids.push(...page.rows.map(({ id }) => id))
      failures.push(...page.failures.map(({ id }) => id))
      ends.push(page.next === null)
    }
    expect(ids.join('')).toBe('abc')
    expect(failures).toEqual(['d'])
    expect(ends).toEqual([false, true])
    expect(events.at(-1)).toEqual({ type: 'windowDone', ...window, pages: 2, rows: 4, rounds: 1 })
  })

  it('is named once, however often its window is read', async () => {
    // The total moves, so that the list is scanned a second time.
    const { source } = scripted((skip, limit) => {
      const served = 'abcdef'.slice(skip, skip + limit)
      const at = served.indexOf('d')
      const failures = at < 0 ? [] : [failureOf('d', at)]
      return { ids: served.replace('d', ''), total: limit === 3 && skip === 0 ? 7 : 6, failures }
    })
    const failures: string[] = []
    let requests = 0
    for await (const page of readWindow(source, window, null)) {
      failures.push(...page.failures.map(({ id }) => id))
      requests += 1
    }
    expect(failures).toEqual(['d'])
    expect(requests).toBeGreaterThan(4)
  })

  it('counts as a row where pages join', async () => {
    const { source, requests } = scripted(
      [
        { ids: 'ab', total: 4, failures: [failureOf('c', 2)] },
        { ids: 'd', total: 4, failures: [failureOf('c', 0)] },
      ],
      { paging: exact },
    )
    expect((await read(source)).pages).toEqual(['ab', 'd'])
    expect(requests.join(' ')).toBe('0,3 2,3')
  })
})

describe('a window that moved', () => {
  const removed = { ids: 'cd', total: 4 }
  it.each([
    ['seam', 'offset', ['abc', 'bcd', 'd', 'xabcd', 'd'], ['abc', 'd', '', 'x', '']],
    [
      'total',
      'offset',
      [{ ids: 'abc', total: 5 }, removed, { ids: 'd', total: 4 }, 'abcd', 'd'],
      ['abc', 'd', '', '', ''],
    ],
    ['repeatedId', 'page', ['abc', 'cd', '', 'xabcd', ''], ['abc', 'd', '', 'x', '']],
    ['shortPage', 'page', ['abc', 'd', 'g', '', 'abcdefg', ''], ['abc', 'd', 'g', '', 'ef', '']],
  ] as const)('is read once more with another page size (%s)', async (sign, style, responses, expected) => {
    const { source, requests, events } = scripted(responses, { paging: { style, totals: 'hint' } })
    const { pages, checkpoints } = await read(source)
    expect(pages).toEqual(expected)
    const again = requests.findIndex(([skip], index) => index > 0 && skip === 0)
    expect(requests[again]).toEqual([0, 9])
    // The cursor does not point back: it names the second scan, and the ids seen.
    const seen = (count: number) => ({ seen: pages.slice(0, count).join('') })
    expect(checkpoints[again - 1]).toEqual({ ...positionAt(0, 9), round: 2, ...seen(again) })
    expect(checkpoints[again]).toMatchObject({ round: 2, ...seen(again + 1) })
    expect(checkpoints.at(-1)).toBeNull()
    expect(events).toEqual([
      { type: 'windowStart', ...window },
      { type: 'drift', ...window, round: 1, sign },
      { type: 'windowDone', ...window, pages: responses.length, rows: new Set(pages.join('')).size, rounds: 2 },
    ])
  })

  it('by rows that only came in at the front is caught up with, and not read again', async () => {
    const { source, requests, events } = scripted([
      { ids: 'abc', total: 4 },
      { ids: 'bcd', total: 5 },
      { ids: 'd', total: 5 },
      { ids: 'xab', total: 5 },
    ])
    const { pages, checkpoints } = await read(source)
    expect(pages).toEqual(['abc', 'd', '', 'x'])
    expect(requests.join(' ')).toBe('0,3 2,3 4,3 0,3')
    // The cursor stays at the end of the scan while its front is read again.
    expect(checkpoints).toEqual([positionAt(2, 3, 'c', 4), positionAt(4, 3, 'd', 5), positionAt(4, 3, 'd', 5), null])
    expect(events.slice(1)).toEqual([
      { type: 'drift', ...window, round: 1, sign: 'total' },
      { type: 'windowDone', ...window, pages: 4, rows: 5, rounds: 1 },
    ])
  })

  it('is never resumed from its beginning, also where a second scan finds an unseen row', async () => {
    const { source, events } = scripted(['ab', 'bc', 'c', 'xabc', 'c'], { pageSize: 2 })
    const { pages, checkpoints } = await read(source)
    expect(pages).toEqual(['ab', 'c', '', 'x', ''])
    expect(checkpoints.slice(0, 4)).toEqual([
      positionAt(1, 2, 'b'),
      positionAt(2, 2, 'c'),
      { ...positionAt(0, 9), round: 2, seen: 'abc' },
      { ...positionAt(3, 9, 'c'), round: 2, seen: 'abcx' },
    ])
    expect(checkpoints.at(-1)).toBeNull()
    expect(events.slice(1)).toEqual([{ type: 'windowDone', ...window, pages: 5, rows: 4, rounds: 2 }])
  })

  it('is seen to have moved by two scans that differ', async () => {
    const day = { begin: '2026-03-10', end: '2026-03-10' }
    const { source, events } = scripted(['ab', 'c', '', 'ac', 'd', '', 'abcd', ''], {
      paging: byPage,
      pageSize: 2,
      rescanPageSize: 2,
    })
    const pages: string[] = []
    for await (const page of readWindow(source, day, null)) pages.push(page.rows.map(({ id }) => id).join(''))
    expect(pages.join('')).toBe('abcd')
    expect(events.slice(1)).toEqual([
      { type: 'drift', ...day, round: 2, sign: 'unseenId' },
      { type: 'windowDone', ...day, pages: 8, rows: 4, rounds: 3 },
    ])
  })

  it('in each of five scans of a single day is given up: the day is named, and nothing is thrown', async () => {
    const day = { begin: '2026-03-10', end: '2026-03-10' }
    let round = 0
    const respond = (skip: number): string => {
      if (skip === 0) round += 1
      return [`a${round}`, 'a', ''][skip] ?? ''
    }
    const { source, requests, events } = scripted(respond, { paging: byPage, pageSize: 2, rescanPageSize: 3 })
    const ids: string[] = []
    const incomplete: unknown[] = []
    for await (const page of readWindow(source, day, null)) {
      ids.push(...page.rows.map(({ id }) => id))
      if (page.incomplete !== null) incomplete.push([page.incomplete, page.next])
    }
    expect(ids.join('')).toBe('a12345')
    expect(requests.filter(([skip]) => skip === 0)).toHaveLength(5)
    const drifts = [1, 2, 3, 4, 5].map((at) => ({ type: 'drift', ...day, round: at, sign: 'repeatedId' }))
    expect(events).toEqual([{ type: 'windowStart', ...day }, ...drifts])
    expect(incomplete).toEqual([[{ ...day, total: null, delivered: 6 }, null]])
  })

  it('is requested side by side in its first scan only', async () => {
    const peaks: number[] = []
    let [inFlight, peak] = [0, 0]
    const { source, requests } = scripted((skip, limit) => ({
      ids: 'abcdefghij'.slice(skip, skip + limit),
      // The total falls, so that the list is scanned a second time.
      total: requests.length === 2 ? 11 : 10,
    }))
    const counted: WindowSource<Complaint> = {
      ...source,
      rescanPageSize: 3,
      depth: 3,
      async fetchPage(...request) {
        peak = Math.max(peak, ++inFlight)
        const response = source.fetchPage(...request)
        await new Promise((resolve) => setImmediate(resolve))
        inFlight -= 1
        return response
      },
      emit: ({ type }) => {
        if (type !== 'windowStart') peaks.push(peak)
        peak = 0
      },
    }
    expect((await read(counted)).pages.join('')).toBe('abcdefghij')
    expect(peaks).toEqual([3, 1])
  })
})

describe('a window that is resumed', () => {
  it('is read twice from its position where no total is usable, and is done when the rows are the same', async () => {
    const { source, requests, events } = scripted(still('abcd', false))
    const { pages, checkpoints } = await read(source, checkpointAt(positionAt(2, 3, 'c'), 3))
    expect(pages).toEqual(['d', '', '', ''])
    expect(checkpoints.slice(0, 2)).toEqual([positionAt(3, 3, 'd'), { ...positionAt(2, 3, 'c'), round: 2 }])
    expect(checkpoints.at(-1)).toBeNull()
    expect(requests.join(' ')).toBe('2,3 3,3 2,3 3,3')
    expect(events.slice(1)).toEqual([{ type: 'windowDone', ...window, pages: 4, rows: 2, rounds: 2 }])
  })

  it('without an overlap row counts just the rows that came', async () => {
    const { source, requests, events } = scripted(still('abcd'), { paging: exact })
    expect((await read(source, checkpointAt(positionAt(2, 3, null, 4), 2))).pages).toEqual(['cd'])
    expect(requests).toEqual([[2, 3]])
    expect(events.at(-1)).toEqual({ type: 'windowDone', ...window, pages: 1, rows: 2, rounds: 1 })
  })

  it('from a cursor that does not contain the ids seen contains them from its second scan on', async () => {
    const responses = ['dcb:5', 'a:4', ':4', 'dcba:4', ':4'].map((text) => {
      const [ids = '', total] = text.split(':')
      return { ids, total: Number(total) }
    })
    const { source } = scripted(responses, { paging: byPage })
    const checkpoints: (WindowCheckpoint | null)[] = []
    for await (const { next } of readWindow(source, window, checkpointAt(positionAt(1, 3, 'b'), 3)))
      checkpoints.push(next)
    const idsOfScans = checkpoints.map((at) => at && `${at.round}: ${at.seenIds?.areAll ? 'all' : 'last'}`)
    expect(idsOfScans).toEqual(['1: last', '2: last', '2: all', null])
  })

  it('is read again once it moved', async () => {
    const { source, requests, events } = scripted(still('xabcd', false))
    const { pages } = await read(source, checkpointAt(positionAt(2, 3, 'c'), 3))
    expect(pages).toEqual(['bd', '', 'xa', ''])
    expect(requests.join(' ')).toBe('2,3 4,3 0,9 4,9')
    expect(events.slice(1)).toEqual([
      { type: 'drift', ...window, round: 1, sign: 'seam' },
      { type: 'windowDone', ...window, pages: 4, rows: 5, rounds: 2 },
    ])
  })
})

describe('a window that is halved', () => {
  const days = { begin: '2026-03-01', end: '2026-03-16' }
  const daysOf = (requests: readonly string[]): string[] => [...new Set(requests.map((at) => at.split(' ')[0] ?? ''))]
  const rowOn = (day: number, name = ''): Complaint => {
    const text = String(day).padStart(2, '0')
    return rowAt(`r${text}${name}`, `2026-03-${text}`)
  }

  it('names a day of which rows are missing, and its cursor leads to the days behind it', async () => {
    const two = { begin: '2026-03-01', end: '2026-03-02' }
    const many = Array.from({ length: 30 }, (_, index) => rowOn(1, `-${index}`))
    const all = [...many, rowOn(2, 'a'), rowOn(2, 'b')]
    const serve: Serve = ({ begin, end }, skip, limit) => {
      const served = honest(all)({ begin, end }, 0, 100)
      return pageOf(served.rows.slice(0, 10).slice(skip, skip + limit), served.total)
    }
    const { source } = windowSourceOf(serve, { pageSize: 5 })
    const { incomplete, checkpoints, ids } = await readWindowFrom(source, two)
    expect(incomplete).toEqual(['1..1: 10 of 30'])
    expect(ids).toHaveLength(12)
    const pages: IncompleteRange[] = []
    let next: WindowCheckpoint | null = null
    for await (const page of readWindow(windowSourceOf(serve, { pageSize: 5 }).source, two, null)) {
      if (page.incomplete === null) continue
      pages.push(page.incomplete)
      next = page.next
    }
    expect(pages).toHaveLength(1)
    expect(next).toMatchObject({ part: { begin: '2026-03-02', end: '2026-03-02' }, round: 1 })
    expect(checkpoints.at(-1)).toBeNull()
  })

  it('of a server that ignores the days is given up at the first half: the whole window is named', async () => {
    const rows = Array.from({ length: 10 }, (_, index) => rowOn(15, `-${index}`))
    const { source, requests, events } = windowSourceOf(() => pageOf(rows, 1_000), { pageSize: 10 })
    const { incomplete, checkpoints, ids } = await readWindowFrom(source, days)
    expect(ids).toHaveLength(10)
    expect(incomplete).toEqual(['1..16: 10 of 1000'])
    expect(checkpoints.at(-1)).toBeNull()
    expect(daysOf(requests)).toEqual(['1..16', '1..8'])
    expect(events.some(({ type }) => type === 'windowDone')).toBe(false)
  })

  it('ends at halves whose total is that of the whole, once the other half is seen to have a row', async () => {
    const rows = Array.from({ length: 12 }, (_, index) => rowOn(16 - index - (index > 5 ? 4 : 0)))
    const serve: Serve = (part, skip, limit) => pageOf(honest(rows)(part, skip, limit).rows, 40)
    const hint = { style: 'offset', totals: 'hint' } as const
    const { source, requests, warnings, events } = windowSourceOf(serve, { paging: hint, pageSize: 5 })
    const { incomplete, ids } = await readWindowFrom(source, days)
    expect(ids).toHaveLength(12)
    expect(incomplete).toEqual([])
    expect(daysOf(requests)).toEqual(['1..16', '1..8', '9..16'])
    expect(warnings()).toEqual(['totalMismatch', 'totalMismatch'])
    const message =
      "the provider reports 40 complaints from 2026-03-01 to 2026-03-08, and serves 6: the others may be hidden or deleted; compare with the provider's own web page"
    expect(events).toContainEqual({ type: 'warning', warning: 'totalMismatch', message })
  })
})

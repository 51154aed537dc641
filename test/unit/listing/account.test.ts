import { describe, expect, it } from 'vitest'
import { ApiError, AuthenticationError, PaginationError, ResponseError, TransportError } from '../../../src/errors.js'
import { type AccountPage, type AccountSource, scanAccount } from '../../../src/listing/account.js'
import type { AccountCheckpoint } from '../../../src/listing/checkpoint.js'
import type { Complaint } from '../../../src/model.js'
import { beijingDay } from '../../../src/time.js'
import { complaintOf } from '../../support/model-provider.js'
import { checkpointAt, type Fetch, sourceOf } from './sources.js'

const windows = ['01', '02', '03', '04'].map((day) => ({ begin: `2026-03-${day}`, end: `2026-03-${day}` }))
const beginning: AccountCheckpoint = { window: 0, at: null }
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

function rowsOf(day: string, count: number, from = 0): Complaint[] {
  const createdAt = Date.parse(`${day}T12:00:00+08:00`)
  return Array.from({ length: count }, (_, index) =>
    complaintOf({ id: `${day.slice(-2)}-${from + index}`, createdAt, state: 'pending' }, 'a'),
  )
}

/** Windows of so many rows each, in the order of `windows`; remembers the windows and positions requested. */
function account(counts: readonly number[], changes: Partial<AccountSource<Complaint>> = {}) {
  const requests: string[] = []
  const fetch: Fetch = async ({ begin }, skip, limit) => {
    requests.push(`${begin.slice(-2)}+${skip}`)
    const total = counts[Number(begin.slice(-2)) - 1] ?? 0
    const rows = rowsOf(begin, Math.max(0, Math.min(limit, total - skip)), skip)
    return { rows, received: rows.length, total, failures: [] }
  }
  return { source: sourceOf(fetch, changes), requests }
}

function pagesOf(source: AccountSource<Complaint>, days = windows, start = beginning) {
  return scanAccount(source, days, start, new AbortController().signal)
}

async function read(pages: AsyncIterable<AccountPage<Complaint>>) {
  const delivered: AccountPage<Complaint>[] = []
  try {
    for await (const page of pages) delivered.push(page)
    return { delivered, error: null }
  } catch (error) {
    return { delivered, error }
  }
}

const day = windows.slice(0, 1)

it('a request that was dropped while it waited in the queue is not sent', async () => {
  const sent: string[] = []
  const fetch: Fetch = async ({ begin }, skip, limit) => {
    sent.push(`${skip}+${limit}`)
    // Fewer than were requested: the rows behind begin elsewhere than was expected.
    const rows = rowsOf(begin, Math.max(0, Math.min(skip === 4 ? 2 : limit, 9 - skip)), skip)
    return { rows, received: rows.length, total: 9, failures: [] }
  }
  const delivered: string[] = []
  for await (const { rows } of pagesOf(sourceOf(fetch), day)) {
    delivered.push(...rows.map(({ id }) => id))
    await soon()
  }
  expect(delivered).toEqual(rowsOf('2026-03-01', 9).map(({ id }) => id))
  expect(sent.slice(0, 4)).toEqual(['0+3', '2+3', '4+3', '5+3'])
})

describe('maxPages', () => {
  it('is the number of pages with unseen rows that may be delivered', async () => {
    expect(await read(pagesOf(account([5], { maxPages: 3 }).source, day))).toMatchObject({
      delivered: { length: 3 },
      error: null,
    })
    expect(await read(pagesOf(account([5], { maxPages: 2 }).source, day))).toMatchObject({
      delivered: [{ rows: { length: 3 } }, { rows: { length: 2 } }, { rows: [] }],
      error: null,
    })
    const { delivered, error } = await read(pagesOf(account([7], { maxPages: 2 }).source, day))
    expect(delivered.map(({ rows }) => rows.length)).toEqual([3, 2])
    expect(error).toBeInstanceOf(PaginationError)
    expect(error).toMatchObject({ message: 'more than maxPages (2) pages; resume from error.cursor', retryable: false })
  })

  it('counts over all windows, but no empty page', async () => {
    expect(await read(pagesOf(account([0, 0, 1, 0], { maxPages: 1 }).source))).toMatchObject({
      delivered: [{ window: 0 }, { window: 1 }, { window: 2, rows: [{ id: '03-0' }] }, { window: 3 }],
      error: null,
    })
    const { delivered, error } = await read(pagesOf(account([1, 0, 1, 1], { maxPages: 2 }).source))
    expect(delivered.map(({ window }) => window)).toEqual([0, 1, 2])
    expect(error).toBeInstanceOf(PaginationError)
  })

  it.each([
    [0, [0, 0, 0]],
    [1, [1, 1, 1]],
  ])(
    'does not end the window that was started first, where windows must be whole (from window %i)',
    async (first, expected) => {
      const { source } = account([5, 5, 5], { maxPages: 1, wholeWindows: true })
      const { delivered, error } = await read(pagesOf(source, windows, { window: first, at: null }))
      expect(delivered.map(({ window }) => window)).toEqual(expected)
      expect(error).toMatchObject({ message: 'more than maxPages (1) pages; resume from error.cursor' })
    },
  )

  it('ends even a whole window after ten thousand pages', async () => {
    const fetch: Fetch = async ({ begin }, skip) => {
      const rows = skip < 10_100 ? rowsOf(begin, 1, skip) : []
      return { rows, received: rows.length, total: null, failures: [] }
    }
    const { source } = account([], {
      paging: { style: 'page', totals: 'hint' },
      pageSize: 1,
      maxPages: 5,
      wholeWindows: true,
      fetch,
    })
    const { delivered, error } = await read(pagesOf(source, day))
    expect(delivered.length).toBe(10_000)
    expect(error).toMatchObject({ code: 'PAGINATION' })
  })
})

describe('a page of more rows than were requested', () => {
  const serving = (count: number, pageSize: number): AccountSource<Complaint> =>
    account([], {
      pageSize,
      fetch: async ({ begin }) => ({ rows: rowsOf(begin, count), received: count, total: count, failures: [] }),
    }).source

  it.each([
    [1_000, 3],
    [1_500, 1_500],
  ])('is used up to a thousand rows, or as many as were requested (%i of %i)', async (count, pageSize) => {
    const pages = pagesOf(serving(count, pageSize), day)
    expect((await pages.next()).value).toMatchObject({ rows: { length: count }, total: count })
    await pages.return(undefined)
  })

  it.each([
    [1_001, 3],
    [1_501, 1_500],
  ])('is rejected beyond (%i of %i)', async (count, pageSize) => {
    const { delivered, error } = await read(pagesOf(serving(count, pageSize), day))
    // No row of it; the page only says that the day is to be read again.
    expect(delivered).toMatchObject([{ rows: [], next: { retry: day } }])
    expect(error).toBeInstanceOf(ResponseError)
    expect(error).toMatchObject({
      message: `the response has ${count} rows, ${pageSize} were requested; it was not used`,
    })
  })
})

describe('windows', () => {
  it('are read from a position in one of them, and say where the next page begins', async () => {
    const { source, requests } = account([9, 4, 1])
    const start = { window: 1, at: checkpointAt({ skip: 2, limit: 3, overlapId: '02-2', total: 4 }, 3) }
    const { delivered } = await read(pagesOf(source, windows.slice(0, 3), start))
    expect(requests).toEqual(['02+2', '03+0'])
    expect(delivered.map(({ rows, next }) => [rows.map(({ id }) => id), next])).toEqual([
      [['02-3'], { window: 2, at: null }],
      [['03-0'], null],
    ])
  })

  it('lead from page to page while they last', async () => {
    const { delivered } = await read(pagesOf(account([4]).source, windows.slice(0, 2)))
    expect(delivered[0]?.next?.at?.scan.position).toEqual({ skip: 2, limit: 3, overlapId: '01-2', total: 4 })
    expect(delivered.map(({ total, window, next }) => [total, window, next])).toEqual([
      [4, 0, { window: 0, at: expect.objectContaining({ part: null, round: 1 }) }],
      [4, 0, { window: 1, at: null }],
      [0, 1, null],
    ])
  })

  it('are started side by side, as many as `concurrency` allows, and delivered in their order', async () => {
    const { source, requests } = account([1, 1, 1, 1], { concurrency: 2 })
    const slow: Fetch = async (window, ...position) => {
      if (window.begin === '2026-03-01') await soon()
      return source.fetch(window, ...position)
    }
    const pages = pagesOf({ ...source, fetch: slow })
    expect((await pages.next()).value).toMatchObject({ window: 0, rows: [{ id: '01-0' }] })
    await soon()
    expect(requests).toEqual(['02+0', '01+0'])
    expect((await pages.next()).value).toMatchObject({ window: 1, rows: [{ id: '02-0' }] })
    await soon()
    expect(requests).toEqual(['02+0', '01+0', '03+0'])
    expect((await read(pages)).delivered.map(({ window }) => window)).toEqual([2, 3])
  })

  it.each<[string, Partial<AccountSource<Complaint>>, number[]]>([
    ['twice as many pages as `concurrency`', {}, [3, 4, 5]],
    ['twice as many pages as `concurrency`, of whole windows, too', { wholeWindows: true, maxPages: 1 }, [3, 4, 5]],
    ['a page more than `maxPages`', { concurrency: 4, maxPages: 3 }, [5, 6, 7]],
  ])('hold no more than %s', async (_, changes, expected) => {
    const { source, requests } = account([41], changes)
    const pages = pagesOf(source, day)
    const counts: number[] = []
    for (const __ of expected) {
      await pages.next()
      await soon()
      counts.push(requests.length)
    }
    expect(counts).toEqual(expected)
    await pages.return(undefined)
  })

  it('deliver what came before a failure, and then the failure', async () => {
    const { source } = account([3, 5])
    const failure = new ApiError('made to fail')
    const failing: Fetch = (window, skip, limit) =>
      window.begin === '2026-03-02' && skip > 0 ? Promise.reject(failure) : source.fetch(window, skip, limit)
    const { delivered, error } = await read(pagesOf({ ...source, fetch: failing }))
    expect(delivered.flatMap(({ rows }) => rows.map(({ id }) => id))).toEqual([
      '01-0',
      '01-1',
      '01-2',
      '02-0',
      '02-1',
      '02-2',
    ])
    expect(error).toBe(failure)
  })

  it('are not requested after an abort, whose reason is thrown', async () => {
    const { source, requests } = account([5])
    const reason = new Error('enough')
    const { error } = await read(scanAccount(source, windows, beginning, AbortSignal.abort(reason)))
    expect(error).toBe(reason)
    expect(requests).toEqual([])
  })
})

describe('a window that fails by what its responses hold', () => {
  /** Four windows of two rows each; the second one fails. */
  const failing = (error: Error) => {
    const { source, requests } = account([2, 2, 2, 2])
    const fetch: Fetch = (window, skip, limit) => {
      if (window.begin !== '2026-03-02') return source.fetch(window, skip, limit)
      requests.push('02 failed')
      return Promise.reject(error)
    }
    return { source: { ...source, fetch }, healthy: source, requests }
  }

  it.each([
    ['ResponseError', new ResponseError('no list')],
    ['PaginationError', new PaginationError('it does not end', { retryable: true })],
  ])('(%s) does not stop the windows behind it; the error comes last', async (_, failure) => {
    const { source, healthy, requests } = failing(failure)
    const { delivered, error } = await read(pagesOf(source))
    expect(error).toBe(failure)
    expect(delivered.flatMap(({ rows }) => rows.map(({ id }) => id))).toEqual([
      '01-0',
      '01-1',
      '03-0',
      '03-1',
      '04-0',
      '04-1',
    ])
    // From there on, each cursor leads to the days that failed.
    const last = delivered.at(-1)?.next as AccountCheckpoint
    expect(last).toEqual({ window: windows.length, at: null, retry: [windows[1]] })
    const before = requests.length
    const resumed = await read(pagesOf(healthy, windows, last))
    expect(resumed.error).toBeNull()
    expect(requests.slice(before)).toEqual(['02+0'])
    expect(resumed.delivered.flatMap(({ rows }) => rows.map(({ id }) => id))).toEqual(['02-0', '02-1'])
    expect(resumed.delivered.at(-1)?.next).toBeNull()
  })

  it.each([
    ['the network', new TransportError('reset', { retryable: true })],
    ['the server', new ApiError('made to fail')],
    ['authentication', new AuthenticationError('wrong key')],
  ])('ends the account at once when %s is at fault', async (_, failure) => {
    const { source, requests } = failing(failure)
    const { delivered, error } = await read(pagesOf(source))
    expect(error).toBe(failure)
    expect(delivered.map(({ window }) => window)).toEqual([0])
    expect(delivered.at(-1)?.next).toEqual({ window: 1, at: null })
    expect(requests).toEqual(['01+0', '02 failed'])
  })
})

describe('days that cannot be read completely', () => {
  /** The second day reports five rows and serves three, of all its requests. */
  const shortBy = (total: number): Fetch => {
    const { source } = account([2, 2, 2, 2])
    return async (window, skip, limit) => {
      if (window.begin !== '2026-03-02') return source.fetch(window, skip, limit)
      const rows = skip === 0 ? rowsOf(window.begin, Math.min(limit, 3)) : []
      return { rows, received: rows.length, total, failures: [] }
    }
  }

  it('are named by an error after everything else, and its checkpoint leads to them only', async () => {
    const { delivered, error } = await read(pagesOf(sourceOf(shortBy(1_000))))
    const ids = delivered.flatMap(({ rows }) => rows.map(({ id }) => id))
    expect(ids).toEqual(['01-0', '01-1', '02-0', '02-1', '02-2', '03-0', '03-1', '04-0', '04-1'])
    expect(error).toBeInstanceOf(PaginationError)
    expect(error).toMatchObject({
      retryable: true,
      incomplete: [{ begin: '2026-03-02', end: '2026-03-02', total: 1_000, delivered: 3 }],
      message: expect.stringContaining('2026-03-02 (1000 reported, 3 read)'),
    })
    const last = delivered.at(-1)?.next as AccountCheckpoint
    expect(last).toEqual({ window: windows.length, at: null, retry: [windows[1]] })
    const { source, requests } = account([2, 3, 2, 2])
    const resumed = await read(pagesOf(source, windows, last))
    expect(resumed.error).toBeNull()
    expect(requests.every((request) => request.startsWith('02+'))).toBe(true)
    expect(resumed.delivered.flatMap(({ rows }) => rows.map(({ id }) => id))).toEqual(['02-0', '02-1', '02-2'])
    expect(resumed.delivered.at(-1)?.next).toBeNull()
  })

  it('are named as days or ranges, with the total and what was read', async () => {
    const messageOf = async (source: AccountSource<Complaint>, end: string): Promise<string> => {
      const { error } = await read(pagesOf(source, [{ begin: '2026-03-01', end }]))
      return (error as Error).message
    }
    const absurd: Fetch = async ({ begin, end }, skip, limit) => {
      const days = windows.filter((window) => window.begin >= begin && window.begin <= end)
      const rows = days.flatMap((window) => rowsOf(window.begin, 1)).slice(skip, skip + limit)
      // Two days report as many as all four.
      return { rows, received: rows.length, total: 100 * Math.min(2, days.length), failures: [] }
    }
    expect(await messageOf(sourceOf(absurd), '2026-03-04')).toContain(
      'completely: 2026-03-01 to 2026-03-02 (200 reported, 2 read), 2026-03-03 to 2026-03-04 (200 reported, 2 read). All',
    )
    expect(await messageOf(sourceOf(absurd), '2026-03-01')).toContain(
      'completely: 2026-03-01 (100 reported, 1 read). All',
    )
    let scans = 0
    const restless: Fetch = async ({ begin }, skip) => {
      if (skip === 0) scans += 1
      const rows = skip < 2 ? rowsOf(begin, 1, skip === 0 ? scans : 0) : []
      return { rows, received: rows.length, total: null, failures: [] }
    }
    const byNumber = sourceOf(restless, { paging: { style: 'page', totals: 'hint' }, pageSize: 1 })
    expect(await messageOf(byNumber, '2026-03-01')).toMatch(
      /completely: 2026-03-01 \(no total reported, \d+ read\)\. All/,
    )
  })

  it('are named also where another window fails by its responses, which is named, too, and its error is the cause', async () => {
    const short = shortBy(1_000)
    const unreadable = new ResponseError('no list')
    const fetch: Fetch = async (window, skip, limit) => {
      if (window.begin !== '2026-03-01') return short(window, skip, limit)
      if (skip > 0) throw unreadable
      return { rows: rowsOf(window.begin, 3), received: 3, total: 5, failures: [] }
    }
    const { delivered, error } = await read(pagesOf(sourceOf(fetch)))
    expect(error).toMatchObject({
      incomplete: [
        { begin: '2026-03-02', end: '2026-03-02', total: 1_000, delivered: 3 },
        { begin: '2026-03-01', end: '2026-03-01', total: null, delivered: 3 },
      ],
      message: expect.stringContaining('2026-03-01 (no total reported, 3 read)'),
    })
    expect((error as Error).cause).toBe(unreadable)
    expect(delivered.at(-1)).toEqual({
      rows: [],
      failures: [],
      total: null,
      window: windows.length,
      next: { window: windows.length, at: null, retry: windows.slice(0, 2) },
    })
  })

  it('that fail again when they are resumed are named again', async () => {
    const first = await read(pagesOf(sourceOf(shortBy(1_000))))
    const last = first.delivered.at(-1)?.next as AccountCheckpoint
    const again = await read(pagesOf(sourceOf(shortBy(1_000)), windows, last))
    expect(again.error).toMatchObject({ incomplete: [{ begin: '2026-03-02', end: '2026-03-02' }] })
    expect(again.delivered.at(-1)?.next).toEqual(last)
  })

  it('also under maxPages: the pages of their later scans do not count', async () => {
    const { error } = await read(pagesOf(sourceOf(shortBy(1_000), { maxPages: 5 })))
    expect(error).toMatchObject({ incomplete: { length: 1 } })
  })
})

it('a day behind each window is requested in addition, and its rows come with their own window, without a warning', async () => {
  const ranges: string[] = []
  const rows = [...rowsOf('2026-03-02', 1), ...rowsOf('2026-03-01', 1)]
  const events: unknown[] = []
  const fetch: Fetch = async ({ begin, end }) => {
    ranges.push(`${begin.slice(-2)}..${end.slice(-2)}`)
    // The end is not included.
    const inside = rows.filter(({ createdAt }) => beijingDay(createdAt) >= begin && beijingDay(createdAt) <= end)
    return { rows: inside, received: inside.length, total: inside.length, failures: [] }
  }
  const source = sourceOf(fetch, { padDays: 1, emit: (event) => events.push(event) })
  const { delivered, error } = await read(pagesOf(source, windows.slice(0, 2)))
  expect(error).toBeNull()
  expect(ranges).toEqual(['01..02', '02..03'])
  expect(delivered.map(({ rows: own }) => own.map(({ id }) => id))).toEqual([['01-0'], ['02-0']])
  expect(events).not.toContainEqual(expect.objectContaining({ type: 'warning' }))
})

it('rows of the day in addition that do not come with their own window come with its last page', async () => {
  const created = { early: '2026-03-01T02:00', late: '2026-03-02T02:00', noon: '2026-03-02T12:00' }
  const rows = Object.entries(created).map(([id, time]) =>
    complaintOf({ id, createdAt: Date.parse(`${time}:00+08:00`), state: 'pending' }, 'a'),
  )
  const events: unknown[] = []
  // Days in UTC, and the end is not included.
  const fetch: Fetch = async ({ begin, end }) => {
    const inside = rows.filter(({ createdAt }) => {
      const utcDay = createdAt.toISOString().slice(0, 10)
      return utcDay >= begin && utcDay < end
    })
    return { rows: inside, received: inside.length, total: inside.length, failures: [] }
  }
  const source = sourceOf(fetch, { padDays: 1, emit: (event) => events.push(event) })
  const { delivered, error } = await read(pagesOf(source, windows.slice(0, 3)))
  expect(error).toBeNull()
  const beside = { begin: '2026-02-28', end: '2026-02-28' }
  expect(delivered.map(({ rows: own, window, next }) => [own.map(({ id }) => id), window, next])).toEqual([
    [[], 0, { window: 1, at: null }],
    [['noon', 'late'], 1, { window: 2, at: null, retry: [beside] }],
    [[], 2, { window: 3, at: null, retry: [beside] }],
    [['early'], 3, null],
  ])
  expect(events.filter((event) => JSON.stringify(event).includes('rowOutsideWindow'))).toHaveLength(2)
})

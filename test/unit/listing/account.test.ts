import { describe, expect, it } from 'vitest'
import { ApiError, PaginationError, ResponseError } from '../../../src/errors.js'
import {
  type AccountCheckpoint,
  type AccountPage,
  type AccountSource,
  scanAccount,
} from '../../../src/listing/account.js'
import type { Complaint } from '../../../src/model.js'
import { complaintOf } from '../../support/model-provider.js'
import { type Fetch, sourceOf } from './sources.js'

const windows = ['01', '02', '03', '04'].map((day) => ({ begin: `2026-03-${day}`, end: `2026-03-${day}` }))
const beginning: AccountCheckpoint = { window: 0, at: null }
const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

function rowsOf(day: string, count: number, from = 0): Complaint[] {
  const createdAt = Date.parse(`${day}T12:00:00+08:00`)
  return Array.from({ length: count }, (_, index) =>
    complaintOf({ id: `${day.slice(-2)}-${from + index}`, createdAt, state: 'pending' }, 'a'),
  )
}

/** Windows of so many rows each, in the order of `windows`; remembers the windows and places asked for. */
function account(counts: readonly number[], changes: Partial<AccountSource<Complaint>> = {}) {
  const asked: string[] = []
  const fetch: Fetch = async ({ begin }, skip, limit) => {
    asked.push(`${begin.slice(-2)}+${skip}`)
    const total = counts[Number(begin.slice(-2)) - 1] ?? 0
    const rows = rowsOf(begin, Math.max(0, Math.min(limit, total - skip)), skip)
    return { rows, received: rows.length, total, failure: null }
  }
  return { source: sourceOf(fetch, changes), asked }
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

it('a request that was dropped while it waited in line is not sent', async () => {
  const sent: string[] = []
  const fetch: Fetch = async ({ begin }, skip, limit) => {
    sent.push(`${skip}+${limit}`)
    // Fewer than were asked: what lies behind begins elsewhere than was thought.
    const rows = rowsOf(begin, Math.max(0, Math.min(skip === 4 ? 2 : limit, 9 - skip)), skip)
    return { rows, received: rows.length, total: 9, failure: null }
  }
  const delivered: string[] = []
  for await (const { rows } of pagesOf(sourceOf(fetch), day)) {
    delivered.push(...rows.map(({ id }) => id))
    await soon()
  }
  expect(delivered).toEqual(rowsOf('2026-03-01', 9).map(({ id }) => id))
  expect(sent.slice(0, 4)).toEqual(['0+3', '2+3', '4+3', '5+2'])
})

describe('maxPages', () => {
  it('is the number of pages that may be delivered', async () => {
    expect(await read(pagesOf(account([5], { maxPages: 3 }).source, day))).toMatchObject({
      delivered: { length: 3 },
      error: null,
    })
    const { delivered, error } = await read(pagesOf(account([5], { maxPages: 2 }).source, day))
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
  ])('ends no window that was begun first, where windows must be whole (from window %i)', async (first, expected) => {
    const { source } = account([5, 5, 5], { maxPages: 1, wholeWindows: true })
    const { delivered, error } = await read(pagesOf(source, windows, { window: first, at: null }))
    expect(delivered.map(({ window }) => window)).toEqual(expected)
    expect(error).toMatchObject({ message: 'more than maxPages (1) pages; resume from error.cursor' })
  })

  it('ends even a whole window after ten thousand pages', async () => {
    const fetch: Fetch = async ({ begin }, skip) => {
      const rows = skip < 10_100 ? rowsOf(begin, 1, skip) : []
      return { rows, received: rows.length, total: null, failure: null }
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

describe('a page of more rows than were asked', () => {
  const serving = (count: number, pageSize: number): AccountSource<Complaint> =>
    account([], {
      pageSize,
      fetch: async ({ begin }) => ({ rows: rowsOf(begin, count), received: count, total: count, failure: null }),
    }).source

  it.each([
    [1_000, 3],
    [1_500, 1_500],
  ])('is used up to a thousand rows, or as many as were asked (%i of %i)', async (count, pageSize) => {
    const pages = pagesOf(serving(count, pageSize), day)
    expect((await pages.next()).value).toMatchObject({ rows: { length: count }, total: count })
    await pages.return(undefined)
  })

  it.each([
    [1_001, 3],
    [1_501, 1_500],
  ])('is refused beyond (%i of %i)', async (count, pageSize) => {
    const { delivered, error } = await read(pagesOf(serving(count, pageSize), day))
    expect(delivered).toEqual([])
    expect(error).toBeInstanceOf(ResponseError)
    expect(error).toMatchObject({
      message: `the answer holds ${count} rows where ${pageSize} were asked; it was not used`,
    })
  })
})

describe('windows', () => {
  it('are read from a place in one of them, and say where the next page begins', async () => {
    const { source, asked } = account([9, 4, 1])
    const start = { window: 1, at: { skip: 2, limit: 3, anchor: '02-2', total: 4 } }
    const { delivered } = await read(pagesOf(source, windows.slice(0, 3), start))
    expect(asked).toEqual(['02+2', '03+0'])
    expect(delivered.map(({ rows, next }) => [rows.map(({ id }) => id), next])).toEqual([
      [['02-3'], { window: 2, at: null }],
      [['03-0'], null],
    ])
  })

  it('lead from page to page while they last', async () => {
    const { delivered } = await read(pagesOf(account([4]).source, windows.slice(0, 2)))
    expect(delivered.map(({ total, window, next }) => [total, window, next])).toEqual([
      [4, 0, { window: 0, at: { skip: 2, limit: 3, anchor: '01-2', total: 4 } }],
      [4, 0, { window: 1, at: null }],
      [0, 1, null],
    ])
  })

  it('are begun side by side, as many as may be asked at once, and delivered in their order', async () => {
    const { source, asked } = account([1, 1, 1, 1], { concurrency: 2 })
    const slow: Fetch = async (window, ...place) => {
      if (window.begin === '2026-03-01') await soon()
      return source.fetch(window, ...place)
    }
    const pages = pagesOf({ ...source, fetch: slow })
    expect((await pages.next()).value).toMatchObject({ window: 0, rows: [{ id: '01-0' }] })
    await soon()
    expect(asked).toEqual(['02+0', '01+0'])
    expect((await pages.next()).value).toMatchObject({ window: 1, rows: [{ id: '02-0' }] })
    await soon()
    expect(asked).toEqual(['02+0', '01+0', '03+0'])
    expect((await read(pages)).delivered.map(({ window }) => window)).toEqual([2, 3])
  })

  it('hold no more than twice as many pages as may be asked at once', async () => {
    const { source, asked } = account([41])
    const pages = pagesOf(source, day)
    const counts: number[] = []
    for (const _ of [1, 2, 3]) {
      await pages.next()
      await soon()
      counts.push(asked.length)
    }
    expect(counts).toEqual([3, 4, 5])
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

  it('are not asked for after an abort, whose reason is thrown', async () => {
    const { source, asked } = account([5])
    const reason = new Error('enough')
    const { error } = await read(scanAccount(source, windows, beginning, AbortSignal.abort(reason)))
    expect(error).toBe(reason)
    expect(asked).toEqual([])
  })
})

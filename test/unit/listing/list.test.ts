import { getEventListeners } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { ApiError, QueryError, ResponseError } from '../../../src/errors.js'
import { createList, type Page } from '../../../src/listing/list.js'
import type { ListAccount, ListContext } from '../../../src/listing/list-context.js'
import type { Complaint } from '../../../src/model.js'
import { accountInfo } from '../../support/core.js'
import { type Fetch, listContextOf, pageOf, rowAt, sourceOf } from './sources.js'

const orders = ['arrival', 'newest', 'oldest'] as const
const to = Date.parse('2026-03-02T00:00:00+08:00')
const beginning = { window: 0, at: null }

/** A page of two rows, which is all that an account has. */
const twoRows =
  (name: string): Fetch =>
  async () =>
    pageOf(
      [0, 1].map((row) => rowAt(`${name}${row}`, '2026-03-01')),
      2,
    )
const empty: Fetch = async () => pageOf([], 0)
const silent: Fetch = () => new Promise(() => {})

/** A list of one day, of an account for each `fetch`. */
function listOf(
  fetches: readonly Fetch[],
  changes: Partial<ListContext<Complaint>> = {},
  order: (typeof orders)[number] = 'arrival',
  ofSource: Parameters<typeof sourceOf>[1] = {},
) {
  /** The signal of each account that was begun. */
  const signals: AbortSignal[] = []
  const accounts = fetches.map(
    (fetch, index): ListAccount<Complaint> => ({
      key: `wechatpay:${index}`,
      info: { ...accountInfo(), account: String(index) },
      source(signal) {
        signals.push(signal)
        return sourceOf(fetch, { maxPages: 1_000, ...ofSource })
      },
    }),
  )
  const base = listContextOf(accounts)
  const context = { ...base, query: { ...base.query, order }, ...changes }
  return { context, signals, list: createList(context) }
}

async function read(list: ReturnType<typeof createList<Complaint>>) {
  const pages: Page<Complaint>[] = []
  try {
    for await (const page of list.pages()) pages.push(page)
    return { pages, error: null }
  } catch (error) {
    return { pages, error }
  }
}

describe('a list that ends', () => {
  it.each(orders)('stops its accounts and leaves no listener on the signal (%s)', async (order) => {
    const { signal } = new AbortController()
    const { list, signals } = listOf([twoRows('a'), twoRows('b')], { signal }, order)
    expect((await read(list)).error).toBeNull()
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it.each(orders)('with an error stops the other accounts, too (%s)', async (order) => {
    const { signal } = new AbortController()
    const failing: Fetch = () => Promise.reject(new ApiError('made to fail'))
    const { list, signals } = listOf([silent, failing], { signal }, order)
    expect((await read(list)).error).toBeInstanceOf(ApiError)
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it.each(orders)('by a break stops all accounts (%s)', async (order) => {
    const { list, signals } = listOf([twoRows('a'), order === 'arrival' ? silent : twoRows('b')], {}, order)
    for await (const _ of list) break
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
  })

  it('with an account whose last page had no rows has an empty last page without a cursor', async () => {
    // The account is done before its page arrives, since the other one fails.
    const failing: Fetch = () => Promise.reject(new ApiError('made to fail'))
    const { list } = listOf([twoRows('a'), failing], { onAccountError: () => {} })
    const { pages, error } = await read(list)
    expect(error).toBeNull()
    const last = pages.at(-1)
    expect(last).toEqual({ items: [], provider: null, account: null, total: null, cursor: expect.any(String) })
  })
})

it.each(orders)('L5 days cut in UTC: once the day beside the plan was read, nothing is left (%s)', async (order) => {
  const rows = [rowAt('early', '2026-03-01', '02:00:00'), rowAt('noon', '2026-03-01')]
  const inUtc: Fetch = async ({ begin, end }) => {
    const inside = rows.filter(({ createdAt }) => {
      const day = createdAt.toISOString().slice(0, 10)
      return day >= begin && day <= end
    })
    return pageOf(inside, inside.length)
  }
  const late = [rowAt('late', '2026-03-02', '02:00:00')]
  rows.push(...late)
  const days = ['2026-03-01', '2026-03-02'].map((day) => ({ begin: day, end: day }))
  const { list } = listOf([inUtc], { windows: order === 'newest' ? days.reverse() : days }, order)
  const { pages, error } = await read(list)
  expect(error).toBeNull()
  expect(pages.flatMap(({ items }) => items.map(({ id }) => id)).sort()).toEqual(['early', 'late', 'noon'])
  expect(pages.at(-1)?.cursor).toBeNull()
})

it('an account that has ended leaves no listener behind while others are read', async () => {
  let answer: () => void = () => {}
  const asked = new Promise<void>((resolve) => {
    answer = resolve
  })
  const waiting: Fetch = async (...request) => {
    await asked
    return twoRows('b')(...request)
  }
  const add = vi.spyOn(EventTarget.prototype, 'addEventListener')
  try {
    const { list } = listOf([empty, waiting])
    const reading = read(list)
    await new Promise((resolve) => setTimeout(resolve, 10))
    const targets = new Set(add.mock.contexts as EventTarget[])
    const counts = [...targets].map((target) => getEventListeners(target, 'abort').length)
    // Of the two accounts, one is linked to the list.
    expect(Math.max(...counts)).toBe(1)
    answer()
    expect((await reading).error).toBeNull()
  } finally {
    add.mockRestore()
  }
})

it.each(orders)('many accounts are no leak of listeners (%s)', async (order) => {
  const warnings: Error[] = []
  const onWarning = (warning: Error): void => void warnings.push(warning)
  process.on('warning', onWarning)
  try {
    const { list } = listOf(
      Array.from({ length: 12 }, (_, index) => twoRows(String.fromCharCode(97 + index))),
      {},
      order,
    )
    expect((await read(list)).pages.flatMap(({ items }) => items)).toHaveLength(24)
    await new Promise((resolve) => setImmediate(resolve))
    expect(warnings).toEqual([])
  } finally {
    process.off('warning', onWarning)
  }
})

it('many requests of one account that wait for their turn are no leak of listeners', async () => {
  const warnings: Error[] = []
  const onWarning = (warning: Error): void => void warnings.push(warning)
  process.on('warning', onWarning)
  try {
    const many: Fetch = async ({ begin }, skip, limit) => {
      const places = Array.from({ length: Math.max(0, Math.min(limit, 40 - skip)) }, (_, index) => skip + index)
      return pageOf(
        places.map((place) => rowAt(`${begin}-${place}`, begin)),
        40,
      )
    }
    const days = Array.from({ length: 12 }, (_, index) => `2026-03-${String(index + 10)}`)
    const windows = days.map((day) => ({ begin: day, end: day }))
    const { list } = listOf([many], { windows }, 'arrival', { concurrency: 12, windowsAtOnce: 12 })
    expect((await read(list)).error).toBeNull()
    await new Promise((resolve) => setImmediate(resolve))
    expect(warnings).toEqual([])
  } finally {
    process.off('warning', onWarning)
  }
})

it.each(orders)('an account that waits for its turn is not begun after an abort (%s)', async (order) => {
  const stop = new AbortController()
  // Whatever the reason: a user may abort in the handler of an event.
  const aborting: Fetch = async (...request) => {
    stop.abort('enough')
    return empty(...request)
  }
  const { list, signals } = listOf([aborting, twoRows('b')], { signal: stop.signal, maxAccounts: 1 }, order)
  expect((await read(list)).error).toBe('enough')
  expect(signals).toHaveLength(1)
})

it('an abort between two pages is thrown before the next one is awaited', async () => {
  const stop = new AbortController()
  const { list } = listOf([twoRows('a'), twoRows('b')], { signal: stop.signal })
  const pages = list.pages()[Symbol.asyncIterator]()
  await pages.next()
  stop.abort('enough')
  await expect(pages.next()).rejects.toBe('enough')
})

describe('a row that cannot be used', () => {
  const error = new ResponseError('no time')
  const bad: Fetch = async () => pageOf([rowAt('a0', '2026-03-01')], 2, [{ index: 1, id: 'a1', error }])

  it('is thrown after the last page', async () => {
    const { pages, error: thrown } = await read(listOf([bad]).list)
    expect(pages.at(-1)?.cursor).toBeNull()
    expect(thrown).toBe(error)
  })
})

it('the later end of a list whose clock was behind is read to its end, and is not asked for a later one', async () => {
  let calls = 0
  const { context: again } = listOf([twoRows('c')], { withLaterEnd: () => never() })
  const never = (): ListContext<Complaint> => {
    calls += 1
    return again
  }
  const { list } = listOf([twoRows('a')], { withLaterEnd: () => again })
  const { pages, error } = await read(list)
  expect(error).toBeNull()
  expect(pages.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(['c0', 'c1'])
  expect(calls).toBe(0)
})

describe('toArray', () => {
  it.each([
    [1, ['a0']],
    [2, ['a0', 'a1']],
    [99, ['a0', 'a1', 'b0', 'b1']],
  ])('brings the first %i rows, and stops', async (limit, ids) => {
    const { list, signals } = listOf([twoRows('a'), twoRows('b')])
    expect((await list.toArray({ limit })).map(({ id }) => id)).toEqual(ids)
    expect(signals.every(({ aborted }) => aborted)).toBe(true)
  })

  it.each([undefined, null, {}, { limit: 0 }, { limit: -1 }, { limit: 1.5 }, { limit: '5' }, { limit: Number.NaN }])(
    'rejects %o before any request',
    async (options) => {
      const { list, signals } = listOf([twoRows('a')])
      const error = await list.toArray(options as never).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(QueryError)
      expect((error as QueryError).message).toBe(
        'toArray() needs { limit }, an integer of at least 1: how many complaints to hold in memory',
      )
      expect(signals).toEqual([])
    },
  )
})

it.each(orders)('an account that is done is not begun when the list is resumed (%s)', async (order) => {
  const accounts = new Map([
    ['wechatpay:0', null],
    ['wechatpay:1', beginning],
  ])
  const start = { to, windowDays: 30, accounts }
  const { list, signals } = listOf([silent, twoRows('b')], { start }, order)
  const { pages, error } = await read(list)
  expect(error).toBeNull()
  expect(pages.flatMap(({ items }) => items.map(({ id }) => id)).sort()).toEqual(['b0', 'b1'])
  expect(signals).toHaveLength(1)
})

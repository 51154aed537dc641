import { describe, expect, it } from 'vitest'
import { ApiError, type ComplaintError, PaginationError, ResponseError } from '../../../src/errors.js'
import type { ComplaintEvent } from '../../../src/events.js'
import { decodeCursor, type ListCheckpoint } from '../../../src/listing/cursor.js'
import { createList, type Page } from '../../../src/listing/list.js'
import {
  type Checkpoints,
  cursorOf,
  failureHandler,
  type ListAccount,
  type ListRun,
} from '../../../src/listing/list-run.js'
import type { Complaint } from '../../../src/model.js'
import { accountInfo, rejectionOf } from '../../support/core.js'
import { complaintOf } from '../../support/model-provider.js'
import { type Fetch, sourceOf } from './sources.js'

const owner = 'o'.repeat(16)
const to = Date.parse('2026-03-02T00:00:00+08:00')
const windows = [{ begin: '2026-03-01', end: '2026-03-01' }]
const beginning = { window: 0, at: null }
const orders = ['arrival', 'newest', 'oldest'] as const
const names = ['one', 'two'] as const
const located = { provider: 'wechatpay', account: 'two', operation: 'list', message: '[wechatpay two] made to fail' }
const accountError = { type: 'accountError', provider: 'wechatpay', account: 'two', failure: 'API' }

/** Five rows, three a page. */
const fetchFor =
  (name: string): Fetch =>
  async (_, skip, limit) => {
    const ids = [0, 1, 2, 3, 4].slice(skip, skip + limit)
    const rows = ids.map((id) => {
      const createdAt = Date.parse(`2026-03-01T12:0${id}:00+08:00`)
      return complaintOf({ id: `${name}${id}`, createdAt, state: 'pending' }, name)
    })
    return { rows, received: rows.length, total: 5, failure: null }
  }

/** A list of two accounts; `fetch` stands in for the second one's. */
function jobOf(fetch: Fetch, changes: Partial<ListRun<Complaint>> = {}) {
  const events: ComplaintEvent[] = []
  const accounts = names.map((name): ListAccount<Complaint> => {
    const source = sourceOf(name === 'two' ? fetch : fetchFor(name))
    return { key: `wechatpay:${name}`, info: { ...accountInfo(), account: name }, source: () => source }
  })
  const job: ListRun<Complaint> = {
    query: {
      from: to - 86_400_000,
      to,
      toIsFixed: true,
      states: null,
      merchant: undefined,
      merchantOrderNo: undefined,
      pageSize: undefined,
      order: 'arrival',
    },
    accounts,
    windows,
    start: { to, accounts: { 'wechatpay:one': beginning, 'wechatpay:two': beginning } },
    queryFingerprint: owner,
    signal: undefined,
    onAccountError: undefined,
    emit: (event) => events.push(event),
    ...changes,
  }
  return { job, events }
}

const failing =
  (error: Error, from = 1): Fetch =>
  (window, skip, limit) =>
    skip >= from ? Promise.reject(error) : fetchFor('two')(window, skip, limit)

const inOrder = (order: (typeof orders)[number]): Partial<ListRun<Complaint>> => ({
  query: { ...jobOf(fetchFor('two')).job.query, order },
})

async function read(job: ListRun<Complaint>): Promise<{ pages: Page<Complaint>[]; error: unknown }> {
  const pages: Page<Complaint>[] = []
  try {
    for await (const page of createList(job).pages()) pages.push(page)
    return { pages, error: null }
  } catch (error) {
    return { pages, error }
  }
}
const placeOf = (cursor: string | null | undefined): ListCheckpoint => decodeCursor(cursor ?? '', owner)

describe('a list of two accounts', () => {
  it('says of each page as it comes whose it is', async () => {
    const { pages, error } = await read(jobOf(fetchFor('two')).job)
    expect(error).toBeNull()
    for (const name of names) {
      const own = pages.filter(({ account, items }) => account === name && items.length > 0)
      expect(own.map(({ provider, total }) => [provider, total])).toEqual([
        ['wechatpay', 5],
        ['wechatpay', 5],
      ])
      expect(own.flatMap(({ items }) => items.map(({ id }) => id))).toEqual([0, 1, 2, 3, 4].map((id) => `${name}${id}`))
    }
    expect(pages.at(-1)?.cursor).toBeNull()
  })

  it.each([
    ['newest', ['one4', 'two4'], ['one0', 'two0']],
    ['oldest', ['one0', 'two0'], ['one4', 'two4']],
  ] as const)('says of no page whose it is when it is sorted (%s)', async (order, first, last) => {
    const { pages } = await read(jobOf(fetchFor('two'), inOrder(order)).job)
    expect(pages).toMatchObject([{ provider: null, account: null, total: null, cursor: null, items: { length: 10 } }])
    const ids = pages[0]?.items.map(({ id }) => id) ?? []
    expect(ids.slice(0, 2).sort()).toEqual(first)
    expect(ids.slice(-2).sort()).toEqual(last)
  })
})

describe('an account that fails', () => {
  it.each(orders)('ends the list, and is named by the error and one event (%s)', async (order) => {
    const failure = new ApiError('made to fail')
    const { job, events } = jobOf(failing(failure), inOrder(order))
    const { error } = await read(job)
    expect(error).toBe(failure)
    expect(error).toMatchObject(located)
    expect(events).toEqual([accountError])
    expect(placeOf(failure.cursor).to).toBe(to)
  })

  it.each(orders)('is told to whoever wants to go on without it, and stays where it failed (%s)', async (order) => {
    const failure = new ApiError('made to fail')
    const told: ComplaintError[] = []
    const onAccountError = (error: ComplaintError): unknown => told.push(error)
    const { job, events } = jobOf(failing(failure), { ...inOrder(order), onAccountError })
    const { pages, error } = await read(job)
    expect(error).toBeNull()
    expect(told).toEqual([failure])
    expect(failure).toMatchObject(located)
    expect(events).toEqual([accountError])
    const ids = pages.flatMap(({ items }) => items.map(({ id }) => id))
    expect(ids.filter((id) => id.startsWith('one')).sort()).toEqual(['one0', 'one1', 'one2', 'one3', 'one4'])
    expect(ids.filter((id) => id.startsWith('two'))).toEqual(order === 'arrival' ? ['two0', 'two1', 'two2'] : [])
    const at = order === 'arrival' ? { skip: 2, limit: 3, anchor: 'two2', total: 5 } : null
    expect(placeOf(pages.at(-1)?.cursor)).toEqual({
      to,
      accounts: { 'wechatpay:one': null, 'wechatpay:two': { window: 0, at } },
    })
  })

  it('by an answer that cannot be understood delivers its rows of the window first (newest)', async () => {
    const failure = new ResponseError('made to fail')
    const { job, events } = jobOf(failing(failure), { ...inOrder('newest'), onAccountError: () => {} })
    const { pages, error } = await read(job)
    expect(error).toBeNull()
    expect(pages[0]?.items.map(({ id }) => id)).toEqual([
      'one4',
      'one3',
      'two2',
      'one2',
      'two1',
      'one1',
      'two0',
      'one0',
    ])
    expect(events).toEqual([{ ...accountError, failure: 'RESPONSE' }])
  })

  it('by a list that never settles delivers what it brought (newest)', async () => {
    const failure = new PaginationError('made to fail', { retryable: true })
    const { pages, error } = await read(jobOf(failing(failure), inOrder('newest')).job)
    expect(error).toBe(failure)
    const ids = pages.flatMap(({ items }) => items.map(({ id }) => id))
    expect(ids.filter((id) => id.startsWith('two'))).toEqual(['two2', 'two1', 'two0'])
    expect(placeOf(failure.cursor).accounts['wechatpay:two']).toEqual(beginning)
  })

  it.each(orders)('and is told to somebody who aborts then has not ended in silence (%s)', async (order) => {
    const stop = new AbortController()
    const onAccountError = (): void => stop.abort('enough')
    const late: Fetch = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      throw new ApiError('made to fail')
    }
    const { error } = await read(jobOf(late, { ...inOrder(order), signal: stop.signal, onAccountError }).job)
    expect(error).toBe('enough')
  })

  it.each(orders)('and is told to somebody who needs time for it is waited for (%s)', async (order) => {
    const steps: string[] = []
    const onAccountError = async (): Promise<void> => {
      steps.push('told')
      await new Promise((resolve) => setTimeout(resolve, 20))
      steps.push('heard')
    }
    const { job } = jobOf(failing(new ApiError('made to fail'), 0), { ...inOrder(order), onAccountError })
    for await (const { items } of createList(job).pages()) if (items.length > 0) steps.push('page')
    expect(steps[steps.indexOf('told') + 1]).toBe('heard')
    expect(steps.at(-1)).toBe('page')
  })

  it.each(orders)('and is told to somebody who fails, late or at once, ends the list (%s)', async (order) => {
    const mistake = new Error('made by the listener')
    const listeners = [
      (): void => {
        throw mistake
      },
      async (): Promise<void> => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        throw mistake
      },
    ]
    for (const onAccountError of listeners) {
      const { job } = jobOf(failing(new ApiError('made to fail'), 0), { ...inOrder(order), onAccountError })
      expect((await read(job)).error).toBe(mistake)
    }
  })

  it.each(orders)('and is told to somebody who never answers keeps nobody who leaves (%s)', async (order) => {
    /** Reads a list until it waits for a listener that never answers. */
    const stuck = async (signal?: AbortSignal) => {
      let tell = (): void => {}
      const told = new Promise<void>((resolve) => {
        tell = resolve
      })
      const onAccountError = (): Promise<void> => {
        tell()
        return new Promise(() => {})
      }
      const { job } = jobOf(failing(new ApiError('made to fail'), 0), { ...inOrder(order), signal, onAccountError })
      const pages = createList(job).pages()[Symbol.asyncIterator]()
      const ended = (async () => {
        while ((await pages.next()).done !== true);
      })()
      await told
      return { pages, ended }
    }
    const stop = new AbortController()
    const aborted = await stuck(stop.signal)
    stop.abort('enough')
    expect(await rejectionOf(aborted.ended)).toBe('enough')

    const left = await stuck()
    await left.pages.return?.()
    await left.ended
  })

  it('of all accounts at once is told twice, and ends in the last (newest)', async () => {
    const told: unknown[] = []
    const onAccountError = async (error: unknown): Promise<void> => {
      told.push(error)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    const fetch: Fetch = () => Promise.reject(new ApiError('made to fail'))
    const { job } = jobOf(fetch, { ...inOrder('newest'), onAccountError })
    const accounts = job.accounts.map((account) => ({ ...account, source: job.accounts[1]?.source ?? account.source }))
    const { error } = await read({ ...job, accounts })
    expect(told).toHaveLength(2)
    expect(error).toBe(told[1])
  })

  it.each([null, new ResponseError('of another list')])(
    'by an abort delivers nothing more, whatever its reason (newest, %s)',
    async (reason) => {
      const stop = new AbortController()
      const fetch: Fetch = async (window, skip, limit) => {
        if (skip > 0) stop.abort(reason)
        stop.signal.throwIfAborted()
        return fetchFor('two')(window, skip, limit)
      }
      const { pages, error } = await read(jobOf(fetch, { ...inOrder('newest'), signal: stop.signal }).job)
      expect(error).toBe(reason)
      expect(pages).toEqual([])
    },
  )

  it('by too many pages is named, too, with a cursor that goes on behind them', async () => {
    const { job, events } = jobOf(fetchFor('two'))
    const accounts = job.accounts.map((account) => ({
      ...account,
      source: (signal: AbortSignal) => ({
        ...account.source(signal),
        maxPages: account.info.account === 'two' ? 1 : 9,
      }),
    }))
    const { error } = await read({ ...job, accounts, onAccountError: () => {} })
    expect(error).toBeNull()
    expect(events).toEqual([{ ...accountError, failure: 'PAGINATION' }])
    const ended = await read({ ...job, accounts })
    expect(ended.error).toBeInstanceOf(PaginationError)
    expect(ended.error).toMatchObject({
      ...located,
      message: '[wechatpay two] more than maxPages (1) pages; resume from error.cursor',
    })
    expect(placeOf((ended.error as PaginationError).cursor).accounts['wechatpay:two']).toEqual({
      window: 0,
      at: { skip: 2, limit: 3, anchor: 'two2', total: 5 },
    })
  })
})

describe('failureHandler', () => {
  const places = (): Checkpoints => new Map([['wechatpay:two', beginning]])

  it('ends everything with the last account that was left', async () => {
    const told: unknown[] = []
    const { job, events } = jobOf(fetchFor('two'), { onAccountError: (error) => told.push(error) })
    const handle = failureHandler(job, 2, places())
    const [first, last] = [new ApiError('first'), new ApiError('last')]
    expect(await handle('wechatpay:one', first)).toBeUndefined()
    expect(await rejectionOf(handle('wechatpay:two', last))).toBe(last)
    expect(told).toEqual([first, last])
    expect(events.map((event) => ('account' in event ? event.account : null))).toEqual(['one', 'two'])
  })

  it('names nobody for an account that the list does not have', async () => {
    const { job, events } = jobOf(fetchFor('two'))
    const failure = new ApiError('made to fail')
    expect(await rejectionOf(failureHandler(job, 1, places())('wechatpay:three', failure))).toBe(failure)
    expect(failure).toMatchObject({ provider: null, account: null, operation: null, message: 'made to fail' })
    expect(failure.cursor).toBe(cursorOf(job, places()))
    expect(events).toEqual([])
  })

  it('throws what is no error of the library as it is, and tells nobody', async () => {
    const told: unknown[] = []
    const { job, events } = jobOf(fetchFor('two'), { onAccountError: (error) => told.push(error) })
    const mistake = new TypeError('a mistake')
    expect(await rejectionOf(failureHandler(job, 2, places())('wechatpay:two', mistake))).toBe(mistake)
    expect([told, events]).toEqual([[], []])
  })

  it('throws the reason of an abort in place of what it caused', async () => {
    const reason = new Error('enough')
    const { job, events } = jobOf(fetchFor('two'), { signal: AbortSignal.abort(reason) })
    expect(await rejectionOf(failureHandler(job, 2, places())('wechatpay:two', new ApiError('cut off')))).toBe(reason)
    expect(events).toEqual([])
  })
})

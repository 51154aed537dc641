import { describe, expect, it } from 'vitest'
import { ApiError, type ComplaintError, PaginationError, ResponseError } from '../../../src/errors.js'
import type { ComplaintEvent } from '../../../src/events.js'
import type { AccountCheckpoint, ListCheckpoint } from '../../../src/listing/checkpoint.js'
import { decodeCursor } from '../../../src/listing/cursor.js'
import { createList, type Page } from '../../../src/listing/list.js'
import {
  type Checkpoints,
  createRowErrors,
  cursorOf,
  failureHandler,
  type ListAccount,
  type ListContext,
} from '../../../src/listing/list-context.js'
import type { Window } from '../../../src/listing/plan.js'
import type { Complaint } from '../../../src/model.js'
import type { RowFailure } from '../../../src/provider.js'
import { addDays } from '../../../src/time.js'
import { accountInfo, rejectionOf } from '../../support/core.js'
import { complaintOf } from '../../support/model-provider.js'
import { randomNumbers } from '../../support/troubled-server/rows.js'
import { checkpointAt, type Fetch, listContextOf, sourceOf } from './sources.js'

const owner = 'o'.repeat(16)
const to = Date.parse('2026-03-02T00:00:00+08:00')
const windows = [{ begin: '2026-03-01', end: '2026-03-01' }]
const beginning = { window: 0, at: null }
const orders = ['arrival', 'newest', 'oldest'] as const
const names = ['one', 'two'] as const
const keys = names.map((name) => `wechatpay:${name}`)
const ownerOf = (key: string | undefined): string => `${key}`.padEnd(16).slice(0, 16)
const located = { provider: 'wechatpay', account: 'two', operation: 'list', message: '[wechatpay two] made to fail' }
const accountError = {
  type: 'accountError',
  provider: 'wechatpay',
  account: 'two',
  failure: 'API',
  message: located.message,
}

/** Five rows, three a page. */
const fetchFor =
  (name: string): Fetch =>
  async (_, skip, limit) => {
    const ids = [0, 1, 2, 3, 4].slice(skip, skip + limit)
    const rows = ids.map((id) => {
      const createdAt = Date.parse(`2026-03-01T12:0${id}:00+08:00`)
      return complaintOf({ id: `${name}${id}`, createdAt, state: 'pending' }, name)
    })
    return { rows, received: rows.length, total: 5, failures: [] }
  }

/** A list of two accounts; `fetch` stands in for the second one's. */
function contextOf(fetch: Fetch, changes: Partial<ListContext<Complaint>> = {}) {
  const events: ComplaintEvent[] = []
  const accounts = names.map((name): ListAccount<Complaint> => {
    const source = sourceOf(name === 'two' ? fetch : fetchFor(name))
    return { key: `wechatpay:${name}`, info: { ...accountInfo(), account: name }, source: () => source }
  })
  const context = listContextOf(accounts, {
    fingerprintOf: (accounts) => (accounts.length === 2 ? owner : ownerOf(accounts[0])),
    emit: (event) => events.push(event),
    ...changes,
  })
  return { context, events }
}

const failing =
  (error: Error, from = 1): Fetch =>
  (window, skip, limit) =>
    skip >= from ? Promise.reject(error) : fetchFor('two')(window, skip, limit)

const inOrder = (order: (typeof orders)[number]): Partial<ListContext<Complaint>> => ({
  query: { ...contextOf(fetchFor('two')).context.query, order },
})

async function read(context: ListContext<Complaint>): Promise<{ pages: Page<Complaint>[]; error: unknown }> {
  const pages: Page<Complaint>[] = []
  try {
    for await (const page of createList(context).pages()) pages.push(page)
    return { pages, error: null }
  } catch (error) {
    return { pages, error }
  }
}
const checkpointOf = (cursor: string | null | undefined): ListCheckpoint => decodeCursor(cursor ?? '', owner, keys)

describe('a list of two accounts', () => {
  it('names on each page, as it arrives, its account', async () => {
    const { pages, error } = await read(contextOf(fetchFor('two')).context)
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
  ] as const)('names no account on a sorted page (%s)', async (order, first, last) => {
    const { pages } = await read(contextOf(fetchFor('two'), inOrder(order)).context)
    expect(pages).toMatchObject([{ provider: null, account: null, total: null, cursor: null, items: { length: 10 } }])
    const ids = pages[0]?.items.map(({ id }) => id) ?? []
    expect(ids.slice(0, 2).sort()).toEqual(first)
    expect(ids.slice(-2).sort()).toEqual(last)
  })
})

describe('an account that fails', () => {
  it.each(orders)('ends the list, and is named by the error and one event (%s)', async (order) => {
    const failure = new ApiError('made to fail')
    const { context, events } = contextOf(failing(failure), inOrder(order))
    const { error } = await read(context)
    expect(error).toBe(failure)
    expect(error).toMatchObject(located)
    expect(events).toEqual([accountError])
    expect(checkpointOf(failure.cursor).to).toBe(to)
  })

  it.each(orders)('is passed to onAccountError, and its checkpoint stays where it failed (%s)', async (order) => {
    const failure = new ApiError('made to fail')
    const reported: ComplaintError[] = []
    const onAccountError = (error: ComplaintError): void => {
      reported.push(error)
    }
    const { context, events } = contextOf(failing(failure), { ...inOrder(order), onAccountError })
    const { pages, error } = await read(context)
    expect(error).toBeNull()
    expect(reported).toEqual([failure])
    expect(failure).toMatchObject(located)
    expect(events).toEqual([accountError])
    const ids = pages.flatMap(({ items }) => items.map(({ id }) => id))
    expect(ids.filter((id) => id.startsWith('one')).sort()).toEqual(['one0', 'one1', 'one2', 'one3', 'one4'])
    expect(ids.filter((id) => id.startsWith('two'))).toEqual(order === 'arrival' ? ['two0', 'two1', 'two2'] : [])
    const position = { skip: 2, limit: 3, overlapId: 'two2', total: 5 }
    const checkpoint = checkpointOf(pages.at(-1)?.cursor)
    expect(checkpoint).toMatchObject({ to, windowDays: 30 })
    expect(checkpoint.accounts.get('wechatpay:one')).toBeNull()
    // The error's cursor is that of its account alone.
    const own = decodeCursor(failure.cursor ?? '', ownerOf('wechatpay:two'), ['wechatpay:two'])
    expect([...own.accounts.keys()]).toEqual(['wechatpay:two'])
    for (const { accounts } of [checkpoint, own]) {
      const two = accounts.get('wechatpay:two')
      expect(two?.window).toBe(0)
      expect(two?.at?.scan.position ?? null).toEqual(order === 'arrival' ? position : null)
    }
  })

  it('by a response that cannot be parsed delivers its rows of the window first (newest)', async () => {
    const failure = new ResponseError('made to fail')
    const { context, events } = contextOf(failing(failure), { ...inOrder('newest'), onAccountError: () => {} })
    const { pages, error } = await read(context)
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
    expect(events).toEqual([{ ...accountError, failure: 'RESPONSE', message: expect.any(String) }])
    // Its rows are not all that its days have: no page says that the list is done.
    const checkpoints = pages.map(({ cursor }) => checkpointOf(cursor).accounts.get('wechatpay:two'))
    expect(checkpoints).toEqual([
      { window: 1, at: null, retry: windows },
      { window: 1, at: null, retry: windows },
    ])
  })

  it('by days that cannot be read completely delivers their rows (newest)', async () => {
    const failure = new PaginationError('made to fail', { retryable: true })
    const { pages, error } = await read(contextOf(failing(failure), inOrder('newest')).context)
    expect(error).toBe(failure)
    const ids = pages.flatMap(({ items }) => items.map(({ id }) => id))
    expect(ids.filter((id) => id.startsWith('two'))).toEqual(['two2', 'two1', 'two0'])
    // The cursor leads to the days that failed, and to nothing else.
    expect(checkpointOf(failure.cursor).accounts).toEqual(
      new Map([
        ['wechatpay:one', null],
        ['wechatpay:two', { window: 1, at: null, retry: windows }],
      ]),
    )
  })

  it.each(orders)('whose onAccountError aborts ends the list with the reason (%s)', async (order) => {
    const stop = new AbortController()
    const onAccountError = (): void => stop.abort('enough')
    const late: Fetch = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      throw new ApiError('made to fail')
    }
    const { error } = await read(contextOf(late, { ...inOrder(order), signal: stop.signal, onAccountError }).context)
    expect(error).toBe('enough')
  })

  it.each(orders)('whose onAccountError is asynchronous is waited for (%s)', async (order) => {
    const steps: string[] = []
    const onAccountError = async (): Promise<void> => {
      steps.push('reported')
      await new Promise((resolve) => setTimeout(resolve, 20))
      steps.push('heard')
    }
    const { context } = contextOf(failing(new ApiError('made to fail'), 0), { ...inOrder(order), onAccountError })
    for await (const { items } of createList(context).pages()) if (items.length > 0) steps.push('page')
    expect(steps[steps.indexOf('reported') + 1]).toBe('heard')
    expect(steps.at(-1)).toBe('page')
  })

  it.each(orders)('whose onAccountError throws or rejects ends the list (%s)', async (order) => {
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
      const { context } = contextOf(failing(new ApiError('made to fail'), 0), { ...inOrder(order), onAccountError })
      expect((await read(context)).error).toBe(mistake)
    }
  })

  it.each(orders)(
    'whose onAccountError never settles does not keep an abort or a return waiting (%s)',
    async (order) => {
      /** Reads a list until it waits for a listener that never answers. */
      const stuck = async (signal?: AbortSignal) => {
        let tell = (): void => {}
        const reported = new Promise<void>((resolve) => {
          tell = resolve
        })
        const onAccountError = (): Promise<void> => {
          tell()
          return new Promise(() => {})
        }
        const { context } = contextOf(failing(new ApiError('made to fail'), 0), {
          ...inOrder(order),
          signal,
          onAccountError,
        })
        const pages = createList(context).pages()[Symbol.asyncIterator]()
        const ended = (async () => {
          while ((await pages.next()).done !== true);
        })()
        await reported
        return { pages, ended }
      }
      const stop = new AbortController()
      const aborted = await stuck(stop.signal)
      stop.abort('enough')
      expect(await rejectionOf(aborted.ended)).toBe('enough')

      const left = await stuck()
      await left.pages.return?.()
      await left.ended
    },
  )

  it.each(orders)(
    'of all accounts at once is reported for each, and the list ends without an error (%s)',
    async (order) => {
      const reported: unknown[] = []
      const onAccountError = async (error: unknown): Promise<void> => {
        reported.push(error)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      const fetch: Fetch = () => Promise.reject(new ApiError('made to fail'))
      const { context } = contextOf(fetch, { ...inOrder(order), onAccountError })
      const accounts = context.accounts.map((account) => ({
        ...account,
        source: context.accounts[1]?.source ?? account.source,
      }))
      const { pages, error } = await read({ ...context, accounts })
      expect(reported).toHaveLength(2)
      expect(error).toBeNull()
      expect(pages.map(({ items, cursor }) => [items, typeof cursor])).toEqual([[[], 'string']])
    },
  )

  it.each([null, new ResponseError('of another list')])(
    'by an abort delivers nothing more, whatever its reason (newest, %s)',
    async (reason) => {
      const stop = new AbortController()
      const fetch: Fetch = async (window, skip, limit) => {
        if (skip > 0) stop.abort(reason)
        stop.signal.throwIfAborted()
        return fetchFor('two')(window, skip, limit)
      }
      const { pages, error } = await read(contextOf(fetch, { ...inOrder('newest'), signal: stop.signal }).context)
      expect(error).toBe(reason)
      expect(pages).toEqual([])
    },
  )

  it('by too many pages is named, too, with a cursor that continues behind them', async () => {
    const { context, events } = contextOf(fetchFor('two'))
    const accounts = context.accounts.map((account) => ({
      ...account,
      source: (signal: AbortSignal) => ({
        ...account.source(signal),
        maxPages: account.info.account === 'two' ? 1 : 9,
      }),
    }))
    const { error } = await read({ ...context, accounts, onAccountError: () => {} })
    expect(error).toBeNull()
    expect(events).toEqual([{ ...accountError, failure: 'PAGINATION', message: expect.any(String) }])
    const ended = await read({ ...context, accounts })
    expect(ended.error).toBeInstanceOf(PaginationError)
    expect(ended.error).toMatchObject({
      ...located,
      message: '[wechatpay two] more than maxPages (1) pages; resume from error.cursor',
    })
    expect(checkpointOf((ended.error as PaginationError).cursor).accounts.get('wechatpay:two')).toMatchObject({
      window: 0,
      at: { scan: { position: { skip: 2, limit: 3, overlapId: 'two2', total: 5 } } },
    })
  })
})

describe('failureHandler', () => {
  const checkpoints = (): Checkpoints => new Map([['wechatpay:two', beginning]])

  it('resolves for every account when there is a listener', async () => {
    const reported: unknown[] = []
    const { context, events } = contextOf(fetchFor('two'), { onAccountError: (error) => void reported.push(error) })
    const handle = failureHandler(context, checkpoints())
    const [first, last] = [new ApiError('first'), new ApiError('last')]
    expect(await handle('wechatpay:one', first)).toBeUndefined()
    expect(await handle('wechatpay:two', last)).toBeUndefined()
    expect(reported).toEqual([first, last])
    expect(events.map((event) => ('account' in event ? event.account : null))).toEqual(['one', 'two'])
  })

  it.each([
    [16, true],
    [17, false],
  ])('of %i accounts keeps the position of one that failed: %s', async (count, isExact) => {
    const own = contextOf(fetchFor('two'), { onAccountError: () => {} }).context
    const others = Array.from({ length: count - 2 }, () => own.accounts[0] as ListAccount<Complaint>)
    const context = { ...own, accounts: [...own.accounts, ...others] }
    const checkpoint = { window: 0, at: checkpointAt({ skip: 2, limit: 3, overlapId: 'two2', total: 5 }, 3) }
    const places: Checkpoints = new Map([
      ['wechatpay:one', null],
      ['wechatpay:two', checkpoint],
    ])
    const failure = new ApiError('made to fail')
    await failureHandler(context, places)('wechatpay:two', failure)
    expect(places.get('wechatpay:two')).toEqual(isExact ? checkpoint : beginning)
    // The error's own cursor is exact in any case.
    const exact = decodeCursor(failure.cursor ?? '', ownerOf('wechatpay:two'), ['wechatpay:two'])
    expect(exact.accounts.get('wechatpay:two')?.at?.scan.position).toEqual(checkpoint.at.scan.position)
    const done = new ApiError('made to fail')
    await failureHandler(context, places)('wechatpay:one', done)
    expect([places.get('wechatpay:one'), done.cursor]).toEqual([null, null])
  })

  it('throws what is no error of the library as it is, and reports it to nobody', async () => {
    const reported: unknown[] = []
    const { context, events } = contextOf(fetchFor('two'), { onAccountError: (error) => void reported.push(error) })
    const mistake = new TypeError('a mistake')
    expect(await rejectionOf(failureHandler(context, checkpoints())('wechatpay:two', mistake))).toBe(mistake)
    expect([reported, events]).toEqual([[], []])
  })

  it('throws the reason of an abort in place of what it caused', async () => {
    const reason = new Error('enough')
    const { context, events } = contextOf(fetchFor('two'), { signal: AbortSignal.abort(reason) })
    expect(await rejectionOf(failureHandler(context, checkpoints())('wechatpay:two', new ApiError('cut off')))).toBe(
      reason,
    )
    expect(events).toEqual([])
  })
})

describe('a row that cannot be used', () => {
  const failureOf = (id: string, index: number): RowFailure => {
    const error = new ResponseError(`complaint ${id} has no state`, { complaintId: id })
    return { index, id, error }
  }
  /** The second and the fourth row of account two cannot be used. */
  const broken: Fetch = async (window, skip, limit) => {
    const page = await fetchFor('two')(window, skip, limit)
    const unusable = page.rows.flatMap(({ id }, index) => (/[13]$/.test(id) ? [failureOf(id, index)] : []))
    return { ...page, rows: page.rows.filter(({ id }) => !/[13]$/.test(id)), failures: unusable }
  }
  const usable = ['two0', 'two2', 'two4']
  const idsOfTwo = (pages: readonly Page<Complaint>[]): string[] =>
    pages.flatMap(({ items }) => items.map(({ id }) => id).filter((id) => id.startsWith('two'))).sort()

  it.each(orders)('is skipped; without onRowError the first error comes last (%s)', async (order) => {
    const { context, events } = contextOf(broken, inOrder(order))
    const { pages, error } = await read(context)
    expect(idsOfTwo(pages)).toEqual(usable)
    expect(pages.at(-1)?.cursor).toBeNull()
    expect(error).toBeInstanceOf(ResponseError)
    expect(error).toMatchObject({
      provider: 'wechatpay',
      account: 'two',
      operation: 'list',
      complaintId: 'two1',
      message: '[wechatpay two] complaint two1 has no state',
    })
    expect(events.map((event) => ('warning' in event ? event.warning : event.type))).toEqual([
      'rowUnusable',
      'rowUnusable',
    ])
  })

  it.each(orders)('is passed to onRowError, once each, and ends nothing (%s)', async (order) => {
    const errors: ResponseError[] = []
    const onRowError = (error: ResponseError): void => {
      errors.push(error)
    }
    const { pages, error } = await read(contextOf(broken, { ...inOrder(order), onRowError }).context)
    expect(error).toBeNull()
    expect(idsOfTwo(pages)).toEqual(usable)
    expect(errors.map(({ complaintId, account }) => [complaintId, account])).toEqual([
      ['two1', 'two'],
      ['two3', 'two'],
    ])
  })

  it.each(orders)('whose onRowError is asynchronous is waited for (%s)', async (order) => {
    const steps: string[] = []
    const onRowError = async (): Promise<void> => {
      steps.push('called')
      await new Promise((resolve) => setTimeout(resolve, 20))
      steps.push('settled')
    }
    const { context } = contextOf(broken, { ...inOrder(order), onRowError })
    for await (const { items } of createList(context).pages()) if (items.length > 0) steps.push('page')
    const calls = steps.flatMap((step, index) => (step === 'called' ? [index] : []))
    expect(calls).toHaveLength(2)
    for (const index of calls) expect(steps[index + 1]).toBe('settled')
  })

  it.each(orders)('whose onRowError throws or rejects ends the list with that error (%s)', async (order) => {
    const mistake = new Error('made by the listener')
    const listeners = [
      (): void => {
        throw mistake
      },
      async (): Promise<void> => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        throw mistake
      },
    ]
    for (const onRowError of listeners) {
      expect((await read(contextOf(broken, { ...inOrder(order), onRowError }).context)).error).toBe(mistake)
    }
  })

  it('whose onRowError never settles does not keep an abort waiting', async () => {
    const stop = new AbortController()
    const onRowError = (): Promise<void> => {
      setTimeout(() => stop.abort('enough'), 5)
      return new Promise(() => {})
    }
    expect((await read(contextOf(broken, { signal: stop.signal, onRowError }).context)).error).toBe('enough')
  })

  it('does not hide the error of an account that fails', async () => {
    const failure = new ApiError('made to fail')
    const fetch: Fetch = (window, skip, limit) => (skip > 0 ? Promise.reject(failure) : broken(window, skip, limit))
    expect((await read(contextOf(fetch).context)).error).toBe(failure)
  })
})

describe('a clock that is behind', () => {
  it.each(orders)('starts the list again with the later end, before anything was yielded (%s)', async (order) => {
    const { context: later } = contextOf(fetchFor('two'), inOrder(order))
    let requests = 0
    const early: Fetch = async () => {
      requests += 1
      return { rows: [], received: 0, total: 0, failures: [] }
    }
    const { context } = contextOf(early, inOrder(order))
    const accounts = context.accounts.map((account) => ({
      ...account,
      source: context.accounts[1]?.source ?? account.source,
    }))
    let calls = 0
    const withLaterEnd = (): ListContext<Complaint> => {
      calls += 1
      return later
    }
    const { pages, error } = await read({ ...context, accounts, withLaterEnd })
    expect(error).toBeNull()
    expect(pages.flatMap(({ items }) => items)).toHaveLength(10)
    expect(pages.at(-1)?.cursor).toBeNull()
    expect(requests).toBeGreaterThan(0)
    expect(calls).toBe(1)
  })

  it('is asked about with the first page only, and never of the second reading', async () => {
    let calls = 0
    const withLaterEnd = (): null => {
      calls += 1
      return null
    }
    const { pages } = await read(contextOf(fetchFor('two'), { withLaterEnd }).context)
    expect(pages.length).toBeGreaterThan(2)
    expect(calls).toBe(1)
  })
})

describe('cursorOf', () => {
  const days = Array.from({ length: 20 }, (_, index) => ({
    begin: `2026-03-${index + 10}`,
    end: `2026-03-${index + 10}`,
  }))
  const manyOf = (count: number) =>
    Array.from({ length: count }, (_, index) => `wechatpay:${String(index).padStart(4, '0')}`)
  const read = (accounts: Checkpoints, cursor: string | null): ListCheckpoint =>
    decodeCursor(cursor ?? '', owner, [...accounts.keys()])
  const { context } = contextOf(fetchFor('two'), { windows: days, fingerprintOf: () => owner })

  it('is null once every account is done', () => {
    expect(cursorOf(context, new Map([['wechatpay:one', null]]))).toBeNull()
    expect(
      cursorOf(
        context,
        new Map([
          ['wechatpay:one', null],
          ['wechatpay:two', beginning],
        ]),
      ),
    ).not.toBeNull()
  })

  it('holds the days to be read again while it is short', () => {
    const accounts: Checkpoints = new Map([['wechatpay:one', { window: 20, at: null, retry: days.slice(3, 4) }]])
    const decoded = read(accounts, cursorOf(context, accounts))
    expect(decoded).toEqual({ to, windowDays: 30, accounts })
  })

  it('of many accounts holds them, too, while it is short', () => {
    const accounts: Checkpoints = new Map(manyOf(20).map((key) => [key, beginning]))
    accounts.set('wechatpay:0003', { window: 20, at: null, retry: days.slice(3, 4) })
    expect(read(accounts, cursorOf(context, accounts)).accounts).toEqual(accounts)
  })

  it.each([
    [16, true],
    [17, false],
  ])('of %i accounts holds these days however long it is: %s', (count, isExact) => {
    // Days in no order, which cannot be written in short.
    const retryOf = (account: number) =>
      Array.from({ length: 150 }, (_, index) => {
        const day = addDays('2023-01-01', (7919 * (151 * account + index + 1)) % 1087)
        return { begin: day, end: day }
      })
    const windowOf = { begin: '2023-01-01', end: '2025-12-31' }
    const long = { ...context, windows: [windowOf] }
    const accounts: Checkpoints = new Map(
      manyOf(count).map((key, index) => [key, { window: 1, at: null, retry: retryOf(index) }]),
    )
    const decoded = read(accounts, cursorOf(long, accounts)).accounts
    if (isExact) expect(decoded).toEqual(accounts)
    else expect([...decoded.values()]).toEqual(Array.from({ length: count }, () => beginning))
  })

  it('leads to the windows that hold these days where it would be longer than 4,000 characters', () => {
    // The days of each account are others than those of any other.
    const retryOf = (index: number) => days.filter((_, day) => (index >> day) % 2 === 1)
    const accounts: Checkpoints = new Map(
      manyOf(1_000).map((key, index) => {
        if (index === 0) return [key, null]
        return [key, index < 900 ? { window: 20, at: null, retry: retryOf(index) } : { window: 7, at: null }]
      }),
    )
    const cursor = cursorOf(context, accounts)
    expect(cursor?.length).toBeLessThanOrEqual(4_000)
    const decoded = [...read(accounts, cursor).accounts.values()]
    expect(decoded[0]).toBeNull()
    for (const [index, checkpoint] of decoded.entries()) {
      if (index === 0) continue
      const first = days.findIndex((_, day) => (index >> day) % 2 === 1)
      expect(checkpoint).toEqual({ window: index < 900 ? first : 7, at: null })
    }
  })
})

describe('createRowErrors', () => {
  const errorsOf = (changes: Partial<ListContext<Complaint>> = {}) =>
    createRowErrors(contextOf(fetchFor('two'), changes).context)
  const failures = ['a', 'b'].map(
    (id, index): RowFailure => ({ index, id, error: new ResponseError(`${id} has no time`) }),
  )
  const [first] = failures.map(({ error }) => error)

  it('throws the first error, once there is one', async () => {
    const { context, events } = contextOf(fetchFor('two'))
    const errors = createRowErrors(context)
    expect(() => errors.throwFirst()).not.toThrow()
    await errors.report('wechatpay:two', failures)
    expect(() => errors.throwFirst()).toThrow(first)
    for (const { error } of failures)
      expect(error).toMatchObject({ provider: 'wechatpay', account: 'two', operation: 'list' })
    const warning = { type: 'warning', warning: 'rowUnusable', provider: 'wechatpay', account: 'two' }
    expect(events).toMatchObject([warning, warning])
  })

  it('throws nothing where the user is told of each row', async () => {
    const errors = errorsOf({ onRowError: () => {} })
    await errors.report('wechatpay:two', failures)
    expect(() => errors.throwFirst()).not.toThrow()
  })

  it('makes the first error the cause of a PaginationError, and of nothing else', async () => {
    const errors = errorsOf()
    const ended = new PaginationError('made to end')
    expect(errors.attachFirst(ended)).toBe(ended)
    expect(ended.cause).toBeUndefined()
    await errors.report('wechatpay:two', failures)
    expect(errors.attachFirst(ended)).toBe(ended)
    expect(ended.cause).toBe(first)
    // As the cause of any error, it can be replaced, and is not listed.
    const property = { value: first, writable: true, configurable: true, enumerable: false }
    expect(Object.getOwnPropertyDescriptor(ended, 'cause')).toEqual(property)
    ended.cause = null
    expect(ended.cause).toBeNull()
    const other = new ApiError('made to fail')
    expect(errors.attachFirst(other)).toBe(other)
    expect(other.cause).toBeUndefined()
    expect(errors.attachFirst(first)).toBe(first)
    expect(first?.cause).toBeUndefined()
    const reason = new Error('a reason')
    expect(errors.attachFirst(reason)).toBe(reason)
    expect(reason.cause).toBeUndefined()
  })

  it('leaves a cause that is there already, and adds none where the user is told of each row', async () => {
    const errors = errorsOf()
    await errors.report('wechatpay:two', failures)
    const cause = new Error('a reason')
    const ended = Object.assign(new PaginationError('made to end'), { cause })
    errors.attachFirst(ended)
    expect(ended.cause).toBe(cause)
    const told = errorsOf({ onRowError: () => {} })
    await told.report('wechatpay:two', failures)
    const without = new PaginationError('made to end')
    told.attachFirst(without)
    expect(without.cause).toBeUndefined()
  })
})

describe('a cursor whose accounts have days to read again', () => {
  const dayOf = (index: number): Window => {
    const day = addDays('2026-01-01', index)
    return { begin: day, end: day }
  }
  const planned = [
    { begin: '2026-01-01', end: '2026-01-30' },
    { begin: '2026-01-31', end: '2026-03-01' },
  ]
  const beside = dayOf(-1)
  const at = {
    ...checkpointAt({ skip: 2, limit: 3, overlapId: 'x', total: 4 }, 3),
    seenIds: {
      ids: new Set(Array.from({ length: 600 }, (_, id) => `${id}`)),
      count: 600,
      areHashed: false,
      areAll: true,
    },
  }
  /** So many accounts, each with days of its own to read again. */
  const decoded = (count: number, checkpoint: AccountCheckpoint): (AccountCheckpoint | null | undefined)[] => {
    const names = Array.from({ length: count }, (_, index) => `wechatpay:${String(index).padStart(4, '0')}`)
    const random = randomNumbers(count)
    const { context } = contextOf(fetchFor('two'), { windows: planned, fingerprintOf: () => owner })
    const checkpoints: Checkpoints = new Map(
      names.map((name) => [
        name,
        {
          ...checkpoint,
          retry: [...(checkpoint.retry ?? []), ...[1, 2, 3].map(() => dayOf(Math.floor(random() * 59)))],
        },
      ]),
    )
    const { accounts } = decodeCursor(cursorOf(context, checkpoints) ?? '', owner, names)
    return names.map((name) => accounts.get(name))
  }

  it('of one account is exact, however long it is', () => {
    const [account] = decoded(1, { window: 1, at })
    expect(account).toMatchObject({ window: 1, at: { scan: { position: { skip: 2 } } } })
    expect(account?.at?.seenIds?.count).toBe(600)
    expect(account?.retry).toHaveLength(3)
  })

  it('of many leads to the windows that hold these days, and to the days beside the plan', () => {
    const accounts = decoded(2_000, { window: 2, at: null, retry: [beside] })
    for (const account of accounts) expect(account).toEqual({ window: expect.any(Number), at: null, retry: [beside] })
    expect(new Set(accounts.map((account) => account?.window))).toEqual(new Set([0, 1]))
  })
})

import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { ListOptions } from '../../../src/client/options.js'
import { ComplaintClient } from '../../../src/client.js'
import { ApiError, type ComplaintError, PaginationError, QueryError, ResponseError } from '../../../src/errors.js'
import type { Complaint } from '../../../src/model.js'
import type { ListPage } from '../../../src/provider.js'
import type { ComplaintQuery } from '../../../src/query.js'
import { complaintOf, type ModelProvider, modelProvider, modelRows } from '../../support/model-provider.js'
import { propertyRuns } from '../../support/property-runs.js'

const range = { from: '2026-01-05', to: '2026-03-31' }
const orders = ['arrival', 'newest', 'oldest'] as const

/** Three accounts of different sizes and paging styles, 86 days, windows of 30 days. */
function accounts(
  counts: readonly number[],
  latency: (request: number) => readonly [number, number] = () => [0, 0],
): ModelProvider[] {
  return counts.map((count, index) =>
    modelProvider(modelRows(count, 86, `a${index}-`), {
      account: `a${index}`,
      style: index % 2 === 0 ? 'offset' : 'page',
      latency: (request) => latency(request + index),
    }),
  )
}

function clientOf(providers: readonly ModelProvider[]): ComplaintClient {
  return new ComplaintClient(providers.map(({ adapter }) => adapter))
}

/** An adapter whose pages are not what its model would answer. */
function changing(
  { adapter }: ModelProvider,
  change: (page: ListPage<Complaint>, request: number) => ListPage<Complaint>,
): ModelProvider['adapter'] {
  let requests = 0
  return {
    ...adapter,
    connect(runtime) {
      const connection = adapter.connect(runtime)
      return {
        ...connection,
        async listPage(request, options) {
          requests += 1
          const number = requests
          return change(await connection.listPage(request, options), number)
        },
      }
    },
  }
}

const idsOf = (items: readonly Complaint[]): string[] => items.map(({ id }) => id)
const allIds = (providers: readonly ModelProvider[]): Set<string> =>
  new Set(providers.flatMap(({ rows }) => rows.map(({ id }) => id)))

describe('several accounts in one stream', () => {
  const shape = fc.record({
    order: fc.constantFrom(...orders),
    counts: fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 1, maxLength: 3 }),
    pageSize: fc.integer({ min: 1, max: 30 }),
    concurrency: fc.integer({ min: 1, max: 5 }),
    latencies: fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), {
      minLength: 1,
      maxLength: 9,
    }),
    stopAfter: fc.integer({ min: 1, max: 12 }),
  })

  it('delivers everything once, in the order asked, and resumes from any page with exactly the rest', async () => {
    await fc.assert(
      fc.asyncProperty(shape, async ({ order, counts, pageSize, concurrency, latencies, stopAfter }) => {
        const providers = accounts(counts, (request) => latencies[request % latencies.length] ?? [0, 0])
        const client = clientOf(providers)
        const query = { ...range, order, pageSize }
        const first: Complaint[] = []
        let cursor: string | null | undefined
        let pages = 0
        for await (const page of client.list(query, { concurrency }).pages()) {
          first.push(...page.items)
          cursor = page.cursor
          if (++pages === stopAfter) break
        }
        const rest: Complaint[] = []
        if (typeof cursor === 'string') {
          for await (const page of client.list(query, { concurrency, cursor }).pages()) {
            rest.push(...page.items)
            cursor = page.cursor
          }
        }
        expect(cursor ?? null).toBeNull()
        const all = [...first, ...rest]
        expect(all.length).toBe(allIds(providers).size)
        expect(new Set(idsOf(all))).toEqual(allIds(providers))
        if (order !== 'arrival') {
          const times = all.map(({ createdAt }) => createdAt.getTime() * (order === 'newest' ? -1 : 1))
          expect(times).toEqual([...times].sort((a, b) => a - b))
        }
      }),
      { numRuns: propertyRuns(400) },
    )
  })

  it.each(orders)('a cursor behind which only empty windows lie leads to a last page (%s)', async (order) => {
    const [provider] = accounts([2])
    if (provider === undefined) return expect.fail('no provider')
    const client = clientOf([provider])
    const query = { ...range, order, pageSize: 1 }
    const cursors: string[] = []
    for await (const page of client.list(query).pages()) if (page.cursor !== null) cursors.push(page.cursor)
    expect(cursors.length).toBeGreaterThan(0)
    for (const cursor of cursors) {
      const last: (string | null)[] = []
      for await (const page of client.list(query, { cursor }).pages()) last.push(page.cursor)
      expect(last.at(-1)).toBeNull()
    }
  })

  it.each(orders)('an account that fails leaves the others alone, and the cursor asks it again (%s)', async (order) => {
    for (const failing of [1, 2, 3, 5, 8]) {
      const broken = modelProvider(modelRows(120, 86, 'b-'), {
        account: 'b',
        style: 'offset',
        failAt: (request) => request >= failing && request < 1000,
      })
      const healthy = accounts([90, 70])
      const client = clientOf([broken, ...healthy])
      const errors: ComplaintError[] = []
      const seen: string[] = []
      let cursor: string | null = null
      for await (const page of client
        .list({ ...range, order, pageSize: 10 }, { onAccountError: (error) => void errors.push(error) })
        .pages()) {
        seen.push(...idsOf(page.items))
        cursor = page.cursor
      }
      expect(errors.map(({ account }) => account)).toEqual(['b'])
      expect([...allIds(healthy)].filter((id) => !seen.includes(id))).toEqual([])
      expect(cursor).not.toBeNull()
      broken.requests.length = 1000
      for await (const page of client.list({ ...range, order, pageSize: 10 }, { cursor: cursor ?? '' }).pages())
        seen.push(...idsOf(page.items))
      expect(seen.length).toBe(280)
      expect(new Set(seen)).toEqual(allIds([broken, ...healthy]))
    }
  })

  it('an account that failed is asked nothing more while the others go on', async () => {
    const broken = modelProvider(modelRows(400, 86, 'b-'), {
      account: 'b',
      style: 'offset',
      latency: () => [1, 1],
      failAt: (request) => request === 2,
    })
    const healthy = modelProvider(modelRows(400, 86, 'h-'), { account: 'h', style: 'offset', latency: () => [4, 4] })
    let askedWhenItFailed = 0
    const rows = await clientOf([broken, healthy])
      .list(
        { ...range, pageSize: 10 },
        {
          onAccountError: () => {
            askedWhenItFailed = broken.requests.length
          },
        },
      )
      .toArray({ limit: 10_000 })
    expect(rows.filter(({ account }) => account === 'h').length).toBe(400)
    expect(askedWhenItFailed).toBeGreaterThan(0)
    expect(broken.requests.length).toBe(askedWhenItFailed)
  })

  it.each(orders)(
    'when every account fails, onAccountError gets each error and the list ends without one (%s)',
    async (order) => {
      const broken = ['a', 'b'].map((account) =>
        modelProvider(modelRows(5), { account, style: 'offset', failAt: (request) => request < 3 }),
      )
      const client = clientOf(broken)
      const errors: ComplaintError[] = []
      const query = { ...range, order }
      const rows = await client
        .list(query, { onAccountError: (error) => void errors.push(error) })
        .toArray({ limit: 9 })
      expect(rows).toEqual([])
      expect(errors.map(({ account }) => account).sort()).toEqual(['a', 'b'])
      for (const { account, cursor } of errors) {
        for (const { requests } of broken) requests.length = 3
        const rest = client.list({ ...query, accounts: [`wechatpay:${account}`] }, { cursor: cursor ?? '' })
        expect((await rest.toArray({ limit: 9 })).map((row) => row.account)).toEqual(Array(5).fill(account))
      }
      const first = client.list(query).toArray({ limit: 9 })
      for (const { requests } of broken) requests.length = 0
      await expect(first).rejects.toBeInstanceOf(ApiError)
    },
  )

  it.each(orders)(
    'without onAccountError a failure ends everything, and its cursor loses nothing (%s)',
    async (order) => {
      const broken = modelProvider(modelRows(120, 86, 'b-'), {
        account: 'b',
        style: 'offset',
        failAt: (request) => request === 6,
      })
      const providers = [broken, ...accounts([90])]
      const seen: string[] = []
      let failure: unknown = null
      try {
        for await (const item of clientOf(providers).list({ ...range, order, pageSize: 10 })) seen.push(item.id)
      } catch (error) {
        failure = error
      }
      expect(failure).toBeInstanceOf(ApiError)
      const { cursor } = failure as ApiError
      for await (const item of clientOf(providers).list({ ...range, order, pageSize: 10 }, { cursor: cursor ?? '' }))
        seen.push(item.id)
      expect(new Set(seen)).toEqual(allIds(providers))
    },
  )
})

describe('sorted orders, resumed', () => {
  const sorted = ['newest', 'oldest'] as const

  it.each(sorted)('nothing comes twice while an account that failed catches up (%s)', async (order) => {
    let failing = true
    const slow = modelProvider(modelRows(900, 86, 'b-'), { account: 'b', style: 'offset', failAt: () => failing })
    const quick = modelProvider(modelRows(900, 86, 'a-'), { account: 'a', style: 'offset' })
    const client = clientOf([quick, slow])
    const seen: string[] = []
    let cursor: string | null = null
    for (const most of [5, 2, 1, 3, Number.POSITIVE_INFINITY]) {
      let pages = 0
      const options: ListOptions = { onAccountError: () => {}, ...(cursor === null ? {} : { cursor }) }
      for await (const page of client.list({ ...range, order }, options).pages()) {
        seen.push(...idsOf(page.items))
        cursor = page.cursor
        if (++pages === most) break
      }
      failing = false
    }
    expect(cursor).toBeNull()
    expect(seen.length).toBe(1800)
    expect(new Set(seen)).toEqual(allIds([quick, slow]))
  })

  it.each(sorted)('nothing comes twice after a failure in a list that was resumed (%s)', async (order) => {
    let failing = false
    const provider = modelProvider(modelRows(900, 86), { style: 'offset', failAt: () => failing })
    const client = clientOf([provider])
    const seen: string[] = []
    let cursor = ''
    for await (const page of client.list({ ...range, order }).pages()) {
      seen.push(...idsOf(page.items))
      cursor = page.cursor ?? ''
      if (seen.length === 200) break
    }
    failing = true
    const failure = await client
      .list({ ...range, order }, { cursor })
      .toArray({ limit: 1000 })
      .catch((error: unknown) => error)
    failing = false
    for await (const { id } of client.list({ ...range, order }, { cursor: (failure as ApiError).cursor ?? '' }))
      seen.push(id)
    expect(seen.length).toBe(900)
    expect(new Set(seen)).toEqual(allIds([provider]))
  })

  it.each(sorted)('maxPages ends a list between two windows, so that its cursor gets on (%s)', async (order) => {
    const providers = accounts([300])
    const seen: string[] = []
    const cursors = new Set<string | undefined>()
    let cursor: string | undefined
    for (;;) {
      expect(cursors.has(cursor)).toBe(false)
      cursors.add(cursor)
      try {
        const options = { maxPages: 3, ...(cursor === undefined ? {} : { cursor }) }
        for await (const { id } of clientOf(providers).list({ ...range, order, pageSize: 10 }, options)) seen.push(id)
        break
      } catch (error) {
        expect(error).toBeInstanceOf(PaginationError)
        cursor = (error as PaginationError).cursor ?? undefined
      }
    }
    expect(cursors.size).toBe(3)
    expect(seen.length).toBe(300)
    expect(new Set(seen)).toEqual(allIds(providers))
  })

  it.each(orders)(
    'a row that cannot be used is skipped, and its error comes after all other rows (%s)',
    async (order) => {
      const provider = modelProvider(modelRows(100, 30), { style: 'offset' })
      const adapter = changing(provider, (page) => {
        const bad = page.rows.findIndex(({ id }) => id === 'c45')
        if (bad === -1) return page
        const error = new ResponseError('no time', { complaintId: 'c45' })
        return {
          ...page,
          rows: page.rows.filter((_, index) => index !== bad),
          failures: [{ index: bad, id: 'c45', error }],
        }
      })
      const times: number[] = []
      const query = { from: '2026-03-02', to: '2026-03-31', order, pageSize: 10 } as const
      const list = new ComplaintClient(adapter).list(query)
      const failure = await (async () => {
        for await (const { createdAt } of list) times.push(createdAt.getTime() * (order === 'oldest' ? 1 : -1))
      })().catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(ResponseError)
      expect(failure).toMatchObject({ complaintId: 'c45', cursor: null, account: 'model' })
      expect(times.length).toBe(99)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      const reported: unknown[] = []
      const onRowError = (error: ResponseError): void => void reported.push(error.complaintId)
      const rows = await new ComplaintClient(adapter).list(query, { onRowError }).toArray({ limit: 1000 })
      expect(rows.length).toBe(99)
      expect(reported).toEqual(['c45'])
    },
  )
})

describe('reading ahead', () => {
  it.each([1, 2, 4])(
    'holds at most 2 × concurrency + 2 pages ahead of a slow consumer (concurrency %i)',
    async (concurrency) => {
      const provider = modelProvider(modelRows(600, 86), { style: 'offset' })
      const pages = clientOf([provider])
        .list({ ...range, pageSize: 10 }, { concurrency })
        .pages()
        [Symbol.asyncIterator]()
      for (let consumed = 1; consumed <= 12; consumed += 1) {
        await pages.next()
        await new Promise((resolve) => setTimeout(resolve, 5))
        expect(provider.requests.length - consumed).toBeLessThanOrEqual(2 * concurrency + 2)
        expect(provider.requests.length - consumed).toBeGreaterThanOrEqual(concurrency)
      }
      await pages.return?.(undefined)
    },
  )

  it('begins the next windows while one drains', async () => {
    const provider = modelProvider(modelRows(10, 86), { style: 'offset', latency: () => [5, 5] })
    await clientOf([provider]).list(range).toArray({ limit: 100 })
    expect(provider.peakInFlight()).toBe(3)
  })
})

describe('stopping', () => {
  it.each(orders)('break stops every account: no request starts afterwards (%s)', async (order) => {
    const providers = accounts([300, 200, 100], (request) => [request % 3, 2])
    for await (const _ of clientOf(providers).list({ ...range, order, pageSize: 5 })) break
    const counts = providers.map(({ requests }) => requests.length)
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(providers.map(({ requests }) => requests.length)).toEqual(counts)
    expect(providers.map(({ inFlight }) => inFlight())).toEqual([0, 0, 0])
  })

  it.each(orders)('an abort rejects with the reason itself, whenever it comes (%s)', async (order) => {
    for (const after of [0, 1, 7, 60]) {
      const providers = accounts([300, 200], () => [1, 1])
      const controller = new AbortController()
      const reason = new Error('enough')
      const seen: string[] = []
      const reading = (async () => {
        if (after === 0) controller.abort(reason)
        for await (const item of clientOf(providers).list(
          { ...range, order, pageSize: 5 },
          { signal: controller.signal },
        )) {
          seen.push(item.id)
          if (seen.length === after) controller.abort(reason)
        }
      })()
      await expect(reading).rejects.toBe(reason)
      expect(seen.length).toBe(after)
      const counts = providers.map(({ requests }) => requests.length)
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(providers.map(({ requests }) => requests.length)).toEqual(counts)
    }
  })

  it.each(['return', 'throw'] as const)('%s() stops at once, though a page was asked for', async (way) => {
    const provider = modelProvider(modelRows(600, 86), { style: 'offset', latency: () => [3, 3], windowDays: 1 })
    // No row is pending: without stopping, all of the list would be read before the first comes.
    const rows = clientOf([provider])
      .list({ ...range, state: 'resolved' })
      [Symbol.asyncIterator]()
    const next = rows.next()
    await vi.waitFor(() => expect(provider.requests.length).toBeGreaterThan(0), { interval: 1 })
    const requestCount = provider.requests.length
    const reason = new Error('enough')
    const ended = way === 'return' ? rows.return?.() : rows.throw?.(reason).catch((error: unknown) => error)
    expect(await next).toEqual({ done: true, value: undefined })
    expect(await ended).toEqual(way === 'return' ? { done: true, value: undefined } : reason)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(provider.requests.length).toBe(requestCount)
  })

  it('each iteration starts afresh', async () => {
    const providers = accounts([40])
    const list = clientOf(providers).list(range)
    for (const _ of [1, 2]) {
      const seen: string[] = []
      for await (const { id } of list) seen.push(id)
      expect(new Set(seen)).toEqual(allIds(providers))
    }
  })
})

describe('ceilings', () => {
  it('maxPages is a PaginationError whose cursor goes on', async () => {
    const providers = accounts([100])
    const seen: string[] = []
    let cursor: string | undefined
    for (let turn = 0; turn < 20; turn += 1) {
      try {
        const options = cursor === undefined ? { maxPages: 3 } : { maxPages: 3, cursor }
        for await (const { id } of clientOf(providers).list({ ...range, pageSize: 10 }, options)) seen.push(id)
        break
      } catch (error) {
        expect(error).toBeInstanceOf(PaginationError)
        cursor = (error as PaginationError).cursor ?? undefined
      }
    }
    expect(seen.length).toBe(100)
    expect(new Set(seen)).toEqual(allIds(providers))
  })

  it('more rows than were asked are taken up to a thousand, and refused beyond', async () => {
    for (const count of [1_000, 1_001]) {
      const rows = modelRows(count).map((row) => complaintOf(row, 'model'))
      const adapter = changing(modelProvider([], { style: 'page' }), (page, request) =>
        request === 1 ? { ...page, rows, received: count, total: count } : { ...page, total: count },
      )
      const query = { from: '2026-03-02', to: '2026-03-31' }
      const reading = new ComplaintClient(adapter).list(query).toArray({ limit: 5_000 })
      if (count === 1_000) expect((await reading).length).toBe(count)
      else await expect(reading).rejects.toThrow(/1001 rows, 50 were requested/)
    }
  })

  it('a window that never ends is left after a million complaints', { timeout: 120_000 }, async () => {
    let requests = 0
    const adapter = changing(modelProvider([], { style: 'page' }), (page, request) => {
      requests = request
      const rows = Array.from({ length: 1_000 }, (_, index) => ({ id: `${request}-${index}`, createdAt: new Date(0) }))
      return { ...page, rows: rows as unknown as Complaint[], received: 1_000, total: null }
    })
    const error = await new ComplaintClient(adapter)
      .list({ from: '2026-03-02', to: '2026-03-31' })
      .toArray({ limit: 1 })
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(PaginationError)
    expect((error as PaginationError).message).toMatch(/more than 1000000 complaints from 2026-03-02 to 2026-03-31/)
    expect(requests).toBeLessThan(1_100)
  })

  it.each([undefined, {}, { limit: 0 }, { limit: '5' }])('toArray(%j) is a QueryError', async (options) => {
    const provider = modelProvider(modelRows(1), { style: 'offset' })
    const list = clientOf([provider]).list(range)
    await expect(list.toArray(options as never)).rejects.toThrow(QueryError)
    expect(provider.requests).toEqual([])
  })

  it.each(['offset', 'page'] as const)(
    'a server that answers the same page for ever is left after a few requests (%s)',
    async (style) => {
      let requests = 0
      const rows = modelRows(10, 30).map((row) => complaintOf(row, 'model'))
      const adapter = changing(modelProvider([], { style }), (page, request) => {
        requests = request
        return { ...page, rows, received: rows.length, total: 1_000 }
      })
      const query = { from: '2026-03-02', to: '2026-03-31', pageSize: 10 }
      const seen: string[] = []
      const reading = (async () => {
        for await (const { id } of new ComplaintClient(adapter).list(query)) seen.push(id)
      })()
      await expect(reading).rejects.toThrow(PaginationError)
      await expect(reading).rejects.toThrow(/1000 reported, 10 read/)
      expect(seen.length).toBe(10)
      expect(requests).toBeLessThan(60)
    },
  )
})

describe('cursors', () => {
  it('are refused when garbled, of another query, of other accounts or of another version, saying which', async () => {
    const client = clientOf(accounts([60]))
    const query = { ...range, pageSize: 5 }
    const [page] = await firstPage(client, query)
    const cursor = page ?? ''
    expect(() => client.list({ ...query, pageSize: 6 }, { cursor })).toThrow(/another query/)
    expect(() => clientOf(accounts([1, 2])).list(query, { cursor })).toThrow(/other accounts/)
    expect(() => client.list(query, { cursor: cursor.replace(/^5\./, '2.') })).toThrow(/version 2/)
    for (const garbled of [
      '',
      'x',
      `${cursor}x`,
      cursor.slice(0, -1),
      cursor.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    ]) {
      expect(() => client.list(query, { cursor: garbled })).toThrow(QueryError)
      expect(() => client.list(query, { cursor: garbled })).toThrow(/garbled/)
    }
  })

  it('keep the end of a range that was "now"', async () => {
    const provider = modelProvider(modelRows(60), { style: 'offset' })
    const client = clientOf([provider])
    const [cursor] = await firstPage(client, { from: '2026-03-02', pageSize: 50 })
    const rest = await client
      .list({ from: '2026-03-02', pageSize: 50 }, { cursor: cursor ?? '' })
      .toArray({ limit: 100 })
    expect(rest.length).toBe(10)
  })
})

async function firstPage(client: ComplaintClient, query: ComplaintQuery): Promise<[string | null]> {
  for await (const page of client.list(query).pages()) return [page.cursor]
  return [null]
}

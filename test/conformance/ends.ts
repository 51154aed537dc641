import { expect, it } from 'vitest'
import { type Complaint, ComplaintClient, PaginationError, QueryError } from '../../src/index.js'
import { type Harness, ids, orders, quiet, range } from './harness.js'

/** Answers come so late that pages read ahead would still be asked for after everything should have stopped. */
const slowMs = 45

/** Where a list stops, why, and how it goes on. */
export function describeEnds(harness: Harness): void {
  const { given, start, clientOf, drain, brokenOff, failure, own, expectSilence } = harness

  it.each(orders)('from every cursor exactly the rest comes (%s)', async (order) => {
    // Sorted pages hold 100: two in each of two windows.
    const days = order === 'arrival' ? range : { from: '2026-02-01', to: range.to }
    const sandbox = await start({ ...days, complaints: order === 'arrival' ? 60 : 240 })
    const client = clientOf(sandbox)
    const query = { ...days, order, pageSize: order === 'arrival' ? 7 : Math.min(50, given.pageSizes[0]) }
    const pages: { items: readonly Complaint[]; cursor: string | null }[] = []
    for await (const page of client.list(query).pages()) pages.push(page)
    expect(pages.length).toBeGreaterThan(3)
    expect(pages.at(-1)?.cursor).toBeNull()
    expect(pages.slice(0, -1).every(({ cursor }) => cursor !== null)).toBe(true)
    expect(ids(pages.flatMap(({ items }) => items))).toEqual(ids(own(sandbox)))
    for (const [index, { cursor }] of pages.entries()) {
      if (cursor === null) continue
      const rest = await client.list(query, { cursor }).toArray({ limit: 1000 })
      const expected = pages.slice(index + 1).flatMap(({ items }) => items)
      if (order === 'arrival') expect(ids(rest)).toEqual(ids(expected))
      else expect(rest.map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
    }
  })

  it('a cursor of another query, or one that was tampered with, is a QueryError', async () => {
    const sandbox = await start({ complaints: 30 })
    const client = clientOf(sandbox)
    const first = await client
      .list({ ...range, pageSize: 5 })
      .pages()
      [Symbol.asyncIterator]()
      .next()
    const cursor = first.value?.cursor ?? ''
    expect(() => client.list({ ...range, pageSize: 5 }, { cursor })).not.toThrow()
    expect(() => client.list({ ...range, pageSize: 6 }, { cursor })).toThrow(QueryError)
    expect(() => client.list({ ...range, pageSize: 5 }, { cursor: cursor.slice(0, -1) })).toThrow(QueryError)
  })

  it('maxPages ends in a PaginationError whose cursor goes on', async () => {
    const sandbox = await start()
    const { delivered, error } = await brokenOff(clientOf(sandbox), { pageSize: 7 }, { maxPages: 3 })
    expect(error).toBeInstanceOf(PaginationError)
    expect(delivered.length).toBeGreaterThan(7)
    const rest = await drain(clientOf(sandbox), { pageSize: 7 }, { cursor: error.cursor ?? '' })
    expect([...ids(delivered), ...ids(rest)].sort()).toEqual(ids(own(sandbox)))
  })

  it('toArray() stops at its limit; each iteration starts afresh', async () => {
    const sandbox = await start()
    const list = clientOf(sandbox).list(range)
    expect((await list.toArray({ limit: 5 })).length).toBe(5)
    for (const _ of [1, 2]) {
      const asked = sandbox.requests.length
      const rows: Complaint[] = []
      for await (const row of list) rows.push(row)
      expect(ids(rows)).toEqual(ids(own(sandbox)))
      expect(sandbox.requests.length).toBeGreaterThan(asked)
    }
    expect(await failure(list.toArray({ limit: 0 }))).toBeInstanceOf(QueryError)
  })

  it('nothing is asked before the first iteration', async () => {
    const sandbox = await start({ complaints: 5 })
    const list = clientOf(sandbox).list(range)
    list.pages()
    await quiet(20)
    expect(sandbox.requests).toEqual([])
  })

  it.each(orders)('break stops every request (%s)', async (order) => {
    const sandbox = await start({ latencyMs: slowMs })
    for await (const _ of clientOf(sandbox).list({ ...range, order, pageSize: 10 })) break
    await expectSilence()
  })

  it('an abort before the first page rejects with the reason itself, and nothing is asked', async () => {
    const sandbox = await start({ complaints: 20 })
    const reason = new Error('enough')
    expect(await failure(drain(clientOf(sandbox), {}, { signal: AbortSignal.abort(reason) }))).toBe(reason)
    await quiet(20)
    expect(sandbox.requests).toEqual([])
  })

  it.each([1, 2, 6])('an abort while page %i is under way rejects with the reason itself', async (nth) => {
    const controller = new AbortController()
    const reason = { why: 'not even an Error' }
    let asked = 0
    const sandbox = await start({
      latencyMs: slowMs,
      onRequest({ operation }) {
        if (operation === 'list' && ++asked === nth) controller.abort(reason)
      },
    })
    const options = { signal: controller.signal }
    const aborted = drain(clientOf(sandbox, { maxRetries: 3 }), { pageSize: 3 }, options)
    expect(await aborted.catch((error: unknown) => error)).toBe(reason)
    await expectSilence()
  })

  it.each(orders)('an abort between two pages rejects with the reason itself (%s)', async (order) => {
    const sandbox = await start({ complaints: 250, latencyMs: slowMs })
    const controller = new AbortController()
    const reason = new Error('enough')
    const pages = clientOf(sandbox)
      .list({ ...range, order, pageSize: 20 }, { signal: controller.signal })
      .pages()
      [Symbol.asyncIterator]()
    expect((await pages.next()).value?.items.length).toBeGreaterThan(0)
    controller.abort(reason)
    expect(await failure(pages.next())).toBe(reason)
    await expectSilence()
  })

  it('an abort while a retry waits rejects at once', async () => {
    const sandbox = await start({ faults: [{ kind: 'rateLimit', operation: 'list', retryAfterSeconds: 30 }] })
    const controller = new AbortController()
    const reason = new Error('enough')
    const client = clientOf(sandbox, {
      maxRetries: 3,
      onEvent: ({ type }) => {
        if (type === 'retry') setTimeout(() => controller.abort(reason), 5)
      },
    })
    const began = performance.now()
    expect(await failure(drain(client, {}, { signal: controller.signal }))).toBe(reason)
    expect(performance.now() - began).toBeLessThan(5000)
    await expectSilence()
  })

  it.each([1, 3])('no more than %i requests are in flight when no more are allowed', async (concurrency) => {
    let inFlight = 0
    let peak = 0
    const sandbox = await start({
      complaints: concurrency * 30,
      async onRequest({ operation }) {
        // Fetched once in a while, beside the pages; it takes no place.
        if (operation === 'certificates') return
        inFlight += 1
        peak = Math.max(peak, inFlight)
        await quiet(25)
        inFlight -= 1
      },
    })
    const adapter = given.adapter(sandbox, { rateLimit: false })
    // The token is fetched while a page holds its place.
    await drain(new ComplaintClient(adapter), { pageSize: 5 }, { concurrency })
    expect(peak).toBe(concurrency)
    await drain(new ComplaintClient(adapter, { concurrency }), { pageSize: 5 })
    expect(peak).toBe(concurrency)
  })
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ComplaintClient } from '../../../src/client.js'
import { type PaginationError, ResponseError, TransportError } from '../../../src/errors.js'
import type { Complaint } from '../../../src/model.js'
import type { Adapter, Connection, ListPage } from '../../../src/provider.js'
import { type Change, complaintOf, type ModelOptions, modelProvider, modelRows } from '../../support/model-provider.js'
import { propertyRuns } from '../../support/property-runs.js'

const range = { from: '2026-03-02', to: '2026-03-31' }

/** How a list of pages by number moves: which request of the whole drain sees it first. */
interface Moves {
  readonly rows: number
  readonly pageSize?: number
  readonly tell?: ModelOptions['tell']
  readonly at: Readonly<Record<number, Change>>
}

/** Reads so many pages, then goes on from the cursor with another client, and so on to the end. */
async function readInPieces({ rows, pageSize = 10, tell, at }: Moves, pages: number) {
  const provider = modelProvider(modelRows(rows), {
    style: 'page',
    windowDays: 30,
    ...(tell === undefined ? {} : { tell }),
    changes: (request) => (at[request] === undefined ? [] : [at[request]]),
  })
  const ids: string[] = []
  let cursor: string | null | undefined
  for (let piece = 0; cursor !== null && piece < 100; piece += 1) {
    const client = new ComplaintClient([provider.adapter])
    const options = { concurrency: 1, ...(cursor === undefined ? {} : { cursor }) }
    let left = pages
    for await (const page of client.list({ ...range, pageSize }, options).pages()) {
      ids.push(...page.items.map(({ id }) => id))
      cursor = page.cursor
      left -= 1
      if (left === 0) break
    }
  }
  const missing = provider.stood().filter(({ id }) => !ids.includes(id))
  return { ids, cursor, missing: missing.map(({ id }) => id) }
}

const removal: Change = { kind: 'remove', at: 3 }

describe('pages by number, resumed from cursors', () => {
  it.each<[string, Moves, number]>([
    ['no total, a row withdrawn before the cursor', { rows: 60, tell: () => null, at: { 2: removal } }, 3],
    [
      'a total that says nothing, a row withdrawn before the cursor',
      { rows: 60, tell: () => 28, at: { 2: removal } },
      3,
    ],
    [
      'right totals, a delivered row moves behind the cursor',
      { rows: 60, at: { 4: { kind: 'move', from: 3, to: 40 } } },
      2,
    ],
    [
      'a total of 1,000 for 13 rows, the last of which moves to the front between two halves',
      { rows: 13, pageSize: 5, tell: () => 1_000, at: { 12: { kind: 'move', from: 12, to: 0 } } },
      2,
    ],
    [
      'the page before the cursor gains a row',
      { rows: 60, tell: () => null, at: { 4: { kind: 'move', from: 45, to: 15 } } },
      2,
    ],
  ])('miss nothing: %s', async (_, moves, pages) => {
    const { missing, cursor } = await readInPieces(moves, pages)
    expect(missing).toEqual([])
    expect(cursor).toBeNull()
  })

  it.each(['page', 'offset'] as const)('come to an end one by one, though every total lies (%s)', async (style) => {
    const provider = modelProvider(modelRows(23), {
      style,
      totals: 'hint',
      windowDays: 30,
      tell: (_, received) => received,
    })
    const ids = new Set<string>()
    let cursor: string | null = null
    let pieces = 0
    for (let isDone = false; !isDone; pieces += 1) {
      expect(pieces).toBeLessThan(30)
      const options = { concurrency: 1, maxPages: 1, ...(cursor === null ? {} : { cursor }) }
      try {
        const list = new ComplaintClient([provider.adapter]).list({ ...range, pageSize: 5 }, options)
        for await (const { id } of list) ids.add(id)
        isDone = true
      } catch (error) {
        cursor = (error as PaginationError).cursor
      }
    }
    expect(ids.size).toBe(23)
  })

  /** What one process after the other brings, each of which takes `pages` pages of `rows()`; some answers are spoilt. */
  async function readOn(
    rows: () => readonly Complaint[],
    spoil: (request: number, page: ListPage<Complaint>) => ListPage<Complaint>,
    pages: number,
    pageSize: number,
  ): Promise<{ ids: string[]; requests: number }> {
    const { adapter } = modelProvider([], { style: 'page', windowDays: 30, maxPageSize: 100 })
    let request = 0
    const listPage: Connection<Complaint>['listPage'] = async ({ skip, limit }) => {
      request += 1
      const all = rows()
      const page = all.slice(skip * limit, (skip + 1) * limit)
      return spoil(request, { rows: page, received: page.length, total: all.length, failures: [] })
    }
    const connect: Adapter['connect'] = (runtime) => ({ ...adapter.connect(runtime), listPage })
    const ids: string[] = []
    let cursor: string | null | undefined
    for (let piece = 0; cursor !== null && piece < 100; piece += 1) {
      const options = { concurrency: 1, ...(cursor === undefined ? {} : { cursor }) }
      const list = new ComplaintClient([{ ...adapter, connect }]).list({ ...range, pageSize }, options)
      let left = pages
      try {
        for await (const page of list.pages()) {
          ids.push(...page.items.map(({ id }) => id))
          cursor = page.cursor
          left -= 1
          if (left === 0) break
        }
      } catch (error) {
        cursor = (error as PaginationError).cursor
      }
    }
    return { ids, requests: request }
  }
  const complaints = (count: number): Complaint[] => modelRows(count).map((row) => complaintOf(row, 'model'))

  it('miss nothing: a full page before the cursor, a row slips into it, no total', async () => {
    let rows = complaints(11)
    const { ids } = await readOn(
      () => rows,
      (request, page) => {
        // The first process has asked for two; the next finds the page before its cursor as it was.
        if (request === 4) rows = rows.filter((_, index) => index !== 3)
        return { ...page, total: null }
      },
      1,
      10,
    )
    expect(ids).toContain('c10')
  })

  it('miss nothing: a page that was promised and empty once, and then a fault', async () => {
    for (const count of [35, 1235]) {
      const rows = complaints(count)
      const empty = Math.floor(count / 10) - 1
      const { ids } = await readOn(
        () => rows,
        (request, page) => {
          if (request === empty + 1) return { ...page, rows: [], received: 0 }
          if (request === empty + 2) throw new TransportError('made to fail', { attempts: 1 })
          return page
        },
        1000,
        10,
      )
      expect(new Set(ids).size).toBe(count)
    }
  })

  it('bring the rest once: a row of the very first page could not be used for a while', async () => {
    const rows = complaints(1500)
    const error = new ResponseError('made to fail', { attempts: 1 })
    const spoil = (request: number, page: ListPage<Complaint>): ListPage<Complaint> =>
      request === 1
        ? { ...page, rows: page.rows.filter((_, index) => index !== 4), failures: [{ index: 4, id: 'c4', error }] }
        : page
    const { ids, requests } = await readOn(() => rows, spoil, 3, 100)
    expect(new Set(ids).size).toBe(1499)
    expect(ids.length).toBe(1499)
    // Each process requests the page before its cursor, and some ahead that it does not come to.
    expect(requests).toBeLessThan(40)
  })

  it('come to an end where more have moved than a cursor can name', async () => {
    const rows = complaints(1501)
    const { ids } = await readOn(
      () => rows,
      (request, page) => {
        if (request === 3)
          rows.splice(
            0,
            0,
            complaintOf({ id: 'new', createdAt: Number(rows[0]?.createdAt), state: 'pending' }, 'model'),
          )
        return page
      },
      1,
      100,
    )
    expect(new Set(ids).size).toBe(1502)
    expect(ids.length).toBeLessThan(1900)
  })

  it('bring exactly the rest while nothing moves, wherever one stops', async () => {
    const totals = fc.constantFrom<ModelOptions['tell']>(
      undefined,
      () => null,
      (_, received) => received,
    )
    const sizes = fc.record({ rows: fc.integer({ min: 0, max: 60 }), pageSize: fc.integer({ min: 1, max: 20 }) })
    await fc.assert(
      fc.asyncProperty(sizes, totals, fc.integer({ min: 2, max: 9 }), async (size, tell, pages) => {
        const { ids } = await readInPieces({ ...size, tell, at: {} }, pages)
        expect(ids).toEqual(modelRows(size.rows).map(({ id }) => id))
      }),
      { numRuns: propertyRuns(300) },
    )
  })

  it('miss nothing that one move, arrival or removal shifts, whatever totals are told', async () => {
    const row = { id: 'new', createdAt: Date.parse('2026-03-20T00:00:00Z'), state: 'pending' as const }
    const change = fc.oneof<fc.Arbitrary<Change>[]>(
      fc.record({ kind: fc.constant('insert' as const), at: fc.nat(60), row: fc.constant(row) }),
      fc.record({ kind: fc.constant('remove' as const), at: fc.nat(60) }),
      fc.record({ kind: fc.constant('move' as const), from: fc.nat(60), to: fc.nat(60) }),
    )
    // None that a removal makes true by chance: pages that share no row and a total that stays show nothing of it.
    const totals = fc.constantFrom<ModelOptions['tell']>(
      undefined,
      () => null,
      (_, received) => received,
      () => 1_000,
    )
    await fc.assert(
      fc.asyncProperty(
        fc.record({ rows: fc.integer({ min: 1, max: 60 }), pageSize: fc.integer({ min: 2, max: 20 }) }),
        totals,
        change,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 2, max: 6 }),
        async (size, tell, moved, request, pages) => {
          const { missing } = await readInPieces({ ...size, tell, at: { [request]: moved } }, pages)
          expect(missing).toEqual([])
        },
      ),
      { numRuns: propertyRuns(1500) },
    )
  })
})

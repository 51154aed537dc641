import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { ComplaintClient } from '../../../src/client.js'
import { PaginationError } from '../../../src/errors.js'
import type { Complaint } from '../../../src/model.js'
import {
  type Change,
  type ModelOptions,
  type ModelProvider,
  modelProvider,
  modelRows,
} from '../../support/model-provider.js'
import { propertyRuns } from '../../support/property-runs.js'

/** So many lists; `npm run property` reads 20,000 of each kind. */
const range = { from: '2026-03-02', to: '2026-03-31' }

async function readAll(
  provider: ModelProvider,
  query: object,
  options: object,
): Promise<{ ids: string[]; error: unknown; cursor: string | null }> {
  const client = new ComplaintClient([provider.adapter])
  const ids: string[] = []
  let cursor: string | null = null
  try {
    for await (const page of client.list({ ...range, ...query }, options).pages()) {
      ids.push(...page.items.map((item: Complaint) => item.id))
      cursor = page.cursor
    }
    return { ids, error: null, cursor }
  } catch (error) {
    return { ids, error, cursor: error instanceof PaginationError ? error.cursor : cursor }
  }
}

const shape = fc.record({
  style: fc.constantFrom('offset' as const, 'page' as const),
  totals: fc.constantFrom('exact' as const, 'hint' as const),
  count: fc.integer({ min: 0, max: 80 }),
  pageSize: fc.integer({ min: 1, max: 20 }),
  concurrency: fc.integer({ min: 1, max: 6 }),
  latencies: fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), {
    minLength: 1,
    maxLength: 12,
  }),
  windowDays: fc.constantFrom(7, 30),
})
/** Shapes of one style: a property that takes long is a test of each, with half of the lists. */
const shapeOf = (style: Shape['style']): fc.Arbitrary<Shape> => shape.map((given) => ({ ...given, style }))
const styles = ['offset', 'page'] as const
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never

function optionsOf(given: Shape): ModelOptions {
  return {
    style: given.style,
    totals: given.style === 'page' ? 'hint' : given.totals,
    windowDays: given.windowDays,
    latency: (request) => given.latencies[request % given.latencies.length] ?? [0, 0],
  }
}

function arrival(row: number, at = 0): Change {
  return {
    kind: 'insert',
    at,
    row: { id: `new${row}`, createdAt: Date.parse('2026-03-20T00:00:00Z'), state: 'pending' },
  }
}

describe('a list that stands still', () => {
  it('is delivered exactly once, whatever the page size, concurrency, latency and server limits', async () => {
    const server = fc.record({
      clamp: fc.option(fc.integer({ min: 1, max: 15 }), { nil: undefined }),
      tooLargeAbove: fc.option(fc.integer({ min: 2, max: 15 }), { nil: undefined }),
    })
    await fc.assert(
      fc.asyncProperty(shape, server, async (given, { clamp, tooLargeAbove }) => {
        const provider = modelProvider(modelRows(given.count), {
          ...optionsOf(given),
          ...(clamp === undefined ? {} : { clamp }),
          ...(tooLargeAbove === undefined || given.style === 'page' ? {} : { tooLargeAbove }),
        })
        const { ids, error } = await readAll(provider, { pageSize: given.pageSize }, { concurrency: given.concurrency })
        expect(error).toBeNull()
        expect(ids.length).toBe(given.count)
        expect(new Set(ids)).toEqual(new Set(provider.rows.map(({ id }) => id)))
        expect(provider.peakInFlight()).toBeLessThanOrEqual(given.concurrency)
      }),
      { numRuns: propertyRuns(1500) },
    )
  })

  it.each(styles)('loses no row to totals that lie (%s)', async (style) => {
    const lies = fc.constantFrom<NonNullable<ModelOptions['tell']>>(
      (_, received) => received,
      () => null,
      () => 0,
      () => 1,
      (_, __, request) => Math.max(0, 60 - request * 10),
      () => 7,
      () => 10_000,
      (total, _, request) => (request % 2 === 0 ? total : null),
      (total, _, request) => total + request,
    )
    await fc.assert(
      fc.asyncProperty(shapeOf(style), lies, async (given, tell) => {
        const provider = modelProvider(modelRows(given.count), { ...optionsOf(given), totals: 'hint', tell })
        const { ids, error } = await readAll(provider, { pageSize: given.pageSize }, { concurrency: given.concurrency })
        expect(error).toBeNull()
        expect(new Set(ids)).toEqual(new Set(provider.rows.map(({ id }) => id)))
        expect(ids.length).toBe(given.count)
      }),
      { numRuns: propertyRuns(750) },
    )
  })

  it('costs no more requests than its pages, their shared rows, and one to see the end', async () => {
    await fc.assert(
      fc.asyncProperty(shape, async (given) => {
        const provider = modelProvider(modelRows(given.count), { ...optionsOf(given), windowDays: 30 })
        await readAll(provider, { pageSize: given.pageSize }, { concurrency: given.concurrency })
        const limit = given.style === 'offset' ? Math.max(2, given.pageSize) : given.pageSize
        const stride = given.style === 'offset' ? limit - 1 : limit
        expect(provider.requests.length).toBeLessThanOrEqual(Math.ceil(given.count / stride) + 2)
      }),
      { numRuns: propertyRuns(300) },
    )
  })
})

describe('a list that moves', () => {
  const change = (row: number): fc.Arbitrary<Change> =>
    fc.oneof(
      fc.record({
        kind: fc.constant('insert' as const),
        at: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 90 })),
        row: fc.constant({ id: `new${row}`, createdAt: Date.parse('2026-03-20T00:00:00Z'), state: 'pending' as const }),
      }),
      fc.record({ kind: fc.constant('remove' as const), at: fc.nat(90) }),
      fc.record({ kind: fc.constant('move' as const), from: fc.nat(90), to: fc.oneof(fc.constant(0), fc.nat(90)) }),
      fc.record({
        kind: fc.constant('state' as const),
        at: fc.nat(90),
        state: fc.constantFrom('pending' as const, 'resolved' as const),
      }),
    )
  const changes = fc
    .integer({ min: 1, max: 4 })
    .chain((count) =>
      fc.tuple(
        ...Array.from({ length: count }, (_, row) =>
          fc.record({ at: fc.integer({ min: 1, max: 14 }), change: change(row) }),
        ),
      ),
    )

  /** As WeChat Pay tells its total, as Huishouqian's page may mean it, not at all, and on every page. */
  const reported = fc.constantFrom<ModelOptions['tell']>(
    (total, _, __, skip) => (skip === 0 ? total : null),
    (_, received) => received,
    () => null,
    undefined,
  )

  /** What "What no client can see" of docs/guarantees.md says of lists. */
  const leavesNoTrace = ({ style, concurrency }: Shape, moves: readonly { at: number; change: Change }[]): boolean => {
    const times = (kind: Change['kind']): number[] =>
      moves.filter(({ change }) => change.kind === kind).map(({ at }) => at)
    const removals = times('remove')
    // Pages by number share no row: a removal made up for by an arrival.
    if (style === 'page') return removals.length > 0 && removals.length < moves.length
    // A row that moves to before the place being read as another one vanishes there: the seam holds, and an arrival
    // makes the total right again. Two pages that are read side by side are as far apart as others come between them.
    const moment = 2 * (concurrency - 1)
    const isMadeUpFor = times('move').some((at) => removals.some((other) => Math.abs(at - other) <= moment))
    return isMadeUpFor && times('insert').length > 0
  }

  it('delivers once whatever stood from start to end', async () => {
    await fc.assert(
      fc.asyncProperty(shape, reported, changes, async (given, tell, moves) => {
        fc.pre(!leavesNoTrace(given, moves))
        const provider = modelProvider(modelRows(given.count), {
          ...optionsOf(given),
          windowDays: 30,
          ...(tell === undefined ? {} : { tell }),
          changes: (request) => moves.filter(({ at }) => at === request).map((move) => move.change),
        })
        const { ids, error, cursor } = await readAll(
          provider,
          { pageSize: given.pageSize, state: 'pending' },
          { concurrency: given.concurrency },
        )
        expect(new Set(ids).size).toBe(ids.length)
        if (error !== null) {
          expect(error).toBeInstanceOf(PaginationError)
          const rest = await readAll(provider, { pageSize: given.pageSize, state: 'pending' }, { cursor })
          ids.push(...rest.ids)
        }
        expect(provider.stood().filter(({ id }) => !ids.includes(id))).toEqual([])
      }),
      { numRuns: propertyRuns(1500) },
    )
  })

  it('does not take a server for one that ignores the offset, because rows arrive as fast as pages are read', async () => {
    const moves: Record<number, Change[]> = { 2: [{ kind: 'move', from: 0, to: 3 }], 3: [arrival(0), arrival(1)] }
    const provider = modelProvider(modelRows(6), {
      style: 'offset',
      totals: 'exact',
      windowDays: 30,
      tell: (_, received) => received,
      changes: (request) => moves[request] ?? [],
    })
    const { ids, error } = await readAll(provider, { pageSize: 1 }, { concurrency: 1 })
    expect(error).toBeNull()
    expect(provider.stood().filter(({ id }) => !ids.includes(id))).toEqual([])
    expect(provider.requests.length).toBeLessThan(20)
  })

  it('believes no total of a half that is the size of its full page, where pages seemed to repeat', async () => {
    const moves: Record<number, Change[]> = {
      1: [arrival(0)],
      10: [{ kind: 'move', from: 10, to: 0 }, arrival(3)],
      12: [{ kind: 'move', from: 12, to: 0 }],
    }
    const provider = modelProvider(modelRows(12), {
      style: 'offset',
      totals: 'exact',
      windowDays: 30,
      tell: (_, received) => received,
      changes: (request) => moves[request] ?? [],
    })
    const { ids } = await readAll(provider, { pageSize: 1 }, { concurrency: 1 })
    expect(provider.stood().filter(({ id }) => !ids.includes(id))).toEqual([])
  })

  it.each<[count: number, pageSize: number, moves: Record<number, Change[]>]>([
    [16, 4, { 3: [{ kind: 'move', from: 7, to: 5 }], 7: [{ kind: 'remove', at: 0 }] }],
    [4, 1, { 1: [arrival(1)], 4: [{ kind: 'move', from: 4, to: 2 }], 6: [arrival(0), { kind: 'remove', at: 1 }] }],
    [
      10,
      1,
      {
        2: [arrival(0, 1)],
        4: [{ kind: 'move', from: 4, to: 2 }],
        12: [arrival(1), { kind: 'remove', at: 1 }],
      },
    ],
  ])(
    'does not count a row that left, when the front is read again, for one that was missed (%i rows)',
    async (count, pageSize, moves) => {
      const provider = modelProvider(modelRows(count), {
        style: 'offset',
        totals: 'exact',
        windowDays: 30,
        tell: (total, _, __, skip) => (skip === 0 ? total : null),
        changes: (request) => moves[request] ?? [],
      })
      const { ids, error } = await readAll(provider, { pageSize }, { concurrency: 1 })
      expect(error).toBeNull()
      expect(provider.stood().filter(({ id }) => !ids.includes(id))).toEqual([])
    },
  )

  it('believes no total that is the size of a full page, where the row behind it has moved ahead', async () => {
    const provider = modelProvider(modelRows(3), {
      style: 'offset',
      totals: 'exact',
      windowDays: 30,
      tell: (_, received) => received,
      changes: (request) => (request === 2 ? [{ kind: 'move', from: 2, to: 0 }] : []),
    })
    const { ids, error } = await readAll(provider, { pageSize: 2 }, { concurrency: 1 })
    expect(error).toBeNull()
    expect(ids.sort()).toEqual(['c0', 'c1', 'c2'])
  })

  it.each(styles)(
    'loses nothing that moves between a saved cursor and the list that goes on from it (%s)',
    async (style) => {
      const one = fc.integer({ min: 0, max: 90 }).chain((row) => change(row))
      await fc.assert(
        fc.asyncProperty(shapeOf(style), one, fc.integer({ min: 1, max: 8 }), async (given, move, stopAfter) => {
          const changes: Change[] = []
          const provider = modelProvider(modelRows(given.count), {
            ...optionsOf(given),
            windowDays: 30,
            changes: () => changes.splice(0),
          })
          const client = new ComplaintClient([provider.adapter])
          const query = { ...range, pageSize: given.pageSize }
          const ids: string[] = []
          let cursor: string | null = null
          let pages = 0
          for await (const page of client.list(query, { concurrency: given.concurrency }).pages()) {
            ids.push(...page.items.map(({ id }) => id))
            cursor = page.cursor
            if (++pages === stopAfter) break
          }
          if (cursor === null) return
          changes.push(move)
          const rest = await readAll(provider, query, { concurrency: given.concurrency, cursor })
          expect(rest.error).toBeNull()
          expect(new Set(rest.ids).size).toBe(rest.ids.length)
          expect(provider.stood().filter(({ id }) => !ids.includes(id) && !rest.ids.includes(id))).toEqual([])
        }),
        { numRuns: propertyRuns(750) },
      )
    },
  )

  it.each([
    ['offset', 11, 1, 10, [{ kind: 'move', from: 2, to: 0 }], [{ kind: 'move', from: 10, to: 0 }]],
    ['offset', 60, 10, 50, Array.from({ length: 9 }, (_, row) => arrival(row)), [{ kind: 'move', from: 68, to: 0 }]],
    ['page', 3, 2, 2, [{ kind: 'remove', at: 0 }], []],
  ] as const)(
    'a reading that ends early, or that no total bears out, proves nothing (%s, %i rows)',
    async (style, count, pageSize, maxPageSize, second, fourth) => {
      const provider = modelProvider(modelRows(count), {
        style,
        totals: 'hint',
        tell: (_, received) => (style === 'offset' ? received : null),
        windowDays: 30,
        maxPageSize,
        changes: (request) => (request === 2 ? second : request === 4 ? fourth : []),
      })
      const { ids, error } = await readAll(provider, { pageSize }, { concurrency: 1 })
      expect(error).toBeNull()
      expect(provider.stood().filter(({ id }) => !ids.includes(id))).toEqual([])
    },
  )

  it.each([
    [20, 94],
    [80, 94],
    [undefined, 94],
  ])(
    'is read again in pages of another size, so that they are cut elsewhere: %o requested, then %i',
    async (pageSize, again) => {
      const provider = modelProvider(modelRows(200), {
        style: 'page',
        windowDays: 30,
        maxPageSize: 100,
        changes: (request) => (request === 2 ? [{ kind: 'remove', at: 0 }] : []),
      })
      const { ids, error } = await readAll(provider, { pageSize }, { concurrency: 1 })
      expect(error).toBeNull()
      expect(provider.stood().filter(({ id }) => !ids.includes(id))).toEqual([])
      expect([...new Set(provider.requests.map(({ limit }) => limit))]).toEqual([pageSize ?? 50, again])
    },
  )

  it('is completed by reading its front again, where rows were only inserted there', async () => {
    const provider = modelProvider(modelRows(200), {
      style: 'page',
      windowDays: 30,
      changes: (request) => (request === 2 ? [arrival(0)] : []),
    })
    const { ids, error } = await readAll(provider, { pageSize: 20 }, { concurrency: 1 })
    expect(error).toBeNull()
    expect(ids.toSorted()).toEqual(provider.rows.map(({ id }) => id).toSorted())
    const [{ skip, limit } = {}] = provider.requests.slice(-1)
    expect([skip, limit]).toEqual([0, 20])
  })

  it('a resumed list keeps reading side by side, since its cursor knows the total', async () => {
    const provider = modelProvider(modelRows(200), {
      style: 'offset',
      totals: 'exact',
      tell: (total, _, __, skip) => (skip === 0 ? total : null),
      windowDays: 30,
      latency: () => [2, 2],
    })
    const client = new ComplaintClient([provider.adapter])
    const query = { ...range, pageSize: 10 }
    let cursor: string | null = null
    for await (const page of client.list(query, { concurrency: 1 }).pages()) {
      cursor = page.cursor
      break
    }
    expect(provider.peakInFlight()).toBe(1)
    await vi.waitFor(() => expect(provider.inFlight()).toBe(0))
    const rest = await client.list(query, { concurrency: 4, cursor: cursor ?? '' }).toArray({ limit: 1000 })
    expect(rest.length).toBe(190)
    expect(provider.peakInFlight()).toBe(4)
  })

  it.each(['exact', 'hint'] as const)(
    'misses no row that moves to the front, and back, and to the front again (totals: %s)',
    async (totals) => {
      for (const moved of [[2], [2, 3, 4], [2, 3, 5]]) {
        const provider = modelProvider(modelRows(3), {
          style: 'offset',
          totals,
          ...(totals === 'hint' ? { tell: () => null } : {}),
          windowDays: 30,
          maxPageSize: 2,
          changes: (request) => {
            const turn = moved.indexOf(request)
            if (turn === -1) return []
            return [turn % 2 === 0 ? { kind: 'move', from: 2, to: 0 } : { kind: 'move', from: 0, to: 2 }]
          },
        })
        const { ids, error } = await readAll(provider, { pageSize: 1 }, { concurrency: 1 })
        expect(error).toBeNull()
        expect(ids.toSorted()).toEqual(['c0', 'c1', 'c2'])
      }
    },
  )

  it.each([
    ['offset', 'exact', undefined],
    ['offset', 'hint', undefined],
    ['offset', 'hint', (_: number, received: number) => received],
    ['page', 'hint', undefined],
  ] as const)(
    'settles though a complaint arrives before every request (%s, %s totals, %o)',
    async (style, totals, tell) => {
      for (const at of [0, 1000]) {
        let arrived = 0
        const provider = modelProvider(modelRows(200), {
          style,
          totals,
          ...(tell === undefined ? {} : { tell }),
          latency: (request) => [request % 3, (request * 7) % 4],
          changes: () => [
            {
              kind: 'insert',
              at,
              row: { id: `new${arrived++}`, createdAt: Date.parse('2026-03-31T15:59:30Z'), state: 'pending' },
            },
          ],
        })
        const { ids, error } = await readAll(provider, { pageSize: 20 }, { concurrency: 4 })
        expect(error).toBeNull()
        expect(new Set(ids).size).toBe(ids.length)
        expect(provider.stood().filter(({ id }) => !ids.includes(id))).toEqual([])
      }
    },
  )
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ComplaintClient } from '../../../src/client.js'
import { PaginationError, ResponseError } from '../../../src/errors.js'
import type { ComplaintEvent } from '../../../src/events.js'
import { propertyRuns } from '../../support/property-runs.js'
import { arrivals, staleReplica, updates } from '../../support/troubled-server/changes.js'
import type { Provider } from '../../support/troubled-server/format.js'
import { TroubledList, type Troubles } from '../../support/troubled-server/list.js'
import { inMemory } from '../../support/troubled-server/memory.js'
import { beijing, dayMs, type ListRow, month, rowsOver, tiedRows } from '../../support/troubled-server/rows.js'

interface Scenario {
  readonly provider: Provider
  readonly rows: readonly ListRow[]
  readonly troubles: Troubles
  readonly pageSize: number
  readonly concurrency: number
}

interface Reading {
  readonly ids: readonly string[]
  readonly error: unknown
  readonly warnings: readonly ComplaintEvent[]
  readonly requests: number
}

async function read({ provider, pageSize, concurrency }: Scenario, list: TroubledList): Promise<Reading> {
  const { adapter, requests } = inMemory(provider, list)
  const warnings: ComplaintEvent[] = []
  const onEvent = (event: ComplaintEvent): void => {
    if (event.type === 'warning') warnings.push(event)
  }
  const client = new ComplaintClient([adapter], { onEvent })
  const ids: string[] = []
  let error: unknown = null
  try {
    for await (const { id } of client.list({ ...month, pageSize }, { concurrency, onRowError: () => {} })) ids.push(id)
  } catch (reason) {
    error = reason
  }
  return { ids, error, warnings, requests: requests.length }
}

/** A list that a random one was reduced to. */
interface Found extends Troubles {
  readonly provider: Provider
  readonly count: number
  readonly maxTies?: number
  readonly pageSize: number
  /** The first of some rows in a row, and how many there are; absent: one. */
  readonly hidden: readonly (readonly [first: number, length?: number])[]
}

const rows = fc
  .record({
    count: fc.integer({ min: 0, max: 120 }),
    maxTies: fc.integer({ min: 1, max: 12 }),
    hidden: fc.array(fc.nat(119), { maxLength: 8 }),
    invalid: fc.array(fc.tuple(fc.nat(119), fc.constantFrom('id' as const, 'time' as const)), { maxLength: 3 }),
  })
  .map(({ count, maxTies, hidden, invalid }) => {
    const made = maxTies === 1 ? rowsOver(month, count) : tiedRows(month, count, maxTies)
    for (const index of hidden) if (made[index] !== undefined) made[index].hidden = true
    for (const [index, lacks] of invalid) if (made[index] !== undefined) made[index].lacks = lacks
    return made
  })

const rarely = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })

const change = fc.oneof(
  fc.integer({ min: 2, max: 9 }).map(arrivals),
  fc.integer({ min: 3, max: 9 }).map((every) => updates(every)),
)

const troubles = fc.record({
  maxRows: rarely(fc.integer({ min: 1, max: 110 })),
  maxPages: rarely(fc.integer({ min: 1, max: 8 })),
  maxOffset: rarely(fc.integer({ min: 1, max: 100 })),
  ignoresPage: rarely(fc.constant(true)),
  ignoresDates: rarely(fc.constant(true)),
  shufflesTies: fc.boolean(),
  orderByUpdate: rarely(fc.constant(true)),
  change: rarely(change),
})

/** Where the server serves all rows, a list is complete without a usable total, too. */
const withoutTotals = fc.record({
  total: fc.constantFrom('page' as const, 'none' as const, 'window' as const),
  orderByUpdate: rarely(fc.constant(true)),
  utcDays: fc.boolean(),
  change: rarely(change),
})

const scenario = (of: fc.Arbitrary<object>): fc.Arbitrary<Scenario> =>
  fc.record({
    provider: fc.constantFrom<Provider>('wechatpay', 'huishouqian', 'xiaoe'),
    rows,
    troubles: of,
    pageSize: fc.integer({ min: 2, max: 50 }),
    concurrency: fc.integer({ min: 1, max: 5 }),
  })

/** Large enough for the rows of a day. */
const pageSizes = fc.integer({ min: 10, max: 50 })

/** What a reading does wrong; empty: nothing. */
function problemOf(initial: readonly ListRow[], { ids, error, warnings, requests }: Reading): string {
  const delivered = new Set(ids)
  if (delivered.size < ids.length) return `${ids.length - delivered.size} rows twice`
  if (requests > 1_100) return `${requests} requests`
  if (error !== null && !(error instanceof PaginationError || error instanceof ResponseError)) return `${error}`
  if (error instanceof ResponseError) return ''
  const named = [...warnings.flatMap(daysOf), ...(error?.incomplete ?? [])]
  const isNamed = ({ createdAt }: ListRow): boolean =>
    // Rows of the first eight hours are of the day before where days are cut in UTC.
    named.some(({ begin, end }) => createdAt >= beijing(begin) && createdAt < beijing(end) + dayMs + dayMs / 3)
  const lost = initial.filter(
    (row) => !row.hidden && row.lacks === undefined && !delivered.has(row.id) && !isNamed(row),
  )
  return lost.length === 0 ? '' : `${lost.length} of ${initial.length} rows lost outside ${JSON.stringify(named)}`
}

/** The days that a `totalMismatch` warning names. */
function daysOf(event: ComplaintEvent): { begin: string; end: string }[] {
  if (event.type !== 'warning' || event.warning !== 'totalMismatch') return []
  const [, begin = '', end = ''] = /from (\S+) to ([\d-]+)/.exec(event.message) ?? []
  return [{ begin, end }]
}

async function expectNoSilentLoss(given: Scenario): Promise<void> {
  const { utcDays } = given.troubles
  // Days in UTC: no window holds the rows of the first eight hours.
  const stood = given.rows.filter(({ createdAt }) => !utcDays || createdAt >= beijing(month.from) + dayMs / 3)
  const reading = await read(given, new TroubledList(stood, given.troubles))
  expect(problemOf(stood, reading)).toBe('')
}

describe('a list with troubles never loses a row in silence', () => {
  it('where the total tells how many there are', async () => {
    // A server that shows the newest rows only, and new ones with each request, has no end.
    const finite = scenario(troubles).filter((given) => !(given.troubles.ignoresPage && given.troubles.change))
    await fc.assert(fc.asyncProperty(finite, expectNoSilentLoss), { numRuns: propertyRuns(1500) })
  })

  it('where no total is usable, and all rows are served', async () => {
    // WeChat Pay documents what its total counts. A page whose rows are all hidden looks like the end.
    const documented = scenario(withoutTotals)
      .filter(({ provider, troubles: { total } }) => provider !== 'wechatpay' || total !== 'page')
      .map((given) => ({ ...given, rows: given.rows.map((row) => ({ ...row, hidden: false })) }))
    await fc.assert(fc.asyncProperty(documented, expectNoSilentLoss), { numRuns: propertyRuns(1500) })
  })

  it('but those that a stale answer lacks', async () => {
    const replica = fc.record({ every: fc.integer({ min: 2, max: 6 }), lacking: fc.integer({ min: 1, max: 5 }) })
    await fc.assert(
      fc.asyncProperty(scenario(fc.constant({})), replica, async (given, { every, lacking }) => {
        const list = new TroubledList(given.rows, { change: staleReplica(every, lacking) })
        const reading = await read(given, list)
        expect(problemOf(given.rows.slice(lacking), reading)).toBe('')
      }),
      { numRuns: propertyRuns(1500) },
    )
  })

  it('nor those behind pages of rows that are all hidden', async () => {
    const runs = fc.array(fc.record({ first: fc.nat(239), length: fc.integer({ min: 1, max: 120 }) }), {
      minLength: 1,
      maxLength: 3,
    })
    // Eight rows of a day at most: a page holds a day and the one requested in addition.
    const count = fc.integer({ min: 1, max: 240 })
    const largePages = fc.integer({ min: 18, max: 50 })
    await fc.assert(
      fc.asyncProperty(scenario(fc.constant({})), count, largePages, runs, async (given, size, pageSize, hidden) => {
        const rows = rowsOver(month, size).map((row, index) => ({
          ...row,
          hidden: hidden.some(({ first, length }) => index >= first && index < first + length),
        }))
        const reading = await read({ ...given, pageSize }, new TroubledList(rows))
        expect(rows.filter(({ id, hidden: isHidden }) => !isHidden && !reading.ids.includes(id))).toEqual([])
        expect(problemOf(rows, reading)).toBe('')
      }),
      { numRuns: propertyRuns(500) },
    )
  })

  it('nor those that a server does not serve in long windows, whatever the order of the list', async () => {
    // A day, and the one requested in addition, hold fewer rows than are served.
    const maxRows = fc.integer({ min: 45, max: 110 })
    const updatedLater = fc.array(fc.nat(30), { minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(
        scenario(fc.constant({})),
        pageSizes,
        maxRows,
        fc.boolean(),
        updatedLater,
        async (given, pageSize, cap, byUpdate, days) => {
          const rows = given.rows.map((row, index) => ({
            ...row,
            updatedAt: row.createdAt + (days[index % days.length] ?? 0) * dayMs,
          }))
          const reading = await read(
            { ...given, pageSize },
            new TroubledList(rows, { maxRows: cap, orderByUpdate: byUpdate }),
          )
          const served = rows.filter(({ hidden, lacks }) => !hidden && lacks === undefined)
          expect(served.filter(({ id }) => !reading.ids.includes(id))).toEqual([])
          expect(problemOf(rows, reading)).toBe('')
        },
      ),
      { numRuns: propertyRuns(500) },
    )
  })

  it.each<[name: string, found: Found]>([
    [
      'between the rows that are known from a day requested in addition',
      {
        provider: 'huishouqian',
        count: 158,
        maxTies: 12,
        pageSize: 11,
        hidden: [[1], [154]],
        maxOffset: 68,
        maxRows: 67,
      },
    ],
    [
      'behind a first page with a single row that is not hidden',
      { provider: 'huishouqian', count: 151, pageSize: 10, hidden: [[0, 9], [11]] },
    ],
    [
      'behind a first page by number with a single row that is not hidden, nor those of its day',
      {
        provider: 'xiaoe',
        count: 123,
        maxTies: 8,
        pageSize: 5,
        hidden: [[10, 33], [52], [59, 57], [122]],
        maxRows: 57,
      },
    ],
    [
      'behind an empty page and one of two rows, which is no server that repeats its page',
      {
        provider: 'huishouqian',
        count: 236,
        pageSize: 14,
        hidden: [
          [80, 47],
          [129, 11],
        ],
      },
    ],
    [
      'of one second at the end of a page by number, where hidden rows made the first page short',
      { provider: 'xiaoe', count: 135, maxTies: 8, pageSize: 4, hidden: [[61, 47], [115]], shufflesTies: true },
    ],
    [
      'that the last days lack, too, when they are read alone',
      {
        provider: 'xiaoe',
        count: 111,
        maxTies: 3,
        pageSize: 45,
        hidden: [[7], [12], [43], [71, 35]],
        maxRows: 34,
        maxOffset: 30,
        shufflesTies: true,
      },
    ],
    [
      'that a server without pages does not serve, where others are hidden',
      {
        provider: 'xiaoe',
        count: 115,
        pageSize: 19,
        hidden: [
          [1, 8],
          [16, 44],
        ],
        ignoresPage: true,
      },
    ],
    [
      'of one second that a server without pages does not serve, where others are hidden',
      {
        provider: 'xiaoe',
        count: 99,
        maxTies: 6,
        pageSize: 33,
        hidden: [[18], [31, 39], [90]],
        shufflesTies: true,
        ignoresPage: true,
      },
    ],
    [
      'of a half that has all rows of the days that were halved',
      {
        provider: 'xiaoe',
        count: 148,
        maxTies: 7,
        pageSize: 2,
        hidden: [[5], [25], [38, 48], [95, 35], [134]],
        maxRows: 56,
        shufflesTies: true,
      },
    ],
  ])('nor those %s', async (_, { provider, count, maxTies = 1, pageSize, hidden, ...troubles }) => {
    const rows = maxTies === 1 ? rowsOver(month, count) : tiedRows(month, count, maxTies)
    for (const [first, length = 1] of hidden)
      for (const row of rows.slice(first, first + length)) Object.assign(row, { hidden: true })
    const given = { provider, rows, troubles, pageSize, concurrency: 1 }
    const { ids, error } = await read(given, new TroubledList(rows, troubles))
    expect([rows.filter((row) => !row.hidden && !ids.includes(row.id)), error]).toEqual([[], null])
  })

  it('nor those at the end of a list ordered by update, while its front grows as fast as it is read', async () => {
    const later = [18, 15, 0, 2, 18, 2]
    const rows = tiedRows(month, 136, 2).map((row, index) => ({
      ...row,
      updatedAt: row.createdAt + (later[index % later.length] ?? 0) * dayMs,
      hidden: index >= 84 && index < 134,
    }))
    const troubles = { orderByUpdate: true, maxRows: 98, change: arrivals(2) }
    const given = { provider: 'xiaoe', rows, troubles, pageSize: 37, concurrency: 1 } as const
    const { ids } = await read(given, new TroubledList(rows, troubles))
    expect(rows.filter((row) => !row.hidden && !ids.includes(row.id))).toEqual([])
  })
})

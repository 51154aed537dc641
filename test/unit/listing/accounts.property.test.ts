import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ComplaintClient } from '../../../src/client.js'
import { ApiError, ComplaintError } from '../../../src/errors.js'
import type { Complaint } from '../../../src/model.js'
import { type ModelProvider, modelProvider, modelRows } from '../../support/model-provider.js'
import { propertyRuns } from '../../support/property-runs.js'

const range = { from: '2026-01-05', to: '2026-03-31' }
const runs = propertyRuns(100)
const timeout = 120_000 + runs * 1_000

interface Account {
  readonly rows: number
  readonly style: 'offset' | 'page'
  /** Requests from this one on fail, until the account is repaired; 0: none fails. */
  readonly failFrom: number
}

const accountOf = (maxRows: number): fc.Arbitrary<Account> =>
  fc.record({
    rows: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: maxRows })),
    style: fc.constantFrom('offset', 'page'),
    failFrom: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 9 })),
  })
const shape = fc.record({
  accounts: fc.oneof(
    { weight: 4, arbitrary: fc.array(accountOf(60), { minLength: 1, maxLength: 6 }) },
    // Above 16 accounts, cursors keep less of an account that failed. Few rows make several pages, too, at a quarter of
    // the cost.
    { weight: 3, arbitrary: fc.array(accountOf(15), { minLength: 17, maxLength: 24 }) },
    fc.array(accountOf(60), { minLength: 17, maxLength: 30 }),
  ),
  order: fc.constantFrom('arrival' as const, 'newest' as const, 'oldest' as const),
  maxAccounts: fc.integer({ min: 1, max: 31 }),
  maxAccountsOfList: fc.option(fc.integer({ min: 1, max: 31 }), { nil: undefined }),
  concurrency: fc.integer({ min: 1, max: 4 }),
  pageSize: fc.integer({ min: 2, max: 20 }),
  latencies: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 7 }),
})

/** Some cursors of a list: the first, the last, and a few between. */
function sample(cursors: readonly string[]): string[] {
  const step = Math.max(1, Math.floor(cursors.length / 4))
  return cursors.filter((_, index) => index % step === 0 || index === cursors.length - 1)
}

const idsOf = (rows: readonly Complaint[]): string[] => rows.map(({ id }) => id).sort()

function setUp({ accounts, maxAccounts, concurrency, latencies }: { accounts: readonly Account[] } & Settings) {
  let isRepaired = false
  const providers: ModelProvider[] = accounts.map(({ rows, style, failFrom }, index) => {
    const name = `a${String(index).padStart(2, '0')}`
    return modelProvider(modelRows(rows, 86, `${name}-`), {
      account: name,
      style,
      latency: (request) => [latencies[(request + index) % latencies.length] ?? 0, 0],
      failAt: (request) => !isRepaired && failFrom > 0 && request >= failFrom,
    })
  })
  const adapters = providers.map(({ adapter }) => adapter)
  return {
    client: new ComplaintClient(adapters, { maxAccounts, concurrency }),
    all: providers.flatMap(({ rows }) => rows.map(({ id }) => id)).sort(),
    repair: (value: boolean) => {
      isRepaired = value
      for (const { requests } of providers) requests.length = 0
    },
  }
}
interface Settings {
  readonly maxAccounts: number
  readonly concurrency: number
  readonly latencies: readonly number[]
}

it(
  'any accounts, failures, orders and maxAccounts: cursors of pages lead to exactly the rest',
  async () => {
    await fc.assert(
      fc.asyncProperty(shape, async ({ order, pageSize, maxAccountsOfList: maxAccounts, ...settings }) => {
        const { client, all, repair } = setUp(settings)
        repair(true)
        const query = { ...range, order, pageSize }
        const rowsBefore = new Map<string, number>()
        const rows: Complaint[] = []
        for await (const { items, cursor } of client.list(query, { maxAccounts }).pages()) {
          rows.push(...items)
          if (cursor === null) continue
          expect(cursor.length).toBeLessThanOrEqual(4_000)
          rowsBefore.set(cursor, rows.length)
        }
        expect(idsOf(rows)).toEqual(all)
        for (const cursor of sample([...rowsBefore.keys()])) {
          const rest = await client.list(query, { cursor, maxAccounts }).toArray({ limit: 10_000 })
          expect(idsOf([...rows.slice(0, rowsBefore.get(cursor)), ...rest])).toEqual(all)
          if (order === 'arrival') continue
          const times = rest.map(({ createdAt }) => createdAt.getTime() * (order === 'newest' ? -1 : 1))
          expect(times).toEqual(times.toSorted((a, b) => a - b))
        }
      }),
      { numRuns: runs },
    )
  },
  timeout,
)

it(
  'any accounts, failures, orders and maxAccounts: cursors of errors lead to exactly the rest of their account',
  async () => {
    await fc.assert(
      fc.asyncProperty(shape, async ({ order, pageSize, maxAccountsOfList: maxAccounts, ...settings }) => {
        const { client, all, repair } = setUp(settings)
        const query = { ...range, order, pageSize }
        const errors: ComplaintError[] = []
        const rows: Complaint[] = []
        let last: string | null = null
        const onAccountError = (error: ComplaintError): void => void errors.push(error)
        for await (const { items, cursor } of client.list(query, { maxAccounts, onAccountError }).pages()) {
          rows.push(...items)
          last = cursor
          expect(cursor?.length ?? 0).toBeLessThanOrEqual(4_000)
        }
        expect(new Set(errors.map(({ account }) => account)).size).toBe(errors.length)
        expect(last === null).toBe(errors.length === 0)
        repair(true)
        const rests: Complaint[] = []
        for (const { account, cursor } of errors) {
          expect(cursor?.length ?? 0).toBeLessThanOrEqual(4_000)
          const own = { ...query, accounts: [`wechatpay:${account}`] }
          rests.push(...(await client.list(own, { cursor: cursor ?? '', maxAccounts }).toArray({ limit: 10_000 })))
        }
        expect(idsOf([...rows, ...rests])).toEqual(all)
        if (last === null) return
        const rest = await client.list(query, { cursor: last, maxAccounts }).toArray({ limit: 10_000 })
        const failed = new Set(errors.map(({ account }) => account))
        expect(rest.filter((row) => !failed.has(row.account))).toEqual([])
        if (settings.accounts.length <= 16) expect(idsOf([...rows, ...rest])).toEqual(all)
        else expect([...new Set(idsOf([...rows, ...rest]))]).toEqual(all)
      }),
      { numRuns: runs },
    )
  },
  timeout,
)

it(
  'any accounts, failures, orders and maxAccounts: without onAccountError the first failure ends the list, and its cursor leads to the rest',
  async () => {
    await fc.assert(
      fc.asyncProperty(shape, async ({ order, pageSize, maxAccountsOfList: maxAccounts, ...settings }) => {
        const { client, all, repair } = setUp(settings)
        const query = { ...range, order, pageSize }
        const rows: Complaint[] = []
        let failure: unknown = null
        try {
          for await (const { items } of client.list(query, { maxAccounts }).pages()) rows.push(...items)
        } catch (error) {
          failure = error
        }
        repair(true)
        if (failure === null) {
          expect(idsOf(rows)).toEqual(all)
          return
        }
        expect(failure).toBeInstanceOf(ApiError)
        const { cursor } = failure as ComplaintError
        expect(ComplaintError.isInstance(failure) && typeof cursor).toBe('string')
        const rest = await client.list(query, { cursor: cursor ?? '', maxAccounts }).toArray({ limit: 10_000 })
        expect(idsOf([...rows, ...rest])).toEqual(all)
      }),
      { numRuns: runs },
    )
  },
  timeout,
)

it('a cursor of one account keeps the windows of the list that it comes from', async () => {
  let isBroken = true
  const long = modelProvider(modelRows(60, 86, 'long-'), {
    account: 'long',
    style: 'offset',
    windowDays: 30,
    failAt: (request) => isBroken && request >= 4,
  })
  const short = modelProvider(modelRows(60, 86, 'short-'), { account: 'short', style: 'page', windowDays: 7 })
  const client = new ComplaintClient([long.adapter, short.adapter])
  const query = { ...range, pageSize: 4 }
  const errors: ComplaintError[] = []
  const rows = await client
    .list(query, { onAccountError: (error) => void errors.push(error) })
    .toArray({ limit: 1_000 })
  expect(errors.map(({ account }) => account)).toEqual(['long'])
  isBroken = false
  const own = { ...query, accounts: ['wechatpay:long'] }
  const rest = await client.list(own, { cursor: errors[0]?.cursor ?? '' }).toArray({ limit: 1_000 })
  expect(rest.length).toBeGreaterThan(0)
  expect(idsOf([...rows, ...rest])).toEqual(
    idsOf([
      ...rows.filter(({ account }) => account === 'short'),
      ...(await client.list(own).toArray({ limit: 1_000 })),
    ]),
  )
})

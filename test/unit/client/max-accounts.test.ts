import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { ClientOptions, ListOptions } from '../../../src/client/options.js'
import { ComplaintClient } from '../../../src/client.js'
import { ConfigError, QueryError } from '../../../src/errors.js'
import { errorOf } from '../../support/core.js'
import { type ModelProvider, modelProvider, modelRows } from '../../support/model-provider.js'

const orders = ['arrival', 'newest', 'oldest'] as const
const query = { from: '2026-01-05', to: '2026-03-31', pageSize: 10 }

/** Accounts that count how many of them have requests in flight at once. */
function accountsOf(count: number, rows = 40) {
  const reading = { now: 0, most: 0, requests: 0, mostRequests: 0 }
  const providers: ModelProvider[] = Array.from({ length: count }, (_, index) => {
    const account = `a${String(index).padStart(3, '0')}`
    const provider = modelProvider(modelRows(rows, 86, `${account}-`), {
      account,
      style: index % 2 === 0 ? 'offset' : 'page',
      latency: (request) => [1 + ((request + index) % 3), 1],
    })
    let inFlight = 0
    const { connect } = provider.adapter
    return {
      ...provider,
      adapter: {
        ...provider.adapter,
        connect(runtime) {
          const connection = connect(runtime)
          return {
            ...connection,
            async listPage(request, options) {
              const release = await options.semaphore?.acquire(options.signal)
              if (inFlight === 0) reading.most = Math.max(reading.most, ++reading.now)
              inFlight += 1
              reading.mostRequests = Math.max(reading.mostRequests, ++reading.requests)
              try {
                return await connection.listPage(request, { ...options, semaphore: undefined })
              } finally {
                inFlight -= 1
                reading.requests -= 1
                if (inFlight === 0) reading.now -= 1
                release?.()
              }
            },
          }
        },
      },
    }
  })
  return { reading, providers }
}

const clientOf = (providers: readonly ModelProvider[], options: ClientOptions = {}): ComplaintClient =>
  new ComplaintClient(
    providers.map(({ adapter }) => adapter),
    options,
  )

describe('maxAccounts', () => {
  it.each(
    orders.flatMap((order) => [
      { order, maxAccounts: 1, options: {} },
      { order, maxAccounts: 3, options: {} },
      { order, maxAccounts: 20, options: { maxAccounts: 2 } },
    ]),
  )('$order: at most so many accounts have requests in flight ($maxAccounts, $options)', async (each) => {
    const { order, maxAccounts } = each
    const options: ListOptions = each.options
    const { reading, providers } = accountsOf(20)
    const client = clientOf(providers, { maxAccounts, concurrency: 3 })
    const rows = await client.list({ ...query, order }, options).toArray({ limit: 10_000 })
    expect(rows).toHaveLength(20 * 40)
    expect(new Set(rows.map(({ id }) => id)).size).toBe(20 * 40)
    const limit = options.maxAccounts ?? maxAccounts
    expect(reading.most).toBe(limit)
    expect(reading.mostRequests).toBeLessThanOrEqual(limit * 3)
  })

  it('is 16 by default, and counts for all lists of a client together', async () => {
    const { reading, providers } = accountsOf(40, 15)
    const client = clientOf(providers)
    const lists = await Promise.all(orders.map((order) => client.list({ ...query, order }).toArray({ limit: 10_000 })))
    expect(lists.map(({ length }) => length)).toEqual([600, 600, 600])
    expect(reading.most).toBe(16)
  })

  it.each(orders)('a list whose consumer pauses does not block another list (%s)', async (order) => {
    const { providers } = accountsOf(5)
    const client = clientOf(providers, { maxAccounts: 1 })
    const ids = new Set<string>()
    for await (const page of client.list({ ...query, order }).pages()) {
      for (const { id } of page.items) ids.add(id)
      const inner = await client.list({ ...query, order, accounts: ['a003'] }).toArray({ limit: 1_000 })
      expect(inner).toHaveLength(40)
    }
    expect(ids.size).toBe(200)
  })

  it.each(orders)('an account that waits its turn is not read after break or abort (%s)', async (order) => {
    const { providers } = accountsOf(12)
    const client = clientOf(providers, { maxAccounts: 2 })
    for await (const _ of client.list({ ...query, order })) break
    const stop = new AbortController()
    const reason = new Error('enough')
    await expect(async () => {
      for await (const _ of client.list({ ...query, order }, { signal: stop.signal })) stop.abort(reason)
    }).rejects.toBe(reason)
    const sent = providers.map(({ requests }) => requests.length)
    await sleep(30)
    expect(providers.map(({ requests }) => requests.length)).toEqual(sent)
    if (order === 'arrival') expect(sent.filter((count) => count > 0).length).toBeLessThanOrEqual(4)
  })

  it.each([0, 1.5, 10_001, '4'])('%s is rejected', (maxAccounts) => {
    const { providers } = accountsOf(1)
    const wrong = { maxAccounts: maxAccounts as number }
    expect(errorOf(() => clientOf(providers, wrong))).toBeInstanceOf(ConfigError)
    expect(errorOf(() => clientOf(providers).list(query, wrong))).toBeInstanceOf(QueryError)
  })
})

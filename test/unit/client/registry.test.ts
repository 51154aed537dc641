import { describe, expect, it } from 'vitest'
import { ComplaintClient } from '../../../src/client.js'
import { ConfigError, QueryError } from '../../../src/errors.js'
import type { Adapter, AdapterRuntime } from '../../../src/provider.js'
import { errorOf, rejectionOf } from '../../support/core.js'
import { modelProvider, modelRows } from '../../support/model-provider.js'

const query = { from: '2026-03-02', to: '2026-03-31', pageSize: 5 }
const model = (account: string, prefix = `${account}-`, rows = 20): Adapter =>
  modelProvider(modelRows(rows, 30, prefix), { account, style: 'offset' }).adapter

/** An adapter that shows its runtime. */
function withRuntime(account: string): { adapter: Adapter; runtimes: AdapterRuntime[] } {
  const runtimes: AdapterRuntime[] = []
  const base = model(account)
  const connect: Adapter['connect'] = (runtime) => {
    runtimes.push(runtime)
    return base.connect(runtime)
  }
  return { adapter: { ...base, connect }, runtimes }
}

const keysOf = (client: ComplaintClient): string[] => client.accounts.map(({ account }) => account)

describe('client.add, client.replace and client.remove', () => {
  it('change the accounts of later lists, and of no list under way', async () => {
    const client = new ComplaintClient([model('a'), model('b')])
    const before = client.accounts
    const underWay = client.list(query)
    const iterator = underWay[Symbol.asyncIterator]()
    const ids = [(await iterator.next()).value?.id]
    client.add(model('c'))
    client.replace(model('a', 'new-'))
    client.remove('wechatpay:b')
    expect(keysOf(client)).toEqual(['a', 'c'])
    expect(before.map(({ account }) => account)).toEqual(['a', 'b'])
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) ids.push(next.value.id)
    expect(ids).toHaveLength(40)
    expect(new Set(ids.map((id) => id?.split('-')[0]))).toEqual(new Set(['a', 'b']))
    const again = await underWay.toArray({ limit: 100 })
    expect(again.map(({ id }) => id).sort()).toEqual([...ids].sort())
    const later = await client.list(query).toArray({ limit: 100 })
    expect(new Set(later.map(({ id }) => id.split('-')[0]))).toEqual(new Set(['new', 'c']))
  })

  it('an account that is known, unknown or not an adapter is a ConfigError that names it', () => {
    const client = new ComplaintClient(model('a'))
    for (const [run, message] of [
      [() => client.add(model('a')), /^\[wechatpay a\] add\(\): wechatpay:a is configured already; use replace\(\)/],
      [() => client.replace(model('b')), /^\[wechatpay b\] replace\(\): wechatpay:b is not configured; use add\(\)/],
      [() => client.remove('b'), /remove\(\): "b" is not configured; give an account as provider:account/],
      [() => client.remove('wechatpay:b'), /is not configured/],
      [() => client.add({} as Adapter), /add\(\): the adapter is not an adapter/],
      [() => client.replace(undefined as unknown as Adapter), /replace\(\): the adapter is not an adapter/],
    ] as const) {
      const error = errorOf(run)
      expect(error).toBeInstanceOf(ConfigError)
      expect(error.message).toMatch(message)
    }
    expect(keysOf(client)).toEqual(['a'])
  })

  it('a client without accounts is allowed, and its calls are QueryErrors', async () => {
    const client = new ComplaintClient(model('a'))
    const { cursor } = (await client.list(query).pages()[Symbol.asyncIterator]().next()).value ?? {}
    client.remove('wechatpay:a')
    expect(client.accounts).toEqual([])
    const ref = { provider: 'wechatpay', account: 'a', id: 'a-1' } as const
    for (const run of [
      () => client.list(query),
      () => client.list({ ...query, accounts: ['a'] }),
      () => client.list(query, { cursor: cursor ?? '' }),
      () => client.plan(query),
      () => client.follow({}, { store: new Map() }),
    ]) {
      const error = errorOf(run)
      expect(error).toBeInstanceOf(QueryError)
      expect(error.message).toMatch(/this client has no accounts; add one with client\.add/)
    }
    const body = { headers: {}, body: '{}' }
    for (const call of [client.get(ref), client.media(ref, 'https://a'), client.parseNotification(body)])
      expect(await rejectionOf(call)).toBeInstanceOf(QueryError)
    client.add(model('a'))
    expect(await client.list(query, { cursor: cursor ?? '' }).toArray({ limit: 100 })).toHaveLength(15)
  })

  it('state of an account is kept by replace, and by remove and add; no account sees that of another', () => {
    const [a, b] = [withRuntime('a'), withRuntime('b')]
    const client = new ComplaintClient([a.adapter, b.adapter])
    client.replace(a.adapter)
    client.remove('wechatpay:a')
    client.add(a.adapter)
    const states = a.runtimes.map((runtime, index) => runtime.keep('token', () => ({ index })))
    expect(states).toEqual([{ index: 0 }, { index: 0 }, { index: 0 }])
    expect(new Set(states).size).toBe(1)
    expect(a.runtimes[2]?.keep('other', () => 'new')).toBe('new')
    expect(b.runtimes[0]?.keep('token', () => 'of b')).toBe('of b')
    expect(new ComplaintClient(a.adapter) && a.runtimes[3]?.keep('token', () => 'another client')).toBe(
      'another client',
    )
  })

  it('requests in flight are counted over the old and the new adapter', async () => {
    const latency = (): [number, number] => [4, 4]
    const inFlight = { now: 0, most: 0 }
    const counting = (): Adapter => {
      const { adapter } = modelProvider(modelRows(60, 30, 'a-'), { account: 'a', style: 'offset', latency })
      return {
        ...adapter,
        limits: { ...adapter.limits, concurrency: 2 },
        connect(runtime) {
          const connection = adapter.connect(runtime)
          return {
            ...connection,
            async listPage(request, options) {
              const release = await options.semaphore?.acquire(options.signal)
              inFlight.most = Math.max(inFlight.most, ++inFlight.now)
              try {
                return await connection.listPage(request, { ...options, semaphore: undefined })
              } finally {
                inFlight.now -= 1
                release?.()
              }
            },
          }
        },
      }
    }
    const client = new ComplaintClient(counting())
    const old = client.list(query).toArray({ limit: 100 })
    client.replace(counting())
    const rows = await Promise.all([old, client.list(query).toArray({ limit: 100 })])
    expect(rows.map(({ length }) => length)).toEqual([60, 60])
    expect(inFlight.most).toBe(2)
  })
})

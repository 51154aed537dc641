import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ComplaintClient } from '../../../src/client.js'
import { AuthenticationError, QueryError } from '../../../src/errors.js'
import type { Complaint } from '../../../src/model.js'
import { rejectionOf } from '../../support/core.js'
import { countingStore, followModel, outage } from '../../support/follow-model.js'

const hourMs = 3_600_000

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-20T06:00:00Z') })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('follow()', () => {
  it('reads again and again, and ends with the reason of the abort', async () => {
    const model = followModel()
    const controller = new AbortController()
    const store = countingStore()
    const seen: string[] = []
    const reading = (async () => {
      const client = new ComplaintClient(model.adapter)
      for await (const { kind, complaint } of client.follow({}, { store, signal: controller.signal }))
        seen.push(`${kind} ${complaint.id}`)
    })()
    reading.catch(() => {})
    await vi.advanceTimersByTimeAsync(1_000)
    expect(model.requests.length).toBe(2)
    model.put('c1')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(seen).toEqual(['created c1'])
    expect(model.requests.length).toBe(3)
    model.put('c1', { state: 'processing' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(seen).toEqual(['created c1', 'updated c1'])
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await rejectionOf(reading)).toBe(reason)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('holds no complaint and no day of the store between passes', async () => {
    setFlagsFromString('--expose-gc')
    const collect: () => void = runInNewContext('gc')
    const [model, other] = [followModel('a'), followModel('b')]
    const store = countingStore()
    const controller = new AbortController()
    const delivered: WeakRef<Complaint>[] = []
    for (let index = 0; index < 20; index += 1) model.put(`c${index}`)
    const feed = new ComplaintClient([model.adapter, other.adapter]).follow({}, { store, signal: controller.signal })
    const reading = (async () => {
      for await (const batch of feed.batches())
        for (const { complaint } of batch) delivered.push(new WeakRef(complaint))
    })()
    reading.catch(() => {})
    await vi.advanceTimersByTimeAsync(10_000)
    expect(delivered).toHaveLength(20)
    // The iterator holds the batch that it delivered last.
    other.put('last')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(delivered.splice(20)).toHaveLength(1)
    vi.useRealTimers()
    // What a WeakRef was made of lives to the end of its turn.
    await new Promise((resolve) => setImmediate(resolve))
    collect()
    expect(delivered.filter((ref) => ref.deref() !== undefined)).toHaveLength(0)
    store.calls.length = 0
    feed.notify({ provider: 'wechatpay', account: 'a', id: 'c1' })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(store.calls).toContain('get unified-complaints:changes:wechatpay:a:2026-03-20')
    controller.abort()
    await rejectionOf(reading)
  })

  it('notify() reads at once', async () => {
    const model = followModel()
    const feed = new ComplaintClient(model.adapter).follow({}, { store: countingStore() })
    const iterator = feed[Symbol.asyncIterator]()
    const first = iterator.next()
    await vi.advanceTimersByTimeAsync(1_000)
    model.put('c1')
    feed.notify({ provider: 'wechatpay', account: 'a', id: 'c1' })
    feed.notify({ provider: 'wechatpay', account: 'a', id: 'unknown' })
    await vi.advanceTimersByTimeAsync(0)
    expect(await first).toMatchObject({ value: { kind: 'created', complaint: { id: 'c1' } } })
    const second = iterator.next()
    await vi.advanceTimersByTimeAsync(0)
    expect(await iterator.return?.()).toMatchObject({ done: true })
    expect(await second).toMatchObject({ done: true })
    expect(() => feed.notify({ provider: 'wechatpay', account: 'z', id: 'c1' })).toThrow(QueryError)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('notify() of a complaint is repeated until its account can be read again', async () => {
    const model = followModel()
    const old = model.put('c1', { createdAt: new Date('2026-01-01T00:00:00Z'), state: 'resolved' })
    const feed = new ComplaintClient(model.adapter).follow({}, { store: countingStore() })
    const seen: string[] = []
    const iterator = feed[Symbol.asyncIterator]()
    const reading = iterator.next().then(({ value }) => seen.push(value.complaint.id))
    await vi.advanceTimersByTimeAsync(1_000)
    model.failing = () => new AuthenticationError('wrong key')
    feed.notify(old)
    await vi.advanceTimersByTimeAsync(30 * 60_000)
    const calls = model.requests.filter((request) => request === 'get c1').length
    expect(calls).toBeGreaterThan(2)
    expect(calls).toBeLessThan(10)
    model.failing = null
    await vi.advanceTimersByTimeAsync(15 * 60_000)
    await reading
    expect(seen).toEqual(['c1'])
    await iterator.return?.()
  })

  it.each([
    ['back', [-2 * hourMs]],
    ['forward, then back', [365 * 24 * hourMs, 0]],
  ])('a clock of the host that is set %s does not stop the passes', async (_, offsets) => {
    const model = followModel()
    const old = model.put('c1', { createdAt: new Date(Date.now() - 5 * 24 * hourMs) })
    const seen: string[] = []
    const controller = new AbortController()
    const feed = new ComplaintClient(model.adapter).follow({}, { store: countingStore(), signal: controller.signal })
    const reading = (async () => {
      for await (const { kind, complaint } of feed) seen.push(`${kind} ${complaint.id}`)
    })()
    reading.catch(() => {})
    await vi.advanceTimersByTimeAsync(1_000)
    const now = Date.now()
    for (const offset of offsets) {
      vi.setSystemTime(now + offset)
      await vi.advanceTimersByTimeAsync(20 * 60_000)
    }
    model.put(old.id, { state: 'processing' })
    model.put('c2', { createdAt: new Date(Date.now() - 1_000) })
    await vi.advanceTimersByTimeAsync(16 * 60_000)
    expect(seen).toEqual(['created c1', 'created c2', 'updated c1'])
    controller.abort()
    await rejectionOf(reading)
  })

  it('notify() of an account that is not followed names those that are', () => {
    const client = new ComplaintClient([followModel('a').adapter, followModel('b').adapter])
    const feed = client.follow({ accounts: ['a'] }, { store: new Map() })
    expect(() => feed.notify({ provider: 'wechatpay', account: 'b', id: 'c1' })).toThrow(
      'wechatpay:b is not followed; the followed accounts are wechatpay:a',
    )
  })

  it('an account that fails is read less often; the others keep their pace', async () => {
    const [good, bad] = [followModel('good'), followModel('bad')]
    bad.failing = outage
    const failedAccounts: string[] = []
    const client = new ComplaintClient([good.adapter, bad.adapter], { maxRetries: 0 })
    const feed = client.follow(
      {},
      { store: countingStore(), onAccountError: ({ account }) => void failedAccounts.push(`${account}`) },
    )
    const iterator = feed[Symbol.asyncIterator]()
    const next = iterator.next()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(good.requests.length).toBeGreaterThan(9)
    expect(failedAccounts.length).toBeLessThan(6)
    bad.failing = null
    bad.put('c1')
    await vi.advanceTimersByTimeAsync(900_000)
    expect(await next).toMatchObject({ value: { kind: 'created', complaint: { account: 'bad' } } })
    await iterator.return?.()
  })

  it('takes the accounts as they are at each pass', async () => {
    const [one, other] = [followModel('one'), followModel('other')]
    const client = new ComplaintClient([one.adapter])
    const seen: string[] = []
    const iterator = client.follow({}, { store: countingStore() })[Symbol.asyncIterator]()
    const reading = (async () => {
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        seen.push(`${next.value.kind} ${next.value.complaint.account}`)
    })()
    await vi.advanceTimersByTimeAsync(1_000)
    other.put('c1')
    client.add(other.adapter)
    client.remove('wechatpay:one')
    one.requests.length = 0
    await vi.advanceTimersByTimeAsync(120_000)
    expect(seen).toEqual(['created other'])
    expect(one.requests).toEqual([])
    client.remove('wechatpay:other')
    other.requests.length = 0
    await vi.advanceTimersByTimeAsync(120_000)
    expect(other.requests).toEqual([])
    await iterator.return?.()
    await reading
  })
})

import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ComplaintClient } from '../../../src/client.js'
import { StoreError } from '../../../src/errors.js'
import type { ComplaintEvent } from '../../../src/events.js'
import type { ChangeOptions, ChangeStore, ComplaintChange } from '../../../src/following/types.js'
import { everythingOf, rejectionOf } from '../../support/core.js'
import {
  type CountingStore,
  countingStore,
  type FollowModel,
  followModel,
  writesOf,
} from '../../support/follow-model.js'

const now = Date.parse('2026-03-20T06:00:00Z')
const index = 'unified-complaints:changes:wechatpay:a'
const today = `${index}:2026-03-20`

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now })
})
afterEach(() => {
  vi.useRealTimers()
})

async function pass(
  model: FollowModel,
  options: ChangeOptions,
  stopAfter: number = Number.POSITIVE_INFINITY,
  events: ComplaintEvent[] = [],
): Promise<ComplaintChange[]> {
  const client = new ComplaintClient(model.adapter, { onEvent: (event) => void events.push(event) })
  const changes: ComplaintChange[] = []
  for await (const change of client.changes({}, options)) {
    changes.push(change)
    if (changes.length === stopAfter) break
  }
  return changes
}

const idsOf = (changes: readonly ComplaintChange[]): string[] =>
  changes.map(({ kind, complaint }) => `${kind} ${complaint.id}`).sort()

/** Bytes of everything that is stored. */
const sizeOf = ({ values }: CountingStore): number => [...values.values()].join('').length

describe('what the store costs', () => {
  it.each([50, 500])(
    'is linear for 2,000 complaints of one day, in pages of %i',
    { timeout: 60_000 },
    async (pageSize) => {
      const model = followModel('a', pageSize)
      const store = countingStore()
      for (let count = 0; count < 2_000; count += 1)
        model.put(`c${count}`, { createdAt: new Date(now - 1_000 - count) })
      expect((await pass(model, { store })).length).toBe(2_000)
      const created = store.written
      expect(created).toBeLessThan(20 * sizeOf(store))
      for (const id of model.complaints.keys()) model.put(id, { state: 'processing' })
      expect((await pass(model, { store })).length).toBe(2_000)
      expect(store.written - created).toBeLessThan(40 * sizeOf(store))
    },
  )

  it('is nothing while nothing changes; the first pass stores its start even when it found nothing', async () => {
    const model = followModel()
    const store = countingStore()
    const client = new ComplaintClient(model.adapter)
    const read = async (from?: Date): Promise<number> => {
      let count = 0
      for await (const _ of client.changes(from === undefined ? {} : { from }, { store })) count += 1
      return count
    }
    expect(await read(new Date())).toBe(0)
    expect([...store.values.keys()]).toEqual([index])
    vi.setSystemTime(now + 60_000)
    model.put('c1', { createdAt: new Date(now + 1_000) })
    model.put('before', { createdAt: new Date(now - 1_000) })
    store.calls.length = 0
    // Another start is given, and the first one holds.
    expect(await read(new Date())).toBe(1)
    expect(writesOf(store).length).toBeGreaterThan(0)
    store.calls.length = 0
    expect(await read()).toBe(0)
    expect(writesOf(store)).toEqual([])
  })

  it('of days beyond the look-back, only what is open is kept', async () => {
    const model = followModel()
    const store = countingStore()
    for (let count = 0; count < 20; count += 1)
      model.put(`c${count}`, { createdAt: new Date(now - 1_000), state: count === 0 ? 'pending' : 'resolved' })
    await pass(model, { store })
    const before = sizeOf(store)
    vi.setSystemTime(now + 40 * 86_400_000)
    expect(await pass(model, { store })).toEqual([])
    expect(sizeOf(store)).toBeLessThan(before / 5)
    store.calls.length = 0
    expect(await pass(model, { store })).toEqual([])
    expect(writesOf(store)).toEqual([])
    model.put('c0', { state: 'processing' })
    expect(idsOf(await pass(model, { store }))).toEqual(['updated c0'])
    model.put('c0', { state: 'resolved' })
    expect(idsOf(await pass(model, { store }))).toEqual(['updated c0'])
    expect([...store.values.keys()]).toEqual([index])
  })

  it('each change is marked before the next is handed out, and the batch stored at its end', async () => {
    const model = followModel()
    const store = countingStore()
    for (const id of ['c1', 'c2', 'c3']) model.put(id)
    const iterator = new ComplaintClient(model.adapter).changes({}, { store })[Symbol.asyncIterator]()
    await iterator.next()
    expect(Object.keys(JSON.parse(store.values.get(`${index}:in-hand`) ?? '{}'))).toContain('items')
    expect(store.values.has(today)).toBe(false)
    await iterator.next()
    expect(JSON.parse(store.values.get(`${index}:in-hand-handled`) ?? '{}')).toMatchObject({ handled: 1 })
    await iterator.next()
    store.calls.length = 0
    expect(await iterator.next()).toMatchObject({ done: true })
    expect(writesOf(store)).toEqual([
      `set ${index}`,
      `set ${today}`,
      `delete ${index}:in-hand`,
      `delete ${index}:in-hand-handled`,
      // The first pass has ended.
      `set ${index}`,
    ])
  })

  it('holds no phone number, openid or text of a complaint', async () => {
    const model = followModel()
    const store = countingStore()
    model.put('c1', {
      detail: '请致电 13800138000',
      subject: '商品质量问题',
      tags: ['13900139000'],
      providerState: '13700137000',
      payer: { phone: { value: '13600136000', form: 'plain' }, openId: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
      media: [{ kind: 'image', urls: ['https://a.example/file?phone=13500135000'] }],
    })
    await pass(model, { store })
    const text = [...store.values].flat().join()
    expect(text).not.toMatch(/13[5-9]00|oUpF8u|商品|请致电|a\.example/)
  })
})

describe('crashes', () => {
  it('bring back what was in hand and not marked, whatever it looks like then, and nothing else', async () => {
    const model = followModel()
    const store = countingStore()
    for (const id of ['c1', 'c2', 'c3']) model.put(id)
    await pass(model, { store })
    for (const id of ['c1', 'c2', 'c3']) model.put(id, { state: 'processing' })
    const handled = (await pass(model, { store }, 2)).map(({ complaint }) => complaint.id)[0]
    for (const id of ['c1', 'c2', 'c3']) model.put(id, { state: 'pending' })
    const again = await pass(model, { store })
    expect(idsOf(again)).toEqual(['updated c1', 'updated c2', 'updated c3'])
    for (const { complaint, changed } of again) expect(changed).toEqual(complaint.id === handled ? ['state'] : [])
  })

  it('a complaint that was in hand and has vanished is dropped by the next whole pass', async () => {
    const model = followModel()
    const store = countingStore()
    model.put('c1')
    await pass(model, { store }, 1)
    model.complaints.clear()
    expect(await pass(model, { store, depth: 'recent' })).toEqual([])
    expect(store.values.has(`${index}:in-hand`)).toBe(true)
    expect(await pass(model, { store })).toEqual([])
    expect(store.values.has(`${index}:in-hand`)).toBe(false)
  })

  it('what is handed out while an abort comes is stored when the next is asked for', async () => {
    const model = followModel()
    const store = countingStore()
    for (const id of ['c1', 'c2', 'c3']) model.put(id)
    const controller = new AbortController()
    const client = new ComplaintClient(model.adapter)
    const seen: string[] = []
    const reading = (async () => {
      for await (const { complaint } of client.changes({}, { store, signal: controller.signal })) {
        seen.push(complaint.id)
        controller.abort(new Error('enough'))
      }
    })()
    await expect(reading).rejects.toThrow('enough')
    expect(seen.length).toBe(1)
    const rest = await pass(model, { store })
    expect(rest.length).toBe(2)
    expect(rest.map(({ complaint }) => complaint.id)).not.toContain(seen[0])
  })
})

describe('a store', () => {
  it.each([
    ['index', index],
    ['a day', today],
    ['the journal', `${index}:in-hand`],
    ['the mark', `${index}:in-hand-handled`],
  ])('that holds garbage in %s: a warning, and what it should have said is delivered again', async (_, key) => {
    for (const garbage of ['"text"', '{}', '[]', '7', '{"v":1}', '{"v":2,"from":1,"days":[]}']) {
      const model = followModel()
      const store = countingStore()
      for (const id of ['c1', 'c2', 'c3']) model.put(id)
      await pass(model, { store })
      for (const id of ['c1', 'c2', 'c3']) model.put(id, { state: 'processing' })
      await pass(model, { store }, 2)
      store.values.set(key, garbage)
      const events: ComplaintEvent[] = []
      const again = await pass(model, { store }, undefined, events)
      expect(new Set(again.map(({ complaint }) => complaint.id)).size).toBeGreaterThan(1)
      expect(events).toContainEqual(expect.objectContaining({ type: 'warning', warning: 'changeStoreInvalid' }))
      expect(await pass(model, { store })).toEqual([])
    }
  })

  it('whose set() resolves to false, or that lost an index, is a StoreError', async () => {
    const model = followModel()
    model.put('c1')
    const silent = { get: () => undefined, set: () => false, delete: () => true }
    expect(await rejectionOf(pass(model, { store: silent }))).toBeInstanceOf(StoreError)
    const store = new Map<string, unknown>()
    const client = new ComplaintClient(model.adapter)
    const read = async (): Promise<void> => {
      for await (const _ of client.changes({}, { store }));
    }
    await read()
    store.delete(index)
    expect(await rejectionOf(read())).toMatchObject({ code: 'STORE', account: 'a', message: /is gone/ })
    // Another client takes it for a new store.
    expect(idsOf(await pass(model, { store }))).toEqual(['created c1'])
  })

  it('that hangs is left after timeoutMs, and within a second of an abort', async () => {
    vi.useRealTimers()
    const model = followModel()
    const hanging = { get: () => new Promise(() => {}), set: () => true, delete: () => true }
    const client = new ComplaintClient(model.adapter)
    const read = async (options: Partial<ChangeOptions>): Promise<void> => {
      for await (const _ of client.changes({}, { store: hanging, ...options }));
    }
    expect(await rejectionOf(read({ timeoutMs: 20 }))).toMatchObject({ code: 'STORE', message: /no response in time/ })
    const signal = AbortSignal.timeout(20)
    const startedAt = performance.now()
    expect(await rejectionOf(read({ signal }))).toBe(signal.reason)
    expect(performance.now() - startedAt).toBeLessThan(3_000)
  })

  it('that hangs lets return() end a loop that waits for it, without an error', async () => {
    vi.useRealTimers()
    for (const method of ['set', 'delete'] as const) {
      const model = followModel()
      model.put('c1')
      const client = new ComplaintClient(model.adapter)
      for (const kind of ['changes', 'follow'] as const) {
        const values = new Map<string, unknown>()
        const hanging: ChangeStore = {
          get: (key) => values.get(key),
          set: (key, value) => values.set(key, value),
          delete: (key) => values.delete(key),
        }
        const iterator = client[kind]({}, { store: hanging })[Symbol.asyncIterator]()
        expect((await iterator.next()).value).toMatchObject({ kind: 'created' })
        hanging[method] = () => new Promise(() => {})
        const next = iterator.next()
        await new Promise((resolve) => setImmediate(resolve))
        expect(await iterator.return?.()).toEqual({ done: true, value: undefined })
        expect(await next).toEqual({ done: true, value: undefined })
      }
    }
  })

  it('may be waited for by many accounts at once without a warning of a leak', async () => {
    const warned = vi.fn()
    process.on('warning', warned)
    const models = Array.from({ length: 20 }, (_, index) => followModel(`a${index}`))
    const client = new ComplaintClient(
      models.map(({ adapter }) => adapter),
      { maxAccounts: 20 },
    )
    for await (const _ of client.changes({}, { store: countingStore() }));
    await new Promise((resolve) => process.nextTick(resolve))
    process.off('warning', warned)
    expect(warned).not.toHaveBeenCalled()
  })

  it('that fails has the code of its error in the message, and nothing of its text', async () => {
    vi.useRealTimers()
    const model = followModel()
    const password = 'hunter2'
    const withCode = (code: string, details: object = {}): Error =>
      Object.assign(new Error(`redis://:${password}@host failed`), { code, ...details })
    const messageOf = async (fail: () => unknown, store: object = {}): Promise<string> => {
      const failing = { set: () => true, delete: () => true, ...store, get: fail }
      const client = new ComplaintClient(model.adapter)
      const error = await rejectionOf(
        (async () => {
          for await (const _ of client.changes({}, { store: failing, timeoutMs: 50 }));
        })(),
      )
      expect(everythingOf(error)).not.toContain(password)
      return String(error)
    }
    const rejecting = (error: Error) => () => Promise.reject(error)
    expect(await messageOf(rejecting(withCode('ECONNREFUSED')))).toMatch(/store\.get\(\) failed \(ECONNREFUSED\)/)
    expect(await messageOf(rejecting(new Error(`WRONGPASS invalid password ${password}`)))).toContain('(WRONGPASS)')
    expect(await messageOf(rejecting(new Error(password, { cause: withCode('ETIMEDOUT') })))).toContain('(ETIMEDOUT)')
    expect(await messageOf(rejecting(new AggregateError([withCode('EHOSTUNREACH')], password)))).toContain(
      '(EHOSTUNREACH)',
    )
    expect(await messageOf(rejecting(withCode(password)))).toMatch(/store\.get\(\) failed\. /)

    // As a Keyv over a Redis that is down: calls wait, and the reason is emitted.
    const store = new EventEmitter()
    const hanging = { on: store.on.bind(store), off: store.off.bind(store) }
    const emitting = () => {
      setTimeout(() => store.emit('error', withCode('ECONNREFUSED')), 5)
      return new Promise(() => {})
    }
    expect(await messageOf(emitting, hanging)).toContain('(no response in time: ECONNREFUSED)')
    expect(await messageOf(() => new Promise(() => {}), hanging)).toContain("the store.on('error') event may say why")
    expect(store.listenerCount('error')).toBe(0)
  })

  it('keeps merchants and accounts apart, whatever their names are', async () => {
    const store = countingStore()
    const model = followModel('shop:2026-03-20')
    const other = followModel('shop')
    model.put('c1')
    other.put('c2')
    const client = new ComplaintClient([model.adapter, other.adapter])
    const read = async (merchant: string | undefined): Promise<string[]> => {
      const seen: string[] = []
      for await (const { complaint } of client.changes(merchant === undefined ? {} : { merchant }, { store }))
        seen.push(complaint.id)
      return seen.sort()
    }
    expect(await read(undefined)).toEqual(['c1', 'c2'])
    expect(await read('2026-03-20')).toEqual(['c1', 'c2'])
    expect(await read('in-hand')).toEqual(['c1', 'c2'])
    expect(await read(undefined)).toEqual([])
    expect(store.values.has('unified-complaints:changes:wechatpay:shop%3A2026-03-20')).toBe(true)
    expect(store.values.has('unified-complaints:changes:wechatpay:shop:2026%2D03%2D20')).toBe(true)
  })

  it('shared by two followers: what both had in hand comes again, though it looks like what one of them stored', async () => {
    const model = followModel()
    const store = countingStore()
    model.put('c1', { state: 'pending' })
    const slow = new ComplaintClient(model.adapter).changes({}, { store })[Symbol.asyncIterator]()
    await slow.next()
    model.put('c1', { state: 'resolved' })
    expect(idsOf(await pass(model, { store }))).toEqual(['created c1'])
    // The slow one may have written "pending" into the table last.
    expect((await slow.next()).done).toBe(true)
    expect(idsOf(await pass(model, { store }))).toEqual(['updated c1'])
    expect(await pass(model, { store })).toEqual([])
  })

  it('shared by two followers: one that lost its batch hands out what is left as it is then', async () => {
    const model = followModel()
    const store = countingStore()
    for (const id of ['c1', 'c2', 'c3']) model.put(id)
    const slow = new ComplaintClient(model.adapter).changes({}, { store })[Symbol.asyncIterator]()
    const first = await slow.next()
    expect(idsOf(await pass(model, { store }))).toEqual(['created c1', 'created c2', 'created c3'])
    // The other follower has handed out the two others.
    expect((await slow.next()).done).toBe(true)
    const [again, ...others] = await pass(model, { store })
    expect([again?.complaint.id, others]).toEqual([first.value?.complaint.id, []])
    expect(await pass(model, { store })).toEqual([])
  })

  it('shared by two followers loses nothing', async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const model = followModel('a', 3)
      const store = countingStore()
      for (let count = 0; count < 12; count += 1) model.put(`c${count}`)
      const known = new Map<string, string>()
      const follower = async (stopAfter: number): Promise<void> => {
        let count = 0
        for await (const { complaint } of new ComplaintClient(model.adapter).changes({}, { store })) {
          known.set(complaint.id, complaint.state)
          count += 1
          if (count === stopAfter) break
          for (let turn = (count * seed) % 5; turn > 0; turn -= 1) await new Promise((resolve) => setImmediate(resolve))
        }
      }
      await Promise.all([follower(100), follower(seed)])
      for (let count = 0; count < 12; count += 2) model.put(`c${count}`, { state: 'resolved' })
      await Promise.all([follower(100), follower(seed + 1)])
      for (let count = 0; count < 12; count += 3) model.put(`c${count}`, { state: 'processing' })
      await follower(100)
      for (const [id, { state }] of model.complaints) expect(`${id} ${known.get(id)}`).toBe(`${id} ${state}`)
    }
  })
})

import { afterEach, describe, expect, it, vi } from 'vitest'
import type { TokenStore } from '../../../../../src/providers/xiaoe/index.js'
import {
  aClock,
  answer,
  application,
  type Bench,
  bench,
  emptyList,
  expectNoSecret,
  failureOf,
  refusal,
  secretKey,
  tokenAnswer,
} from '../support.js'

const key = 'unified-complaints:xiaoe-token:appMadeUp1:xopMadeUp1'

/** As Keyv declares itself; that it can be given as a store is checked by the compiler. */
interface KeyvLike {
  get<T>(key: string): Promise<T | undefined>
  set<T>(key: string, value: T, ttlMs?: number): Promise<boolean>
  delete(key: string | readonly string[]): Promise<boolean>
}

/** What is kept goes through JSON, as it does in Redis. */
function memory(): { store: KeyvLike; kept: Map<string, string>; calls: string[]; ttls: (number | undefined)[] } {
  const kept = new Map<string, string>()
  const calls: string[] = []
  const ttls: (number | undefined)[] = []
  const store: KeyvLike = {
    async get(name) {
      calls.push(`get ${name}`)
      return JSON.parse(kept.get(name) ?? 'null') ?? undefined
    },
    async set(name, value, ttlMs) {
      calls.push(`set ${name}`)
      ttls.push(ttlMs)
      kept.set(name, JSON.stringify(value))
      return true
    },
    async delete(name) {
      calls.push(`delete ${name}`)
      return kept.delete(String(name))
    },
  }
  return { store, kept, calls, ttls }
}

const stored = (store: Partial<TokenStore>): TokenStore => ({
  get: async () => undefined,
  set: async () => true,
  delete: async () => true,
  ...store,
})
const warnings = ({ events }: Bench): unknown[] => events.filter(({ type }) => type === 'warning')

afterEach(() => {
  vi.useRealTimers()
})

describe('two connections over one store', () => {
  it('fetch one token between them, kept under a name without secrets for as long as it is believed', async () => {
    const { store, kept, calls, ttls } = memory()
    const options = { ...application, tokenStore: store }
    const one = bench({ options })
    const two = bench({ options })
    await one.list()
    await two.list()
    await two.list()
    expect(one.tokenRequests.length + two.tokenRequests.length).toBe(1)
    expect(two.carried()).toEqual(['made-up-token-1', 'made-up-token-1'])
    expect([...kept.keys()]).toEqual([key])
    expect(key).not.toContain(secretKey)
    expect(kept.get(key)).not.toContain('secret')
    expect(ttls).toEqual([10_000, 6_900_000])
    // Asked once by the second: a token in memory needs no store.
    expect(calls.slice(-2)).toEqual([`delete ${key}:lock`, `get ${key}`])
  })

  it('take what the other renewed, without a fetch, when their own is refused', async () => {
    const { store } = memory()
    const clock = aClock()
    const options = { ...application, tokenStore: store }
    let alive = 'made-up-token-a1'
    const list = (token: string): ReturnType<typeof emptyList> => (token === alive ? emptyList() : refusal(2008))
    const one = bench({ options, clock, list, token: (count) => tokenAnswer(`made-up-token-a${count}`) })
    const two = bench({ options, clock, list, token: (count) => tokenAnswer(`made-up-token-b${count}`) })
    await one.list()
    await two.list()
    alive = 'made-up-token-a2'
    await one.list()
    await two.list()
    expect(one.tokenRequests).toHaveLength(2)
    expect(two.tokenRequests).toHaveLength(0)
    expect(two.carried()).toEqual(['made-up-token-a1', 'made-up-token-a1', 'made-up-token-a2'])
  })

  it('do not take back from it what was refused: it is removed there, even when the fetch then fails', async () => {
    const { store, kept, calls } = memory()
    kept.set(key, JSON.stringify({ value: 'made-up-token-dead', renewAt: aClock().now + 1000, fetchId: 'a fetch' }))
    const box = bench({
      options: { ...application, tokenStore: store },
      token: () => answer('', 500),
      list: () => refusal(2008),
    })
    expect(await failureOf(box.list())).toMatchObject({ operation: 'token', status: 500 })
    expect(calls.filter((call) => call.endsWith(key))).toEqual([
      `get ${key}`,
      `get ${key}`,
      `get ${key}`,
      `delete ${key}`,
    ])
    expect(kept.size).toBe(0)
    expect(box.tokenRequests).toHaveLength(1)
  })

  it('do not take from it what is to be renewed', async () => {
    const { store, kept } = memory()
    kept.set(key, JSON.stringify({ value: 'made-up-token-old', renewAt: aClock().now, fetchId: 'a fetch' }))
    const box = bench({ options: { ...application, tokenStore: store } })
    await box.list()
    expect(box.carried()).toEqual(['made-up-token-1'])
    expect(warnings(box)).toEqual([])
  })

  it('of two environments keep to their own', async () => {
    const { store, kept } = memory()
    const options = { ...application, tokenStore: store }
    await bench({ options: { ...options, baseUrl: 'https://api.xiaoe-tech.com/' } }).list()
    await bench({ options: { ...options, baseUrl: 'https://test.example/xiaoe' } }).list()
    expect([...kept.keys()]).toEqual([key, `${key}:https://test.example/xiaoe`])
  })

  it('of two applications keep to their own', async () => {
    const { store, kept } = memory()
    await bench({ options: { ...application, tokenStore: store } }).list()
    await bench({ options: { ...application, clientId: 'xopMadeUp2', tokenStore: store } }).list()
    expect([...kept.keys()]).toEqual([key, key.replace('xopMadeUp1', 'xopMadeUp2')])
  })
})

describe('a store that fails is reported, and costs nothing but a fetch', () => {
  const down = new Error(`redis://:${secretKey}@host is down, made-up-token`)
  const rejects = (): Promise<never> => Promise.reject(down)
  const throws = (): never => {
    throw down
  }
  it.each<[string, Partial<TokenStore>, number]>([
    ['get rejects', { get: rejects }, 1],
    ['get throws', { get: throws }, 1],
    ['set rejects', { set: rejects }, 2],
    ['set throws', { set: throws }, 2],
    ['set answers with false, as a Keyv that is cut off', { set: async () => false }, 2],
    ['all reject', { get: rejects, set: rejects, delete: rejects }, 2],
  ])('%s', async (_, store, count) => {
    const box = bench({ options: { ...application, tokenStore: stored(store) } })
    await box.list()
    await box.list()
    expect(box.carried()).toEqual(['made-up-token-1', 'made-up-token-1'])
    expect(warnings(box)).toHaveLength(count)
    expect(warnings(box)[0]).toMatchObject({ provider: 'xiaoe', account: 'appMadeUp1', warning: 'tokenStoreFailed' })
    expectNoSecret(box.events)
  })

  it('delete rejects', async () => {
    const { store, kept } = memory()
    kept.set(key, JSON.stringify({ value: 'made-up-token-dead', renewAt: aClock().now + 1000, fetchId: 'a fetch' }))
    const box = bench({
      options: { ...application, tokenStore: { ...store, delete: rejects } },
      list: (token) => (token === 'made-up-token-dead' ? refusal(2008) : emptyList()),
    })
    await box.list()
    expect(box.carried()).toEqual(['made-up-token-dead', 'made-up-token-1'])
    // The dead token, then the lock.
    expect(warnings(box)).toHaveLength(2)
    expectNoSecret(box.events)
  })

  it.each<[string, unknown]>([
    ['a text', 'made-up-token'],
    ['a number', 1],
    ['a list', ['made-up-token']],
    ['an empty object', {}],
    ['no time', { value: 'made-up-token' }],
    ['a time that is text', { value: 'made-up-token', renewAt: '1', fetchId: 'f' }],
    ['a time that is no number', { value: 'made-up-token', renewAt: Number.NaN, fetchId: 'f' }],
    ['an empty token', { value: '', renewAt: 9e15, fetchId: 'f' }],
    ['a token that is a number', { value: 1, renewAt: 9e15, fetchId: 'f' }],
    ['no fetch', { value: 'made-up-token', renewAt: 9e15 }],
  ])('it gives garbage: %s', async (_, garbage) => {
    const box = bench({ options: { ...application, tokenStore: stored({ get: async () => garbage }) } })
    await box.list()
    expect(box.carried()).toEqual(['made-up-token-1'])
    expect(warnings(box)).toMatchObject([{ warning: 'tokenStoreFailed' }])
    expectNoSecret(box.events)
  })

  it.each([undefined, null])('that it has none (%s) is no failure', async (nothing) => {
    const box = bench({ options: { ...application, tokenStore: stored({ get: async () => nothing }) } })
    await box.list()
    expect(warnings(box)).toEqual([])
  })

  it('it never answers: it is waited for two seconds, and no timer is left', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const silent = (): Promise<never> => new Promise(() => {})
    const box = bench({ options: { ...application, tokenStore: stored({ get: silent, set: silent }) } })
    const call = box.list()
    await vi.advanceTimersByTimeAsync(1999)
    expect(box.tokenRequests).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(1)
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1))
    await vi.advanceTimersByTimeAsync(2000)
    await call
    expect(warnings(box)).toHaveLength(2)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('it never answers, and an abort ends the waiting', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const box = bench({ options: { ...application, tokenStore: stored({ get: () => new Promise(() => {}) }) } })
    const leaving = new AbortController()
    const call = failureOf(box.list({ signal: leaving.signal }))
    await vi.advanceTimersByTimeAsync(10)
    expect(vi.getTimerCount()).toBe(1)
    const reason = new Error('enough')
    leaving.abort(reason)
    expect(await call).toBe(reason)
    expect(vi.getTimerCount()).toBe(0)
    expect(box.tokenRequests).toEqual([])
    expect(warnings(box)).toEqual([])
  })
})

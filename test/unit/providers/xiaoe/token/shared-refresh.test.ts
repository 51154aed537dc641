import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { WireResponse } from '../../../../../src/provider.js'
import type { TokenStore } from '../../../../../src/providers/xiaoe/index.js'
import { answer, application, type Bench, bench, emptyList, failureOf, refusal, rest, tokenAnswer } from '../support.js'

const key = 'unified-complaints:xiaoe-token:appMadeUp1:xopMadeUp1'
const lockKey = `${key}:lock`

/** The host's clock, which these tests turn. */
const clock = {
  get now() {
    return Date.now()
  },
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A store that takes its time, and forgets what has outlived its time. */
function slowStore(delay: () => number = () => 5): { store: TokenStore; kept: Map<string, string> } {
  const kept = new Map<string, string>()
  const ends = new Map<string, number>()
  // The store acts on its way between question and answer.
  const within = async <T>(act: () => T): Promise<T> => {
    await wait(delay())
    const result = act()
    await wait(delay())
    return result
  }
  const store: TokenStore = {
    get: (name) =>
      within(() => ((ends.get(name) ?? 0) > Date.now() ? JSON.parse(kept.get(name) ?? 'null') : undefined)),
    set: (name, value, ttlMs = 0) =>
      within(() => {
        kept.set(name, JSON.stringify(value))
        ends.set(name, Date.now() + ttlMs)
        return true
      }),
    delete: (name) => within(() => kept.delete(name)),
  }
  return { store, kept }
}

/** One service for several processes: each fetch gives a new token, and only the newest is alive. */
function service(): { fetched: number; token: () => WireResponse; list: (token: string) => WireResponse } {
  const it = {
    fetched: 0,
    token: () => {
      it.fetched += 1
      return tokenAnswer(`made-up-token-${it.fetched}`)
    },
    list: (token: string) => (token === `made-up-token-${it.fetched}` ? emptyList() : refusal(2008)),
  }
  return it
}

/** Lets the time pass until all is done; returns how much passed. */
async function passing(work: Promise<unknown>, limitMs = 60_000): Promise<number> {
  const begun = Date.now()
  let done = false
  const end = (): void => {
    done = true
  }
  work.then(end, end)
  while (!done && Date.now() - begun < limitMs) {
    await rest()
    await vi.advanceTimersByTimeAsync(5)
  }
  expect(done).toBe(true)
  await work
  return Date.now() - begun
}

/** The second to write holds the lock, fetches and gives it back before the first one looks whose mark stands there. */
const holderDoneBeforeTheOtherLooks = [0, 0, 10, 0, 70, 0, 6, 95, 0, 0, 56, 0, 0, 15, 8, ...Array<number>(25).fill(0)]

const processOver = (store: TokenStore, more: Partial<Parameters<typeof bench>[0]> = {}): Bench =>
  bench({ options: { ...application, tokenStore: store }, clock, ...more })

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('processes that share a store', () => {
  it('fetch one token, however they begin and however the store delays them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 2, maxLength: 5 }),
        fc.array(fc.integer({ min: 0, max: 110 }), { minLength: 40, maxLength: 40 }),
        async (starts, delays) => {
          let turn = 0
          const { store } = slowStore(() => delays[turn++ % delays.length] ?? 0)
          const provider = service()
          const processes = starts.map(() => processOver(store, provider))
          await passing(
            Promise.all(
              processes.map(async (one, index) => {
                await wait(starts[index] ?? 0)
                await one.list()
              }),
            ),
          )
          expect(provider.fetched).toBe(1)
          expect(processes.flatMap((one) => one.carried())).toEqual(starts.map(() => 'made-up-token-1'))
          expect(vi.getTimerCount()).toBe(0)
        },
      ),
      { numRuns: 25, examples: [[[0, 0], holderDoneBeforeTheOtherLooks]] },
    )
  })

  it('fetch one more when the token dies under all of them at once', async () => {
    const { store } = slowStore()
    const provider = service()
    const processes = [1, 2, 3].map(() => processOver(store, provider))
    await passing(Promise.all(processes.map((one) => one.list())))
    // As when somebody else fetched one.
    provider.fetched += 1
    await passing(Promise.all(processes.map((one) => one.list())))
    expect(provider.fetched).toBe(3)
    expect(processes.map((one) => one.carried().length)).toEqual([3, 3, 3])
  })

  it('believe a fetch of the others even if it yields the text that was refused', async () => {
    const { store } = slowStore()
    let alive = true
    let fetched = 0
    const provider = {
      token: () => {
        alive = true
        fetched += 1
        return tokenAnswer('the-same')
      },
      list: () => (alive ? emptyList() : refusal(2008)),
    }
    const [one, two] = [processOver(store, provider), processOver(store, provider)]
    await passing(Promise.all([one.list(), two.list()]))
    alive = false
    // Both are refused before either asks for another.
    await passing(Promise.all([one.list(), two.list()]))
    expect(fetched).toBe(2)
  })

  it('wait for a fetch that takes its time, and try themselves when it fails', async () => {
    const { store } = slowStore()
    let fetched = 0
    const token = async (): Promise<WireResponse> => {
      fetched += 1
      const failing = fetched === 1
      await wait(3000)
      return failing ? answer('<html>', 400) : tokenAnswer('second')
    }
    const [one, two] = [processOver(store, { token }), processOver(store, { token })]
    const results = [failureOf(one.list()), wait(500).then(() => two.list())] as const
    const took = await passing(Promise.all(results))
    expect(await results[0]).toMatchObject({ name: 'ApiError', operation: 'token' })
    expect(fetched).toBe(2)
    expect(two.carried()).toEqual(['second'])
    expect(took).toBeLessThan(7000)
  })
})

describe('a lock', () => {
  const mark = (until: number): string => JSON.stringify({ owner: 'another process', until })

  it('of a process that crashed expires', async () => {
    const { store } = slowStore()
    await passing(store.set(lockKey, { owner: 'another process', until: Date.now() + 10_000 }, 10_000))
    const one = processOver(store)
    const took = await passing(one.list())
    expect(one.carried()).toEqual(['made-up-token-1'])
    expect(took).toBeGreaterThan(9_500)
    expect(took).toBeLessThan(11_000)
  })

  it('expires also in a store that lets nothing expire', async () => {
    const kept = new Map([[lockKey, mark(Date.now() + 5000)]])
    const store: TokenStore = {
      get: async (name) => JSON.parse(kept.get(name) ?? 'null'),
      set: async (name, value) => kept.set(name, JSON.stringify(value)),
      delete: async (name) => kept.delete(name),
    }
    const took = await passing(processOver(store).list())
    expect(took).toBeGreaterThan(4900)
    expect(took).toBeLessThan(6000)
    expect(kept.has(lockKey)).toBe(false)
  })

  it('that never opens is waited for 15 seconds', async () => {
    const { store } = slowStore()
    const stuck = { ...store, get: async (name: string) => (name === lockKey ? JSON.parse(mark(9e15)) : undefined) }
    const one = processOver(stuck)
    const took = await passing(one.list())
    expect(one.carried()).toEqual(['made-up-token-1'])
    expect(took).toBeGreaterThan(14_500)
    expect(took).toBeLessThan(16_000)
  })

  it.each([1, 'x', { owner: 1, until: 9e15 }, { owner: 'x' }, { owner: 'x', until: '9e15' }])(
    'that is no mark (%j) is no lock',
    async (garbage) => {
      const { store } = slowStore()
      await passing(store.set(lockKey, garbage, 60_000))
      expect(await passing(processOver(store).list())).toBeLessThan(1000)
    },
  )

  it('of another, who wrote last, is not given back by a caller that gives up while it settles', async () => {
    const { store, kept } = slowStore()
    const leaving = new AbortController()
    const call = failureOf(processOver(store).list({ signal: leaving.signal }))
    await passing(wait(150))
    expect(kept.has(lockKey)).toBe(true)
    const theirs = { owner: 'another process', until: Date.now() + 10_000 }
    await passing(store.set(lockKey, theirs, 10_000))
    leaving.abort(new Error('enough'))
    await call
    await passing(wait(600))
    expect(JSON.parse(kept.get(lockKey) ?? 'null')).toEqual(theirs)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is given back by a caller that gives up, while it settles and while it fetches', async () => {
    for (const afterMs of [100, 400]) {
      const { store, kept } = slowStore()
      const one = processOver(store, { token: () => wait(500).then(() => answer('', 400)) })
      const leaving = new AbortController()
      const call = failureOf(one.list({ signal: leaving.signal }))
      await passing(wait(afterMs))
      expect(kept.has(lockKey)).toBe(true)
      expect(one.tokenRequests).toHaveLength(afterMs === 100 ? 0 : 1)
      const reason = new Error('enough')
      leaving.abort(reason)
      expect(await call).toBe(reason)
      await passing(wait(600))
      expect(kept.has(lockKey)).toBe(false)
      expect(vi.getTimerCount()).toBe(0)
    }
  })
})

it('a store that gives back what was refused, and takes nothing, costs one fetch for each death', async () => {
  const stale = { value: 'made-up-token-stale', renewAt: Date.now() + 1e9, fetchId: 'long ago' }
  const fails = (): Promise<never> => Promise.reject(new Error('read only'))
  const store: TokenStore = { get: async (name) => (name === key ? stale : undefined), set: fails, delete: fails }
  const provider = service()
  const one = processOver(store, provider)
  await passing(one.list())
  expect(one.carried()).toEqual(['made-up-token-stale', 'made-up-token-1'])
  provider.fetched += 1
  await passing(one.list())
  expect(one.carried().slice(2)).toEqual(['made-up-token-1', 'made-up-token-3'])
})

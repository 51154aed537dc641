import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSharedLimiter, type SharedLimiter } from '../../../src/http/shared-limiter.js'
import type { RateLimit } from '../../../src/provider.js'
import { rejectionOf } from '../../support/core.js'
import { limiterOf, type TestLimiter } from '../../support/limiter.js'
import { bench, call, options, settle } from '../../support/runtime.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const now = (): number => performance.now()
const ignore = (): void => {}

/** What the limiter of the user's does when it is asked; the last repeats. */
type Say = 'yes' | 'silence' | { reject: unknown }

interface Store {
  readonly shared: SharedLimiter
  readonly asked: { key: string; points: number | undefined; at: number }[]
  readonly failures: string[]
}

function storeThatSays(...says: Say[]): Store {
  const asked: Store['asked'] = []
  const failures: string[] = []
  const begun = now()
  const limiter = {
    consume(key: string, points?: number): Promise<unknown> {
      const say = says[Math.min(asked.length, says.length - 1)] ?? 'yes'
      asked.push({ key, points, at: now() - begun })
      if (say === 'silence') return new Promise(() => {})
      return say === 'yes' ? Promise.resolve({}) : Promise.reject(say.reject)
    },
  }
  const shared = createSharedLimiter({ limiter, fallback: null }, 'wechatpay:1900000001', now, (how) =>
    failures.push(how),
  )
  return { shared, asked, failures }
}

const usedUp = (msBeforeNext: number): Say => ({ reject: { msBeforeNext, remainingPoints: 0 } })
const broken: Say = { reject: new Error('redis://:password@host is gone') }

describe('asking', () => {
  it('counts one point under the account and its quota class', async () => {
    const { shared, asked } = storeThatSays('yes')
    expect(await shared.consume('list', undefined)).toBe(0)
    expect(asked).toEqual([{ key: 'wechatpay:1900000001:list', points: 1, at: 0 }])
    expect(shared.isUnavailable()).toBe(false)
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([
    [1500, 1500],
    [0.4, 20],
    [0, 20],
    [20.1, 21],
  ])('of a quota that opens in %d ms says to wait %d ms', async (msBeforeNext, waitMs) => {
    const { shared, failures } = storeThatSays(usedUp(msBeforeNext))
    expect(await shared.consume('list', undefined)).toBe(waitMs)
    expect([shared.isUnavailable(), failures]).toEqual([false, []])
  })

  it.each([-1, -0.5, Number.POSITIVE_INFINITY])(
    'of a quota that never opens (%d) is a RateLimitError',
    async (never) => {
      const { shared, failures } = storeThatSays(usedUp(never))
      const error = await rejectionOf(shared.consume('list', undefined))
      expect(error).toMatchObject({ name: 'RateLimitError', retryable: true, retryAfterMs: null })
      expect((error as Error).message).toContain('unblock its key')
      expect([shared.isUnavailable(), failures]).toEqual([false, []])
      expect(vi.getTimerCount()).toBe(0)
    },
  )

  it.each<[string, unknown]>([
    ['an error', new Error('redis://:password@host is gone')],
    ['nothing', undefined],
    ['null', null],
    ['text', 'gone'],
    ['a time that is none', { msBeforeNext: Number.NaN }],
    ['a time as text', { msBeforeNext: '5' }],
  ])('a store that rejects with %s fails: the request may start, and nothing of it is reported', async (_, reason) => {
    const { shared, failures } = storeThatSays({ reject: reason })
    expect(await shared.consume('list', undefined)).toBe(0)
    expect(shared.isUnavailable()).toBe(true)
    expect(failures).toEqual(['failed'])
  })

  it('a store that throws at once fails too', async () => {
    const consume = (): never => {
      throw new Error('not connected')
    }
    const failures: string[] = []
    const shared = createSharedLimiter({ limiter: { consume }, fallback: null }, 'a:b', now, (how) =>
      failures.push(how),
    )
    expect(await shared.consume('list', undefined)).toBe(0)
    expect(failures).toEqual(['failed'])
  })

  it('waits 10 s for a store that is silent, and no longer', async () => {
    const { shared, failures } = storeThatSays('silence')
    let waited: number | null = null
    void shared.consume('list', undefined).then((ms) => {
      waited = ms
    })
    await vi.advanceTimersByTimeAsync(9_999)
    expect([waited, shared.isUnavailable()]).toEqual([null, false])
    await vi.advanceTimersByTimeAsync(1)
    expect([waited, shared.isUnavailable(), failures]).toEqual([0, true, ['did not settle within 10000 ms']])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('ends with the reason of an abort, and leaves neither timer nor listener', async () => {
    const { shared, failures } = storeThatSays('silence')
    const controller = new AbortController()
    const asking = rejectionOf(shared.consume('list', controller.signal))
    await vi.advanceTimersByTimeAsync(100)
    controller.abort('enough')
    expect(await asking).toBe('enough')
    expect([shared.isUnavailable(), failures]).toEqual([false, []])
    expect(vi.getTimerCount()).toBe(0)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })
})

describe('a store that is out', () => {
  it('is left alone for a second, twice as long after each further failure, a minute at most; reported once', async () => {
    const { shared, asked, failures } = storeThatSays(broken)
    for (let second = 0; second < 400; second += 1) {
      expect(await shared.consume('list', undefined)).toBe(0)
      await vi.advanceTimersByTimeAsync(1000)
    }
    const at = asked.map((each) => each.at / 1000)
    expect(at.slice(0, 9)).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183])
    expect(failures).toEqual(['failed'])
  })

  it('that answers again is in; its next failure is reported again, and it rests a second again', async () => {
    const { shared, asked, failures } = storeThatSays(broken, broken, 'yes', broken, 'yes')
    for (let second = 0; second < 6; second += 1) {
      await shared.consume('list', undefined)
      await vi.advanceTimersByTimeAsync(1000)
    }
    // At 0 and 1 it fails, at 3 it answers, at 4 it fails, at 5 it answers.
    expect(asked.map(({ at }) => at / 1000)).toEqual([0, 1, 3, 4, 5])
    expect(failures).toEqual(['failed', 'failed'])
    expect(shared.isUnavailable()).toBe(false)
  })

  it('that says no is in as well', async () => {
    const { shared } = storeThatSays(broken, usedUp(50))
    await shared.consume('list', undefined)
    expect(shared.isUnavailable()).toBe(true)
    await vi.advanceTimersByTimeAsync(1000)
    expect(await shared.consume('list', undefined)).toBe(50)
    expect(shared.isUnavailable()).toBe(false)
  })
})

describe('beside the window of this process', () => {
  const takeMany = (limiter: TestLimiter, count: number, starts: number[]): void => {
    const begun = now()
    for (let index = 0; index < count; index += 1)
      void limiter.acquire('list', undefined, ignore).then(() => starts.push(now() - begun))
  }
  const fallback: RateLimit = { requests: 2, perMs: 1000 }

  it('a request that the others used up waits, reports it, and asks again', async () => {
    const { shared, asked } = storeThatSays(usedUp(300), usedUp(200), 'yes')
    const limiter = limiterOf(null, shared)
    const waits: number[] = []
    const taken = limiter.acquire('list', undefined, (delayMs) => waits.push(delayMs))
    await vi.advanceTimersByTimeAsync(500)
    await taken
    expect(asked.map(({ at }) => at)).toEqual([0, 300, 500])
    expect(waits).toEqual([300, 200])
  })

  it('the fallback is the window while the store is out, and none while it is in', async () => {
    const [out, within]: [number[], number[]] = [[], []]
    takeMany(limiterOf(null, storeThatSays(broken).shared, fallback), 5, out)
    takeMany(limiterOf(null, storeThatSays('yes').shared, fallback), 5, within)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(out).toEqual([0, 0, 1050, 1050, 2100])
    expect(within).toEqual([0, 0, 0, 0, 0])
  })

  it('without a fallback nothing waits while the store is out', async () => {
    const starts: number[] = []
    takeMany(limiterOf(null, storeThatSays(broken).shared), 5, starts)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(starts).toEqual([0, 0, 0, 0, 0])
  })

  it('the fallback knows of what started before the store failed', async () => {
    const { shared } = storeThatSays('yes', 'yes', broken)
    const limiter = limiterOf(null, shared, fallback)
    const starts: number[] = []
    takeMany(limiter, 4, starts)
    await vi.advanceTimersByTimeAsync(5_000)
    // The third asked the store that failed just then, and keeps to the window already.
    expect(starts).toEqual([0, 0, 1050, 1050])
  })

  it('a local quota holds whatever the store says', async () => {
    const starts: number[] = []
    takeMany(limiterOf(fallback, storeThatSays('yes').shared), 5, starts)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(starts).toEqual([0, 0, 1050, 1050, 2100])
  })
})

describe('a call', () => {
  it('reports a failing store once, with what is kept to meanwhile and nothing of the failure', async () => {
    const consume = (): Promise<never> => Promise.reject(new Error('redis://:password@host is gone'))
    const sharedQuota = { limiter: { consume }, fallback: { requests: 200, perMs: 60_000 } }
    const { runtime, events } = bench([{}], { sharedQuota })
    await settle(...[1, 2, 3].map(() => runtime.send(call(), options)))
    const warnings = events.filter(({ type }) => type === 'warning')
    expect(warnings).toEqual([
      {
        type: 'warning',
        warning: 'rateLimiterFailed',
        message: expect.stringMatching(/^rateLimiter\.consume\(\) failed; .* 200 requests per 60000 ms$/),
        provider: 'wechatpay',
        account: '1900000001',
      },
    ])
    expect(JSON.stringify(events)).not.toContain('password')
  })

  it('whose quota never opens fails without being sent, and is tried again as far as retries go', async () => {
    const consume = vi.fn(() => Promise.reject({ msBeforeNext: -1 }))
    const { runtime, sent } = bench([{}], { sharedQuota: { limiter: { consume }, fallback: null } })
    const [outcome] = await settle(runtime.send(call(), { ...options, maxRetries: 1 }))
    expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'RateLimitError', attempts: 0 } })
    expect(consume).toHaveBeenCalledTimes(2)
    expect(sent).toEqual([])
  })
})

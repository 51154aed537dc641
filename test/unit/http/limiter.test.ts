import { getEventListeners } from 'node:events'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createQuotaState } from '../../../src/http/limiter.js'
import { rejectionOf } from '../../support/core.js'
import { limiterOf, type TestLimiter } from '../../support/limiter.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const now = (): number => performance.now()
const ignore = (): void => {}

/** Takes `count` places at once and notes when each was granted. */
function takeMany(limiter: TestLimiter, quota: string, count: number, starts: number[]): void {
  for (let index = 0; index < count; index += 1) {
    void limiter.acquire(quota, undefined, ignore).then(() => starts.push(now()))
  }
}

/** The most starts in any interval of `perMs`, both ends counted. */
function densest(starts: readonly number[], perMs: number): number {
  return Math.max(0, ...starts.map((end) => starts.filter((start) => start <= end && start >= end - perMs).length))
}

describe('the window', () => {
  it('lets so many start at once, and the next when the first is 5 % more than `perMs` old', async () => {
    const limiter = limiterOf({ requests: 3, perMs: 1000 })
    const begun = now()
    const starts: number[] = []
    takeMany(limiter, 'list', 7, starts)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(starts.map((start) => start - begun)).toEqual([0, 0, 0, 1050, 1050, 1050, 2100])
  })

  it('tells how long a request waits', async () => {
    const limiter = limiterOf({ requests: 1, perMs: 1000 })
    const waits: number[] = []
    await limiter.acquire('list', undefined, (delayMs) => waits.push(delayMs))
    expect(waits).toEqual([])
    void limiter.acquire('list', undefined, (delayMs) => waits.push(delayMs))
    await vi.advanceTimersByTimeAsync(2000)
    expect(waits).toEqual([1050])
  })

  it('counts each quota class apart', async () => {
    const limiter = limiterOf({ requests: 1, perMs: 1000 })
    const [list, history]: [number[], number[]] = [[], []]
    const begun = now()
    takeMany(limiter, 'list', 2, list)
    takeMany(limiter, 'history', 2, history)
    await vi.advanceTimersByTimeAsync(5000)
    expect([list, history].map((starts) => starts.map((start) => start - begun))).toEqual([
      [0, 1050],
      [0, 1050],
    ])
  })

  it('is none without a limit', async () => {
    const limiter = limiterOf(null)
    const starts: number[] = []
    takeMany(limiter, 'list', 1000, starts)
    await vi.advanceTimersByTimeAsync(0)
    expect(starts).toHaveLength(1000)
  })

  it('is kept although a timer cannot run that long', async () => {
    const limiter = limiterOf({ requests: 1, perMs: 30 * 86_400_000 })
    const starts: number[] = []
    takeMany(limiter, 'list', 2, starts)
    await vi.advanceTimersByTimeAsync(86_400_000)
    expect(starts).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(31 * 86_400_000)
    expect(starts).toHaveLength(2)
  })

  it('under any load: never more than the quota in any interval, and no slower than it must be', async () => {
    const load = fc.array(
      fc.record({ after: fc.integer({ min: 0, max: 400 }), count: fc.integer({ min: 1, max: 8 }) }),
      { minLength: 1, maxLength: 20 },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 700 }),
        load,
        async (requests, perMs, bursts) => {
          const limiter = limiterOf({ requests, perMs })
          const begun = now()
          const starts: number[] = []
          for (const { after, count } of bursts) {
            await vi.advanceTimersByTimeAsync(after)
            takeMany(limiter, 'list', count, starts)
          }
          const asked = bursts.reduce((sum, { count }) => sum + count, 0)
          const arrived = bursts.reduce((sum, { after }) => sum + after, 0)
          await vi.advanceTimersByTimeAsync(Math.ceil(asked / requests) * (perMs * 1.05 + 1))
          expect(starts).toHaveLength(asked)
          expect(densest(starts, perMs)).toBeLessThanOrEqual(requests)
          const slowest = arrived + Math.ceil(asked / requests) * (perMs * 1.05 + 1)
          expect((starts.at(-1) ?? 0) - begun).toBeLessThanOrEqual(slowest)
        },
      ),
      { numRuns: 150 },
    )
  })
})

describe('the line', () => {
  it('is first come, first served', async () => {
    const limiter = limiterOf({ requests: 2, perMs: 100 })
    const order: number[] = []
    for (let index = 0; index < 9; index += 1) {
      void limiter.acquire('list', undefined, ignore).then(() => order.push(index))
      await vi.advanceTimersByTimeAsync(3)
    }
    await vi.advanceTimersByTimeAsync(1000)
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })

  it.each([
    ['at its head', 1],
    ['in the middle', 3],
    ['at its end', 5],
  ])('who leaves it %s costs the others neither turn nor time', async (_, leaver) => {
    const limiter = limiterOf({ requests: 1, perMs: 100 })
    const controller = new AbortController()
    const begun = now()
    const order: (number | string)[] = []
    const times: number[] = []
    for (let index = 0; index < 6; index += 1) {
      const taken = limiter.acquire('list', index === leaver ? controller.signal : undefined, ignore)
      void taken.then(
        () => {
          order.push(index)
          times.push(now() - begun)
        },
        (reason) => order.push(reason as string),
      )
    }
    await vi.advanceTimersByTimeAsync(50)
    controller.abort('left')
    await vi.advanceTimersByTimeAsync(0)
    expect(order).toEqual([0, 'left'])
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(1000)
    expect(order.filter((item) => item !== 'left')).toEqual([0, 1, 2, 3, 4, 5].filter((index) => index !== leaver))
    expect(times).toEqual([0, 105, 210, 315, 420])
  })

  it('does not let in who comes with an aborted signal, nor count it', async () => {
    const limiter = limiterOf({ requests: 1, perMs: 1000 })
    expect(await rejectionOf(limiter.acquire('list', AbortSignal.abort('no'), ignore))).toBe('no')
    await limiter.acquire('list', undefined, ignore)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no timer behind when the last one gives up', async () => {
    const limiter = limiterOf({ requests: 1, perMs: 1000 })
    const controller = new AbortController()
    await limiter.acquire('list', controller.signal, ignore)
    const waiting = [
      limiter.acquire('list', controller.signal, ignore),
      limiter.acquire('list', controller.signal, ignore),
    ]
    const settled = Promise.allSettled(waiting)
    await vi.advanceTimersByTimeAsync(1)
    expect(vi.getTimerCount()).toBe(1)
    controller.abort('stop')
    expect(await settled).toEqual([
      { status: 'rejected', reason: 'stop' },
      { status: 'rejected', reason: 'stop' },
    ])
    expect(vi.getTimerCount()).toBe(0)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })
})

describe('pause', () => {
  it('holds everything of the account, waiting requests included, and is slower afterwards', async () => {
    const limiter = limiterOf(null)
    const begun = now()
    limiter.backOff(5000)
    const starts: number[] = []
    takeMany(limiter, 'list', 3, starts)
    takeMany(limiter, 'history', 3, starts)
    await vi.advanceTimersByTimeAsync(4999)
    expect(starts).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(60_000)
    const gaps = starts.map((start, index) => start - (starts[index - 1] ?? begun))
    expect(gaps[0]).toBe(5000)
    expect(gaps.slice(1).every((gap, index) => gap > 0 && gap <= (gaps[index] ?? 0) && gap <= 250)).toBe(true)
  })

  it('is never shortened by a shorter one', async () => {
    const limiter = limiterOf(null)
    limiter.backOff(5000)
    limiter.backOff(100)
    const starts: number[] = []
    const begun = now()
    takeMany(limiter, 'list', 1, starts)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(starts.map((start) => start - begun)).toEqual([5000])
  })

  it('catches a request that already waits for its quota', async () => {
    const limiter = limiterOf({ requests: 1, perMs: 1000 })
    const begun = now()
    const starts: number[] = []
    takeMany(limiter, 'list', 2, starts)
    await vi.advanceTimersByTimeAsync(500)
    limiter.backOff(5000)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(starts.map((start) => start - begun)).toEqual([0, 5500])
  })

  it('is forgotten in the end: full speed again', async () => {
    const limiter = limiterOf(null)
    limiter.backOff(0)
    const starts: number[] = []
    takeMany(limiter, 'list', 60, starts)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(starts).toHaveLength(60)
    const before = now()
    takeMany(limiter, 'list', 100, starts)
    await vi.advanceTimersByTimeAsync(0)
    expect(starts).toHaveLength(160)
    expect(starts.at(-1)).toBe(before)
  })
})

describe('limiters of one account that follow one another', () => {
  const shared = (limits: readonly [number, number]): [TestLimiter, TestLimiter] => {
    const state = createQuotaState()
    const [old, later] = limits.map((requests) => limiterOf({ requests, perMs: 1000 }, null, null, state)) as [
      TestLimiter,
      TestLimiter,
    ]
    return [old, later]
  }

  it('count the starts of both, and first come is first served', async () => {
    const [old, later] = shared([3, 3])
    const begun = now()
    const starts: number[] = []
    takeMany(old, 'list', 2, starts)
    takeMany(later, 'list', 2, starts)
    takeMany(old, 'list', 1, starts)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(starts.map((start) => start - begun)).toEqual([0, 0, 0, 1050, 1050])
  })

  it('keep each its own limit, a smaller and a larger one', async () => {
    const [old, later] = shared([2, 4])
    const begun = now()
    const starts: number[] = []
    takeMany(old, 'list', 2, starts)
    takeMany(later, 'list', 3, starts)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(starts.map((start) => start - begun)).toEqual([0, 0, 0, 0])
    takeMany(old, 'list', 1, starts)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(starts.map((start) => start - begun)).toEqual([0, 0, 0, 0, 1050, 1050])
  })

  it('pause together after a 429', async () => {
    const [old, later] = shared([5, 5])
    const begun = now()
    const starts: number[] = []
    old.backOff(5_000)
    takeMany(later, 'list', 1, starts)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(starts.map((start) => start - begun)).toEqual([5_000])
  })
})

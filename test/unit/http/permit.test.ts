import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSemaphore } from '../../../src/async/semaphore.js'
import { createQuotaState } from '../../../src/http/limiter.js'
import { createPermit, type Permit } from '../../../src/http/permit.js'
import { createSharedLimiter } from '../../../src/http/shared-limiter.js'
import type { CallOptions, Semaphore } from '../../../src/provider.js'
import { rejectionOf } from '../../support/core.js'
import { limiterOf } from '../../support/limiter.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const now = (): number => performance.now()
const ignore = (): void => {}
const permitOf = (semaphore?: Semaphore, signal?: AbortSignal): Permit =>
  createPermit({ semaphore, signal, timeoutMs: 1, maxRetries: 0 } satisfies CallOptions)
const heldPermit = async (semaphore: Semaphore): Promise<Permit> => {
  const permit = permitOf(semaphore)
  await permit.acquire()
  return permit
}
/** Whether another caller gets a permit of the semaphore at once. */
const isFree = async (semaphore: Semaphore): Promise<boolean> => {
  const stop = new AbortController()
  const permit = permitOf(semaphore, stop.signal)
  const acquired = permit.acquire().catch(() => {})
  await vi.advanceTimersByTimeAsync(0)
  const free = permit.isHeld()
  stop.abort()
  await acquired
  permit.release()
  return free
}

describe('a permit', () => {
  it('is one of its semaphore, and is released once', async () => {
    const semaphore = createSemaphore(1)
    const permit = await heldPermit(semaphore)
    expect([permit.isHeld(), await isFree(semaphore)]).toEqual([true, false])
    permit.release()
    permit.release()
    expect([permit.isHeld(), await isFree(semaphore)]).toEqual([false, true])
  })

  it('of a call without a semaphore is always free', async () => {
    const permit = permitOf()
    await permit.acquire()
    expect(permit.isHeld()).toBe(true)
  })
})

describe('a request that waits for its quota', () => {
  it('returns its permit meanwhile, and so do those behind it and those that come later', async () => {
    const limiter = limiterOf({ requests: 1, perMs: 1000 })
    const semaphore = createSemaphore(3)
    const begun = now()
    const starts: number[] = []
    const request = async (): Promise<void> => {
      const permit = await heldPermit(semaphore)
      await limiter.acquire('list', undefined, ignore, permit)
      expect(permit.isHeld()).toBe(true)
      starts.push(now() - begun)
      permit.release()
    }
    const requests = [request(), request(), request(), request()]
    await vi.advanceTimersByTimeAsync(0)
    expect(starts).toEqual([0])
    const others = await Promise.all([heldPermit(semaphore), heldPermit(semaphore), heldPermit(semaphore)])
    for (const permit of others) permit.release()
    await vi.advanceTimersByTimeAsync(10_000)
    await Promise.all(requests)
    expect(starts).toEqual([0, 1050, 2100, 3150])
  })

  it('starts only when a permit is free again, and never earlier than its quota allows', async () => {
    const limiter = limiterOf({ requests: 1, perMs: 1000 })
    const semaphore = createSemaphore(1)
    await limiter.acquire('list', undefined, ignore)
    const begun = now()
    const permit = await heldPermit(semaphore)
    let startedAt = Number.NaN
    const request = limiter.acquire('list', undefined, ignore, permit).then(() => {
      startedAt = now() - begun
    })
    await vi.advanceTimersByTimeAsync(500)
    const other = await heldPermit(semaphore)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(startedAt).toBeNaN()
    limiter.backOff(700)
    other.release()
    await vi.advanceTimersByTimeAsync(600)
    // A 429 came while the request waited for its permit: it returns the permit again.
    expect([startedAt, await isFree(semaphore)]).toEqual([Number.NaN, true])
    await vi.advanceTimersByTimeAsync(5_000)
    await request
    expect(startedAt).toBe(3_200)
  })

  it.each([
    // With its permit, a request fetched a token while the other waited for the quota.
    ['after', 2_000],
    ['while', 500],
  ])('gets a permit again from a request that joins the line %s it waits', async (_, joinsAt) => {
    const limiter = limiterOf({ requests: 1, perMs: 1000 })
    const semaphore = createSemaphore(1)
    await limiter.acquire('list', undefined, ignore)
    const request = async (permit: Permit, ms: number): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, ms))
      await limiter.acquire('list', undefined, ignore, permit)
      permit.release()
    }
    const first = request(await heldPermit(semaphore), 0)
    await vi.advanceTimersByTimeAsync(100)
    let ended = 0
    for (const each of [first, request(await heldPermit(semaphore), joinsAt)]) void each.then(() => (ended += 1))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(ended).toBe(2)
  })

  it('keeps its permit while there is no wait', async () => {
    const limiter = limiterOf({ requests: 100, perMs: 1000 })
    const semaphore = createSemaphore(2)
    let acquired = 0
    const counting: Semaphore = {
      acquire(signal) {
        acquired += 1
        return semaphore.acquire(signal)
      },
    }
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const permit = await heldPermit(counting)
        await limiter.acquire('list', undefined, ignore, permit)
        permit.release()
      }),
    )
    expect(acquired).toBe(20)
  })

  it('is counted in a shared quota only with a permit, right before it starts', async () => {
    const consumed: number[] = []
    const limiter = {
      consume: async () => {
        consumed.push(now())
        if (consumed.length === 1) throw { msBeforeNext: 400 }
      },
    }
    const shared = createSharedLimiter({ limiter, fallback: null }, 'wechatpay:a', now, ignore)
    const semaphore = createSemaphore(1)
    const begun = now()
    const permit = await heldPermit(semaphore)
    const request = limiterOf(null, shared).acquire('list', undefined, ignore, permit)
    await vi.advanceTimersByTimeAsync(100)
    const other = await heldPermit(semaphore)
    await vi.advanceTimersByTimeAsync(900)
    expect(consumed).toHaveLength(1)
    other.release()
    await vi.advanceTimersByTimeAsync(0)
    await request
    expect(consumed.map((at) => at - begun)).toEqual([0, 1000])
  })

  it('leaves nothing behind when it is aborted, wherever it waits', async () => {
    const state = createQuotaState()
    const limiter = limiterOf({ requests: 1, perMs: 1000 }, null, null, state)
    const semaphore = createSemaphore(1)
    await limiter.acquire('list', undefined, ignore)
    const stop = new AbortController()
    const requests = [1, 2, 3].map(async () => {
      const permit = permitOf(semaphore, stop.signal)
      await permit.acquire()
      await limiter.acquire('list', stop.signal, ignore, permit).finally(() => permit.release())
    })
    await vi.advanceTimersByTimeAsync(500)
    const other = await heldPermit(semaphore)
    await vi.advanceTimersByTimeAsync(1_000)
    stop.abort('enough')
    expect(await Promise.all(requests.map(rejectionOf))).toEqual(['enough', 'enough', 'enough'])
    other.release()
    expect(await isFree(semaphore)).toBe(true)
    expect(state.queues.get('list')).toMatchObject({ isWaiting: false, permits: new Set() })
  })
})

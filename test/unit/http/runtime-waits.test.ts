import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sleep } from '../../../src/async/abort.js'
import { createSemaphore } from '../../../src/async/semaphore.js'
import { QueryError, TransportError } from '../../../src/errors.js'
import type { Call } from '../../../src/provider.js'
import { rejectionOf } from '../../support/core.js'
import { bench, call, options, rest, type Step, settle } from '../../support/runtime.js'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-08T07:00:00Z') })
})
afterEach(() => {
  vi.useRealTimers()
})

const limited = (retryAfter?: string): Step => ({
  status: 429,
  headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
})

describe('429', () => {
  it.each([
    ['7', [0, 7000]],
    ['60', [0, 60_000]],
    ['Sun, 08 Mar 2026 07:00:09 GMT', [0, 9000]],
    ['0', [0, 1000]],
    // Not to be believed: as if it had said nothing.
    ['Sun, 08 Mar 2026 06:59:00 GMT', [0, 5000]],
    ['soon', [0, 5000]],
    ['-5', [0, 5000]],
    ['1e9', [0, 5000]],
    [undefined, [0, 5000]],
  ])('with Retry-After %o is asked again after as long', async (retryAfter, times) => {
    const { runtime, times: sentAt } = bench([limited(retryAfter), {}])
    const done = runtime.send(call(), options)
    expect(await settle(done)).toEqual([{ status: 'fulfilled', value: 'ok' }])
    expect(sentAt).toEqual(times)
  })

  it('with Retry-After: 0 backs off all the same, and doubles', async () => {
    const { runtime, times } = bench([limited('0'), limited('0'), limited('0'), {}])
    await settle(runtime.send(call(), options))
    expect(times).toEqual([0, 1000, 3000, 7000])
  })

  it('without Retry-After doubles', async () => {
    const { runtime, times } = bench([limited(), limited(), limited(), {}])
    const done = runtime.send(call(), options)
    await settle(done)
    expect(times).toEqual([0, 5000, 15_000, 35_000])
  })

  it.each(['61', '3600', '999999999', 'Sun, 08 Mar 2026 08:00:00 GMT'])(
    'with Retry-After %o fails at once and says how long',
    async (retryAfter) => {
      const { runtime, sent } = bench([limited(retryAfter)])
      const error = await rejectionOf(runtime.send(call(), options))
      expect(error).toMatchObject({ name: 'RateLimitError', attempts: 1, retryable: true })
      expect((error as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(60_000)
      expect(sent).toHaveLength(1)
      expect(vi.getTimerCount()).toBe(0)
    },
  )

  it('is not asked again without retries', async () => {
    const { runtime, sent } = bench([limited('1')])
    expect(await rejectionOf(runtime.send(call(), { ...options, maxRetries: 0 }))).toMatchObject({ retryAfterMs: 1000 })
    expect(sent).toHaveLength(1)
  })

  it('holds every other request of the account, of any quota class, and reports it', async () => {
    const { runtime, sent, times, events } = bench([limited('7'), {}])
    const first = runtime.send(call(), options)
    await rest()
    await vi.advanceTimersByTimeAsync(10)
    const others = [
      runtime.send(call(), options),
      runtime.send(call({ quota: 'history', operation: 'history' }), options),
    ]
    await vi.advanceTimersByTimeAsync(6900)
    expect(sent).toHaveLength(1)
    await settle(first, ...others)
    expect(times.slice(1).every((time) => time >= 7000)).toBe(true)
    expect(events.filter(({ type }) => type === 'rateLimitWait').length).toBeGreaterThanOrEqual(2)
  })

  it('does not hold a token call, which counts in no quota', async () => {
    const { runtime, times } = bench([limited('7'), {}])
    const first = runtime.send(call(), options)
    await rest()
    await vi.advanceTimersByTimeAsync(10)
    await runtime.send(call({ operation: 'token', quota: null }), options)
    expect(times).toEqual([0, 10])
    await settle(first)
  })

  it.each([
    ['after all retries', 0, '0.5', 500],
    ['after all retries, saying nothing', 0, undefined, 1000],
    ['and asks for more than a minute', 3, '3600', 1000],
  ])('that is not asked again, %s, still holds the account, for 1 s at most', async (_, maxRetries, after, heldMs) => {
    const { runtime, times, events } = bench([limited(after), {}])
    await rejectionOf(runtime.send(call(), { ...options, maxRetries }))
    const next = runtime.send(call({ quota: 'history', operation: 'history' }), options)
    expect(await settle(next)).toEqual([{ status: 'fulfilled', value: 'ok' }])
    expect(times).toEqual([0, heldMs])
    expect(events).toContainEqual(expect.objectContaining({ type: 'rateLimitWait', delayMs: heldMs }))
  })

  it('does not hold another runtime', async () => {
    const [held, free] = [bench([limited('7'), {}]), bench([{}])]
    const first = held.runtime.send(call(), options)
    await rest()
    await vi.advanceTimersByTimeAsync(10)
    await free.runtime.send(call(), options)
    expect(free.sent).toHaveLength(1)
    await settle(first)
  })

  it('lets the requests that follow go more slowly at first', async () => {
    const { runtime, times } = bench([limited('1'), {}])
    const all = [runtime.send(call(), options)]
    await rest()
    await vi.advanceTimersByTimeAsync(10)
    for (let index = 0; index < 5; index += 1) all.push(runtime.send(call(), options))
    await settle(...all)
    const gaps = times.slice(2).map((time, index) => time - (times[index + 1] ?? 0))
    expect(gaps.every((gap) => gap >= 100 && gap <= 250)).toBe(true)
  })
})

describe('L12 503', () => {
  const unavailable = (retryAfter: string): Step => ({ status: 503, headers: { 'retry-after': retryAfter } })

  it('with Retry-After: 2 is sent again after 2 s', async () => {
    const { runtime, times } = bench([unavailable('2'), {}])
    expect(await settle(runtime.send(call(), options))).toEqual([{ status: 'fulfilled', value: 'ok' }])
    expect(times).toEqual([0, 2000])
  })

  it('with Retry-After: 61 fails at once and says how long', async () => {
    const { runtime, sent } = bench([unavailable('61')])
    expect(await rejectionOf(runtime.send(call(), options))).toMatchObject({
      name: 'ApiError',
      attempts: 1,
      retryAfterMs: 61_000,
    })
    expect(sent).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the quota', () => {
  it('is kept whatever happens to the clock of the host', async () => {
    for (const set of ['2026-03-08T06:00:00Z', '2026-03-09T07:00:00Z']) {
      const { runtime, times } = bench([{}], { rateLimit: { requests: 1, perMs: 1000 } })
      await runtime.send(call(), options)
      vi.setSystemTime(Date.parse(set))
      const second = runtime.send(call(), options)
      await vi.advanceTimersByTimeAsync(2000)
      await second
      expect(times).toEqual([0, 1050])
    }
  })
})

describe('what a call prepares', () => {
  const rateLimit = { requests: 4, perMs: 500 }
  const slow = (prepared: Promise<void>): Partial<Call<unknown>> => ({ prepare: () => prepared })

  it('is done before the call counts: those who waited for it together do not start together', async () => {
    const { runtime, times } = bench([{}], { rateLimit })
    const token = sleep(520, undefined)
    const all = Array.from({ length: 8 }, () => runtime.send(call(slow(token)), options))
    await settle(...all)
    expect(times).toEqual([520, 520, 520, 520, 1045, 1045, 1045, 1045])
  })

  it('is prepared for each attempt, before it is authorised', async () => {
    const { runtime } = bench([{ status: 500 }, {}])
    const done: string[] = []
    const noting = call({
      prepare: async ({ number }) => void done.push(`prepare ${number}`),
      authorise: ({ number }) => {
        done.push(`authorise ${number}`)
        return { method: 'GET', url: 'https://provider.example/', headers: {} }
      },
    })
    await settle(runtime.send(noting, options))
    expect(done).toEqual(['prepare 1', 'authorise 1', 'prepare 2', 'authorise 2'])
  })

  it('and fails with is the failure of the attempt, which was never sent', async () => {
    const { runtime, sent, events } = bench([{}])
    const failing = call({ prepare: () => Promise.reject(new TransportError('no token')) })
    expect(await rejectionOf(runtime.send(failing, options))).toMatchObject({ name: 'TransportError', attempts: 0 })
    expect([sent, events]).toEqual([[], []])
  })
})

describe('an abort', () => {
  const reasons = [
    ['text', 'enough'],
    ['null', null],
    ['an error of the family', new QueryError('enough')],
    ['an object', { a: 1 }],
  ] as const

  it.each(reasons)('before anything: nothing is sent; the reason is %s', async (_, reason) => {
    const { runtime, sent, events } = bench([{}])
    const before = reason instanceof Error ? reason.message : null
    const signal = AbortSignal.abort(reason)
    expect(await rejectionOf(runtime.send(call(), { ...options, signal, semaphore: createSemaphore(1) }))).toBe(reason)
    expect(await rejectionOf(runtime.send(call({ quota: null }), { ...options, signal }))).toBe(reason)
    expect([sent, events]).toEqual([[], []])
    if (reason instanceof Error) expect(reason.message).toBe(before)
  })

  it.each(reasons)(
    'while waiting for another attempt: the reason is %s, no timer or listener stays',
    async (_, reason) => {
      const { runtime, sent } = bench([new TransportError('x', { retryable: true })])
      const controller = new AbortController()
      const failed = rejectionOf(runtime.send(call(), { ...options, signal: controller.signal }))
      await vi.advanceTimersByTimeAsync(0)
      expect(vi.getTimerCount()).toBe(1)
      controller.abort(reason)
      expect(await failed).toBe(reason)
      expect(vi.getTimerCount()).toBe(0)
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
      await vi.advanceTimersByTimeAsync(60_000)
      expect(sent).toHaveLength(1)
    },
  )

  it('while waiting after a 429', async () => {
    const { runtime } = bench([limited('30')])
    const controller = new AbortController()
    const failed = rejectionOf(runtime.send(call(), { ...options, signal: controller.signal }))
    await rest()
    await vi.advanceTimersByTimeAsync(1000)
    controller.abort('enough')
    expect(await failed).toBe('enough')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('while waiting for the quota, and for a place', async () => {
    const { runtime, sent } = bench([{}], { rateLimit: { requests: 1, perMs: 1000 } })
    const places = createSemaphore(1)
    const controller = new AbortController()
    const { signal } = controller
    await runtime.send(call(), { ...options, semaphore: places })
    const failed = [1, 2, 3].map(() => rejectionOf(runtime.send(call(), { ...options, signal, semaphore: places })))
    await rest()
    await vi.advanceTimersByTimeAsync(10)
    controller.abort('enough')
    expect(await Promise.all(failed)).toEqual(['enough', 'enough', 'enough'])
    expect(sent).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(2000)
    const after = runtime.send(call(), { ...options, semaphore: places })
    await vi.advanceTimersByTimeAsync(2000)
    expect(await after).toBe('ok')
  })

  it.each(reasons)('while authorising or reading: the reason is %s', async (_, reason) => {
    for (const step of ['authorise', 'read'] as const) {
      const controller = new AbortController()
      const { runtime, sent, events } = bench([{}])
      const stumble = (): never => {
        controller.abort(reason)
        throw new TransportError('because of it', { retryable: true })
      }
      const failed = rejectionOf(runtime.send(call({ [step]: stumble }), { ...options, signal: controller.signal }))
      expect(await failed).toBe(reason)
      expect(sent).toHaveLength(step === 'read' ? 1 : 0)
      expect(events.filter(({ type }) => type === 'retry')).toEqual([])
    }
    if (reason instanceof Error) expect(reason.message).toBe('enough')
  })
})

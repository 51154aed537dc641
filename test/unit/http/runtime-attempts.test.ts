import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  AuthenticationError,
  type ComplaintError,
  RateLimitError,
  SignatureError,
  TimeoutError,
  TransportError,
} from '../../../src/errors.js'
import type { Attempt, Semaphore } from '../../../src/provider.js'
import { bench, call, garbled, options, type Step, settle } from '../../support/runtime.js'

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-08T07:00:00Z') })
})
afterEach(() => {
  vi.useRealTimers()
})

async function failure(promise: Promise<unknown>): Promise<unknown> {
  const [result] = await settle(promise)
  if (result?.status !== 'rejected') throw new Error('nothing was rejected')
  return result.reason
}

describe('attempts', () => {
  it.each([
    ['a failing wire', () => new TransportError('x', { retryable: true })],
    ['a timeout', () => new TimeoutError('x', { retryable: true })],
    ['429', () => ({ status: 429 })],
    ['500', () => ({ status: 500 })],
    ['503', () => ({ status: 503 })],
  ] as [string, () => Step][])('after %s, another; authorised afresh', async (_, step) => {
    const { runtime, sent } = bench([step(), step(), {}])
    const attempts: Attempt[] = []
    const authorise = (attempt: Attempt) => {
      attempts.push(attempt)
      return call().authorise(attempt)
    }
    expect(await settle(runtime.send(call({ authorise }), options))).toEqual([{ status: 'fulfilled', value: 'ok' }])
    expect(sent.map(({ url }) => url)).toEqual([1, 2, 3].map((number) => `https://provider.example/${number}`))
    expect(new Set(sent.map(({ headers }) => headers.At)).size).toBe(3)
    expect(attempts.map(({ number }) => number)).toEqual([1, 2, 3])
  })

  it('after an answer that is not proven, another; it is a SignatureError when they are used up', async () => {
    const { runtime, sent } = bench([{}])
    const read = (): never => {
      throw new SignatureError('unproven', { retryable: true })
    }
    const error = await failure(runtime.send(call({ read }), options))
    expect(error).toMatchObject({ name: 'SignatureError', attempts: 4, retryable: true })
    expect(sent).toHaveLength(4)
  })

  it.each([400, 401, 403, 404, 409, 422])('never after %i', async (status) => {
    const { runtime, sent } = bench([{ status }])
    expect(await failure(runtime.send(call(), options))).toMatchObject({ status, attempts: 1 })
    expect(sent).toHaveLength(1)
  })

  it.each([
    [0, 1],
    [1, 2],
    [5, 6],
  ])('maxRetries %i: %i requests', async (maxRetries, requests) => {
    const { runtime, sent } = bench([{ status: 500 }])
    const error = await failure(runtime.send(call(), { ...options, maxRetries }))
    expect(error).toMatchObject({ name: 'ApiError', attempts: requests, retryable: true })
    expect(sent).toHaveLength(requests)
  })

  it('back off exponentially, with jitter', async () => {
    const { runtime, times } = bench([{ status: 500 }])
    await failure(runtime.send(call(), { ...options, maxRetries: 4 }))
    expect(times).toEqual([0, 125, 375, 875, 1875])
  })

  it('are reported one by one', async () => {
    const { runtime, events } = bench([{ status: 500 }, new TransportError('x', { retryable: true }), {}])
    await settle(runtime.send(call({ operation: 'get' }), options))
    const place = { provider: 'wechatpay', account: '1900000001', operation: 'get' }
    const sent = { type: 'request', host: 'provider.example', requestId: null, providerCode: null, durationMs: 0 }
    expect(events).toEqual([
      { ...place, ...sent, attempt: 1, status: 500, failure: 'API' },
      { ...place, type: 'retry', attempt: 1, delayMs: 125, failure: 'API' },
      { ...place, ...sent, attempt: 2, status: null, failure: 'NETWORK' },
      { ...place, type: 'retry', attempt: 2, delayMs: 250, failure: 'NETWORK' },
      { ...place, ...sent, attempt: 3, status: 200, failure: null },
    ])
  })
})

describe('recover', () => {
  it('buys one attempt beside the retries, at once and only once', async () => {
    const { runtime, sent, times } = bench([{ status: 401 }])
    const recover = vi.fn(() => true)
    const error = await failure(runtime.send(call({ recover }), { ...options, maxRetries: 0 }))
    expect(error).toMatchObject({ name: 'AuthenticationError', attempts: 2 })
    expect(sent).toHaveLength(2)
    expect(times).toEqual([0, 0])
    expect(recover).toHaveBeenCalledOnce()
  })

  it('does not cost a retry', async () => {
    const { runtime, sent } = bench([{ status: 401 }, { status: 500 }, { status: 500 }, {}])
    const recover = (error: ComplaintError): boolean => error.status === 401
    expect(await settle(runtime.send(call({ recover }), { ...options, maxRetries: 2 }))).toMatchObject([
      { value: 'ok' },
    ])
    expect(sent).toHaveLength(4)
  })

  it('that mended nothing changes nothing', async () => {
    const { runtime, sent } = bench([{ status: 401 }])
    await failure(runtime.send(call({ recover: () => false }), options))
    expect(sent).toHaveLength(1)
  })
})

describe('a call within a call (a token)', () => {
  const token = call({ operation: 'token', quota: null })

  it('that failed is not tried again by the outer one', async () => {
    const { runtime, sent } = bench([{ status: 500 }])
    const recover = vi.fn(() => true)
    const outer = call({
      recover,
      authorise: async () => ({ ...sent[0], url: await runtime.send(token, options) }) as never,
    })
    const error = await failure(runtime.send(outer, options))
    expect(error).toMatchObject({ operation: 'token', attempts: 4, message: '[wechatpay 1900000001] HTTP 500' })
    expect(sent).toHaveLength(4)
    expect(recover).not.toHaveBeenCalled()
  })

  it('that worked is followed by the outer one', async () => {
    const { runtime, sent } = bench([{ status: 500 }, { body: Buffer.from('"token"') }, { body: Buffer.from('7') }])
    const authorise = async () =>
      ({ method: 'GET', url: `https://provider.example/${await runtime.send(token, options)}`, headers: {} }) as const
    expect(await settle(runtime.send(call({ authorise }), options))).toMatchObject([{ value: 7 }])
    expect(sent.at(-1)?.url).toBe('https://provider.example/token')
  })
})

describe('a call that cannot be authorised', () => {
  it('counts no attempt and reports no request: none was sent', async () => {
    const { runtime, sent, events } = bench([{}])
    const authorise = (): never => {
      throw new AuthenticationError('no token')
    }
    const error = await failure(runtime.send(call({ authorise }), options))
    expect(error).toMatchObject({ name: 'AuthenticationError', attempts: 0, operation: 'list' })
    expect([sent, events]).toEqual([[], []])
  })

  it('gives its place back', async () => {
    let held = 0
    const places: Semaphore = {
      acquire: async () => {
        held += 1
        return () => {
          held -= 1
        }
      },
    }
    const { runtime } = bench([{}])
    await failure(runtime.send(call({ authorise: () => Promise.reject(garbled()) }), { ...options, semaphore: places }))
    expect(held).toBe(0)
  })
})

it('a rate limit of another copy of the library is honoured', async () => {
  vi.resetModules()
  const copy = await import('../../../src/errors.js')
  const { runtime, times } = bench([{ status: 429 }, {}])
  const refuse = (): ComplaintError => new copy.RateLimitError('x', { retryable: true, retryAfterMs: 7000 }) as never
  await settle(runtime.send(call({ refuse }), options))
  expect(refuse()).not.toBeInstanceOf(RateLimitError)
  expect(times[1]).toBeGreaterThanOrEqual(7000)
})

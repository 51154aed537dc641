import { describe, expect, it } from 'vitest'
import { createSemaphore } from '../../../../../src/async/semaphore.js'
import { AuthenticationError, TimeoutError } from '../../../../../src/errors.js'
import type { XiaoeOptions } from '../../../../../src/providers/xiaoe/index.js'
import { bench, deferred, emptyList, expectNoSecret, failureOf, refusal, rest } from '../support.js'

const given = (accessToken: unknown): XiaoeOptions => ({ appId: 'appMadeUp1', accessToken }) as XiaoeOptions

describe('a token given as text', () => {
  it('is carried as it is; nothing is fetched', async () => {
    const box = bench({ options: given('made-up-token') })
    await box.list()
    expect(box.carried()).toEqual(['made-up-token'])
    expect(box.tokenRequests).toEqual([])
  })

  it('that is dead is an AuthenticationError that says to give a fresh one, after one attempt', async () => {
    const box = bench({
      options: given('made-up-token'),
      list: (token) => refusal(2008, `access_token ${token} 已过期`),
    })
    const error = await failureOf(box.list({ maxRetries: 3 }))
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error.message).toMatch(/pass a new accessToken/)
    expect(error).toMatchObject({ attempts: 1, retryable: false, providerCode: '2008' })
    expectNoSecret(error, box.events)
  })
})

it('C23: the token of a text or a function is trimmed', async () => {
  for (const accessToken of ['made-up-token\n', async () => ' made-up-token\r\n']) {
    const box = bench({ options: given(accessToken) })
    await box.list()
    expect(box.carried()).toEqual(['made-up-token'])
  }
})

describe('a token asked from a function', () => {
  const counting = (): { ask: () => Promise<string>; asked: () => number } => {
    let count = 0
    return {
      asked: () => count,
      ask: async () => {
        count += 1
        return `made-up-token-${count}`
      },
    }
  }

  it('is asked for once more on 2008', async () => {
    const { ask, asked } = counting()
    const box = bench({
      options: given(ask),
      list: (token) => (token === 'made-up-token-1' ? refusal(2008) : emptyList()),
    })
    await box.list()
    expect(asked()).toBe(2)
    expect(box.carried()).toEqual(['made-up-token-1', 'made-up-token-2'])
  })

  it('and no more than once', async () => {
    const { ask, asked } = counting()
    const box = bench({ options: given(ask), list: (token) => refusal(2008, token) })
    const error = await failureOf(box.list({ maxRetries: 3 }))
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error.message).toMatch(/called again/)
    expect(asked()).toBe(2)
    expectNoSecret(error, box.events)
  })

  it.each<[string, () => unknown]>([
    ['rejects', () => Promise.reject(new Error('made+up/secret=&"1'))],
    [
      'throws at once',
      () => {
        throw new Error('made+up/secret=&"1')
      },
    ],
    ['returns nothing', async () => undefined],
    ['returns an empty text', async () => ''],
    ['returns an object', async () => ({ token: 'made-up-token' })],
  ])('that %s is an AuthenticationError without a word of its own, before any request', async (_, ask) => {
    const box = bench({ options: given(ask) })
    const error = await failureOf(box.list())
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error.message).toMatch(/accessToken\(\)/)
    expect(error.cause).toBeUndefined()
    expect(error).toMatchObject({ provider: 'xiaoe', operation: 'list', attempts: 0 })
    expect(box.listRequests).toEqual([])
    expectNoSecret(error, box.events)
  })

  it('may be one that returns at once', async () => {
    const box = bench({ options: given(() => 'made-up-token') })
    await box.list()
    expect(box.carried()).toEqual(['made-up-token'])
  })

  it('that never answers is left behind by an abort', async () => {
    const box = bench({ options: given(() => new Promise(() => {})) })
    const leaving = new AbortController()
    const call = failureOf(box.list({ signal: leaving.signal }))
    await rest()
    const reason = new Error('enough')
    leaving.abort(reason)
    expect(await call).toBe(reason)
  })

  it('that never answers is a TimeoutError after timeoutMs, once for each attempt, and holds no place', async () => {
    let asked = 0
    const never = (): Promise<string> => {
      asked += 1
      return new Promise(() => {})
    }
    const box = bench({ options: given(never) })
    const places = createSemaphore(1)
    const error = await failureOf(box.list({ timeoutMs: 20, maxRetries: 1, semaphore: places }))
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error.message).toMatch(/accessToken\(\) returned no token within 20 ms/)
    expect(error).toMatchObject({ provider: 'xiaoe', operation: 'list', retryable: true, attempts: 0 })
    expect(asked).toBe(2)
    expect(box.listRequests).toEqual([])
    // The only place is free again, or this would wait for ever.
    ;(await places.acquire(AbortSignal.timeout(5000)))()
  })

  it('that rejects after it was given up is no unhandled rejection', async () => {
    const late = deferred<string>()
    const unhandled: unknown[] = []
    const keep = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', keep)
    const box = bench({ options: given(() => late.promise) })
    expect(await failureOf(box.list({ timeoutMs: 20 }))).toBeInstanceOf(TimeoutError)
    late.reject(new Error('made+up/secret=&"1'))
    await rest()
    process.off('unhandledRejection', keep)
    expect(unhandled).toEqual([])
  })
})

import { describe, expect, it, vi } from 'vitest'
import {
  ApiError,
  AuthenticationError,
  RateLimitError,
  ResponseError,
  TransportError,
} from '../../../../../src/errors.js'
import type { WireResponse } from '../../../../../src/provider.js'
import {
  aClock,
  answer,
  bench,
  deferred,
  emptyList,
  expectNoSecret,
  failureOf,
  refusal,
  rest,
  tokenAnswer,
} from '../support.js'

describe('the token call', () => {
  it('is the documented GET, its values encoded, and takes no place', async () => {
    const { list, tokenRequests, events } = bench()
    let places = 0
    const take = async (): Promise<() => void> => {
      places += 1
      return () => {}
    }
    await list({ semaphore: { acquire: take } })
    expect(tokenRequests).toEqual([
      {
        method: 'GET',
        url: 'https://api.xiaoe-tech.com/token?app_id=appMadeUp1&client_id=xopMadeUp1&secret_key=made%2Bup%2Fsecret%3D%26%221&grant_type=client_credential',
        headers: { Accept: 'application/json' },
      },
    ])
    expect(places).toBe(1)
    expect(events.filter(({ type }) => type === 'request')).toMatchObject([
      { operation: 'token' },
      { operation: 'list' },
    ])
    expectNoSecret(events)
  })

  it.each([
    ['no token', { expires_in: 7200 }],
    ['an empty token', { access_token: '', expires_in: 7200 }],
    ['no life', { access_token: 'made-up-token' }],
    ['a negative life', { access_token: 'made-up-token', expires_in: -1 }],
    ['a list', []],
    ['nothing', null],
  ])('that answers with %s is a ResponseError of the token call', async (_, data) => {
    const box = bench({ token: () => answer({ code: 0, msg: 'ok', data }) })
    const error = await failureOf(box.list())
    expect(error).toBeInstanceOf(ResponseError)
    expect(error).toMatchObject({ operation: 'token', attempts: 1 })
    expect(error.issues.length).toBeGreaterThan(0)
    expect(box.listRequests).toEqual([])
    expectNoSecret(error, box.events)
  })
})

describe('one fetch serves all', () => {
  it('callers side by side', async () => {
    const { list, carried, tokenRequests } = bench()
    await Promise.all(Array.from({ length: 10 }, () => list()))
    expect(tokenRequests).toHaveLength(1)
    expect(carried()).toEqual(Array(10).fill('made-up-token-1'))
  })

  it('and goes on when the caller that began it gives up', async () => {
    const fetched = deferred<WireResponse>()
    const box = bench({ token: () => fetched.promise })
    const leaving = new AbortController()
    const first = failureOf(box.list({ signal: leaving.signal }))
    const others = Promise.all([box.list(), box.list({ signal: new AbortController().signal })])
    await rest()
    const reason = new Error('enough')
    leaving.abort(reason)
    expect(await first).toBe(reason)
    expect(box.tokenSignals.map((signal) => signal?.aborted)).toEqual([false])
    fetched.resolve(tokenAnswer('made-up-token'))
    await others
    expect(box.tokenRequests).toHaveLength(1)
    expect(box.listRequests).toHaveLength(2)
  })

  it('and is stopped when nobody waits any more; the next caller begins anew', async () => {
    const box = bench({ token: (count) => (count === 1 ? deferred<WireResponse>().promise : tokenAnswer('second')) })
    const leaving = new AbortController()
    const calls = [1, 2].map(() => failureOf(box.list({ signal: leaving.signal })))
    await rest()
    leaving.abort(new Error('enough'))
    await Promise.all(calls)
    expect(box.tokenSignals.map((signal) => signal?.aborted)).toEqual([true])
    expect(box.listRequests).toEqual([])
    await box.list()
    expect(box.carried()).toEqual(['second'])
  })

  it('does not begin for a caller that has given up already', async () => {
    const box = bench()
    const reason = new Error('enough')
    expect(await failureOf(box.list({ signal: AbortSignal.abort(reason) }))).toBe(reason)
    expect(box.tokenRequests).toEqual([])
  })

  it('its failure is reported to each in an error of its own, and is not remembered', async () => {
    const box = bench({ token: (count) => (count === 1 ? refusal(2002, 'secret_key错误') : tokenAnswer('second')) })
    const [one, two] = await Promise.all([failureOf(box.list()), failureOf(box.list())])
    expect(one).not.toBe(two)
    for (const error of [one, two]) {
      expect(error).toBeInstanceOf(AuthenticationError)
      expect(error).toMatchObject({
        provider: 'xiaoe',
        account: 'appMadeUp1',
        operation: 'token',
        attempts: 1,
        providerCode: '2002',
        providerMessage: 'secret_key错误',
        message: '[xiaoe appMadeUp1] code 2002 secret_key错误; check appId, clientId and secretKey',
      })
    }
    expect(box.tokenRequests).toHaveLength(1)
    await box.list()
    expect(box.tokenRequests).toHaveLength(2)
    expect(box.carried()).toEqual(['second'])
  })

  it('but not two clients', async () => {
    const boxes = [bench(), bench()]
    await Promise.all(boxes.map(({ list }) => list()))
    expect(boxes.map(({ tokenRequests }) => tokenRequests.length)).toEqual([1, 1])
  })
})

describe('a token is believed as long as its answer says', () => {
  it.each([
    ['two hours: five minutes less', 7200, 6900],
    ['two hours as text', '7200', 6900],
    ['ten minutes: a tenth less', 600, 540],
    ['a minute: a tenth less', 60, 54],
  ])('%s', async (_, seconds, believed) => {
    const clock = aClock()
    const begun = clock.now
    const { list, tokenRequests, carried } = bench({
      clock,
      token: (count) => tokenAnswer(`made-up-token-${count}`, seconds),
    })
    await list()
    clock.now = begun + believed * 1000 - 1
    await list()
    expect(tokenRequests).toHaveLength(1)
    clock.now = begun + believed * 1000
    await list()
    expect(carried()).toEqual(['made-up-token-1', 'made-up-token-1', 'made-up-token-2'])
  })

  it('counted from when it was asked for, not from when the answer came', async () => {
    const clock = aClock()
    const begun = clock.now
    const { list, tokenRequests } = bench({
      clock,
      token(count) {
        clock.now += 10_000
        return tokenAnswer(`made-up-token-${count}`, 600)
      },
    })
    await list()
    clock.now = begun + 540_000
    await list()
    expect(tokenRequests).toHaveLength(2)
  })
})

describe('code 2008', () => {
  const dead = (isAlive: (token: string) => boolean) => (token: string) =>
    isAlive(token) ? emptyList() : refusal(2008)

  it('costs one fetch and one more attempt, even without retries', async () => {
    const { list, carried, tokenRequests } = bench({ list: dead((token) => token === 'made-up-token-2') })
    await list()
    expect(carried()).toEqual(['made-up-token-1', 'made-up-token-2'])
    expect(tokenRequests).toHaveLength(2)
  })

  it('twice is an AuthenticationError, after one renewal', async () => {
    const box = bench({ list: () => refusal(2008, 'access_token made-up-token-2 无效') })
    const error = await failureOf(box.list({ maxRetries: 3 }))
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(error).toMatchObject({ providerCode: '2008', operation: 'list', attempts: 2, retryable: false })
    expect(error.message).toMatch(/tokenStore/)
    expect(box.carried()).toEqual(['made-up-token-1', 'made-up-token-2'])
    expectNoSecret(error, box.events)
  })

  it('is answered with the same token when that is what comes back', async () => {
    const { list, carried, tokenRequests } = bench({
      token: () => tokenAnswer('the-same'),
      list: (_, count) => (count === 1 ? refusal(2008) : emptyList()),
    })
    await list()
    expect(carried()).toEqual(['the-same', 'the-same'])
    expect(tokenRequests).toHaveLength(2)
  })

  it.each(['another', 'the same'])('for calls side by side costs one fetch, when it yields %s', async (kind) => {
    const held: (() => void)[] = []
    const box = bench({
      token: (count) => tokenAnswer(kind === 'another' ? `made-up-token-${count}` : 'the-same'),
      list: (_, count) => (count > 4 ? emptyList() : new Promise((resolve) => held.push(() => resolve(refusal(2008))))),
    })
    const calls = [1, 2, 3, 4].map(() => box.list())
    await rest()
    // One after the other: by the time of the last, the token has long been renewed.
    for (const release of held) {
      release()
      await rest()
    }
    await Promise.all(calls)
    expect(held).toHaveLength(4)
    expect(box.tokenRequests).toHaveLength(2)
    expect(box.listRequests).toHaveLength(8)
  })

  it('2007, a missing token, is not mended by fetching', async () => {
    const box = bench({ list: () => refusal(2007) })
    expect(await failureOf(box.list())).toBeInstanceOf(AuthenticationError)
    expect(box.tokenRequests).toHaveLength(1)
  })
})

describe('at most 100 fetches in 10 minutes', () => {
  it('then a RateLimitError before any request, until the first is 10 minutes old', async () => {
    const clock = aClock()
    // A life of no seconds: every call needs a token of its own.
    const box = bench({ clock, token: (count) => tokenAnswer(`made-up-token-${count}`, 0) })
    for (let count = 0; count < 100; count += 1) {
      await box.list()
      clock.now += 1000
    }
    const error = await failureOf(box.list())
    expect(error).toBeInstanceOf(RateLimitError)
    expect(error).toMatchObject({ operation: 'token', attempts: 0, retryAfterMs: 500_000, retryable: true })
    expect(box.tokenRequests).toHaveLength(100)
    expect(box.listRequests).toHaveLength(100)
    clock.now += 500_000
    await box.list()
    expect(box.tokenRequests).toHaveLength(101)
    expect(await failureOf(box.list())).toMatchObject({ retryAfterMs: 1000 })
  })

  it('is waited for once, by the call that needs the token', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    try {
      const clock = aClock()
      const box = bench({ clock, token: (count) => tokenAnswer(`made-up-token-${count}`, 0) })
      for (let count = 0; count < 100; count += 1) await box.list()
      clock.now += 10 * 60_000 - 1000
      // The clock stands still: a second of waiting mends nothing, however often.
      const call = failureOf(box.list({ maxRetries: 2 }))
      await vi.advanceTimersByTimeAsync(10_000)
      expect(await call).toMatchObject({ name: 'RateLimitError', operation: 'token', attempts: 0 })
      expect(box.events.filter(({ type }) => type === 'retry')).toMatchObject([
        { operation: 'list', delayMs: 1000 },
        { operation: 'list', delayMs: 1000 },
      ])
    } finally {
      vi.useRealTimers()
    }
  })

  it('counts every attempt', async () => {
    const box = bench({ token: () => answer('<html>', 500) })
    for (let call = 0; call < 5; call += 1) await failureOf(box.list({ maxRetries: 18 }))
    const error = await failureOf(box.list({ maxRetries: 18 }))
    expect(error).toBeInstanceOf(RateLimitError)
    expect(box.tokenRequests).toHaveLength(100)
  })
})

describe('a token call that fails', () => {
  const cut = Buffer.from('{"code":0,"data":{"access_token":"made-up-tok')
  it.each<[string, () => WireResponse | Error, new (...values: never[]) => Error, boolean]>([
    ['a connection that breaks', () => new TransportError('no answer', { retryable: true }), TransportError, true],
    ['HTML with status 500', () => answer('<html>secret_key=made+up/secret=&"1</html>', 500), ApiError, true],
    ['a redirect', () => answer('', 302), TransportError, false],
    ['status 404', () => answer('', 404), ApiError, false],
    ['status 401', () => answer('', 401), AuthenticationError, false],
    ['status 429', () => answer('', 429), RateLimitError, true],
    ['HTML with status 200', () => answer('<html>made+up/secret=&"1</html>'), ResponseError, true],
    ['an answer cut short', () => answer(cut), ResponseError, true],
    ['a message that quotes the secret', () => refusal(2002, 'made+up/secret=&"1'), AuthenticationError, false],
    ['a message that quotes the URL', () => refusal(1002, '?secret_key=made%2Bup%2Fsecret%3D%26%221'), ApiError, false],
    ['a burst', () => refusal(2054), RateLimitError, true],
  ])('with %s', async (_, token, kind, retryable) => {
    const box = bench({ token })
    const error = await failureOf(box.list())
    expect(error).toBeInstanceOf(kind)
    expect(error).toMatchObject({ operation: 'token', provider: 'xiaoe', attempts: 1, retryable })
    expect(box.listRequests).toEqual([])
    expectNoSecret(error, box.events)
  })

  it('is tried again as often as the call allows, and no more by the call around it', async () => {
    const box = bench({ token: () => answer('', 503) })
    expect(await failureOf(box.list({ maxRetries: 2 }))).toMatchObject({ attempts: 3, retryable: true })
    expect(box.tokenRequests).toHaveLength(3)
  })
})

import { expect, it } from 'vitest'
import { ApiError, ComplaintClient, type ComplaintError, type ComplaintEvent, RateLimitError } from '../../src/index.js'
import { byId, type Harness, ids, mapped, month } from './harness.js'

/** Faults of the network and of the server: a retry each, never a row. */
export function describeFaults(harness: Harness): void {
  const { given, start, clientOf, drain, brokenOff, failure, own, lists } = harness

  it.each([
    // After a refusal the pace is held down, so one must do.
    { kind: 'rateLimit', retryAfterSeconds: 0, times: 1 },
    { kind: 'serverError', times: 3 },
    { kind: 'reset', times: 3 },
    { kind: 'tamperedSignature', times: 3 },
    { kind: 'tamperedBody', times: 3 },
  ] as const)('$kind costs a retry each and no row, authorised afresh', async (fault) => {
    const sandbox = await start({ ...month, complaints: 40, faults: [{ ...fault, operation: 'list', every: 2 }] })
    const events: ComplaintEvent[] = []
    const client = clientOf(sandbox, { maxRetries: 3, onEvent: (event) => events.push(event) })
    const pageSize = fault.kind === 'rateLimit' ? 30 : 10
    expect(mapped(await drain(client, { ...month, pageSize }))).toEqual(own(sandbox).sort(byId))
    expect(events.filter(({ type }) => type === 'retry').length).toBe(fault.times)
    const { freshness } = given
    if (freshness !== null) expect(new Set(lists(sandbox).map(freshness)).size).toBe(lists(sandbox).length)
  })

  it.each([
    ['rateLimit', 'RateLimitError'],
    ['serverError', 'ApiError'],
    ['reset', 'TransportError'],
    ['tamperedSignature', null],
    ['tamperedBody', null],
  ] as const)('%s that stays ends in the right error with nothing delivered', async (kind, name) => {
    const sandbox = await start({ complaints: 20, faults: [{ kind, operation: 'list', retryAfterSeconds: 0 }] })
    const { delivered, error } = await brokenOff(clientOf(sandbox, { maxRetries: 1, concurrency: 1 }))
    expect(delivered).toEqual([])
    expect(name === null ? given.tamperedEndsIn : [name]).toContain(error.name)
    expect([error.retryable, error.attempts, error.provider, error.operation]).toEqual([
      true,
      2,
      given.provider,
      'list',
    ])
    expect(error.account).toBe(own(sandbox)[0]?.account)
  })

  it('Retry-After is waited for; one that is too long ends at once and says how long', async () => {
    const fault = { kind: 'rateLimit', operation: 'list' } as const
    const short = await start({ ...month, complaints: 20, faults: [{ ...fault, nth: 1, retryAfterSeconds: 1 }] })
    expect(ids(await drain(clientOf(short, { maxRetries: 1 }), month))).toEqual(ids(own(short)))
    const [refused, next] = lists(short)
    expect([refused?.status, next?.status]).toEqual([429, 200])
    expect((next?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThan(950)

    const long = await start({ complaints: 20, faults: [{ ...fault, retryAfterSeconds: 61 }] })
    const error = await failure(drain(clientOf(long, { maxRetries: 3 })))
    expect(error).toBeInstanceOf(RateLimitError)
    expect((error as RateLimitError).retryAfterMs).toBe(61_000)
    expect(error.attempts).toBe(1)
  })

  it("a key that is not the provider's makes it deliver nothing", async () => {
    const sandbox = await start()
    // Answers without a signature are believed for TLS alone.
    if (given.withWrongKey === null) return expect(given.tamperedEndsIn).not.toContain('SignatureError')
    const { delivered, error } = await brokenOff(clientOf(given.withWrongKey(sandbox), { maxRetries: 1 }))
    expect([delivered, error.name]).toEqual([[], 'SignatureError'])
    const [known] = own(sandbox)
    const single = await failure(clientOf(given.withWrongKey(sandbox)).get(known ?? expect.fail('none')))
    expect(single.name).toBe('SignatureError')
  })

  it.each(['arrival', 'newest', 'oldest'] as const)(
    'a failure within the list says where to go on, and nothing is lost (%s)',
    async (order) => {
      const sandbox = await start({ faults: [{ kind: 'serverError', operation: 'list', nth: 6, times: 1 }] })
      const { delivered, error } = await brokenOff(clientOf(sandbox), { pageSize: 10, order })
      expect(error).toBeInstanceOf(ApiError)
      const rest = await drain(clientOf(sandbox), { pageSize: 10, order }, { cursor: error.cursor ?? '' })
      expect([...new Set([...ids(delivered), ...ids(rest)])].sort()).toEqual(ids(own(sandbox)))
    },
  )

  it('an account that fails leaves the others alone', async () => {
    const broken = await start({ faults: [{ kind: 'serverError', operation: 'list' }] })
    const healthy = await start({ complaints: 40, seed: 7 })
    const adapters = [given.adapter(broken, { account: 'broken' }), given.adapter(healthy, { account: 'healthy' })]
    const client = new ComplaintClient(adapters, { maxRetries: 0 })
    for (const order of ['arrival', 'newest'] as const) {
      const errors: ComplaintError[] = []
      const rows = await drain(client, { order }, { onAccountError: (error) => void errors.push(error) })
      expect(ids(rows)).toEqual(ids(own(healthy)))
      expect(errors.map(({ account }) => account)).toEqual(['broken'])
    }
    expect((await failure(drain(client))).account).toBe('broken')
  })

  it('an account that failed is asked nothing more while the others go on', async () => {
    const broken = await start({
      complaints: 200,
      latencyMs: 60,
      faults: [{ kind: 'serverError', operation: 'list', nth: 1 }],
    })
    const healthy = await start({ complaints: 60, seed: 7, latencyMs: 60 })
    const adapters = [given.adapter(broken, { account: 'broken' }), given.adapter(healthy, { account: 'healthy' })]
    let failedAt = Number.POSITIVE_INFINITY
    const onAccountError = (): void => {
      failedAt = Date.now()
    }
    const client = new ComplaintClient(adapters, { maxRetries: 0, concurrency: 2 })
    expect((await drain(client, { pageSize: 5 }, { onAccountError })).length).toBe(60)
    // What was under way when it failed may have arrived a little later.
    expect(broken.requests.filter(({ at }) => at > failedAt + 40).length).toBe(0)
  })
}

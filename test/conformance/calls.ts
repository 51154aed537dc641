import { expect, it } from 'vitest'
import { ComplaintClient, ConfigError, NotFoundError, QueryError } from '../../src/index.js'
import type { SandboxComplaint } from '../../src/sandbox/index.js'
import { type Harness, ids, mapped } from './harness.js'

/** One complaint by its ref, and clients beside each other. */
export function describeCalls({ given, start, proxy, clientOf, drain, failure, own, expectSilence }: Harness): void {
  it('get() reads a complaint as it stands', async () => {
    const sandbox = await start({ complaints: 12 })
    for (const { id } of own(sandbox)) {
      const known = sandbox.complaintOf(given.provider, id)
      const complaint = await clientOf(sandbox).get(known)
      // A single call may tell the openid where the list does not.
      const openId = known.payer.openId ?? complaint.payer.openId
      expect(mapped([complaint])).toEqual([{ ...known, payer: { ...known.payer, openId } }])
    }
    const [first] = own(sandbox) as [SandboxComplaint]
    sandbox.changeState(given.provider, first.id, first.state === 'resolved' ? 'pending' : 'resolved')
    expect((await clientOf(sandbox).get(first)).state).not.toBe(first.state)
  })

  it('get() of an unknown id is a NotFoundError, of an unknown account a QueryError before any request', async () => {
    const sandbox = await start({ complaints: 5 })
    const [known] = own(sandbox) as [SandboxComplaint]
    const error = await failure(
      clientOf(sandbox, { maxRetries: 3 }).get({ ...known, id: '200201820200101080076619999' }),
    )
    expect(error).toBeInstanceOf(NotFoundError)
    const { provider, account, operation, retryable, attempts } = error
    expect([provider, account, operation, retryable, attempts]).toEqual([
      given.provider,
      known.account,
      'get',
      false,
      1,
    ])
    const asked = sandbox.requests.length
    expect(await failure(clientOf(sandbox).get({ ...known, account: 'nobody' }))).toBeInstanceOf(QueryError)
    expect(sandbox.requests.length).toBe(asked)
  })

  it('get() never gives one complaint for another, even where the answer is authentic', async () => {
    const sandbox = await start({ complaints: 5 })
    const [one, other] = own(sandbox) as [SandboxComplaint, SandboxComplaint]
    let first: ReturnType<Parameters<Parameters<typeof proxy>[1]>[1]> | undefined
    const { baseUrl } = await proxy(sandbox, (asked, ask) => {
      if (asked.url.endsWith('/certificates')) return ask()
      first ??= ask()
      return first
    })
    const client = clientOf(given.adapter(sandbox, { baseUrl }))
    expect((await client.get(one)).id).toBe(one.id)
    expect((await failure(client.get(other))).provider).toBe(given.provider)
  })

  it('get() aborts with the reason itself, and retries afresh', async () => {
    const sandbox = await start({
      complaints: 5,
      latencyMs: 20,
      faults: [{ kind: 'serverError', operation: 'get', nth: 1 }],
    })
    const [known] = own(sandbox) as [SandboxComplaint]
    expect((await clientOf(sandbox, { maxRetries: 1 }).get(known)).id).toBe(known.id)
    const reason = new Error('enough')
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 5)
    expect(await failure(clientOf(sandbox).get(known, { signal: controller.signal }))).toBe(reason)
    await expectSilence()
  })

  it('two adapters of the same account are a ConfigError, two of different accounts are not', async () => {
    const sandbox = await start({ complaints: 0 })
    const [one, other] = [given.adapter(sandbox), given.adapter(sandbox, { account: 'another' })]
    expect(() => new ComplaintClient([one, other, given.adapter(sandbox)])).toThrow(ConfigError)
    expect(new ComplaintClient([one, other]).accounts.length).toBe(2)
  })

  it('two clients share nothing: one that is aborted leaves the other alone, even with one adapter', async () => {
    const sandbox = await start({ complaints: 60, latencyMs: 2 })
    const adapter = given.adapter(sandbox, { rateLimit: false })
    const controller = new AbortController()
    const onEvent = (): void => controller.abort()
    const [one, other] = [clientOf(adapter, { onEvent }), clientOf(adapter)]
    const aborted = drain(one, { pageSize: 5 }, { signal: controller.signal }).catch(() => 'aborted')
    const whole = drain(other, { pageSize: 5 })
    expect(await aborted).toBe('aborted')
    expect(ids(await whole)).toEqual(ids(own(sandbox)))
  })
}

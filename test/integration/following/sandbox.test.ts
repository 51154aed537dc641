import Keyv from 'keyv'
import { afterEach, describe, expect, it } from 'vitest'
import {
  type Adapter,
  alipayRisk,
  alipayTrade,
  type ChangeOptions,
  type Complaint,
  type ComplaintChange,
  ComplaintClient,
  type ComplaintEvent,
  deadlineOf,
  huishouqian,
  type ProviderName,
  providerNames,
  wechatpay,
  xiaoe,
} from '../../../src/index.js'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'

const open: Sandbox[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()))
})

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({
    complaints: { wechatpay: 40, huishouqian: 40, xiaoe: 40, 'alipay-trade': 40, 'alipay-risk': 40 },
    reuseKeys: true,
    ...options,
  })
  open.push(sandbox)
  return sandbox
}

const adapters: Readonly<Record<ProviderName, (sandbox: Sandbox) => Adapter<Complaint>>> = {
  wechatpay: (sandbox) => wechatpay(sandbox.wechatpay),
  huishouqian: (sandbox) => huishouqian(sandbox.huishouqian),
  xiaoe: (sandbox) => xiaoe(sandbox.xiaoe),
  'alipay-trade': (sandbox) => alipayTrade({ ...sandbox.alipayTrade, rateLimit: false }),
  'alipay-risk': (sandbox) => alipayRisk({ ...sandbox.alipayRisk, rateLimit: false }),
}

async function read(client: ComplaintClient, options: ChangeOptions): Promise<ComplaintChange[]> {
  const changes: ComplaintChange[] = []
  for await (const change of client.changes({ from: '2020-01-01' }, options)) changes.push(change)
  return changes
}

/** A complaint that was late may be so no more. */
const textOf = ({ kind, complaint, changed }: ComplaintChange): string =>
  [kind, complaint.id, ...changed.filter((field) => field !== 'overdue')].join(' ')

describe.each(providerNames)('%s: changes()', (provider) => {
  it('delivers all complaints once, then only what changed', async () => {
    // Since 2020, Alipay has more windows than its quota lets through in the time of a test.
    const sandbox = await start({ quotas: !provider.startsWith('alipay') })
    const client = new ComplaintClient(adapters[provider](sandbox))
    const store = new Keyv({ throwOnErrors: true })
    const truth = sandbox.truth.filter((complaint) => complaint.provider === provider)
    const first = await read(client, { store })
    expect(first.map(({ complaint }) => complaint.id).sort()).toEqual(truth.map(({ id }) => id).sort())
    expect(first.every(({ kind, previous }) => kind === 'created' && previous === null)).toBe(true)
    for (const { complaint, deadline } of first) expect(deadline).toEqual(deadlineOf(complaint))
    expect(await read(client, { store })).toEqual([])
    const changed = truth.find(({ state }) => state === 'pending')?.id ?? ''
    sandbox.changeState(provider, changed, 'resolved')
    const added = sandbox.addComplaint(provider).id
    const second = await read(client, { store })
    expect(second.map(textOf).sort()).toEqual([
      `created ${added}`,
      // Xiaoe and Alipay's trade complaints also say when it was closed.
      `updated ${changed} state providerState${['xiaoe', 'alipay-trade'].includes(provider) ? ' closedAt' : ''}`,
    ])
    expect(second.find(({ kind }) => kind === 'updated')?.previous).toMatchObject({ state: 'pending', closedAt: null })
  })

  it('a quiet recent pass is one request, and reading phones again is no change', async () => {
    // Since 2020, Alipay has more windows than its quota lets through in the time of a test.
    const sandbox = await start({ quotas: !provider.startsWith('alipay') })
    const client = new ComplaintClient(adapters[provider](sandbox))
    const store = new Map<string, unknown>()
    for (let count = 0; count < 5; count += 1) sandbox.addComplaint(provider)
    await read(client, { store })
    const before = sandbox.requests.length
    for (let pass = 0; pass < 3; pass += 1) expect(await read(client, { store, depth: 'recent' })).toEqual([])
    expect(sandbox.requests.slice(before).map(({ operation }) => operation)).toEqual(['list', 'list', 'list'])
  })

  it('an old complaint that was re-opened comes by notify(), and is watched from then on', async () => {
    const sandbox = await start({ complaints: 0 })
    const client = new ComplaintClient(adapters[provider](sandbox))
    const old = sandbox.addComplaint(provider, { createdAt: new Date(Date.now() - 90 * 86_400_000), state: 'resolved' })
    const store = new Map<string, unknown>()
    const controller = new AbortController()
    const feed = client.follow({}, { store, everyMs: 1_000, reviewEveryMs: 1_000, signal: controller.signal })
    sandbox.changeState(provider, old.id, 'pending')
    feed.notify({ provider, account: old.account, id: old.id })
    const seen: string[] = []
    const reading = (async () => {
      for await (const change of feed) {
        seen.push(`${change.kind} ${change.complaint.state}`)
        if (seen.length === 1) sandbox.changeState(provider, old.id, 'processing')
        else controller.abort(new Error('seen'))
      }
    })()
    await expect(reading).rejects.toThrow('seen')
    expect(seen).toEqual(['created pending', 'updated processing'])
  })
})

describe('follow()', () => {
  it('delivers what arrives and changes at all providers, with faults', { timeout: 60_000 }, async () => {
    const events: ComplaintEvent[] = []
    const sandbox = await start({
      faults: [
        { kind: 'serverError', every: 5 },
        { kind: 'reset', every: 7 },
        { kind: 'rateLimit', every: 11, retryAfterSeconds: 0 },
      ],
    })
    const client = new ComplaintClient(
      providerNames.map((provider) => adapters[provider](sandbox)),
      { maxRetries: 1, onEvent: (event) => void events.push(event) },
    )
    const store = new Keyv({ throwOnErrors: true })
    const known = new Map<string, string>()
    const controller = new AbortController()
    const isSettled = (): boolean =>
      sandbox.truth
        .filter(({ createdAt }) => createdAt.getTime() > Date.now() - 29 * 86_400_000)
        .every(({ provider, id, state }) => known.get(`${provider} ${id}`) === state)
    const options = { store, everyMs: 1_000, reviewEveryMs: 1_000, signal: controller.signal, onAccountError: () => {} }
    const reading = (async () => {
      for await (const { complaint } of client.follow({}, options))
        known.set(`${complaint.provider} ${complaint.id}`, complaint.state)
    })()
    reading.catch(() => {})
    for (let step = 0; step < 12; step += 1) {
      const provider = providerNames[step % providerNames.length] ?? 'xiaoe'
      if (step % 2 === 0) sandbox.addComplaint(provider)
      else {
        const some = sandbox.truth.filter((complaint) => complaint.provider === provider)
        sandbox.changeState(provider, some[step]?.id ?? '', step % 4 === 1 ? 'resolved' : 'pending')
      }
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    const startedAt = Date.now()
    while (!isSettled() && Date.now() - startedAt < 40_000) await new Promise((resolve) => setTimeout(resolve, 100))
    expect(isSettled()).toBe(true)
    controller.abort(new Error('settled'))
    await expect(reading).rejects.toThrow('settled')
    // A request that was on the wire at the abort may still arrive.
    await new Promise((resolve) => setTimeout(resolve, 200))
    const count = sandbox.requests.length
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    expect(sandbox.requests.length).toBe(count)
  })

  it('delivers a deadline once', async () => {
    const sandbox = await start({ complaints: 0 })
    const client = new ComplaintClient(adapters.wechatpay(sandbox))
    const hour = 3_600_000
    sandbox.addComplaint('wechatpay', { createdAt: new Date(Date.now() - 20 * hour), state: 'pending' })
    sandbox.addComplaint('wechatpay', { createdAt: new Date(Date.now() - 10 * hour), state: 'pending' })
    sandbox.addComplaint('wechatpay', { createdAt: new Date(Date.now() - 100 * hour), state: 'processing' })
    const store = new Map<string, unknown>()
    const kinds = async (): Promise<string> =>
      (await read(client, { store, dueWithinMs: 6 * hour }))
        .map(({ kind }) => kind)
        .sort()
        .join(' ')
    expect(await kinds()).toBe('created created created due due')
    expect(await kinds()).toBe('')
  })
})

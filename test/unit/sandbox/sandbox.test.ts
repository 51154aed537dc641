import { createPublicKey, verify } from 'node:crypto'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { ConfigError } from '../../../src/errors.js'
import { type Sandbox, type SandboxOptions, type SandboxRequest, startSandbox } from '../../../src/sandbox/index.js'
import { type RawAnswer, send, wechatPayGet, xiaoePost, xiaoeToken } from './raw.js'

const range = { from: '2026-01-01', to: '2026-01-31' }
const path = '/v3/merchant-service/complaints-v2?limit=50&offset=0&begin_date=2026-01-01&end_date=2026-01-31'

const open: Sandbox[] = []
async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ ...range, complaints: 20, reuseKeys: true, ...options })
  open.push(sandbox)
  return sandbox
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()))
})

const providerNames = ['wechatpay', 'huishouqian', 'xiaoe', 'alipay-trade', 'alipay-risk'] as const

/** Media URLs name the port, which is another each time. */
const withoutPorts = (truth: Sandbox['truth']): unknown =>
  JSON.parse(JSON.stringify(truth).replaceAll(/127\.0\.0\.1:\d+/g, 'host'))

const isGenuine = ({ headers, body }: RawAnswer, { wechatpay }: Sandbox): boolean =>
  verify(
    'sha256',
    Buffer.from(`${headers['wechatpay-timestamp']}\n${headers['wechatpay-nonce']}\n${body}\n`),
    createPublicKey(wechatpay.publicKey ?? ''),
    Buffer.from(String(headers['wechatpay-signature']), 'base64'),
  )

describe('data', () => {
  it('is the same for the same seed and another for another', async () => {
    const [one, same, other] = await Promise.all([
      start({ seed: 42 }),
      start({ seed: 42, reuseKeys: false }),
      start({ seed: 43 }),
    ])
    expect(withoutPorts(same.truth)).toEqual(withoutPorts(one.truth))
    expect(withoutPorts(other.truth)).not.toEqual(withoutPorts(one.truth))
    expect(same.wechatpay.privateKey).not.toBe(one.wechatpay.privateKey)
    expect(new Set(one.truth.map(({ id }) => id)).size).toBe(100)
  })

  it('holds as many complaints as asked, none of a provider that is not named, all within the Beijing days', async () => {
    const { truth } = await start({ complaints: { wechatpay: 5, huishouqian: 0, xiaoe: 7 } })
    const count = (name: string): number => truth.filter(({ provider }) => provider === name).length
    expect(providerNames.map(count)).toEqual([5, 0, 7, 0, 0])
    const times = truth.map(({ createdAt }) => createdAt.getTime())
    expect(Math.min(...times)).toBeGreaterThanOrEqual(Date.parse('2026-01-01T00:00:00+08:00'))
    expect(Math.max(...times)).toBeLessThan(Date.parse('2026-02-01T00:00:00+08:00'))
  })

  it('does not depend on the zone of the host', async () => {
    const before = process.env.TZ
    const served = async (zone: string): Promise<unknown> => {
      process.env.TZ = zone
      const sandbox = await start({ seed: 9 })
      const first = await xiaoePost(sandbox, { access_token: await xiaoeToken(sandbox), page_size: 100 })
      return [new Date(0).getTimezoneOffset(), withoutPorts(sandbox.truth), JSON.parse(first.body)]
    }
    try {
      const [[shanghai, ...one], [newYork, ...other]] = [
        (await served('Asia/Shanghai')) as unknown[],
        (await served('America/New_York')) as unknown[],
      ]
      expect(shanghai).not.toBe(newYork)
      expect(other).toEqual(one)
    } finally {
      if (before === undefined) delete process.env.TZ
      else process.env.TZ = before
    }
  })

  it('refuses options that make no sense, naming them', async () => {
    const wrong: [unknown, RegExp][] = [
      [{ from: '2026-02-31' }, /from/],
      [{ from: '2026-02-02', to: '2026-02-01' }, /to/],
      [{ complaints: -1 }, /complaints/],
      [{ faults: [{ kind: 'flood' }] }, /faults\.0\.kind/],
      [{ clampPageSize: 0 }, /clampPageSize/],
      [{ onRequest: 1 }, /onRequest/],
      [{ latency: 1 }, /latency/],
    ]
    for (const [options, name] of wrong) {
      const failure = await startSandbox(options as SandboxOptions).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(ConfigError)
      expect((failure as Error).message).toMatch(name)
    }
  })

  it('starts fast with thousands', async () => {
    const begun = performance.now()
    const { truth } = await start({ complaints: 3000 })
    expect(truth.length).toBe(15_000)
    expect(performance.now() - begun).toBeLessThan(5000)
  })
})

describe('a list that moves', () => {
  it('adds, changes and removes', async () => {
    const sandbox = await start()
    const createdAt = new Date('2026-01-15T12:00:00.123+08:00')
    for (const provider of providerNames) {
      const find = (id: string) => sandbox.truth.find((each) => each.provider === provider && each.id === id)
      const added = sandbox.addComplaint(provider, { createdAt, state: 'pending', detail: '测试投诉' })
      expect(added).toMatchObject({ provider, state: 'pending', detail: '测试投诉' })
      expect(find(added.id)).toEqual(added)
      sandbox.changeState(provider, added.id, 'resolved')
      expect(find(added.id)).toMatchObject({
        state: 'resolved',
        closedAt: provider === 'xiaoe' || provider === 'alipay-trade' ? expect.any(Date) : null,
      })
      const times = sandbox.truth.filter((each) => each.provider === provider).map((each) => each.createdAt.getTime())
      expect(times).toEqual([...times].sort((one, other) => other - one))
      sandbox.removeComplaint(provider, added.id)
      expect(find(added.id)).toBeUndefined()
      expect(() => sandbox.removeComplaint(provider, added.id)).toThrow(added.id)
    }
  })

  it('moves in onRequest before the request is served', async () => {
    const seen: SandboxRequest['operation'][] = []
    const sandbox = await start({
      complaints: 0,
      async onRequest(request, { addComplaint }) {
        await Promise.resolve()
        seen.push(request.operation)
        addComplaint('wechatpay', { createdAt: new Date('2026-01-10T00:00:00+08:00') })
      },
    })
    const answer = await wechatPayGet(sandbox, path)
    expect(JSON.parse(answer.body)).toMatchObject({ total_count: 1, data: [{ complaint_id: sandbox.truth[0]?.id }] })
    expect(seen).toEqual(['list'])
  })

  it('says so when onRequest throws', async () => {
    const sandbox = await start({
      onRequest() {
        throw new Error('boom')
      },
    })
    expect(await wechatPayGet(sandbox, path)).toMatchObject({ status: 500, body: expect.stringContaining('boom') })
  })
})

describe('requests', () => {
  it('logs what arrived, was understood and was served', async () => {
    const sandbox = await start()
    const begun = Date.now()
    const { body } = await wechatPayGet(sandbox, path)
    await wechatPayGet(sandbox, path, { authorization: { mchid: '1' } })
    expect(sandbox.requests).toMatchObject([
      {
        provider: 'wechatpay',
        number: 1,
        operation: 'list',
        method: 'GET',
        url: path,
        status: 200,
        query: { limit: 50, offset: 0, begin_date: '2026-01-01', end_date: '2026-01-31' },
        served: JSON.parse(body).data.map((row: { complaint_id: string }) => row.complaint_id),
      },
      { number: 2, status: 401, query: {}, served: [] },
    ])
    expect(sandbox.requests[0]?.at).toBeGreaterThanOrEqual(begun)
    expect(sandbox.requests[0]?.headers['user-agent']).toBe('raw-test')
  })
})

describe('faults', () => {
  it('counts nth, every and times over matching requests', async () => {
    const sandbox = await start({
      faults: [
        { kind: 'serverError', provider: 'wechatpay', nth: 2 },
        { kind: 'rateLimit', provider: 'wechatpay', every: 3, times: 1, retryAfterSeconds: 7 },
        { kind: 'serverError', operation: 'token', times: 1 },
      ],
    })
    const answers = []
    for (let turn = 0; turn < 6; turn += 1) answers.push(await wechatPayGet(sandbox, path))
    expect(answers.map(({ status }) => status)).toEqual([200, 502, 429, 200, 200, 200])
    expect(answers[1]).toMatchObject({
      headers: { 'content-type': 'text/html' },
      body: expect.stringMatching(/^<html>/),
    })
    expect(answers[2]?.headers['retry-after']).toBe('7')
    expect(JSON.parse(answers[2]?.body ?? '')).toMatchObject({ code: 'FREQUENCY_LIMITED' })
    expect(sandbox.requests[1]).toMatchObject({ status: 502, served: [] })
    await expect(xiaoeToken(sandbox)).rejects.toThrow(SyntaxError)
    expect(await xiaoeToken(sandbox)).toMatch(/^sandbox_token_/)
  })

  it('limits the rate in the words of each provider', async () => {
    const plain = await start({ faults: [{ kind: 'rateLimit' }] })
    const timed = await start({ faults: [{ kind: 'rateLimit', retryAfterSeconds: 2 }] })
    const ask = async (sandbox: Sandbox): Promise<RawAnswer[]> => [
      await wechatPayGet(sandbox, path),
      await send(`${sandbox.huishouqian.baseUrl}/complaint/query`, { method: 'POST', body: 'a=1' }),
      await xiaoePost(sandbox, { access_token: await xiaoeToken(sandbox) }),
    ]
    const without = await ask(plain)
    expect(without.map(({ status }) => status)).toEqual([429, 429, 200])
    expect(without.map(({ headers }) => headers['retry-after'])).toEqual([undefined, undefined, undefined])
    expect(JSON.parse(without[2]?.body ?? '').code).toBe(2054)
    const within = await ask(timed)
    expect(within.map(({ status }) => status)).toEqual([429, 429, 429])
    expect(within.map(({ headers }) => headers['retry-after'])).toEqual(['2', '2', '2'])
  })

  it('resets the connection', async () => {
    const sandbox = await start({ faults: [{ kind: 'reset', times: 1 }] })
    await expect(wechatPayGet(sandbox, path)).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(sandbox.requests[0]).toMatchObject({ status: null, served: [] })
    expect((await wechatPayGet(sandbox, path)).status).toBe(200)
  })

  it('tampers so that only the signature tells', async () => {
    const sandbox = await start({
      faults: [
        { kind: 'tamperedSignature', nth: 1 },
        { kind: 'tamperedBody', nth: 2 },
      ],
    })
    const [signature, body, good] = [
      await wechatPayGet(sandbox, path),
      await wechatPayGet(sandbox, path),
      await wechatPayGet(sandbox, path),
    ]
    expect([signature, body, good].map((answer) => isGenuine(answer, sandbox))).toEqual([false, false, true])
    expect(signature.body).toBe(good.body)
    expect(JSON.parse(body.body)).not.toEqual(JSON.parse(good.body))
    expect(body.body.length).toBe(good.body.length)
  })

  it('cuts or breaks the unsigned answers of Xiaoe', async () => {
    const sandbox = await start({
      faults: [
        { kind: 'tamperedSignature', nth: 1 },
        { kind: 'tamperedBody', nth: 2 },
      ],
    })
    const access_token = await xiaoeToken(sandbox)
    await expect(xiaoePost(sandbox, { access_token })).rejects.toThrow()
    const broken = await xiaoePost(sandbox, { access_token })
    expect(() => JSON.parse(broken.body)).toThrow(SyntaxError)
    expect(JSON.parse((await xiaoePost(sandbox, { access_token })).body).code).toBe(0)
  })
})

describe('quotas', () => {
  it('keeps the documented ones, unless switched off', async () => {
    const statuses = async (sandbox: Sandbox): Promise<number[]> => {
      const all = []
      for (let turn = 0; turn < 201; turn += 1) all.push((await wechatPayGet(sandbox, path)).status)
      return all
    }
    const kept = await statuses(await start({ complaints: 0 }))
    expect([kept.filter((status) => status === 200).length, kept[200]]).toEqual([200, 429])
    expect(new Set(await statuses(await start({ complaints: 0, quotas: false })))).toEqual(new Set([200]))
  })
})

describe('close', () => {
  it('ends at once, with requests held back and sockets idle', async () => {
    const sandbox = await start({ latencyMs: 60_000 })
    const held = wechatPayGet(sandbox, path).catch((error: unknown) => error)
    const idle = connect(Number(new URL(sandbox.xiaoe.baseUrl).port), '127.0.0.1')
    await new Promise((resolve) => idle.once('connect', resolve))
    const gone = new Promise((resolve) => idle.once('close', resolve))
    while (sandbox.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const begun = performance.now()
    await sandbox.close()
    await sandbox.close()
    await gone
    expect(await held).toMatchObject({ code: 'ECONNRESET' })
    expect(performance.now() - begun).toBeLessThan(2000)
    await expect(wechatPayGet(sandbox, path)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('holds answers back for the latency', async () => {
    const sandbox = await start({ latencyMs: 120 })
    const begun = performance.now()
    await wechatPayGet(sandbox, path)
    expect(performance.now() - begun).toBeGreaterThanOrEqual(110)
  })
})

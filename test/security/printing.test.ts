import { deepStrictEqual } from 'node:assert'
import { Console } from 'node:console'
import { PassThrough } from 'node:stream'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  alipayRisk,
  alipayTrade,
  type Complaint,
  ComplaintClient,
  huishouqian,
  wechatpay,
  xiaoe,
} from '../../src/index.js'
import { hideInInspect } from '../../src/privacy/mask.js'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'

const range = { from: '2026-03-01', to: '2026-03-30' } as const
const providers = ['wechatpay', 'huishouqian', 'xiaoe', 'alipay-trade', 'alipay-risk'] as const
let sandbox: Sandbox
let client: ComplaintClient
let listed: Record<string, Complaint[]>

beforeAll(async () => {
  sandbox = await startSandbox({ ...range, complaints: 12, reuseKeys: true })
  for (const provider of providers) {
    sandbox.addComplaint(provider, {
      createdAt: new Date('2026-03-02T00:00:00Z'),
      detail: '打 138 0000 9999 或 +86-13800009998，微信 oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
    })
  }
  client = new ComplaintClient([
    wechatpay(sandbox.wechatpay),
    huishouqian(sandbox.huishouqian),
    xiaoe(sandbox.xiaoe),
    alipayTrade({ ...sandbox.alipayTrade, rateLimit: false }),
    alipayRisk({ ...sandbox.alipayRisk, rateLimit: false }),
  ])
  listed = {
    arrival: await client.list(range).toArray({ limit: 100 }),
    newest: await client.list({ ...range, order: 'newest' }).toArray({ limit: 100 }),
    oldest: await client.list({ ...range, order: 'oldest' }).toArray({ limit: 100 }),
    got: await Promise.all(sandbox.truth.map((complaint) => client.get(complaint))),
  }
})
afterAll(() => sandbox.close())

/** Complete phone numbers and openids of the sandbox. */
const personal = (): string[] => [
  ...sandbox.truth.flatMap(({ payer }) => [
    ...(payer.phone?.form === 'plain' ? [payer.phone.value] : []),
    ...(payer.openId === null ? [] : [payer.openId]),
  ]),
  ...['138 0000 9999', '13800009998', 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'],
]

function printed(...values: unknown[]): string {
  const stdout = new PassThrough()
  new Console({ stdout }).log(...values)
  return String(stdout.read())
}

describe.each(['arrival', 'newest', 'oldest', 'got'])('printed complaints, %s', (way) => {
  const all = (): Complaint[] => listed[way] ?? []

  it('contain no complete phone number and no openid, nested or alone', () => {
    expect(all()).toHaveLength(65)
    expect(personal().length).toBeGreaterThan(30)
    const text = [
      inspect(all(), { depth: Infinity, maxArrayLength: null, showHidden: true }),
      inspect({ in: { here: new Map([['page', all()]]) } }, { depth: Infinity, maxArrayLength: null, colors: true }),
      ...all().map((complaint) => printed(complaint, '%o', complaint)),
      ...all().map((complaint) => printed('%o %O', complaint, complaint)),
    ].join('\n')
    expect(personal().filter((value) => text.includes(value))).toEqual([])
    expect(text).toContain('138****')
    expect(text).toContain('oSandb…')
  })

  it.each(providers)('of %s contain all other fields unchanged', (provider) => {
    const [complaint] = all().filter((one) => one.provider === provider && one.payer.phone !== null)
    if (complaint === undefined) return expect.fail('no complaint')
    const { payer, raw, ...rest } = complaint
    const text = inspect(complaint, { depth: Infinity, breakLength: Infinity })
    for (const [name, value] of Object.entries(rest)) {
      if (name === 'detail') continue
      expect(text).toContain(`${name}: ${inspect(value, { depth: Infinity, breakLength: Infinity })}`)
    }
    const phone = payer.phone?.value ?? ''
    expect(text).toContain(`phone: { value: '${phone.slice(0, 3)}****${phone.slice(-4)}', form: 'masked'`)
    expect(Object.keys(raw).filter((name) => !text.includes(name))).toEqual([])
  })

  it('are still plain data', () => {
    for (const complaint of all()) {
      const plain: Complaint = JSON.parse(JSON.stringify(complaint), (key, value) =>
        ['createdAt', 'closedAt', 'dueAt'].includes(key) && value !== null ? new Date(value) : value,
      )
      expect(complaint).toEqual(plain)
      expect(plain).toEqual(complaint)
      expect(complaint).toStrictEqual({ ...complaint })
      expect({ ...complaint }).toStrictEqual(complaint)
      deepStrictEqual(complaint, { ...complaint })
      deepStrictEqual({ ...complaint }, complaint)
      deepStrictEqual(structuredClone(complaint), { ...complaint })
      expect(Reflect.ownKeys({ ...complaint })).toEqual(Object.keys(complaint))
      expect(Object.getPrototypeOf(complaint)).toBe(Object.prototype)
      const [truth] = sandbox.truth.filter(({ provider, id }) => provider === complaint.provider && id === complaint.id)
      expect(complaint.payer.phone).toEqual(truth?.payer.phone)
    }
  })
})

it('a printed history contains no phone number', async () => {
  const entry = { id: '1', at: new Date(0), operator: null, action: '回复', text: '13800009998', media: [], raw: {} }
  const adapter = wechatpay(sandbox.wechatpay)
  const client = new ComplaintClient({
    ...adapter,
    connect: (runtime) => ({
      ...adapter.connect(runtime),
      async *history() {
        yield { ...entry, raw: { contact_phone: 13800009998 } }
      },
    }),
  })
  for await (const one of client.history({ provider: 'wechatpay', account: adapter.account, id: '1' })) {
    expect(one.text).toBe('13800009998')
    expect(inspect(one)).not.toContain('13800009998')
    expect(inspect(one)).toContain("contact_phone: '138****9998'")
  }
  expect.assertions(3)
})

it('a frozen row of a third-party adapter is delivered unchanged', () => {
  const frozen = Object.freeze({ id: '1' })
  expect(hideInInspect(frozen)).toBe(frozen)
  const twice = { id: '1', payer_phone: '13800000000' }
  expect(inspect(hideInInspect(hideInInspect(twice)))).toBe("{ id: '1', payer_phone: '138****0000' }")
})

it('a printed adapter, client or account contains nothing of the store of a limiter', async () => {
  const calls: unknown[] = []
  const store = { options: { password: 'password-of-the-store' } }
  const rateLimiter = {
    client: store,
    async consume(this: unknown, key: string, points?: number) {
      calls.push(this === rateLimiter, key, points)
    },
  }
  const adapter = xiaoe({ appId: 'app0000', accessToken: 'token-of-nobody', rateLimiter })
  const client = new ComplaintClient(adapter)
  const everything = { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true } as const
  for (const value of [adapter, client, client.accounts]) {
    expect(inspect(value, everything)).not.toContain('password-of-the-store')
    expect(JSON.stringify(value)).not.toContain('password-of-the-store')
  }
  await adapter.sharedQuota?.limiter.consume('xiaoe:app0000:list', 1)
  expect(calls).toEqual([true, 'xiaoe:app0000:list', 1])
})

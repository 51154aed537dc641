import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { AuthenticationError, ComplaintClient, type ComplaintEvent, xiaoe } from '../../../../src/index.js'
import { parseEnvelope } from '../../../../src/providers/xiaoe/envelope.js'
import { mapComplaint } from '../../../../src/providers/xiaoe/map.js'
import { type Sandbox, startSandbox } from '../../../../src/sandbox/index.js'
import { failure } from '../../../support/failure.js'

const sample = readFileSync(new URL('../../../fixtures/xiaoe/list-official-sample.json', import.meta.url))
const range = { from: '2026-01-01', to: '2026-03-30' }

let sandbox: Sandbox | undefined
afterEach(() => sandbox?.close())

describe('the official sample', () => {
  it('is mapped: times are Beijing and 24-hour, an open ticket is not closed, numbers are words', () => {
    const { list } = parseEnvelope({ status: 200, headers: {}, body: sample }) as { list: unknown[] }
    const [closed, open] = list.map((row) => mapComplaint(row, 'app1'))
    expect(closed).toMatchObject({
      id: 'c_6621e41fa5e18_dA0idHLY',
      state: 'resolved',
      providerState: '2',
      createdAt: new Date('2024-04-19T03:25:19Z'),
      closedAt: new Date('2024-04-29T03:21:38Z'),
      dueAt: new Date('2024-04-22T03:25:19Z'),
      channel: 'shop',
      subject: null,
      payer: { phone: { value: '138****0001', form: 'masked' }, openId: null },
      resource: { id: 'E20240417180801783546V2', type: '0' },
      overdue: true,
      orders: [],
    })
    expect(open).toMatchObject({ state: 'pending', closedAt: null, createdAt: new Date('2024-04-13T14:57:42Z') })
  })
})

describe('the token', () => {
  it('is fetched once for many requests side by side', async () => {
    sandbox = await startSandbox({ ...range, reuseKeys: true, complaints: 200 })
    const client = new ComplaintClient([xiaoe(sandbox.xiaoe)])
    await Promise.all([1, 2, 3].map(() => client.list({ ...range, pageSize: 10 }).toArray({ limit: 1000 })))
    expect(sandbox.requests.filter(({ operation }) => operation === 'token').length).toBe(1)
  })

  it.each([1, 2, 5, 9])('that dies before request %i costs one fetch and no row, even without retries', async (nth) => {
    let lists = 0
    const box = await startSandbox({
      ...range,
      reuseKeys: true,
      complaints: { wechatpay: 0, huishouqian: 0, xiaoe: 120 },
      onRequest({ operation }, own) {
        if (operation === 'list' && ++lists === nth) own.killToken()
      },
    })
    sandbox = box
    const events: ComplaintEvent[] = []
    const client = new ComplaintClient([xiaoe(box.xiaoe)], { maxRetries: 0, onEvent: (event) => events.push(event) })
    const rows = await client.list({ ...range, pageSize: 10 }).toArray({ limit: 1000 })
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(box.truth.map(({ id }) => id)))
    expect(box.requests.filter(({ operation }) => operation === 'token').length).toBe(2)
    expect(JSON.stringify(events)).not.toContain(box.xiaoe.secretKey)
  })

  it('that the user brings and that is dead is an AuthenticationError; a function is asked once more', async () => {
    const box = await startSandbox({ complaints: 3, reuseKeys: true })
    sandbox = box
    const { appId, baseUrl } = box.xiaoe
    const fixed = new ComplaintClient([xiaoe({ appId, baseUrl, accessToken: 'a-dead-token' })])
    const error = await failure(fixed.list({ from: '2026-01-01' }).toArray({ limit: 1 }))
    expect(error).toBeInstanceOf(AuthenticationError)
    expect(JSON.stringify(error) + error.stack).not.toContain('a-dead-token')

    let asked = 0
    const accessToken = async (): Promise<string> => {
      asked += 1
      return `dead-token-${asked}`
    }
    const central = new ComplaintClient([xiaoe({ appId, baseUrl, accessToken })])
    expect(await failure(central.list({ from: '2026-01-01', to: '2026-01-02' }).toArray({ limit: 1 }))).toBeInstanceOf(
      AuthenticationError,
    )
    expect(asked).toBe(2)
  })

  it('is shared through a store, whose failures are reported and cost nothing but a fetch', async () => {
    const box = await startSandbox({ complaints: 3, reuseKeys: true })
    sandbox = box
    const kept = new Map<string, unknown>()
    const tokenStore = {
      get: async (key: string) => kept.get(key),
      set: async (key: string, value: unknown) => kept.set(key, value),
      delete: async (key: string) => kept.delete(key),
    }
    for (const _ of [1, 2])
      await new ComplaintClient([xiaoe({ ...box.xiaoe, tokenStore })])
        .list({ from: '2026-01-01' })
        .toArray({ limit: 1 })
    expect(box.requests.filter(({ operation }) => operation === 'token').length).toBe(1)
    expect([...kept.keys()].join()).not.toContain(box.xiaoe.secretKey)

    const broken = {
      get: () => Promise.reject(new Error('down')),
      set: () => Promise.reject(new Error('down')),
      delete: () => Promise.reject(new Error('down')),
    }
    const events: ComplaintEvent[] = []
    const client = new ComplaintClient([xiaoe({ ...box.xiaoe, tokenStore: broken })], {
      onEvent: (event) => events.push(event),
    })
    await client.list({ from: '2026-01-01' }).toArray({ limit: 1 })
    expect(events.filter((event) => event.type === 'warning' && event.warning === 'tokenStoreFailed').length).toBe(2)
  })
})

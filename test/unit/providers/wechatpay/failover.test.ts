import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ComplaintClient, wechatpay } from '../../../../src/index.js'
import { failure } from '../../../support/failure.js'
import nock from '../../../support/nock.js'
import { merchant, proof } from '../../../support/wechatpay-server.js'

const first = 'https://api.mch.weixin.qq.com'
const backup = 'https://api2.mch.weixin.qq.com'
const path = '/v3/merchant-service/complaints-v2'
const range = { from: '2026-03-01', to: '2026-03-02' }
const empty = JSON.stringify({ data: [], limit: 50, offset: 0, total_count: 0 })

type Reply = () => 'good' | 'reset' | number

/** What each host was sent, in order, until the test ends. */
function play(hosts: Record<string, Reply>): { host: string; authorization: string }[] {
  const seen: { host: string; authorization: string }[] = []
  for (const [host, reply] of Object.entries(hosts)) {
    const note = (headers: unknown): void => {
      seen.push({ host, authorization: String((headers as Record<string, string>).authorization) })
    }
    nock(host)
      .persist()
      .get(path)
      .query(true)
      .reply(async function () {
        note(this.req.headers)
        const how = reply()
        if (how === 'reset') throw Object.assign(new Error('reset'), { code: 'ECONNRESET' })
        return how === 'good' ? [200, empty, proof(empty)] : [how, '<html></html>']
      })
  }
  return seen
}

const clientOf = (options: object = {}, maxRetries = 3): ComplaintClient =>
  new ComplaintClient([wechatpay({ ...merchant, ...options })], { maxRetries })
const list = (client: ComplaintClient): Promise<unknown[]> => client.list(range).toArray({ limit: 10 })
const hostsOf = (seen: { host: string }[]): string[] => seen.map(({ host }) => host)

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
  vi.useRealTimers()
})

it.each([500, 502, 503, 504, 'reset'] as const)(
  '%s at the first host leads to the backup, signed afresh',
  async (how) => {
    const seen = play({ [first]: () => how, [backup]: () => 'good' })
    await list(clientOf())
    expect(hostsOf(seen)).toEqual([first, backup])
    expect(new Set(seen.map(({ authorization }) => authorization)).size).toBe(2)
  },
)

it('no answer in time at the first host leads to the backup too', async () => {
  const seen: string[] = []
  nock(first)
    .get(path)
    .query(true)
    .delay(2_000)
    .reply(() => {
      seen.push(first)
      return [200, empty, proof(empty)]
    })
  nock(backup)
    .get(path)
    .query(true)
    .reply(() => {
      seen.push(backup)
      return [200, empty, proof(empty)]
    })
  const client = new ComplaintClient([wechatpay(merchant)], { maxRetries: 1, timeoutMs: 300 })
  await list(client)
  expect(seen).toContain(backup)
})

it.each([
  ['https://api2.mch.weixin.qq.com', 'https://api.mch.weixin.qq.com'],
  ['https://api.wechatpay.cn', 'https://api2.wechatpay.cn'],
  ['https://api2.wechatpay.cn', 'https://api.wechatpay.cn'],
])("%s is one of WeChat Pay's own hosts, and has a backup of its own", async (base, other) => {
  const seen = play({ [base]: () => 503, [other]: () => 'good' })
  await list(clientOf({ baseUrl: base }))
  expect(hostsOf(seen)).toEqual([base, other])
})

it.each([400, 401, 403, 404, 429])('%i is a refusal, not an outage: the backup is not asked', async (status) => {
  const seen = play({ [first]: () => status, [backup]: () => 'good' })
  await failure(list(clientOf({}, 0)))
  await failure(list(clientOf({}, 0)))
  expect(hostsOf(seen)).toEqual([first, first])
})

it('an answer that fails verification does not lead to the backup', async () => {
  const seen: string[] = []
  nock(first)
    .persist()
    .get(path)
    .query(true)
    .reply(() => {
      seen.push(first)
      return [200, empty, seen.length === 1 ? {} : proof(empty)]
    })
  await list(clientOf())
  expect(seen).toEqual([first, first])
})

it('the backup stays in use for a minute; then the first host is tried again', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  let down = true
  const seen = play({ [first]: () => (down ? 503 : 'good'), [backup]: () => 'good' })
  const client = clientOf()
  await list(client)
  vi.advanceTimersByTime(59_000)
  await list(client)
  down = false
  // Nor for longer where the time of day is set back.
  vi.setSystemTime(Date.now() - 3_600_000)
  vi.advanceTimersByTime(1_000)
  await list(client)
  expect(hostsOf(seen)).toEqual([first, backup, backup, first])
})

it('a backup that fails leads back to the first host at once', async () => {
  let down = true
  const seen = play({
    [first]: () => (down ? 503 : 'good'),
    [backup]: () => {
      down = false
      return 'reset'
    },
  })
  await list(clientOf())
  expect(hostsOf(seen)).toEqual([first, backup, first])
})

it('with both hosts down the error is that of the last attempt', async () => {
  const seen = play({ [first]: () => 503, [backup]: () => 502 })
  const error = await failure(list(clientOf({}, 1)))
  expect([error.code, error.status, error.attempts]).toEqual(['API', 502, 2])
  expect(hostsOf(seen)).toEqual([first, backup])
})

it('a baseUrl of the user has no backup unless one is named', async () => {
  const own = 'https://pay.example.com'
  const alone = play({ [own]: () => 503, [backup]: () => 'good' })
  await failure(list(clientOf({ baseUrl: own }, 1)))
  expect(hostsOf(alone)).toEqual([own, own])
  nock.cleanAll()
  const other = 'https://pay2.example.com/wechat'
  const seen = play({ [own]: () => 503 })
  nock('https://pay2.example.com').get(`/wechat${path}`).query(true).reply(200, empty, proof(empty))
  await list(clientOf({ baseUrl: own, backupBaseUrl: other }, 1))
  expect(hostsOf(seen)).toEqual([own])
})

it('L12 the backup is asked at once, whatever Retry-After the first host sends', async () => {
  nock(first).get(path).query(true).reply(503, '<html></html>', { 'Retry-After': '3600' })
  nock(backup).get(path).query(true).reply(200, empty, proof(empty))
  const begun = performance.now()
  expect(await list(clientOf())).toEqual([])
  expect(performance.now() - begun).toBeLessThan(2_000)
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type AlipayOptions,
  type AlipayTradeComplaint,
  alipayRisk,
  alipayTrade,
  ComplaintClient,
  type ComplaintEvent,
  deadlineOf,
  QueryError,
  RateLimitError,
  UnsupportedError,
} from '../../../../src/index.js'
import { certificateOf } from '../../../support/certificate.js'
import nock from '../../../support/nock.js'
import {
  app,
  appId,
  failure,
  options,
  platform,
  riskList,
  riskRow,
  signed,
  success,
  tradeList,
  tradeQuery,
  tradeRow,
} from './support.js'

const host = 'https://openapi.alipay.com'
const headers = { 'Content-Type': 'text/html;charset=utf-8', trace_id: '0b51' }
const range = { from: '2026-09-01', to: '2026-09-30' } as const

/** What arrived, in order. */
let sent: { method: string; content: Record<string, unknown> }[] = []
let events: ComplaintEvent[] = []

/** Answers every request by its method and biz_content. */
function answers(answer: (method: string, content: Record<string, unknown>) => Buffer | number): void {
  nock(host)
    .persist()
    .post('/gateway.do')
    .query(true)
    .reply((uri, body) => {
      const method = new URL(uri, host).searchParams.get('method') ?? ''
      const form = typeof body === 'string' ? new URLSearchParams(body).get('biz_content') : (body as { biz_content: string }).biz_content // biome-ignore format: one idea
      const content = JSON.parse(form ?? '')
      sent.push({ method, content })
      const reply = answer(method, content)
      return typeof reply === 'number' ? [reply, '<html>', headers] : [200, reply, headers]
    })
}

const clientOf = (adapterOptions: Partial<AlipayOptions> = {}): ComplaintClient<ReturnType<typeof alipayTrade>> =>
  new ComplaintClient(alipayTrade({ ...options, rateLimit: false, ...adapterOptions } as AlipayOptions), {
    maxRetries: 0,
    concurrency: 1,
    onEvent: (event) => events.push(event),
  })

/** A list of rows as the gateway pages it. */
function paged(rows: readonly Record<string, unknown>[]): (method: string, content: Record<string, unknown>) => Buffer {
  return (_, { page_num: page, page_size: size, begin_time: begin, end_time: end }) => {
    const found = rows.filter(({ gmt_create: at }) => String(at) >= String(begin) && String(at) <= String(end))
    const skip = (Number(page) - 1) * Number(size)
    return signed(
      tradeList,
      success({
        page_num: page,
        page_size: size,
        total_num: found.length,
        total_page_num: Math.ceil(found.length / Number(size)),
        trade_complain_infos: found.slice(skip, skip + Number(size)),
      }),
    ).body
  }
}

const rowAt = (index: number, gmt_create: string, change: object = {}): Record<string, unknown> =>
  tradeRow({ complain_event_id: `2026${String(index).padStart(24, '0')}`, gmt_create, ...change })
const ids = (complaints: readonly { id: string }[]): string[] => complaints.map(({ id }) => id).sort()

beforeEach(() => {
  sent = []
  events = []
  nock.disableNetConnect()
})
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
})

describe('list()', () => {
  it('delivers every complaint of the days, page by page, in windows of 30 days', async () => {
    const rows = Array.from({ length: 90 }, (_, index) =>
      rowAt(index, `2026-0${7 + Math.floor(index / 30)}-${String((index % 30) + 1).padStart(2, '0')} 10:00:00`),
    )
    answers(paged(rows))
    const read = await clientOf().list({ from: '2026-07-01', to: '2026-09-30' }).toArray({ limit: 1000 })
    expect(ids(read)).toEqual(ids(rows.map((row) => ({ id: String(row.complain_event_id) }))))
    const windows = sent.map(({ content: { begin_time, end_time } }) => [String(begin_time), String(end_time)])
    for (const [begin = '', end = ''] of windows) {
      expect([begin.slice(11), end.slice(11)]).toEqual(['00:00:00', '00:00:00'])
      expect(Date.parse(end) - Date.parse(begin)).toBeLessThanOrEqual(30 * 86_400_000)
    }
    expect(Math.max(...sent.map(({ content }) => Number(content.page_size)))).toBe(20)
    expect(events.filter(({ type }) => type === 'warning')).toEqual([])
  })

  it('loses neither the first nor the last second of a day', async () => {
    const rows = ['2026-08-31 23:59:59', '2026-09-01 00:00:00', '2026-09-30 23:59:59', '2026-10-01 00:00:00']
    answers(paged(rows.map((at, index) => rowAt(index, at))))
    const read = await clientOf().list(range).toArray({ limit: 10 })
    expect(read.map(({ createdAt }) => createdAt.toISOString()).sort()).toEqual([
      '2026-08-31T16:00:00.000Z',
      '2026-09-30T15:59:59.000Z',
    ])
  })

  it('warns of rows outside the requested days, and delivers those that belong to the query once', async () => {
    // The gateway filters by another time: all rows come with every window.
    const rows = [rowAt(1, '2026-07-05 10:00:00'), rowAt(2, '2026-08-20 10:00:00')]
    answers(() => signed(tradeList, success({ total_num: 2, trade_complain_infos: rows })).body)
    const read = await clientOf().list({ from: '2026-07-01', to: '2026-08-31' }).toArray({ limit: 10 })
    expect(ids(read)).toEqual(ids(rows.map((row) => ({ id: String(row.complain_event_id) }))))
    const warnings = events.flatMap((event) => (event.type === 'warning' ? event.warning : []))
    expect(warnings).toContain('rowOutsideWindow')
  })

  it('filters by state and order number itself', async () => {
    answers(paged([rowAt(1, '2026-09-02 10:00:00', { status: 'CLOSED' }), rowAt(2, '2026-09-02 10:00:00', { merchant_order_no: 'o1' })])) // biome-ignore format: one line
    const read = await clientOf()
      .list({ ...range, state: 'pending', merchantOrderNo: 'o1' })
      .toArray({ limit: 10 })
    expect(ids(read)).toEqual(ids([{ id: `2026${'2'.padStart(24, '0')}` }]))
    expect(sent[0]?.content).not.toHaveProperty('status')
  })

  it('takes 1 to 20 rows a page', () => {
    for (const pageSize of [0, 21]) expect(() => clientOf().list({ ...range, pageSize })).toThrow(QueryError)
    expect(() => clientOf().list({ ...range, merchant: '2088' })).toThrow(/merchant is not supported/)
  })

  it('pauses the account after 40005', async () => {
    let refused = false
    answers((...request) => {
      if (refused) return paged([])(...request)
      refused = true
      return signed(tradeList, { code: '40005', msg: 'x', sub_code: 'isv.app-call-limited' }).body
    })
    const client = clientOf()
    const error = await failure(client.list(range).toArray({ limit: 1 }))
    expect(error).toBeInstanceOf(RateLimitError)
    expect(error).toMatchObject({ retryable: true, providerCode: 'isv.app-call-limited', requestId: '0b51' })
    const begun = performance.now()
    await client.list(range).toArray({ limit: 1 })
    expect(performance.now() - begun).toBeGreaterThan(900)
    expect(events.filter(({ type }) => type === 'rateLimitWait').length).toBeGreaterThan(0)
  })

  it('keeps to 5 requests a second', async () => {
    answers(paged([]))
    const client = clientOf({ rateLimit: undefined })
    const begun = performance.now()
    await Promise.all(Array.from({ length: 7 }, () => client.list({ from: '2026-09-01', to: '2026-09-02' }).toArray({ limit: 1 }))) // biome-ignore format: one line
    expect(sent.length).toBeGreaterThanOrEqual(7)
    expect(performance.now() - begun).toBeGreaterThan(800)
  })

  it('works in certificate mode', async () => {
    const certificate = { app: certificateOf(app.privateKey, '0a'), alipay: certificateOf(platform.privateKey, '0b') }
    const { alipayPublicKey: _, ...rest } = options as { appId: string; alipayPublicKey: unknown }
    answers(paged([rowAt(1, '2026-09-02 10:00:00')]))
    const client = new ComplaintClient(
      alipayTrade({
        ...rest,
        appCert: certificate.app.toString(),
        alipayCert: certificate.alipay.raw,
        alipayRootCert: certificate.alipay.toString(),
      } as unknown as AlipayOptions),
      { maxRetries: 0 },
    )
    expect(await client.list(range).toArray({ limit: 10 })).toHaveLength(1)
  })
})

describe('get(), history() and media()', () => {
  const detail = tradeRow({
    trade_amount: '19.90',
    reply_detail_infos: [{ gmt_create: '2026-09-10 12:00:00', replier_role: 'USER', content: '坏的' }],
  })
  const ref = { provider: 'alipay-trade', account: appId, id: String(detail.complain_event_id) } as const

  it('read one complaint', async () => {
    answers(() => signed(tradeQuery, success(detail)).body)
    const complaint: AlipayTradeComplaint = await clientOf().get(ref)
    expect(complaint.orders[0]?.amount).toEqual({ fen: 1990, currency: 'CNY' })
    const texts: (string | null)[] = []
    for await (const { text } of clientOf().history(complaint)) texts.push(text)
    expect(texts).toEqual(['坏的'])
    await expect(clientOf().media(complaint, 'https://x.example/1.png')).rejects.toThrow(UnsupportedError)
  })

  it('an unknown complaint is a NotFoundError', async () => {
    answers(() => signed(tradeQuery, { code: '40004', msg: 'x', sub_code: 'COMPLAIN_NOT_EXIST' }).body)
    expect((await failure(clientOf().get(ref))).code).toBe('NOT_FOUND')
  })

  it('a page of a proxy is distinguished from a response of Alipay', async () => {
    answers(() => Buffer.from('<html>'))
    expect((await failure(clientOf().get(ref))).code).toBe('NETWORK')
    nock.cleanAll()
    answers(() => 404)
    const error = await failure(clientOf().get(ref))
    expect([error.code, error.status]).toEqual(['API', 404])
  })
})

describe('consumer complaints', () => {
  it('have deadlines and merchants, and neither history nor notifications', async () => {
    answers(
      () =>
        signed(
          riskList,
          success({
            total_size: 1,
            complaint_list: [riskRow({ gmt_overdue: '2026-09-12 12:00:00', opposite_pid: '2088' })],
          }),
        ).body,
    )
    const client = new ComplaintClient(alipayRisk({ ...options, rateLimit: false }), { maxRetries: 0 })
    const [complaint] = await client.list(range).toArray({ limit: 10 })
    if (complaint === undefined) expect.fail('nothing was read')
    expect(complaint.merchantId).toBe('2088')
    expect(deadlineOf(complaint)).toEqual({ at: new Date('2026-09-12T04:00:00Z'), for: 'reply', basis: 'provider' })
    await expect(client.history(complaint)[Symbol.asyncIterator]().next()).rejects.toThrow(UnsupportedError)
    await expect(client.parseNotification({ headers: {}, body: '' })).rejects.toThrow(UnsupportedError)
  })

  it('stand beside trade complaints of the same application', async () => {
    answers((method) =>
      method === riskList
        ? signed(riskList, success({ total_size: 1, complaint_list: [riskRow()] })).body
        : signed(tradeList, success({ total_num: 1, trade_complain_infos: [tradeRow()] })).body,
    )
    const client = new ComplaintClient([alipayTrade(options), alipayRisk(options)], { maxRetries: 0 })
    const read = await client.list(range).toArray({ limit: 10 })
    expect(read.map(({ provider }) => provider).sort()).toEqual(['alipay-risk', 'alipay-trade'])
    expect(deadlineOf(read.find(({ provider }) => provider === 'alipay-trade') ?? expect.fail('none'))).toBeNull()
  })
})

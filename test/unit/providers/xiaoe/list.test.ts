import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ComplaintClient,
  type ComplaintEvent,
  NotFoundError,
  QueryError,
  ResponseError,
  type XiaoeComplaint,
  xiaoe,
} from '../../../../src/index.js'
import nock from '../../../support/nock.js'
import { application, expectNoSecret, failureOf } from './support.js'

const read = (name: string): Buffer => readFileSync(new URL(`../../../fixtures/xiaoe/${name}`, import.meta.url))
const host = 'https://api.xiaoe-tech.com'
const path = '/xe.pay_through.complaint_record.xe.b_complaints.list/1.0.0'
const range = { from: '2024-04-10', to: '2024-04-20' }
const empty = '{"code":0,"data":{"list":[],"total":0},"msg":"ok"}'

const row = (change: object = {}): object => ({
  complaint_id: 'c_made_up_1',
  complaint_time: '2024-04-13 22:57:42',
  state: 0,
  ...change,
})
const pageOf = (...rows: unknown[]): string =>
  JSON.stringify({ code: 0, msg: 'ok', data: { list: rows, total: rows.length } })

/** What arrived at the list, in order. */
let sent: { body: Record<string, unknown>; headers: Record<string, string> }[] = []
let events: ComplaintEvent[] = []

const headers = { 'Content-Type': 'application/json' }

/** Answers by turns; the last repeats. As bytes: what comes is not what a serialiser would make of it. */
function answers(...bodies: (string | Buffer)[]): void {
  nock(host)
    .get('/token')
    .query(true)
    .reply(200, '{"code":0,"msg":"ok","data":{"access_token":"made-up-token","expires_in":7200}}', headers)
  nock(host)
    .persist()
    .post(path)
    .reply(function (_uri, body) {
      sent.push({
        body: (typeof body === 'string' ? JSON.parse(body) : body) as Record<string, unknown>,
        headers: this.req.headers as unknown as Record<string, string>,
      })
      return [200, bodies[Math.min(sent.length, bodies.length) - 1] ?? '', headers]
    })
}

const clientOf = (maxRetries = 0): ComplaintClient =>
  new ComplaintClient([xiaoe(application)], { maxRetries, concurrency: 1, onEvent: (event) => events.push(event) })

async function drained(query: object = range, maxRetries = 0): Promise<XiaoeComplaint[]> {
  const list = clientOf(maxRetries).list(query as typeof range)
  return (await list.toArray({ limit: 1000 })) as XiaoeComplaint[]
}

beforeEach(() => {
  sent = []
  events = []
  nock.disableNetConnect()
})
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
})

describe('what is sent', () => {
  it('is the documented POST: token, page and time in the body, and nothing else', async () => {
    answers(empty)
    await drained({ ...range, pageSize: 20, state: 'pending', merchantOrderNo: 'o_1' })
    expect(sent.map(({ body }) => body)).toEqual([
      {
        access_token: 'made-up-token',
        page: 1,
        page_size: 20,
        start_time: '2024-04-10 00:00:00',
        end_time: '2024-04-20 23:59:59',
      },
    ])
    expect(sent[0]?.headers).toMatchObject({ 'content-type': 'application/json', accept: 'application/json' })
    expect(Object.keys(sent[0]?.headers ?? {})).not.toContain('authorization')
    expectNoSecret(events)
  })

  it('counts pages from 1 and goes on after a short one, until one is empty', async () => {
    const three = (...ids: string[]): string =>
      JSON.stringify({ code: 0, data: { list: ids.map((id) => row({ complaint_id: id })), total: 3 } })
    answers(three('c_1', 'c_2'), three('c_3'), three())
    expect((await drained({ ...range, pageSize: 50 })).map(({ id }) => id)).toEqual(['c_1', 'c_2', 'c_3'])
    expect(sent.map(({ body }) => [body.page, body.page_size])).toEqual([
      [1, 50],
      // Page 1 was short: what it may have left out comes next.
      [2, 2],
      [3, 2],
    ])
  })
})

describe('what comes', () => {
  it('is the sample of the official page', async () => {
    answers(read('list-official-sample.json'), empty)
    const rows = await drained()
    expect(rows.map(({ id, state, closedAt }) => [id, state, closedAt])).toEqual([
      ['c_6621e41fa5e18_dA0idHLY', 'resolved', new Date('2024-04-29T03:21:38Z')],
      ['c_661a9d66b6733_qTRys2mU', 'pending', null],
    ])
    const { data } = JSON.parse(read('list-official-sample.json').toString())
    expect(rows.map(({ raw }) => raw)).toEqual(data.list)
  })

  it('may have numbers as text and long integers, of which no digit is lost', async () => {
    answers(read('list-texts.json'), empty)
    const [complaint] = await drained({ from: '2026-01-01', to: '2026-01-01' })
    expect(complaint).toMatchObject({
      id: '9007199254740993123',
      state: 'pending',
      providerState: '0',
      createdAt: new Date('2025-12-31T16:00:00Z'),
      closedAt: null,
      dueAt: new Date('2026-01-03T16:00:00Z'),
      detail: '',
      channel: 'wechatpay',
      resource: { id: '20260101000000000001', type: null },
      overdue: false,
      raw: { complaint_from: '10', added_later: { amount: 0.1, long: '12345678901234567890' } },
    })
  })

  it.each([
    ['null', '{"code":0,"data":null}'],
    ['an empty list', '{"code":0,"data":[]}'],
    ['an empty object', '{"code":0,"data":{}}'],
    ['absent', '{"code":0}'],
    ['a list of null', '{"code":0,"data":{"list":null,"total":null}}'],
  ])('is no complaint when data is %s', async (_, body) => {
    answers(body)
    expect(await drained()).toEqual([])
    expect(sent).toHaveLength(1)
  })

  const askedForOne = (): Promise<unknown> => clientOf().get({ provider: 'xiaoe', account: 'appMadeUp1', id: 'c_1' })
  it.each<[string, string, string, () => Promise<unknown>]>([
    ['list()', 'absent', '{"code":0,"data":{"total":28,"items":[{"complaint_id":"c_1"}]}}', drained],
    ['list()', 'null', '{"code":0,"data":{"total":"28","list":null}}', drained],
    ['get()', 'absent', '{"code":0,"data":{"total":28,"items":[{"complaint_id":"c_1"}]}}', askedForOne],
    ['get()', 'null', '{"code":0,"data":{"total":"28","list":null}}', askedForOne],
  ])('fails %s, and is no silence, when the list is %s although complaints are reported', async (_, __, body, call) => {
    answers(body)
    const error = await failureOf(call())
    expect(error).toBeInstanceOf(ResponseError)
    expect(error.message).toMatch(/data\.list: expected a list, since the total is 28/)
    expect(error.issues).toMatchObject([{ path: ['data', 'list'] }])
  })

  it.each([
    ['list()', '{"records":[{"complaint_id":"c_1"}],"count":28}', drained],
    ['list()', '{"error":"db timeout"}', drained],
    ['get()', '{"records":[{"complaint_id":"c_1"}],"count":28}', askedForOne],
    ['get()', '{"error":"db timeout"}', askedForOne],
  ])('fails %s, and is no silence, when it is an object of another kind: %s', async (_, data, call) => {
    answers(`{"code":0,"data":${data}}`)
    const error = await failureOf(call())
    expect(error).toBeInstanceOf(ResponseError)
    expect(error.issues).toEqual([{ path: [], message: 'expected list or total' }])
  })

  it('may lack its list beyond the last complaint, whatever the total', async () => {
    answers(pageOf(row()), '{"code":0,"data":{"total":1}}')
    expect((await drained()).map(({ id }) => id)).toEqual(['c_made_up_1'])
    expect(sent).toHaveLength(2)
  })

  it.each([
    ['a text', '{"code":0,"data":"ok"}'],
    ['a list that is an object', '{"code":0,"data":{"list":{"a":1}}}'],
    ['a list that is text', '{"code":0,"data":{"list":"[]"}}'],
    ['a list in place of the object', '{"code":0,"data":[{"complaint_id":"c_1"}]}'],
  ])('is a ResponseError when data is %s', async (_, body) => {
    answers(body)
    expect(await failureOf(drained())).toBeInstanceOf(ResponseError)
  })

  it.each(['-1', '1.5', '"many"', 'null', '{}', '1e400', '99999999999999999999', '0'])(
    'a total of %s ends nothing',
    async (total) => {
      const body = `{"code":0,"data":{"list":[${JSON.stringify(row())}],"total":${total}}}`
      answers(body, empty)
      expect((await drained()).map(({ id }) => id)).toEqual(['c_made_up_1'])
      expect(sent).toHaveLength(2)
    },
  )

  it('cut short is asked for again', async () => {
    const whole = read('list-official-sample.json')
    answers(whole.subarray(0, 700), whole, empty)
    expect(await drained(range, 1)).toHaveLength(2)
    expect(sent.slice(0, 3).map(({ body }) => body.page)).toEqual([1, 1, 2])
    expect(events.filter(({ type }) => type === 'retry')).toMatchObject([{ operation: 'list', failure: 'RESPONSE' }])
  })

  it('skips a row that cannot be used, and says at the end where that stands', async () => {
    answers(
      pageOf(
        row({ complaint_id: 'c_1' }),
        row({ complaint_id: 'c_2' }),
        row({ complaint_id: 'c_3', state: null }),
        row({ complaint_id: 'c_4' }),
      ),
    )
    const delivered: string[] = []
    const error = await failureOf(
      (async () => {
        for await (const { id } of clientOf().list(range)) delivered.push(id)
      })(),
    )
    expect(delivered).toEqual(['c_1', 'c_2', 'c_4'])
    expect(error).toBeInstanceOf(ResponseError)
    expect((error as ResponseError).complaintId).toBe('c_3')
    expect(error.issues).toMatchObject([{ path: ['data', 'list', 2, 'state'] }])
    expect(error.message).toMatch(/^\[xiaoe appMadeUp1] data\.list\.2\.state: /)
  })
})

describe('get()', () => {
  const ref = (id: string): { provider: 'xiaoe'; account: string; id: string } => ({
    provider: 'xiaoe',
    account: 'appMadeUp1',
    id,
  })

  it('asks the list for the id, and for nothing else', async () => {
    answers(pageOf(row()))
    expect(await clientOf().get(ref('c_made_up_1'))).toMatchObject({ id: 'c_made_up_1', state: 'pending' })
    expect(sent.map(({ body }) => body)).toEqual([
      { access_token: 'made-up-token', page: 1, page_size: 1, complaint_id: 'c_made_up_1' },
    ])
  })

  it.each([
    ['no row', empty],
    ['no data', '{"code":0,"data":[]}'],
  ])('is a NotFoundError when there is %s', async (_, body) => {
    answers(body)
    const error = await failureOf(clientOf().get(ref('c_made_up_1')))
    expect(error).toBeInstanceOf(NotFoundError)
    expect(error).toMatchObject({ provider: 'xiaoe', account: 'appMadeUp1', operation: 'get', attempts: 1 })
  })

  it.each([
    ['another complaint, as a server gives that ignores the id', 'c_made_up_2'],
    ['one whose id only begins alike', 'c_made_up_11'],
  ])('is a ResponseError when there is only %s: that proves nothing of the one asked for', async (_, id) => {
    answers(pageOf(row({ complaint_id: id })))
    expect(await failureOf(clientOf().get(ref('c_made_up_1')))).toMatchObject({
      name: 'ResponseError',
      operation: 'get',
    })
  })

  it('is a ResponseError when the row cannot be used', async () => {
    answers(pageOf(row({ complaint_time: null })))
    const error = await failureOf(clientOf().get(ref('c_made_up_1')))
    expect(error).toBeInstanceOf(ResponseError)
    expect(error.issues).toMatchObject([{ path: ['data', 'list', 0, 'complaint_time'] }])
  })

  it.each(['', ' '])('of the id %j is a QueryError, before any request; history() of it too', async (id) => {
    answers(pageOf(row()))
    expect(await failureOf(clientOf().get(ref(id)))).toBeInstanceOf(QueryError)
    expect(await failureOf(clientOf().history(ref(id))[Symbol.asyncIterator]().next())).toBeInstanceOf(QueryError)
    expect(sent).toEqual([])
    expect(events).toEqual([])
  })
})

it('list and get share one quota, since one endpoint serves both', async () => {
  answers(pageOf(row()), empty)
  const client = new ComplaintClient([xiaoe({ ...application, rateLimit: { requests: 1, perMs: 100 } })], {
    onEvent: (event) => events.push(event),
  })
  const ref = { provider: 'xiaoe', account: 'appMadeUp1', id: 'c_made_up_1' } as const
  await client.get(ref)
  await client.list(range).toArray({ limit: 1 })
  // The page after it may have begun to wait as well.
  expect(events.find(({ type }) => type === 'rateLimitWait')).toMatchObject({ operation: 'list' })
})

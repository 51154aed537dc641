import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ComplaintClient,
  type ComplaintEvent,
  type HistoryEntry,
  NotFoundError,
  ResponseError,
  UnsupportedError,
  xiaoe,
} from '../../../../src/index.js'
import nock from '../../../support/nock.js'
import { application, expectNoSecret, failureOf } from './support.js'

const host = 'https://api.xiaoe-tech.com'
const path = '/xe.complaint.info.get/1.0.0'
const id = 'c_made_up_1'
const ref = { provider: 'xiaoe', account: 'appMadeUp1', id } as const

/** Every field that the page of the detail call names for a complaint. */
const detail = {
  id: 1,
  complaint_id: id,
  app_id: 'appMadeUp1',
  state: 1,
  complainant_user_id: 'u_made_up',
  complainant_phone: '138****0000',
  complaint_from: '101',
  complaint_type: 2,
  complaint_resource_id: 'p_made_up',
  complaint_content_msg: '',
  complaint_content_object: [],
  complaint_reason: '课程无法观看',
  complaint_time: '2026-01-01 22:57:42',
  uploaded_images: ['https://pictures.example/1.png', 'https://pictures.example/2.png'],
  time_limit: 72,
  operate_time: '2026-01-01 22:57:42',
  current_step: 3,
  operate_end_time: '2026-01-04 22:57:42',
  sub_mch_id: '',
  reply_list: [
    {
      complaint_id: id,
      reply_from: '2',
      reply_content: '已处理',
      reply_images: [{ url: 'https://pictures.example/3.png' }],
      created_at: '2026-01-02 08:00:00',
    },
    { id: 7, complaint_id: id, reply_from: '3', content: '谢谢', reply_time: '2026-01-02 09:00:00', added_later: [1] },
  ],
}

let sent: { path: string; body: Record<string, unknown> }[] = []
let events: ComplaintEvent[] = []

function answers(...bodies: (string | object)[]): void {
  nock(host)
    .persist()
    .get('/token')
    .query(true)
    .reply(200, { code: 0, data: { access_token: 'made-up-token', expires_in: 7200 } })
  nock(host)
    .persist()
    .post(/.*/)
    .reply((uri, body) => {
      sent.push({ path: uri, body: (typeof body === 'string' ? JSON.parse(body) : body) as Record<string, unknown> })
      const answer = bodies[Math.min(sent.length, bodies.length) - 1] ?? ''
      return [200, answer]
    })
}

const data = (change: object = {}): object => ({ code: 0, msg: 'ok', data: { ...detail, ...change } })
const clientOf = (): ComplaintClient =>
  new ComplaintClient([xiaoe(application)], { maxRetries: 0, onEvent: (event) => events.push(event) })

async function historyOf(client = clientOf()): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = []
  for await (const entry of client.history(ref)) entries.push(entry)
  return entries
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

describe('history()', () => {
  it('is the complaint, then its replies, from one call with the id and nothing else', async () => {
    answers(data())
    const entries = await historyOf()
    expect(sent).toEqual([{ path, body: { access_token: 'made-up-token', complaint_id: id } }])
    expect(entries.map(({ raw: _, ...entry }) => entry)).toEqual([
      {
        id: `${id}:0`,
        at: new Date('2026-01-01T14:57:42Z'),
        operator: null,
        action: '投诉',
        text: '课程无法观看',
        media: [
          { kind: 'uploaded_images', urls: ['https://pictures.example/1.png', 'https://pictures.example/2.png'] },
        ],
      },
      {
        id: `${id}:1`,
        at: new Date('2026-01-02T00:00:00Z'),
        operator: '2',
        action: '回复',
        text: '已处理',
        media: [{ kind: 'reply_images', urls: ['https://pictures.example/3.png'] }],
      },
      { id: '7', at: new Date('2026-01-02T01:00:00Z'), operator: '3', action: '回复', text: '谢谢', media: [] },
    ])
    expect(entries.map(({ raw }) => raw)).toEqual([detail, ...detail.reply_list])
    expect(events.filter(({ type }) => type === 'request')).toMatchObject([
      { operation: 'token' },
      { operation: 'history' },
    ])
    expectNoSecret(events)
  })

  it('comes oldest first, however the service orders it', async () => {
    answers(data({ reply_list: [...detail.reply_list].reverse() }))
    expect((await historyOf()).map(({ text }) => text)).toEqual(['课程无法观看', '已处理', '谢谢'])
  })

  it.each([
    ['content where there is some', { complaint_content_msg: '内容违规' }, '内容违规'],
    ['reason where there is no content', { complaint_content_msg: null }, '课程无法观看'],
    ['nothing', { complaint_content_msg: null, complaint_reason: undefined }, null],
  ])('takes for the text of the complaint its %s', async (_, change, text) => {
    answers(data(change))
    expect((await historyOf())[0]?.text).toBe(text)
  })

  it.each([
    ['absent', undefined],
    ['null', null],
    ['text', '[]'],
    ['an object', {}],
  ])('is the complaint alone when lists are %s', async (_, none) => {
    answers(data({ reply_list: none, uploaded_images: none }))
    const entries = await historyOf()
    expect(entries).toHaveLength(1)
    expect(entries[0]?.media).toEqual([])
  })

  it('has the replies of a list with gaps, which PHP writes as an object', async () => {
    const [one, other] = detail.reply_list
    answers(data({ reply_list: { 3: other, 1: one } }))
    expect((await historyOf()).map(({ id: entryId, text }) => [entryId, text])).toEqual([
      [`${id}:0`, '课程无法观看'],
      [`${id}:1`, '已处理'],
      ['7', '谢谢'],
    ])
  })

  it('is no silence when reply_list is one reply instead of a list', async () => {
    answers(data({ reply_list: detail.reply_list[0] }))
    expect(await failureOf(historyOf())).toMatchObject({ issues: [{ path: ['data', 'reply_list', 0] }] })
  })

  it('of a complaint with a number for an id loses no digit', async () => {
    answers(JSON.stringify(data()).replaceAll(`"${id}"`, '9007199254740993123'))
    const client = clientOf()
    const first = await client
      .history({ ...ref, id: '9007199254740993123' })
      [Symbol.asyncIterator]()
      .next()
    expect(first.value).toMatchObject({ id: '9007199254740993123:0' })
  })

  it('delivers what comes before a reply that has no time, and says where that stands', async () => {
    const [one, other] = detail.reply_list
    answers(data({ reply_list: [one, { ...other, reply_time: '1970-01-02 00:00:00' }, one] }))
    const delivered: (string | null)[] = []
    const error = await failureOf(
      (async () => {
        for await (const { text } of clientOf().history(ref)) delivered.push(text)
      })(),
    )
    expect(delivered).toEqual(['课程无法观看', '已处理'])
    expect(error).toMatchObject({ name: 'ResponseError', provider: 'xiaoe', operation: 'history' })
    expect(error.issues).toMatchObject([{ path: ['data', 'reply_list', 1] }])
  })

  it.each<[string, object]>([
    ['null', { code: 0, data: null }],
    ['an empty list', { code: 0, data: [] }],
    ['absent', { code: 0 }],
  ])('is a NotFoundError when data is %s', async (_, body) => {
    answers(body)
    const error = await failureOf(historyOf())
    expect(error).toBeInstanceOf(NotFoundError)
    expect(error).toMatchObject({ account: 'appMadeUp1', operation: 'history', attempts: 1 })
  })

  it.each<[string, object]>([
    ['another complaint', data({ complaint_id: 'c_made_up_2' })],
    ['no complaint', { code: 0, data: { list: [] } }],
    ['a complaint without a time', data({ complaint_time: '' })],
    ['a complaint with an impossible time', data({ complaint_time: '2026-02-30 00:00:00' })],
    ['text', { code: 0, data: 'ok' }],
    ['a list', { code: 0, data: [detail] }],
  ])('is a ResponseError when data is %s', async (_, body) => {
    answers(body)
    expect(await failureOf(historyOf())).toBeInstanceOf(ResponseError)
  })

  it('renews a dead token once, as every call', async () => {
    answers({ code: 2008, msg: 'access_token无效' }, data())
    expect(await historyOf()).toHaveLength(3)
    expect(sent).toHaveLength(2)
    expect(events.filter((event) => event.type === 'request' && event.operation === 'token')).toHaveLength(2)
  })

  it('has a quota of its own, since it has an endpoint of its own', async () => {
    answers(data())
    const client = new ComplaintClient([xiaoe({ ...application, rateLimit: { requests: 1, perMs: 60_000 } })], {
      onEvent: (event) => events.push(event),
    })
    await historyOf(client)
    await failureOf(client.get(ref))
    expect(events.filter(({ type }) => type === 'rateLimitWait')).toEqual([])
  })
})

it('media() is unsupported: pictures lie on hosts that nobody configured', async () => {
  answers(data())
  const client = clientOf()
  expect(client.accounts[0]?.capabilities).toMatchObject({ history: true, media: false })
  expect(await failureOf(client.media(ref, 'https://pictures.example/1.png'))).toBeInstanceOf(UnsupportedError)
  expect(sent).toEqual([])
})

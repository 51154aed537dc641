import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ComplaintClient,
  type HistoryEntry,
  PaginationError,
  QueryError,
  ResponseError,
  wechatpay,
} from '../../../../src/index.js'
import { parsePage } from '../../../../src/providers/wechatpay/list.js'
import { failure } from '../../../support/failure.js'
import nock from '../../../support/nock.js'
import { merchant, proof } from '../../../support/wechatpay-server.js'

const host = 'https://api.mch.weixin.qq.com'
const id = '200201820200101080076610000'
const path = `/v3/merchant-service/complaints-v2/${id}/negotiation-historys`
const ref = { provider: 'wechatpay', account: merchant.mchid, id } as const

const row = (number: number, change: object = {}): Record<string, unknown> => ({
  log_id: `log-${number}`,
  operator: '投诉人',
  operate_time: '2026-03-01T10:02:03+08:00',
  operate_type: 'USER_CREATE_COMPLAINT',
  operate_details: '昨天的订单没有到账',
  ...change,
})
const rows = (count: number, from = 0): unknown[] => Array.from({ length: count }, (_, index) => row(from + index))
const clientOf = (): ComplaintClient =>
  new ComplaintClient([wechatpay({ ...merchant, rateLimit: false })], { maxRetries: 0 })

async function read(client: ComplaintClient = clientOf()): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = []
  for await (const entry of client.history(ref)) entries.push(entry)
  return entries
}

type Asked = { limit: number; offset: number }

/** Answers each page until the test ends; what was asked comes back. */
function play(page: (asked: Asked) => { status?: number; body: unknown }): Asked[] {
  const seen: Asked[] = []
  nock(host)
    .persist()
    .get(path)
    .query(true)
    .reply((uri) => {
      const { searchParams } = new URL(uri, host)
      const asked = { limit: Number(searchParams.get('limit')), offset: Number(searchParams.get('offset')) }
      seen.push(asked)
      const { status = 200, body } = page(asked)
      const text = JSON.stringify(body)
      return [status, text, proof(text)]
    })
  return seen
}
const idsOf = (all: unknown[]): string[] => all.map((entry) => (entry as { log_id: string }).log_id)
const pageOf = (all: unknown[], { limit, offset }: Asked): { body: Record<string, unknown> } => ({
  body: {
    data: all.slice(offset, offset + limit),
    limit,
    offset,
    ...(offset === 0 ? { total_count: all.length } : {}),
  },
})

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
})

describe('paging', () => {
  it.each([
    [0, 1],
    [1, 1],
    [99, 1],
    [100, 2],
    [101, 2],
    [250, 3],
  ])('%i entries come once each, in order, in %i requests', async (count, requests) => {
    const all = rows(count)
    const seen = play((asked) => pageOf(all, asked))
    expect((await read()).map((entry) => entry.id)).toEqual(all.map((entry) => (entry as { log_id: string }).log_id))
    expect(seen).toHaveLength(requests)
    expect(seen[0]).toEqual({ limit: 100, offset: 0 })
  })

  it('a server that serves fewer than asked loses none', async () => {
    const all = rows(70)
    play((asked) => pageOf(all, { ...asked, limit: 30 }))
    expect(await read()).toHaveLength(70)
  })

  it.each([undefined, null, 10, 0, -1])('a total of %o ends nothing early', async (total) => {
    const all = rows(230)
    play(({ limit, offset }) => ({ body: { data: all.slice(offset, offset + limit), total_count: total } }))
    expect(await read()).toHaveLength(230)
  })

  it('an entry that arrives meanwhile, and pushes the others on, costs none', async () => {
    const all = rows(200)
    let first = true
    play((asked) => {
      const answer = pageOf(all, asked)
      if (first) all.unshift(row(1000))
      first = false
      return answer
    })
    const ids = (await read()).map((entry) => entry.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(expect.arrayContaining(rows(200).map((entry) => (entry as { log_id: string }).log_id)))
  })

  it('a page that is too large is asked again at the same place with fewer rows', async () => {
    const all = rows(120)
    const seen = play((asked) =>
      asked.limit > 30
        ? { status: 400, body: { code: 'PARAM_ERROR', message: '当前查询结果数据量过大，请缩小limit后重试' } }
        : pageOf(all, asked),
    )
    expect(await read()).toHaveLength(120)
    expect(seen.slice(0, 3)).toEqual([
      { limit: 100, offset: 0 },
      { limit: 50, offset: 0 },
      { limit: 25, offset: 0 },
    ])
  })

  it('an empty page in the middle, of more that were promised, loses none', async () => {
    const all = rows(250)
    let empty = 1
    const seen = play((asked) => {
      const answer = pageOf(all, asked)
      return asked.offset === 100 && empty-- > 0 ? { body: { ...answer.body, data: [] } } : answer
    })
    expect((await read()).map((entry) => entry.id)).toEqual(idsOf(all))
    expect(seen.map(({ offset }) => offset)).toEqual([0, 100, 0, 100, 200])
  })

  it('entries that stay away are a PaginationError, after five readings that gave what there is', async () => {
    const all = rows(250)
    const seen = play((asked) => {
      const answer = pageOf(all, asked)
      return asked.offset === 100 ? { body: { ...answer.body, data: [] } } : answer
    })
    const ids: string[] = []
    const error = await failure(
      (async () => {
        for await (const { id } of clientOf().history(ref)) ids.push(id)
      })(),
    )
    expect([error.name, error.retryable, error.operation]).toEqual(['PaginationError', true, 'history'])
    expect(error.message).toContain('150 entries before its total')
    expect(ids).toEqual(idsOf(rows(100)))
    expect(seen).toHaveLength(10)
  })

  // Each time so many arrive at the front once the first page was read.
  it.each([
    ['one, while a packet holds one', 6, 1, { packet: 1, most: Number.POSITIVE_INFINITY }],
    ['two, while the server gives two at a time', 6, 2, { packet: Number.POSITIVE_INFINITY, most: 2 }],
    ['three, while the server gives two at a time', 6, 3, { packet: Number.POSITIVE_INFINITY, most: 2 }],
    ['four, while the server gives two at a time', 4, 4, { packet: Number.POSITIVE_INFINITY, most: 2 }],
    ['a whole page', 300, 100, { packet: Number.POSITIVE_INFINITY, most: Number.POSITIVE_INFINITY }],
  ])('entries that arrive are no end: %s', async (_, count, arriving, { packet, most }) => {
    for (const total of [true, false]) {
      const all = rows(count)
      let first = true
      play((asked) => {
        if (asked.limit > packet)
          return { status: 400, body: { code: 'PARAM_ERROR', message: '当前查询结果数据量过大，请缩小limit后重试' } }
        const { body } = pageOf(all, { ...asked, limit: Math.min(asked.limit, most) })
        if (first) all.unshift(...rows(arriving, 1000))
        first = false
        return { body: total ? body : { ...body, total_count: undefined } }
      })
      const ids = (await read()).map((entry) => entry.id)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids).toEqual(expect.arrayContaining(idsOf(rows(count))))
      nock.cleanAll()
    }
  })

  it('two entries of one answer with the same id are no gap', async () => {
    const seen = play(() => ({ body: { data: [row(1), row(1), row(2)], total_count: 3 } }))
    expect(await read()).toHaveLength(2)
    expect(seen).toHaveLength(1)
  })

  it('a page that is repeated for ever ends', async () => {
    const seen = play(() => ({ body: { data: rows(100) } }))
    expect(await read()).toHaveLength(100)
    expect(seen).toHaveLength(3)
  })

  it('a server that never ends is stopped', async () => {
    let next = 0
    const seen = play(() => ({ body: { data: [row(next++)] } }))
    expect(await failure(read())).toBeInstanceOf(PaginationError)
    expect(seen.length).toBe(200)
  })

  it('break ends it without another request', async () => {
    const seen = play((asked) => pageOf(rows(500), asked))
    for await (const _ of clientOf().history(ref)) break
    expect(seen).toHaveLength(1)
  })
})

describe('an entry', () => {
  const one = async (change: object): Promise<HistoryEntry> => {
    play(() => ({ body: { data: [row(1, change)], total_count: 1 } }))
    const [entry] = await read()
    return entry ?? expect.fail('no entry')
  }
  const media = { media_type: 'USER_COMPLAINT_IMAGE', media_url: [`${host}/v3/merchant-service/images/a%2Fb`] }

  it('is mapped field by field', async () => {
    const entry = await one({ image_list: ['https://example.com/1'], complaint_media_list: media })
    expect(entry).toEqual({
      id: 'log-1',
      at: new Date('2026-03-01T02:02:03Z'),
      operator: '投诉人',
      action: 'USER_CREATE_COMPLAINT',
      text: '昨天的订单没有到账',
      media: [
        { kind: 'image_list', urls: ['https://example.com/1'], downloadable: false },
        { kind: 'USER_COMPLAINT_IMAGE', urls: media.media_url },
      ],
      raw: row(1, { image_list: ['https://example.com/1'], complaint_media_list: media }),
    })
  })

  it('tells images once that the older field repeats', async () => {
    const entry = await one({ image_list: [...media.media_url, 'https://example.com/1'], complaint_media_list: media })
    expect(entry.media).toEqual([
      { kind: 'image_list', urls: ['https://example.com/1'], downloadable: false },
      { kind: 'USER_COMPLAINT_IMAGE', urls: media.media_url },
    ])
  })

  it('has no image_list of its own where the newer field holds it all', async () => {
    expect((await one({ image_list: media.media_url, complaint_media_list: media })).media).toHaveLength(1)
  })

  it.each([
    ['an object', media],
    ['an array', [media]],
  ])('reads complaint_media_list as %s', async (_, list) => {
    expect((await one({ complaint_media_list: list })).media).toEqual([
      { kind: 'USER_COMPLAINT_IMAGE', urls: media.media_url },
    ])
  })

  it.each([
    { image_list: [], complaint_media_list: [] },
    { image_list: null, complaint_media_list: null },
    { image_list: 'x', complaint_media_list: 7 },
  ])('has no media for %o', async (change) => expect((await one(change)).media).toEqual([]))

  it.each(['MERCHANT_REFUSE_RERUND', 'USER_COMFIRM_COMPLAINT', 'SOMETHING_NEW'])(
    'keeps %s as it came',
    async (word) => {
      expect((await one({ operate_type: word })).action).toBe(word)
    },
  )

  it('C2: marks links that media() never requests, so that a reader takes the one image', async () => {
    const foreign = 'http://another.host/image?sign=abc'
    const entry = await one({ image_list: [foreign], complaint_media_list: media })
    expect(entry.media).toEqual([
      { kind: 'image_list', urls: [foreign], downloadable: false },
      { kind: 'USER_COMPLAINT_IMAGE', urls: media.media_url },
    ])
    const client = clientOf()
    expect(await failure(client.media(ref, foreign))).toBeInstanceOf(QueryError)
    nock(host).get('/v3/merchant-service/images/a%2Fb').reply(200, 'image', { 'Content-Type': 'image/png' })
    const files = entry.media.filter(({ downloadable }) => downloadable !== false).flatMap(({ urls }) => urls)
    expect(files).toHaveLength(1)
    expect((await client.media(ref, files[0] ?? '')).contentType).toBe('image/png')
  })

  it.each([
    'http://api.mch.weixin.qq.com/v3/merchant-service/images/a',
    'https://api.mch.weixin.qq.com/v3/merchant-service/complaints-v2/a',
    'https://api.mch.weixin.qq.com/v3/merchant-service/images/../pay',
    'https://api.mch.weixin.qq.com.another.host/v3/merchant-service/images/a',
    'not a URL',
    '',
  ])('C2: marks %o among the images of one kind', async (url) => {
    const mixed = { ...media, media_url: [...media.media_url, url] }
    expect((await one({ complaint_media_list: mixed })).media).toEqual([
      { kind: 'USER_COMPLAINT_IMAGE', urls: media.media_url },
      { kind: 'USER_COMPLAINT_IMAGE', urls: [url], downloadable: false },
    ])
  })

  it('reads the words and images of a normal_message, block by block', async () => {
    const jump = { action_type: 'ACTION_TYPE_JUMP_URL', jump_url: 'https://example.com/refund' }
    const button = (text: string): object => ({ text, action: { action_type: 'ACTION_TYPE_SEND_MESSAGE' } })
    const message = {
      normal_message: {
        blocks: [
          { type: 'TEXT', text: { text: '您好', color: 'DEFAULT', is_bold: true } },
          { type: 'IMAGE', image: { media_id: 'ab/c+d==', image_style_type: 'IMAGE_STYLE_TYPE_NARROW' } },
          { type: 'IMAGE', image: { media_id: 'a%2Fb' } },
          { type: 'LINK', link: { text: '查看退款', action: jump, invalid_info: { multi_clickable: true } } },
          {
            type: 'FAQ_LIST',
            faq_list: {
              faqs: [
                { faq_id: '1', faq_title: '退款进度' },
                { faq_id: '2', faq_title: '' },
              ],
            },
          },
          { type: 'BUTTON', button: button('联系商家') },
          {
            type: 'BUTTON_GROUP',
            button_group: { buttons: [button('是'), button('否')], button_layout: 'LAYOUT_VERTICAL' },
          },
          { type: 'SOMETHING_NEW', text: { text: '再见' } },
        ],
        sender_identity: 'MACHINE',
      },
    }
    const entry = await one({ operate_details: '您好', complaint_media_list: media, ...message })
    expect(entry.text).toBe('您好\n查看退款 https://example.com/refund\n退款进度\n联系商家\n是\n否\n再见')
    expect(entry.media).toEqual([
      { kind: 'USER_COMPLAINT_IMAGE', urls: media.media_url },
      { kind: 'normal_message', urls: [`${host}/v3/merchant-service/images/ab%2Fc%2Bd%3D%3D`] },
    ])
    expect(entry.raw).toMatchObject(message)
  })

  it.each([null, 7, 'x', [], {}, { blocks: 7 }, { blocks: [null, 7, {}, { text: 7 }, { image: { media_id: null } }] }])(
    'has neither words nor images for a normal_message of %o',
    async (normal_message) => {
      const entry = await one({ operate_details: '', normal_message })
      expect([entry.text, entry.media]).toEqual([null, []])
    },
  )

  it('keeps click messages in raw, and absent texts as null', async () => {
    const message = { click_message: { message_content: '退款进度', action_id: '1', clicked_log_id: '' } }
    const entry = await one({ operator: null, operate_details: undefined, ...message })
    expect([entry.operator, entry.text]).toEqual([null, null])
    expect(entry.raw).toMatchObject(message)
  })

  it.each([{ log_id: null }, { log_id: '' }, { operate_time: 'yesterday' }, { operate_time: undefined }])(
    'without id or time is a ResponseError: %o',
    async (change) => {
      play(() => ({ body: { data: [row(1), row(2), row(3, change), row(4)] } }))
      const ids: string[] = []
      const error = await failure(
        (async () => {
          for await (const { id } of clientOf().history(ref)) ids.push(id)
        })(),
      )
      expect(error).toBeInstanceOf(ResponseError)
      expect([error.operation, error.issues[0]?.path]).toEqual(['history', ['data', 2, Object.keys(change)[0]]])
      expect([error.attempts, error.status, error.requestId]).toEqual([1, 200, '08F78BB6AA0610D2011889BCDF0320B6A8'])
      // Those before it were delivered.
      expect(ids).toEqual(['log-1', 'log-2'])
    },
  )
})

it('an id that could lead elsewhere is a QueryError', async () => {
  const history = clientOf().history({ ...ref, id: '../../pay' })
  expect(await failure(history[Symbol.asyncIterator]().next())).toBeInstanceOf(QueryError)
})

it.each([
  [{ data: {} }],
  [{}],
  [{ code: 'SYSTEM_ERROR', message: '系统繁忙' }],
  [{ complaint_id: id, complaint_state: 'PENDING' }],
  [{ data: null, total_count: 5 }],
  [{ total_count: '5', limit: 100, offset: 0 }],
])('a response that is not a list is a ResponseError, not an empty history: %j', async (body) => {
  play(() => ({ body }))
  const error = await failure(read())
  expect(error).toBeInstanceOf(ResponseError)
  expect(error.issues).toHaveLength(1)
})

it('a total beside another offset than 0, which no page documents, does not tell of rows that are missing', () => {
  expect(parsePage({ total_count: 150, limit: 100, offset: 0 }, 'history', 100)).toEqual({ data: [], total: 150 })
})

it.each([{ data: [] }, { data: null, total_count: 0 }, { limit: 100, offset: 0 }, { offset: 5, total_count: 0 }])(
  'an empty history may look like %j',
  async (body) => {
    play(() => ({ body }))
    expect(await read()).toEqual([])
  },
)

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type ComplaintClient,
  type HistoryEntry,
  NotFoundError,
  PaginationError,
  QueryError,
  ResponseError,
} from '../../../../src/index.js'
import { mapEntry } from '../../../../src/providers/huishouqian/history.js'
import nock from '../../../support/nock.js'
import {
  clientOf,
  failed,
  failureOf,
  merchantNo,
  modes,
  play,
  type Received,
  ref,
  resultOf,
  success,
} from './platform.js'

const path = '/complaint/queryHistory'

const entry = (number: number, change: object = {}): Record<string, unknown> => ({
  logId: `log-${number}`,
  operator: '投诉人',
  operateTime: '20260301100203',
  operateType: 'USER_CREATE_COMPLAINT',
  operateDetails: '昨天的订单没有到账',
  imageList: [],
  ...change,
})
const entries = (count: number): Record<string, unknown>[] => Array.from({ length: count }, (_, index) => entry(index))

async function read(client: ComplaintClient = clientOf('RSA2'), id: string = ref.id): Promise<HistoryEntry[]> {
  const seen: HistoryEntry[] = []
  for await (const one of client.history({ ...ref, id })) seen.push(one)
  return seen
}

type Asked = { limit: number; offset: number }
type Page = { data: unknown; totalSize?: unknown }

function playHistory(page: (asked: Asked) => Page, signType: 'RSA2' | 'CFCA' = 'RSA2'): Received[] {
  return play(
    (asked) => success(signType, JSON.stringify({ offset: asked.offset, ...page(asked as Asked) })),
    200,
    path,
  )
}
const pageOf = (all: readonly unknown[], { limit, offset }: Asked, most = limit): unknown[] =>
  all.slice(offset, offset + Math.min(limit, most))

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
})

it('is announced', () => {
  expect(clientOf('RSA2').accounts[0]?.capabilities.history).toBe(true)
})

describe.each(modes)('a history under %s', (signType) => {
  it('is asked for by the complaint, protected like a query', async () => {
    const requests = playHistory(({ offset }) => ({ data: pageOf(entries(2), { limit: 100, offset }) }), signType)
    expect((await read(clientOf(signType))).map(({ id }) => id)).toEqual(['log-0', 'log-1'])
    expect(requests[0]?.business).toEqual({ limit: 100, offset: 0, complaintId: ref.id })
    expect(Object.fromEntries(requests[0]?.fields ?? [])).toMatchObject({
      method: 'COMPLAINT_QUERY_HISTORY',
      merchantNo,
      signType,
    })
  })

  it.each([{}, { list: [entry(1)], total: 1 }, { actionType: 'CREATE_COMPLAINT', complaintId: ref.id }])(
    'is not empty where the answer is to another question: %j',
    async (content) => {
      play(() => success(signType, JSON.stringify(content)), 200, path)
      expect(await failureOf(read(clientOf(signType)))).toMatchObject({
        name: signType === 'RSA2' ? 'ResponseError' : 'SignatureError',
        message: expect.stringContaining('the response holds no history'),
      })
    },
  )

  it('of another complaint is refused', async () => {
    playHistory(() => ({ data: [entry(1), entry(2, { complaintId: '200210220211228100360913299' })] }), signType)
    const error = await failureOf(read(clientOf(signType)))
    expect(error.name).toBe(signType === 'RSA2' ? 'ResponseError' : 'SignatureError')
    expect(error.message).toContain('the history of another complaint')
  })

  it('that names the complaint asked for is taken', async () => {
    playHistory(() => ({ data: [entry(1, { complaintId: ref.id })] }), signType)
    expect((await read(clientOf(signType))).length).toBe(1)
  })

  it('that is not proven is believed by no one', async () => {
    play(() => success(signType, resultOf([entry(1)]), { result: '00' }), 200, path)
    expect(await failureOf(read(clientOf(signType)))).toMatchObject({ name: 'SignatureError', operation: 'history' })
  })
})

describe('paging', () => {
  it.each([0, 1, 99, 100, 101, 250])('%i entries come once each, in order, whatever totalSize means', async (count) => {
    const all = entries(count)
    const offsets = [...Array.from({ length: Math.ceil(count / 100) }, (_, page) => page * 100), count]
    const tellers: [total: (page: unknown[]) => number | null, proves: boolean][] = [
      // One that goes beyond its own page is no page's size, so it marks the end.
      [() => count, count > 100 && count % 100 !== 0],
      [(page) => page.length, false],
      [() => null, false],
      [() => -1, false],
    ]
    for (const [total, proves] of tellers) {
      const seen = playHistory((asked) => {
        const data = pageOf(all, asked)
        return { data, totalSize: total(data) }
      })
      expect((await read()).map(({ raw }) => raw)).toEqual(all)
      expect(seen.map(({ business }) => business.offset)).toEqual(proves ? offsets.slice(0, -1) : offsets)
      nock.cleanAll()
    }
  })

  it('goes on after a short page while more are said to be there', async () => {
    const all = entries(120)
    const seen = playHistory((asked) => ({ data: pageOf(all, asked, 50), totalSize: 120 }))
    expect((await read()).map(({ raw }) => raw)).toEqual(all)
    expect(seen.map(({ business }) => business.offset)).toEqual([0, 50, 100])
  })

  it('loses nothing to a server that cuts pages short and reports their size as the total', async () => {
    const all = entries(120)
    playHistory((asked) => {
      const data = pageOf(all, asked, 50)
      return { data, totalSize: data.length }
    })
    expect((await read()).map(({ raw }) => raw)).toEqual(all)
  })

  it('is not led on by a total of nonsense', async () => {
    const seen = playHistory((asked) => ({ data: pageOf(entries(3), asked), totalSize: 1_000_000 }))
    expect((await read()).length).toBe(3)
    // Read twice: that a page in the middle was left out once is not excluded by one reading.
    expect(seen.map(({ business }) => business.offset)).toEqual([0, 3, 0, 3])
  })

  it('loses nothing and repeats nothing when an entry arrives meanwhile', async () => {
    const before = entries(150)
    const after = [entry(999), ...before]
    playHistory((asked) => ({ data: pageOf(asked.offset === 0 ? before : after, asked) }))
    const ids = (await read()).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(before.map(({ logId }) => logId))
  })

  it('ends when a page is repeated, more often than entries that arrive could do it', async () => {
    const seen = playHistory(() => ({ data: entries(100) }))
    expect((await read()).length).toBe(100)
    expect(seen.length).toBe(3)
  })

  it('is read again when a page in the middle came empty once', async () => {
    const all = entries(250)
    let empty = 1
    playHistory((asked) => ({ data: asked.offset === 100 && empty-- > 0 ? [] : pageOf(all, asked), totalSize: 250 }))
    expect((await read()).map(({ raw }) => raw)).toEqual(all)
  })

  it('ends at a server that never does', async () => {
    const seen = playHistory(({ offset }) => ({
      data: Array.from({ length: 100 }, (_, index) => ({ logId: offset + index, operateTime: '20260301100203' })),
    }))
    expect(await failureOf(read())).toBeInstanceOf(PaginationError)
    expect(seen.length).toBe(200)
  })

  it.each([null, undefined])('data %j is an empty history', async (data) => {
    playHistory(() => ({ data }))
    expect(await read()).toEqual([])
  })
})

describe('failures', () => {
  it('130003 is a NotFoundError', async () => {
    play(() => failed('130003', '投诉订单号不存在'), 200, path)
    const error = await failureOf(read())
    expect(error).toBeInstanceOf(NotFoundError)
    expect([error.provider, error.account, error.operation]).toEqual(['huishouqian', merchantNo, 'history'])
  })

  it.each(['000001', '130001'])('%s is asked again', async (code) => {
    let number = 0
    play(() => (number++ === 0 ? failed(code, '系统异常') : success('RSA2', resultOf([entry(1)]))), 200, path)
    expect((await read(clientOf('RSA2', {}, { maxRetries: 1 }))).length).toBe(1)
  })

  it.each(['', 'a b', 'a&b', 'x'.repeat(65)])('an id that cannot be one (%j) is never sent', async (id) => {
    const requests = playHistory(() => ({ data: [] }))
    expect(await failureOf(read(clientOf('RSA2'), id))).toBeInstanceOf(QueryError)
    expect(requests).toEqual([])
  })

  it('without entries although some are reported is a ResponseError', async () => {
    playHistory(() => ({ data: undefined, totalSize: 3 }))
    expect(await failureOf(read())).toMatchObject({ name: 'ResponseError', issues: [{ path: ['data'] }] })
  })

  it.each<[string, object]>([
    ['logId', { logId: null }],
    ['logId', { logId: '' }],
    ['operateTime', { operateTime: undefined }],
    ['operateTime', { operateTime: '20260231000000' }],
    ['operateTime', { operateTime: '昨天' }],
  ])(
    'an entry without %s %j is a ResponseError that says where, after the entries before it',
    async (field, change) => {
      playHistory(() => ({ data: [entry(1), entry(2, change)] }))
      const seen: string[] = []
      const error = await failureOf(
        (async () => {
          for await (const { id } of clientOf('RSA2').history(ref)) seen.push(id)
        })(),
      )
      expect(seen).toEqual(['log-1'])
      expect(error).toBeInstanceOf(ResponseError)
      expect(error.issues[0]?.path).toEqual(['data', 1, field])
    },
  )

  it.each(['[]', '"text"', '{"data":"x"}'])('a proven result %s is no history', async (text) => {
    play(() => success('RSA2', text), 200, path)
    expect(await failureOf(read())).toBeInstanceOf(ResponseError)
  })
})

describe('an entry', () => {
  it('is mapped whole, and kept as it came', () => {
    const row = entry(7, { imageList: ['https://pictures.example/1.jpg', ''], newField: 1 })
    expect(mapEntry(row)).toEqual({
      id: 'log-7',
      at: new Date('2026-03-01T02:02:03Z'),
      operator: '投诉人',
      action: 'USER_CREATE_COMPLAINT',
      text: '昨天的订单没有到账',
      media: [{ kind: 'imageList', urls: ['https://pictures.example/1.jpg'] }],
      raw: row,
    })
  })

  it.each(['20260301100203', '2026-03-01 10:02:03', '2026-03-01T10:02:03+08:00'])(
    'at %s is the same instant wherever the host is',
    (operateTime) => {
      expect(mapEntry(entry(1, { operateTime })).at).toEqual(new Date('2026-03-01T02:02:03Z'))
    },
  )

  it('of little else than id and time is one', () => {
    expect(mapEntry({ logId: 12, operateTime: '20260301100203', imageList: null })).toMatchObject({
      id: '12',
      operator: null,
      action: '',
      text: null,
      media: [],
    })
  })
})

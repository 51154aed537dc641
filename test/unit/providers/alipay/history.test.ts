import { describe, expect, it } from 'vitest'
import { NotFoundError, ResponseError } from '../../../../src/errors.js'
import type { HistoryEntry } from '../../../../src/model.js'
import {
  callOptions,
  contentOf,
  failure,
  parametersOf,
  signed,
  success,
  trade,
  tradeQuery,
  tradeRow,
} from './support.js'

const id = '2020092300102000000001459758'
const reply = (change: object = {}) => ({
  gmt_create: '2026-09-10 12:00:00',
  replier_role: 'USER',
  replier_name: '张*',
  content: '坏的',
  ...change,
})

async function read(replies: unknown): Promise<{ entries: HistoryEntry[]; error: unknown; sent: number }> {
  const { connection, sent } = trade([signed(tradeQuery, success(tradeRow({ reply_detail_infos: replies })))])
  const entries: HistoryEntry[] = []
  let error: unknown = null
  try {
    for await (const entry of connection.history?.(id, callOptions) ?? []) entries.push(entry)
  } catch (reason) {
    error = reason
  }
  return { entries, error, sent: sent.length }
}

describe('the history of a trade complaint', () => {
  it('is that of its detail, oldest first, by one request', async () => {
    const replies = [
      reply({ gmt_create: '2026-09-12 00:00:00', replier_role: 'MERCHANT', replier_name: '商家', content: '已退款', images: ['https://x.example/1.png'] }), // biome-ignore format: a table
      reply({ gmt_create: '2026-09-11 00:00:00', replier_role: 'SYSTEM', replier_name: null, content: null }),
      reply(),
    ]
    const { entries, error, sent } = await read(replies)
    expect([error, sent]).toEqual([null, 1])
    expect(entries.map(({ id: _, ...entry }) => entry)).toEqual([
      {
        at: new Date('2026-09-10T04:00:00Z'),
        operator: '张*',
        action: 'USER',
        text: '坏的',
        media: [],
        raw: replies[2],
      },
      {
        at: new Date('2026-09-10T16:00:00Z'),
        operator: null,
        action: 'SYSTEM',
        text: null,
        media: [],
        raw: replies[1],
      },
      {
        at: new Date('2026-09-11T16:00:00Z'),
        operator: '商家',
        action: 'MERCHANT',
        text: '已退款',
        media: [{ kind: 'image', urls: ['https://x.example/1.png'] }],
        raw: replies[0],
      },
    ])
    expect(new Set(entries.map((entry) => entry.id)).size).toBe(3)
  })

  it('asks for the detail', async () => {
    const { connection, sent } = trade([signed(tradeQuery, success(tradeRow()))])
    for await (const _ of connection.history?.(id, callOptions) ?? []) expect.fail('there is no reply')
    expect(sent.map((request) => [parametersOf(request).method, contentOf(request)])).toEqual([
      [tradeQuery, { complain_event_id: id }],
    ])
  })

  it('has ids that depend on time, role and content only', async () => {
    const { entries: before } = await read([reply({ content: 'b', gmt_create: '2026-09-11 00:00:00' }), reply()])
    const { entries: after } = await read([
      reply({ content: 'c', gmt_create: '2026-09-12 00:00:00' }),
      reply({ images: ['https://x.example/1.png'], replier_name: '李*' }),
      reply({ content: 'b', gmt_create: '2026-09-11 00:00:00' }),
    ])
    expect(after.slice(0, 2).map((entry) => entry.id)).toEqual(before.map((entry) => entry.id))
    expect(before[0]?.id).toMatch(/^[\w-]{22}$/)
    const { entries: others } = await read([
      reply(),
      reply({ replier_role: 'SYSTEM' }),
      reply({ content: 'x' }),
      reply({ content: null }),
      reply({ gmt_create: '2026-09-10 12:00:01' }),
    ])
    expect(new Set(others.map((entry) => entry.id)).size).toBe(5)
  })

  it('counts replies that are alike, and keeps the order of those of one second', async () => {
    const { entries } = await read([reply(), reply({ content: 'b' }), reply(), reply()])
    expect(entries.map(({ text }) => text)).toEqual(['坏的', '坏的', 'b', '坏的'])
    const [first = ''] = entries.map((entry) => entry.id)
    expect(entries.map((entry) => entry.id).filter((each) => each.startsWith(first))).toEqual([
      first,
      `${first}:2`,
      `${first}:3`,
    ])
  })

  it.each([undefined, null, [], 'x', {}])('is empty for %j', async (replies) => {
    expect(await read(replies)).toEqual({ entries: [], error: null, sent: 1 })
  })

  it('with a reply without a time delivers those before it', async () => {
    const { entries, error } = await read([reply(), reply({ gmt_create: null }), reply()])
    expect(entries).toHaveLength(1)
    expect(error).toBeInstanceOf(ResponseError)
    expect((error as ResponseError).issues[0]?.path).toEqual(['reply_detail_infos', 1, 'gmt_create'])
    const { error: ofText } = await read([reply({ gmt_create: 'yesterday' })])
    expect((ofText as ResponseError).message).toContain('yyyy-MM-dd HH:mm:ss')
    expect((await read(['x'])).error).toBeInstanceOf(ResponseError)
  })

  it('takes any role', async () => {
    const { entries } = await read([reply({ replier_role: undefined }), reply({ replier_role: 7 })])
    expect(entries.map(({ action }) => action)).toEqual(['7', ''])
  })

  it('of an unknown complaint is a NotFoundError', async () => {
    const { connection } = trade([signed(tradeQuery, success({}))])
    const entries = connection.history?.(id, callOptions)[Symbol.asyncIterator]()
    expect(await failure(entries?.next() ?? Promise.resolve())).toBeInstanceOf(NotFoundError)
  })
})

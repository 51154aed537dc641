import { afterEach, describe, expect, it } from 'vitest'
import {
  type Adapter,
  alipayRisk,
  alipayTrade,
  ComplaintClient,
  ConfigError,
  huishouqian,
  wechatpay,
  xiaoe,
} from '../../../src/index.js'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js'
import { ask as askAlipay } from './alipay-peer.js'
import { ask, peers, provenResult } from './huishouqian-peer.js'
import { wechatPayGet, xiaoePost, xiaoeToken } from './raw.js'

type Row = Record<string, unknown>
interface Page {
  rows: Row[]
  ids: (string | undefined)[]
  total: number | undefined
}

const open: Sandbox[] = []
async function start(options: SandboxOptions): Promise<Sandbox> {
  const days = { from: '2026-03-01', to: '2026-03-20' }
  const sandbox = await startSandbox({ ...days, complaints: 60, reuseKeys: true, alipayIds: 'text', ...options })
  open.push(sandbox)
  return sandbox
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()))
})

/** A page from a row on, rows numbered from 1. */
type Read = (sandbox: Sandbox, row: number, limit: number, from?: string, to?: string) => Promise<Page>

const readWechatPay: Read = async (sandbox, row, limit, from = '2026-03-01', to = '2026-03-20') => {
  const query = `limit=${limit}&offset=${row - 1}&begin_date=${from}&end_date=${to}`
  const { body } = await wechatPayGet(sandbox, `/v3/merchant-service/complaints-v2?${query}`)
  const { data = [], total_count: total } = JSON.parse(body) as { data?: Row[]; total_count?: number }
  return { rows: data, ids: data.map((each) => each.complaint_id as string), total }
}

const readHuishouqian: Read = async (sandbox, row, limit, beginDate = '2026-03-01', endDate = '2026-03-20') => {
  const peer = peers['node:crypto']
  const envelope = await ask(sandbox, '/complaint/query', { beginDate, endDate, limit, offset: row - 1 }, peer)
  const { data, totalSize } = provenResult(sandbox, envelope, peer) as { data?: Row[] | null; totalSize: number }
  const rows = data ?? []
  return { rows, ids: rows.map((each) => each.complaintId as string), total: totalSize }
}

const readXiaoe: Read = async (sandbox, row, limit, from = '2026-03-01', to = '2026-03-20') => {
  const access_token = await xiaoeToken(sandbox)
  const times = { start_time: `${from} 00:00:00`, end_time: `${to} 23:59:59` }
  const query = { access_token, page: (row - 1) / limit + 1, page_size: limit, ...times }
  const { data } = JSON.parse((await xiaoePost(sandbox, query)).body) as { data: { list: Row[]; total: number } }
  return { rows: data.list, ids: data.list.map((each) => each.complaint_id as string), total: data.total }
}

const readTrade: Read = async (sandbox, row, limit, from = '2026-03-01', to = '2026-03-20') => {
  const times = { begin_time: `${from} 00:00:00`, end_time: `${to} 23:59:59` }
  const query = { ...times, page_num: (row - 1) / limit + 1, page_size: limit }
  const { value } = await askAlipay(sandbox, 'alipayTrade', 'list', query)
  const { trade_complain_infos: rows = [], total_num: total } = value as { trade_complain_infos?: Row[]; total_num: number } // biome-ignore format: one line
  return { rows, ids: rows.map((each) => each.complain_event_id as string), total }
}

const readRisk: Read = async (sandbox, row, limit, from = '2026-03-01', to = '2026-03-20') => {
  const times = { gmt_complaint_start: `${from} 00:00:00`, gmt_complaint_end: `${to} 23:59:59` }
  const query = { ...times, current_page_num: (row - 1) / limit + 1, page_size: limit }
  const { value } = await askAlipay(sandbox, 'alipayRisk', 'list', query)
  const { complaint_list: rows = [], total_size: total } = value as { complaint_list?: Row[]; total_size: number }
  return { rows, ids: rows.map(({ id }) => (id === undefined ? id : String(id))), total }
}

const readers = {
  wechatpay: readWechatPay,
  huishouqian: readHuishouqian,
  xiaoe: readXiaoe,
  'alipay-trade': readTrade,
  'alipay-risk': readRisk,
} as const
const providers = ['wechatpay', 'huishouqian', 'xiaoe', 'alipay-trade', 'alipay-risk'] as const
type Provider = (typeof providers)[number]

/** The largest page that 60 rows divide into. */
const largest = { wechatpay: 30, huishouqian: 60, xiaoe: 60, 'alipay-trade': 20, 'alipay-risk': 20 } as const

/** Rows 1 to 60, in the largest pages. */
async function readRows(sandbox: Sandbox, provider: Provider): Promise<Page['rows']> {
  const size = largest[provider]
  const starts = Array.from({ length: 60 / size }, (_, index) => 1 + index * size)
  return (await Promise.all(starts.map((row) => readers[provider](sandbox, row, size)))).flatMap(({ rows }) => rows)
}

const truthIds = ({ truth }: Sandbox, provider: Provider): string[] =>
  truth.filter((each) => each.provider === provider).map(({ id }) => id)

describe.each(providers)('troubles of a list that stands still (%s)', (provider) => {
  const read = readers[provider]
  const all = async (sandbox: Sandbox, size: number): Promise<(string | undefined)[]> =>
    (await Promise.all([1, 1 + size, 1 + 2 * size].map((row) => read(sandbox, row, size)))).flatMap(({ ids }) => ids)

  it('off: rows 1 to 60 in the order of truth, cut at the days of Beijing', async () => {
    const sandbox = await start({})
    expect(await all(sandbox, 20)).toEqual(truthIds(sandbox, provider))
    expect((await read(sandbox, 1, 20)).total).toBe(60)
  })

  it('ties: rows of one second come in another order for each offset and limit, the same each time', async () => {
    const sandbox = await start({ ties: 60 })
    expect(
      new Set(sandbox.truth.filter((each) => each.provider === provider).map((each) => +each.createdAt)).size,
    ).toBe(1)
    const size = Math.min(30, largest[provider])
    const [large, again] = [await read(sandbox, 1, size), await read(sandbox, 1, size)]
    expect(again.ids).toEqual(large.ids)
    expect((await read(sandbox, 1, size - 10)).ids).not.toEqual(large.ids.slice(0, size - 10))
    const met = await all(sandbox, 20)
    expect(met.length).toBe(60)
    expect(new Set(met).size).toBeLessThan(60)
    const single = await start({ ties: 60, complaints: 5 })
    expect((await read(single, 1, 20)).ids.toSorted()).toEqual(truthIds(single, provider).toSorted())
  })

  it('deepCap: nothing behind the row, though the total counts all', async () => {
    const sandbox = await start({ deepCap: { [provider]: 33 } })
    expect(await all(sandbox, 20)).toEqual(truthIds(sandbox, provider).slice(0, 33))
    expect((await read(sandbox, 1, 20)).total).toBe(60)
    const other = providers.find((each) => each !== provider) ?? provider
    expect((await readers[other](sandbox, 41, 20)).rows.length).toBe(20)
  })

  it('maxOffset: a page that begins behind it is empty', async () => {
    const sandbox = await start({ maxOffset: 20 })
    expect((await all(sandbox, 20)).length).toBe(40)
    expect((await read(sandbox, 41, 20)).rows).toEqual([])
  })

  it('ignoredPages and ignoredDates: always the same page', async () => {
    const sandbox = await start({ ignoredPages: true })
    const first = truthIds(sandbox, provider).slice(0, 20)
    expect(await all(sandbox, 20)).toEqual([...first, ...first, ...first])
    expect((await read(sandbox, 1, 20, '2026-05-01', '2026-05-02')).rows).toEqual([])
    const dateless = await start({ ignoredDates: true })
    const empty = await read(dateless, 21, 20, '2026-05-01', '2026-05-02')
    expect(empty.ids).toEqual(truthIds(dateless, provider).slice(20, 40))
  })

  it('hiddenRows: pages are short, the total counts them, truth does not', async () => {
    const sandbox = await start({ hiddenRows: 7 })
    const met = await all(sandbox, 20)
    expect(met).toEqual(truthIds(sandbox, provider))
    expect(met.length).toBe(53)
    expect((await read(sandbox, 1, 20)).total).toBe(60)
    const whole = await start({})
    const hidden = truthIds(whole, provider).find((id) => !met.includes(id)) ?? ''
    expect(truthIds(whole, provider).filter((id) => met.includes(id))).toEqual(met)
    expect(() => sandbox.removeComplaint(provider, hidden)).toThrow(hidden)
  })

  it('poisonRows: rows without id, time or state', async () => {
    const sandbox = await start({ poisonRows: { [provider]: { id: 1, time: 2, state: 3 } } })
    const rows = await readRows(sandbox, provider)
    const keys = {
      wechatpay: ['complaint_id', 'complaint_time', 'complaint_state'],
      huishouqian: ['complaintId', 'complaintTime', 'complaintState'],
      xiaoe: ['complaint_id', 'complaint_time', 'state'],
      'alipay-trade': ['complain_event_id', 'gmt_create', 'status'],
      'alipay-risk': ['id', 'gmt_complain', 'status'],
    }[provider]
    const lacking = keys.map((key) => rows.filter((row) => row[key] === undefined))
    expect(lacking.map(({ length }) => length)).toEqual([1, 2, 3])
    const bad = sandbox.requests.filter(({ operation }) => operation === 'list').flatMap(({ served }) => served)
    expect(bad.length).toBe(60)
    expect(bad.filter((id) => !truthIds(sandbox, provider).includes(id)).length).toBe(6)
    const healthy = await readRows(await start({}), provider)
    expect(healthy.every((row) => keys.every((key) => row[key] !== undefined))).toBe(true)
  })

  it('dayZone utc: 01:00 in Beijing comes with the day before', async () => {
    const [utc, beijing] = [await start({ complaints: 0, dayZone: 'utc' }), await start({ complaints: 0 })]
    const days = async (sandbox: Sandbox): Promise<number[]> => {
      sandbox.addComplaint(provider, { createdAt: new Date('2026-03-02T01:00:00+08:00') })
      const pages = ['2026-03-01', '2026-03-02'].map((day) => read(sandbox, 1, 20, day, day))
      return (await Promise.all(pages)).map(({ rows }) => rows.length)
    }
    expect(await days(utc)).toEqual([1, 0])
    expect(await days(beijing)).toEqual([0, 1])
  })
})

it('huishouqianEndDate excluded: the last day is missing, of Huishouqian only', async () => {
  const served = async (sandbox: Sandbox, provider: Provider): Promise<number[]> => {
    for (const day of [1, 2, 3])
      sandbox.addComplaint(provider, { createdAt: new Date(`2026-03-0${day}T12:00:00+08:00`) })
    const read = readers[provider]
    return [
      (await read(sandbox, 1, 20, '2026-03-01', '2026-03-03')).rows.length,
      (await read(sandbox, 1, 20, '2026-03-02', '2026-03-02')).rows.length,
    ]
  }
  const excluded = await start({ complaints: 0, huishouqianEndDate: 'excluded' })
  expect(await served(excluded, 'huishouqian')).toEqual([2, 0])
  expect(await served(excluded, 'wechatpay')).toEqual([3, 1])
  expect(await served(await start({ complaints: 0 }), 'huishouqian')).toEqual([3, 1])
})

describe.each(providers)('troubles of a list that moves (%s)', (provider) => {
  const read = readers[provider]

  it('order updated: a changed complaint becomes row 1', async () => {
    for (const [order, row] of [
      ['updated', 0],
      ['created', 19],
    ] as const) {
      const sandbox = await start({ order })
      const id = truthIds(sandbox, provider)[19] ?? ''
      sandbox.changeState(provider, id, 'processing')
      expect((await read(sandbox, 1, 20)).ids.indexOf(id)).toBe(row)
      expect(truthIds(sandbox, provider)[19]).toBe(id)
    }
    const sandbox = await start({ order: 'updated' })
    const { id } = sandbox.addComplaint(provider, { createdAt: new Date('2026-03-10T12:00:00+08:00') })
    expect((await read(sandbox, 1, 10)).ids[0]).toBe(id)
  })

  it('lateRow: a new complaint takes a row before, or behind, the page asked for', async () => {
    const rows: [number | undefined, number][] = [
      [undefined, 21],
      [5, 5],
      [60, 60],
      [1000, 61],
    ]
    for (const [row, expected] of rows) {
      const late = { kind: 'lateRow', provider, nth: 1, ...(row === undefined ? {} : { row }) } as const
      const sandbox = await start({ faults: [late] })
      const before = truthIds(sandbox, provider)
      const page = await read(sandbox, 41, 20)
      const after = truthIds(sandbox, provider)
      expect(after.length).toBe(61)
      expect(after.findIndex((id) => !before.includes(id)) + 1).toBe(expected)
      expect(page.ids).toEqual(after.slice(40, 60))
      expect((await read(sandbox, 41, 20)).ids).toEqual(after.slice(40, 60))
    }
  })

  it('staleList: some responses are so many changes behind', async () => {
    const stale = { kind: 'staleList', provider, operation: 'list', nth: 2, changes: 2 } as const
    const sandbox = await start({ complaints: 3, faults: [stale, { ...stale, nth: 3, changes: 1 }] })
    const original = truthIds(sandbox, provider)
    const gone = original[1] ?? ''
    sandbox.removeComplaint(provider, gone)
    sandbox.addComplaint(provider, { createdAt: new Date('2026-03-20T23:59:59+08:00') })
    const pages = []
    for (let turn = 0; turn < 4; turn += 1) pages.push((await read(sandbox, 1, 10)).ids)
    const without = original.filter((id) => id !== gone)
    expect(pages).toEqual([truthIds(sandbox, provider), original, without, truthIds(sandbox, provider)])
  })

  it('addComplaint() without a state adds a pending complaint, 20 times of 20', async () => {
    const sandbox = await startSandbox({ complaints: 0, reuseKeys: true })
    open.push(sandbox)
    const added = Array.from({ length: 20 }, () => sandbox.addComplaint(provider).state)
    expect(new Set(added)).toEqual(new Set(['pending']))
    expect(sandbox.addComplaint(provider, { state: 'resolved' }).state).toBe('resolved')
  })

  it('C16: a list right after addComplaint(), whose end is now, delivers it, 50 times of 50', async () => {
    const sandbox = await startSandbox({ complaints: 0, reuseKeys: true, quotas: false })
    open.push(sandbox)
    const adapters: Readonly<Record<Provider, () => Adapter>> = {
      wechatpay: () => wechatpay(sandbox.wechatpay),
      huishouqian: () => huishouqian(sandbox.huishouqian),
      xiaoe: () => xiaoe(sandbox.xiaoe),
      'alipay-trade': () => alipayTrade({ ...sandbox.alipayTrade, rateLimit: false }),
      'alipay-risk': () => alipayRisk({ ...sandbox.alipayRisk, rateLimit: false }),
    }
    const client = new ComplaintClient(adapters[provider]())
    for (let turn = 1; turn <= 50; turn += 1) {
      const { createdAt } = sandbox.addComplaint(provider)
      expect(createdAt.getTime()).toBeLessThan(Math.floor(Date.now() / 1000) * 1000)
      const query = { from: new Date(createdAt.getTime() - 60_000), ...(turn % 2 === 0 ? { to: new Date() } : {}) }
      expect((await client.list(query).toArray({ limit: 100 })).length).toBe(turn)
    }
  })
})

it('a wrong option is refused by name', async () => {
  const wrong: [object, RegExp][] = [
    [{ order: 'changed' }, /order/],
    [{ ties: 1 }, /ties/],
    [{ deepCap: -1 }, /deepCap/],
    [{ deepCap: { alipay: 1 } }, /deepCap/],
    [{ maxOffset: 0.5 }, /maxOffset/],
    [{ ignoredPages: 'yes' }, /ignoredPages/],
    [{ ignoredDates: 1 }, /ignoredDates/],
    [{ hiddenRows: { xiaoe: -1 } }, /hiddenRows/],
    [{ poisonRows: { amount: 1 } }, /poisonRows/],
    [{ dayZone: 'Asia/Shanghai' }, /dayZone/],
    [{ huishouqianEndDate: 'exclusive' }, /huishouqianEndDate/],
    [{ faults: [{ kind: 'lateRow', row: 0 }] }, /faults\.0\.row/],
    [{ faults: [{ kind: 'staleList', changes: 0 }] }, /faults\.0\.changes/],
  ]
  for (const [options, name] of wrong) {
    const failure = await startSandbox(options as SandboxOptions).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ConfigError)
    expect((failure as Error).message).toMatch(name)
  }
})

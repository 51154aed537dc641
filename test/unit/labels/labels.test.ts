import { beforeAll, describe, expect, it } from 'vitest'
import * as library from '../../../src/index.js'
import {
  alipayRisk,
  alipayRiskLabels,
  alipayTrade,
  alipayTradeLabels,
  type Complaint,
  ComplaintClient,
  type ComplaintLabels,
  huishouqian,
  huishouqianLabels,
  type LabelTable,
  labels,
  providerNames,
  sharedLabels,
  wechatpay,
  wechatpayLabels,
  xiaoe,
  xiaoeLabels,
} from '../../../src/index.js'
import { startSandbox } from '../../../src/sandbox/index.js'

const languages = ['zh', 'en'] as const
const tables: Record<string, Readonly<Record<string, LabelTable>>> = {
  alipayRiskLabels,
  alipayTradeLabels,
  huishouqianLabels,
  sharedLabels,
  wechatpayLabels,
  xiaoeLabels,
}
let complaints: readonly Complaint[] = []

beforeAll(async () => {
  const sandbox = await startSandbox({
    from: '2026-01-05',
    to: '2026-01-25',
    complaints: 90,
    reuseKeys: true,
    quotas: false,
  })
  const client = new ComplaintClient([
    wechatpay(sandbox.wechatpay),
    huishouqian(sandbox.huishouqian),
    xiaoe(sandbox.xiaoe),
    alipayTrade({ ...sandbox.alipayTrade, rateLimit: false }),
    alipayRisk({ ...sandbox.alipayRisk, rateLimit: false }),
  ])
  complaints = await client.list({ from: '2026-01-05', to: '2026-01-25' }).toArray({ limit: 1000 })
  await sandbox.close()
})

function complaintOf(provider: Complaint['provider']): Complaint {
  const found = complaints.find((complaint) => complaint.provider === provider)
  if (found === undefined) throw new Error(`the sandbox made no complaint of ${provider}`)
  return found
}

/** Every text of a complaint's labels, by name. */
const textsOf = (texts: ComplaintLabels): [string, string][] =>
  Object.entries(texts).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((text): text is string => text !== null)
      .map((text): [string, string] => [name, text]),
  )

describe('the tables', () => {
  const all = Object.entries(tables).flatMap(([name, fields]) =>
    Object.entries(fields).flatMap(([field, table]) =>
      Object.entries(table).map(([value, label]) => [name, field, value, label] as const),
    ),
  )

  it('are all label tables that the library exports', () => {
    expect(
      Object.keys(library)
        .filter((name) => name.endsWith('Labels'))
        .sort(),
    ).toEqual(Object.keys(tables))
  })

  it.each(all)('%s.%s %s has a Chinese and an English text', (_, __, ___, label) => {
    expect(Object.keys(label).sort()).toEqual(['en', 'zh'])
    for (const text of Object.values(label)) expect(text.trim()).toBe(text)
    expect(label.zh).toMatch(/\p{Script=Han}/u)
    expect(label.en).toMatch(/^[A-Za-z0-9]/)
  })

  it('are frozen deeply', () => {
    for (const fields of Object.values(tables)) {
      expect(Object.isFrozen(fields)).toBe(true)
      for (const table of Object.values(fields)) {
        expect(Object.isFrozen(table)).toBe(true)
        for (const label of Object.values(table)) expect(Object.isFrozen(label)).toBe(true)
      }
    }
  })
})

describe('labels()', () => {
  it.each(providerNames)('has a label for every value in complaints of %s', (provider) => {
    const own = complaints.filter((complaint) => complaint.provider === provider)
    expect(own.length).toBeGreaterThan(10)
    for (const complaint of own) {
      const [chinese, english] = languages.map((language) => textsOf(labels(complaint, language)))
      expect(chinese?.map(([name]) => name)).toEqual(english?.map(([name]) => name))
      // An undocumented value would be the same in both languages.
      for (const [index, [name, text]] of (chinese ?? []).entries()) {
        expect(text, name).toMatch(/\p{Script=Han}/u)
        expect(english?.[index]?.[1], name).not.toBe(text)
      }
    }
  })

  it('names each provider, and the same unified state equally', () => {
    const pending = complaints.filter(({ state }) => state === 'pending')
    const values = (name: 'provider' | 'state' | 'channel', language: 'zh' | 'en'): Set<string> =>
      new Set(pending.map((complaint) => labels(complaint, language)[name]))
    expect(values('provider', 'zh')).toEqual(
      new Set(['微信支付', '慧收钱', '小鹅通', '支付宝交易投诉', '支付宝消费者投诉']),
    )
    expect(values('provider', 'en')).toEqual(
      new Set(['WeChat Pay', 'Huishouqian', 'Xiaoe-tech', 'Alipay trade complaints', 'Alipay consumer complaints']),
    )
    expect(values('state', 'zh')).toEqual(new Set(['待处理']))
    expect(values('state', 'en')).toEqual(new Set(['Pending']))
    expect(values('channel', 'zh')).toEqual(new Set(['微信支付', '支付宝', '店铺', '小鹅通平台']))
  })

  it('C21: takes what was stored of a complaint', () => {
    expect(labels({ provider: 'wechatpay', state: 'pending' }, 'zh')).toEqual({
      provider: '微信支付',
      state: '待处理',
      providerState: '',
      channel: '',
      source: null,
      problemType: null,
      step: null,
      tags: [],
      media: [],
      serviceOrders: [],
    })
    const row = { provider: 'xiaoe', state: 'resolved', channel: 'alipay', tags: null, media: null, raw: null }
    expect(labels({ ...row, id: 'c1', createdAt: '2026-01-05T00:00:00Z' }, 'en')).toMatchObject({
      state: 'Resolved',
      channel: 'Alipay',
      tags: [],
      media: [],
    })
    const columns: { provider: string; tags: unknown; media: object } = { provider: 'xiaoe', tags: '[]', media: {} }
    expect(labels(columns, 'en')).toMatchObject({ tags: [], media: [] })
    for (const complaint of complaints) {
      const stored = JSON.parse(JSON.stringify(complaint))
      expect(labels(stored, 'zh')).toEqual(labels(complaint, 'zh'))
    }
  })

  it.each([[undefined], [null], ['wechatpay'], [{}], [{ provider: 'alipay' }], [{ provider: 'constructor' }]])(
    'is a QueryError for %o',
    (row) => expect(() => labels(row as never, 'zh')).toThrow(library.QueryError),
  )

  it('every shared value has its label', () => {
    expect(Object.keys(sharedLabels.state)).toEqual([...library.complaintStates])
    expect(Object.keys(sharedLabels.channel)).toEqual([...library.complaintChannels])
    expect(Object.keys(sharedLabels.provider)).toEqual([...library.providerNames])
  })

  it('is null when the provider does not report a field', () => {
    const nulls = (provider: Complaint['provider']): string[] =>
      Object.entries(labels({ ...complaintOf(provider), raw: {} } as unknown as Complaint, 'en'))
        .filter(([, value]) => value === null)
        .map(([name]) => name)
    expect(nulls('wechatpay')).toEqual(['source', 'problemType', 'step'])
    expect(nulls('huishouqian')).toEqual(['source', 'problemType', 'step'])
    expect(nulls('xiaoe')).toEqual(['source', 'problemType', 'step'])
    const whole = labels(complaintOf('xiaoe'), 'en')
    expect([whole.source, whole.problemType, whole.step]).not.toContain(null)
  })

  it('reads each field of the row', () => {
    const row = { channel_type: '3', complaint_from: 210, complaint_type: '2', current_step: 4, detail_current_step: 1 }
    expect(labels({ ...complaintOf('xiaoe'), state: 'resolved', providerState: '2', raw: row } as never, 'en')).toEqual(
      {
        provider: 'Xiaoe-tech',
        state: 'Resolved',
        providerState: 'Resolved',
        channel: 'WeChat Pay',
        source: 'External: complaints mailbox',
        problemType: 'Content complaint',
        step: 'Rejected by Xiaoe on review',
        tags: [],
        media: [],
        serviceOrders: [],
      },
    )
    const change = {
      state: 'processing',
      providerState: 'PROCESSING',
      tags: ['HIGH_RISK', 'TRUSTED'],
      media: [{ kind: 'OPERATION_IMAGE', urls: [] }],
      raw: { problem_type: 'REFUND', service_order_info: [{ state: 'WAITPAY' }, { state: 'DONE' }] },
    }
    expect(labels({ ...complaintOf('wechatpay'), ...change } as never, 'zh')).toEqual({
      provider: '微信支付',
      state: '处理中',
      providerState: '处理中',
      channel: '微信支付',
      source: null,
      problemType: '申请退款',
      step: null,
      tags: ['高风险投诉', '满足极速退款条件'],
      media: ['协商图片凭证'],
      serviceOrders: ['待支付', '已完成'],
    })
  })

  it.each(['NEW_WORD', '99', 'constructor', '__proto__', 'toString'])(
    "returns %s, the provider's undocumented value",
    (word) => {
      const change = { state: 'unknown', providerState: word, tags: [word], media: [{ kind: word, urls: [] }] }
      for (const language of languages) {
        const wechat = { problem_type: word, service_order_info: [{ state: word }] }
        const { providerState, problemType, tags, media, serviceOrders, state } = labels(
          { ...complaintOf('wechatpay'), ...change, raw: wechat } as never,
          language,
        )
        expect([providerState, problemType, ...tags, ...media, ...serviceOrders]).toEqual(Array(5).fill(word))
        expect(state).toBe({ zh: '未知', en: 'Unknown' }[language])
        const row = { channel_type: word, complaint_from: word, complaint_type: word, current_step: word }
        const { channel, source, step, ...xiaoeRest } = labels(
          { ...complaintOf('xiaoe'), providerState: word, raw: row } as never,
          language,
        )
        expect([channel, source, xiaoeRest.problemType, step, xiaoeRest.providerState]).toEqual(Array(5).fill(word))
        expect(labels({ ...complaintOf('huishouqian'), ...change } as never, language)).toMatchObject({
          providerState: word,
          tags: [word],
          media: [word],
        })
      }
    },
  )

  it.each<[string, unknown]>([
    ['missing', undefined],
    ['null', null],
    ['text', 'x'],
    ['of odd values', { problem_type: {}, channel_type: [], current_step: null, service_order_info: [null, 'x', {}] }],
    ['of no list', { service_order_info: 'DOING' }],
  ])('accepts a row that is %s', (_, raw) => {
    for (const provider of providerNames)
      for (const language of languages) {
        const made = labels({ ...complaintOf(provider), raw } as never, language)
        expect(made.problemType).toBeNull()
        expect(made.channel).toMatch(language === 'zh' ? /\p{Script=Han}/u : /^[A-Z]/)
      }
  })

  it.each(['fr', 'ZH', 'zh-CN', '', 'toString', undefined, null, 1])('rejects %s as a language', (language) => {
    expect(() => labels(complaintOf('xiaoe'), language as never)).toThrow(
      expect.objectContaining({ name: 'QueryError', message: expect.stringContaining("'zh' or 'en'") }),
    )
  })

  it('rejects a complaint of an unknown provider', () => {
    expect(() => labels({ ...complaintOf('xiaoe'), provider: 'another' } as never, 'en')).toThrow(
      expect.objectContaining({ name: 'QueryError' }),
    )
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  alipayRisk,
  alipayTrade,
  type Complaint,
  ComplaintClient,
  type ComplaintQuery,
  type ComplaintRef,
  huishouqian,
  maskComplaint,
  providerNames,
  QueryError,
  type WechatPayComplaint,
  wechatpay,
  xiaoe,
} from '../../../src/index.js'
import { startSandbox } from '../../../src/sandbox/index.js'
import {
  complaintQuerySchema,
  complaintRefSchema,
  complaintSchema,
  huishouqianComplaintSchema,
  wechatpayComplaintSchema,
  xiaoeComplaintSchema,
} from '../../../src/schema/index.js'
import { modelProvider, modelRows } from '../../support/model-provider.js'

const range = { from: '2026-01-05', to: '2026-01-25' }
let complaints: readonly Complaint[] = []

beforeAll(async () => {
  const sandbox = await startSandbox({ ...range, complaints: 60, reuseKeys: true, quotas: false })
  const adapters = [
    wechatpay(sandbox.wechatpay),
    huishouqian(sandbox.huishouqian),
    xiaoe(sandbox.xiaoe),
    alipayTrade(sandbox.alipayTrade),
    alipayRisk(sandbox.alipayRisk),
  ]
  complaints = await new ComplaintClient(adapters).list(range).toArray({ limit: 1000 })
  await sandbox.close()
})

describe('complaintSchema', () => {
  it('parses what JSON made of a complaint to the complaint again', () => {
    expect(new Set(complaints.map(({ provider }) => provider))).toEqual(new Set(providerNames))
    for (const complaint of complaints) {
      const parsed: Complaint = complaintSchema.parse(JSON.parse(JSON.stringify(complaint)))
      expect(parsed).toEqual(complaint)
      expect(complaintSchema.parse(complaint)).toEqual(complaint)
      expect(complaintSchema.parse(JSON.parse(JSON.stringify(maskComplaint(complaint))))).toEqual(
        JSON.parse(JSON.stringify(maskComplaint(complaint)), (key, value) =>
          ['createdAt', 'closedAt', 'dueAt'].includes(key) && value !== null ? new Date(value) : value,
        ),
      )
    }
  })

  it('has the type of the complaint, discriminated by provider', () => {
    const parsed = complaintSchema.parse(complaints.find(({ provider }) => provider === 'wechatpay'))
    if (parsed.provider !== 'wechatpay') return expect.fail('another provider')
    const complaint: WechatPayComplaint = parsed
    const type: string | null | undefined = parsed.raw.problem_type
    // @ts-expect-error: a field of another provider
    const step: string = parsed.raw.current_step
    expect([complaint.id, type, step]).toEqual([parsed.id, parsed.raw.problem_type, undefined])
    const input: z.input<typeof complaintSchema> = complaint
    expect(complaintSchema.safeParse(input).success).toBe(true)
  })

  it('takes the complaints of one provider by its own schema, which can be changed as any object schema', () => {
    const schemas = {
      wechatpay: wechatpayComplaintSchema,
      huishouqian: huishouqianComplaintSchema,
      xiaoe: xiaoeComplaintSchema,
    }
    for (const [name, schema] of Object.entries(schemas))
      for (const complaint of complaints) expect(schema.safeParse(complaint).success).toBe(complaint.provider === name)
    const stored = wechatpayComplaintSchema.omit({ raw: true, payer: true })
    const [complaint] = complaints.filter(({ provider }) => provider === 'wechatpay')
    expect(Object.keys(stored.parse(complaint))).not.toContain('payer')
  })

  it.each<[string, object]>([
    ['an unknown provider', { provider: 'other' }],
    ['an unknown state', { state: 'open' }],
    ['an unknown channel', { channel: 'phone' }],
    ['a time without an offset', { createdAt: '2026-01-05 10:00:00' }],
    ['an invalid Date', { createdAt: new Date(Number.NaN) }],
    ['a time as a number', { createdAt: 1_767_000_000_000 }],
    ['no time', { createdAt: undefined }],
    ['an empty id', { id: '' }],
    ['an amount with decimals', { refund: { wanted: true, amount: { fen: 0.5, currency: 'CNY' }, completed: null } }],
    ['no raw row', { raw: null }],
  ])('refuses %s', (_, part) => {
    expect(complaintSchema.safeParse({ ...complaints[0], ...part }).success).toBe(false)
  })

  it('removes columns that are not of a complaint, but keeps every field of raw', () => {
    const [complaint] = complaints
    const raw = { ...complaint?.raw, newField: { deep: [1] } }
    const parsed = complaintSchema.parse({ ...complaint, raw, storedAt: 'now' })
    expect(parsed.raw).toEqual(raw)
    expect(parsed).not.toHaveProperty('storedAt')
  })
})

describe('complaintRefSchema', () => {
  it('is the reference of a complaint', () => {
    const [complaint] = complaints
    const ref: ComplaintRef = complaintRefSchema.parse(complaint)
    expect(ref).toEqual({ provider: complaint?.provider, account: complaint?.account, id: complaint?.id })
    expect(complaintRefSchema.safeParse({ ...ref, provider: 'other' }).success).toBe(false)
    expect(complaintRefSchema.safeParse({ ...ref, id: 7 }).success).toBe(false)
  })
})

describe('complaintQuerySchema', () => {
  const client = new ComplaintClient(modelProvider(modelRows(5), { account: 'a', style: 'offset' }).adapter)
  const accepts = (query: unknown): boolean => {
    try {
      client.list(query as ComplaintQuery)
      return true
    } catch (error) {
      if (QueryError.isInstance(error)) return false
      throw error
    }
  }

  it.each<[boolean, object]>([
    [true, {}],
    [true, { to: '2026-01-31' }],
    [true, { from: new Date('2026-01-05T00:00:00Z'), to: '2026-01-31T08:00:00+08:00' }],
    [true, { state: 'pending', channel: ['alipay', 'shop'], overdue: true }],
    [true, { state: undefined, accounts: ['a'], merchantOrderNo: ' T1 ', pageSize: 7, order: 'newest' }],
    [true, { longRange: 'reject' }],
    [false, { from: undefined }],
    [false, { from: '2026-02-31' }],
    [false, { from: '2026-01-05 10:00' }],
    [false, { from: new Date(Number.NaN) }],
    [false, { from: 1 }],
    [false, { state: 'open' }],
    [false, { state: [] }],
    [false, { channel: [] }],
    [false, { channel: 'wechat' }],
    [false, { overdue: 'yes' }],
    [false, { accounts: [] }],
    [false, { merchant: ' ' }],
    [false, { pageSize: 0 }],
    [false, { pageSize: 1.5 }],
    [false, { order: 'asc' }],
    [false, { status: 'pending' }],
  ])('agrees with list(): %s for %o', (expected, part) => {
    const query = { from: '2026-01-05', ...part }
    expect(complaintQuerySchema.safeParse(query).success).toBe(expected)
    expect(accepts(query)).toBe(expected)
  })

  it('keeps days as days: they mean whole Beijing days', () => {
    const query: ComplaintQuery = complaintQuerySchema.parse(range)
    expect(query).toEqual(range)
  })
})

describe('z.toJSONSchema()', () => {
  it.each(['input', 'output'] as const)('takes every schema (%s)', (io) => {
    const complaint = z.toJSONSchema(wechatpayComplaintSchema, { io })
    expect(complaint.properties).toMatchObject({
      provider: { const: 'wechatpay' },
      createdAt: { type: 'string', format: 'date-time' },
      dueAt: { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] },
      state: { enum: ['pending', 'processing', 'resolved', 'unknown'] },
    })
    expect(complaint.required).toContain('createdAt')
    expect(z.toJSONSchema(complaintSchema, { io })).toHaveProperty('oneOf')
    const query = z.toJSONSchema(complaintQuerySchema, { io })
    expect(query).toMatchObject({ required: ['from'], additionalProperties: false })
    expect(query.properties?.from).toEqual({ type: 'string', anyOf: [{ format: 'date' }, { format: 'date-time' }] })
    expect(z.toJSONSchema(complaintRefSchema, { io }).required).toEqual(['provider', 'account', 'id'])
  })
})

import { describe, expect, it } from 'vitest'
import { ResponseError } from '../../../../src/errors.js'
import { labels, maskComplaint } from '../../../../src/index.js'
import { mapRiskComplaint, mapTradeComplaint, parseTime } from '../../../../src/providers/alipay/map.js'
import { errorOf } from '../../../support/core.js'
import { riskRow, tradeRow } from './support.js'

const trade = (change: object = {}) => mapTradeComplaint(tradeRow(change), '2021')
const risk = (change: object = {}) => mapRiskComplaint(riskRow(change), '2021')
const nothing = { wanted: null, amount: null, completed: null }

describe('a trade complaint', () => {
  it('of a list is mapped whole', () => {
    const row = tradeRow({
      complain_reason: '商品质量问题',
      leaf_category_name: '退货退款',
      content: '坏的',
      images: ['https://mdn.alipayobjects.com/1.png', '', null, 'http://img.alicdn.com/2.png'],
      phone_no: '13800001234',
      trade_no: '2020092322001400000000000001',
      merchant_order_no: 'o-1',
      target_id: '2021000000000009',
      target_type: 'APPID',
      gmt_modified: '2026-09-11 00:00:00',
      gmt_finished: '2026-09-12 08:30:01',
      later_field: [1],
    })
    expect(mapTradeComplaint(row, '2021')).toEqual({
      provider: 'alipay-trade',
      account: '2021',
      id: '2020092300102000000001459758',
      state: 'pending',
      providerState: 'MERCHANT_PROCESSING',
      createdAt: new Date('2026-09-10T04:00:00Z'),
      closedAt: new Date('2026-09-12T00:30:01Z'),
      dueAt: null,
      subject: '商品质量问题',
      detail: '坏的',
      channel: 'alipay',
      merchantId: null,
      agentId: null,
      payer: { phone: { value: '13800001234', form: 'plain' }, openId: null },
      orders: [{ merchantOrderNo: 'o-1', transactionId: '2020092322001400000000000001', amount: null }],
      resource: { id: '2021000000000009', type: 'APPID' },
      refund: nothing,
      awaitingReply: null,
      overdue: null,
      urgent: null,
      inPlatformService: null,
      timesComplained: null,
      tags: [],
      media: [{ kind: 'image', urls: ['https://mdn.alipayobjects.com/1.png', 'http://img.alicdn.com/2.png'] }],
      raw: row,
    })
  })

  it('needs id, state and time only', () => {
    expect(trade()).toMatchObject({
      closedAt: null,
      subject: null,
      detail: '',
      payer: { phone: null },
      orders: [],
      resource: null,
      merchantId: null,
      media: [],
    })
  })

  it.each(['complain_event_id', 'status', 'gmt_create'])('without %s cannot be used', (field) => {
    const error = errorOf(() => trade({ [field]: undefined })) as ResponseError
    expect(error).toBeInstanceOf(ResponseError)
    expect(error.issues.map(({ path }) => path)).toEqual([[field]])
    expect(errorOf(() => mapTradeComplaint('row', '2021'))).toBeInstanceOf(ResponseError)
  })

  it.each([
    ['MERCHANT_PROCESSING', 'pending', null, null],
    ['MERCHANT_FEEDBACK_TIMEOUT', 'pending', true, null],
    ['MERCHANT_FEEDBACKED', 'processing', null, null],
    ['PLATFORM_PROCESSING', 'processing', null, true],
    ['FINISHED', 'resolved', null, null],
    ['CANCELLED', 'resolved', null, null],
    ['PLATFORM_FINISH', 'resolved', null, null],
    ['CLOSED', 'resolved', null, null],
    ['REPORT_SUCCEED', 'resolved', null, null],
    ['LATER_STATE', 'unknown', null, null],
  ])('in %s is %s', (status, state, overdue, inPlatformService) => {
    const complaint = trade({ status })
    expect(complaint).toMatchObject({ state, providerState: status, overdue, inPlatformService })
    if (state === 'unknown') return expect(labels(complaint, 'zh').providerState).toBe(status)
    expect(labels(complaint, 'zh').providerState).toMatch(/\p{Script=Han}/u)
    expect(labels(complaint, 'en').providerState).toMatch(/^[A-Z][a-z]/)
  })

  it.each([
    ['APPID', null, { id: '7', type: 'APPID' }],
    ['PUBLICID', null, { id: '7', type: 'PUBLICID' }],
    ['PID', '7', null],
    ['LATER', null, null],
    [undefined, null, null],
  ])('about a %s names it in its place', (target_type, merchantId, resource) => {
    expect(trade({ target_id: '7', target_type })).toMatchObject({ merchantId, resource })
    expect(trade({ target_type })).toMatchObject({ merchantId: null, resource: null })
  })

  it.each([
    [{ trade_no: 't' }, { transactionId: 't', merchantOrderNo: null, amount: null }],
    [{ merchant_order_no: 'm' }, { transactionId: null, merchantOrderNo: 'm', amount: null }],
    [{ trade_amount: '0.01' }, { transactionId: null, merchantOrderNo: null, amount: { fen: 1, currency: 'CNY' } }],
    [{ trade_amount: 19.9 }, { transactionId: null, merchantOrderNo: null, amount: { fen: 1990, currency: 'CNY' } }],
  ])('has an order by any of its fields: %j', (fields, order) => {
    expect(trade(fields).orders).toEqual([order])
  })

  it('with an amount that is not whole fen cannot be used', () => {
    expect((errorOf(() => trade({ trade_amount: '0.001' })) as ResponseError).issues[0]?.path).toEqual(['trade_amount'])
  })
})

describe('a consumer complaint', () => {
  it('of a detail is mapped whole', () => {
    const row = riskRow({
      task_id: 'T1',
      opposite_pid: '2088000000000001',
      opposite_name: '某商家',
      complain_amount: '19.90',
      contact: '138****1234',
      gmt_process: '2026-09-11 00:00:00',
      gmt_overdue: '2026-09-12 12:00:00',
      complain_content: '没有收到',
      trade_no: '20260910',
      complaint_trade_info_list: [
        { id: 1, complaint_record_id: 2, trade_no: 't1', out_no: 'o1', amount: '19.90', status: 'PROCESSED' },
        { trade_no: 't2' },
        { out_no: 'o3' },
        { amount: 4 },
        {},
        'x',
        null,
      ],
      certify_info: ['https://x.example/1.png'],
      label_tag_list: ['高风险', '加急', '平台已介入', null, 7],
    })
    expect(mapRiskComplaint(row, '2021')).toEqual({
      provider: 'alipay-risk',
      account: '2021',
      id: '123456',
      state: 'pending',
      providerState: 'WAIT_PROCESS',
      createdAt: new Date('2026-09-10T04:00:00Z'),
      closedAt: null,
      dueAt: new Date('2026-09-12T04:00:00Z'),
      subject: null,
      detail: '没有收到',
      channel: 'alipay',
      merchantId: '2088000000000001',
      agentId: null,
      payer: { phone: { value: '138****1234', form: 'masked' }, openId: null },
      orders: [
        { merchantOrderNo: 'o1', transactionId: 't1', amount: { fen: 1990, currency: 'CNY' } },
        { merchantOrderNo: null, transactionId: 't2', amount: null },
        { merchantOrderNo: 'o3', transactionId: null, amount: null },
        { merchantOrderNo: null, transactionId: null, amount: { fen: 400, currency: 'CNY' } },
      ],
      resource: null,
      refund: nothing,
      awaitingReply: null,
      overdue: false,
      urgent: true,
      inPlatformService: true,
      timesComplained: null,
      tags: ['高风险', '加急', '平台已介入', '7'],
      media: [{ kind: 'image', urls: ['https://x.example/1.png'] }],
      raw: row,
    })
  })

  it('needs id, state and time only', () => {
    expect(risk()).toMatchObject({
      dueAt: null,
      detail: '',
      merchantId: null,
      payer: { phone: null },
      orders: [],
      urgent: null,
      inPlatformService: null,
      tags: [],
      media: [],
    })
  })

  it('with an amount that is not whole fen cannot be used', () => {
    const error = errorOf(() => risk({ complaint_trade_info_list: [{ amount: '0.001' }] })) as ResponseError
    expect(error.issues.map(({ path }) => path)).toEqual([['amount']])
  })

  it.each(['id', 'status', 'gmt_complain'])('without %s cannot be used', (field) => {
    const error = errorOf(() => risk({ [field]: undefined })) as ResponseError
    expect(error).toBeInstanceOf(ResponseError)
    expect(error.issues.map(({ path }) => path)).toEqual([[field]])
  })

  it.each([
    ['WAIT_PROCESS', 'pending', false],
    ['OVERDUE', 'pending', true],
    ['PROCESSING', 'processing', false],
    ['PART_OVERDUE', 'processing', true],
    ['PROCESSED', 'resolved', false],
    ['OVERDUE_PROCESSED', 'resolved', true],
    ['DROP_COMPLAIN', 'resolved', false],
    ['DROP_OVERDUE_COMPLAIN', 'resolved', true],
    ['DROP_OVERDUE_PROCESSED', 'resolved', true],
    ['DROP_PROCESSED', 'resolved', false],
    ['LATER_OVERDUE', 'unknown', null],
  ])('in %s is %s, overdue: %s', (status, state, overdue) => {
    const complaint = risk({ status })
    expect(complaint).toMatchObject({ state, providerState: status, overdue })
    if (state === 'unknown') return
    expect(labels(complaint, 'zh').providerState).toMatch(/\p{Script=Han}/u)
    expect(labels(complaint, 'en').providerState).toMatch(/^[A-Z][a-z]/)
  })

  it.each([
    ['13800001234', { value: '13800001234', form: 'plain' }],
    ['+86 138-0000-1234', { value: '+86 138-0000-1234', form: 'plain' }],
    ['138****1234', { value: '138****1234', form: 'masked' }],
    ['0571-88888888', { value: '0571-88888888', form: 'plain' }],
    ['someone@example.com', null],
    ['旺旺：某人', null],
    ['1234', null],
    ['', null],
    ['1380000123456789012345678901', null],
    ['13800001234 下午联系', null],
  ])('with the contact %j', (contact, phone) => {
    expect(risk({ contact }).payer).toEqual({ phone, openId: null })
  })

  it('has labels for its tags', () => {
    const complaint = risk({ label_tag_list: ['加急', '新标签'], certify_info: ['https://x.example/1.png'] })
    expect(labels(complaint, 'en')).toMatchObject({
      provider: 'Alipay consumer complaints',
      tags: ['Urgent', '新标签'],
      media: ['Image'],
    })
    expect(labels(trade({ images: ['https://x.example/1.png'] }), 'zh')).toMatchObject({
      provider: '支付宝交易投诉',
      channel: '支付宝',
      media: ['图片'],
    })
  })
})

describe('times', () => {
  it.each([
    ['2026-09-10 12:00:00', '2026-09-10T04:00:00.000Z'],
    ['2026-09-10T12:00:00+08:00', '2026-09-10T04:00:00.000Z'],
    ['2026-09-10T04:00:00Z', '2026-09-10T04:00:00.000Z'],
  ])('%s', (text, instant) => expect(parseTime(text)?.toISOString()).toBe(instant))

  it.each(['', '2026-09-31 12:00:00', '2026-09-10', '2026-09-10 24:00:00', '20260910120000', '1789012800000'])(
    'none: %j',
    (text) => expect(parseTime(text)).toBeNull(),
  )
})

describe('maskComplaint()', () => {
  it('hides phones, and keeps numbers of complaints, payments and orders, and URLs', () => {
    const number = '13812345678'
    const row = tradeRow({
      phone_no: number,
      content: `打 ${number}`,
      trade_no: number,
      merchant_order_no: number,
      images: [`https://x.example/${number}.png`],
    })
    const masked = maskComplaint(mapTradeComplaint(row, '2021'))
    expect(masked.payer.phone).toEqual({ value: '138****5678', form: 'masked' })
    expect(masked.detail).toBe('打 138****5678')
    expect(masked.raw).toMatchObject({
      phone_no: '138****5678',
      content: '打 138****5678',
      trade_no: number,
      merchant_order_no: number,
      images: [`https://x.example/${number}.png`],
    })
    const risky = maskComplaint(
      risk({
        contact: number,
        task_id: number,
        complaint_trade_info_list: [{ trade_no: number, out_no: number }],
        certify_info: [`https://x.example/${number}.png`],
        process_img_url_list: [`https://x.example/${number}.png`],
      }),
    )
    expect(risky.raw).toMatchObject({
      contact: '138****5678',
      task_id: number,
      complaint_trade_info_list: [{ trade_no: number, out_no: number }],
      certify_info: [`https://x.example/${number}.png`],
      process_img_url_list: [`https://x.example/${number}.png`],
    })
    expect(risky.orders).toEqual([{ merchantOrderNo: number, transactionId: number, amount: null }])
  })
})

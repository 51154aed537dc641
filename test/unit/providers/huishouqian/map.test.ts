import { describe, expect, it } from 'vitest'
import type { HuishouqianComplaint } from '../../../../src/index.js'
import { mapComplaint } from '../../../../src/providers/huishouqian/map.js'
import { row } from './platform.js'

const mapped = (change: object = {}): HuishouqianComplaint => mapComplaint(row(change), 'main')

describe('a row becomes a complaint', () => {
  it.each([
    ['PENDING', 'pending'],
    ['PROCESSING', 'processing'],
    ['PROCESSED', 'resolved'],
    ['ESCALATED', 'unknown'],
    ['pending', 'unknown'],
  ])('state %s is %s, and its own word is kept', (providerState, state) => {
    expect(mapped({ complaintState: providerState })).toMatchObject({ state, providerState })
  })

  it.each([
    ['20260101000000', '2025-12-31T16:00:00.000Z'],
    ['20260308023000', '2026-03-07T18:30:00.000Z'],
    ['20240229235959', '2024-02-29T15:59:59.000Z'],
    [20260101105914, '2026-01-01T02:59:14.000Z'],
  ])('time %s is Beijing time, wherever the host is', (complaintTime, instant) => {
    expect(mapped({ complaintTime }).createdAt.toISOString()).toBe(instant)
  })

  it.each([
    [1, true],
    ['1', true],
    [true, true],
    ['true', true],
    [0, false],
    ['0', false],
    [false, false],
    ['false', false],
    [null, null],
    [undefined, null],
    [2, null],
    ['', null],
  ])('flag %j is %s', (flag, expected) => {
    const { refund, awaitingReply } = mapped({ complaintFullRefunded: flag, incomingUserResponse: flag })
    expect([refund, awaitingReply]).toEqual([{ wanted: null, amount: null, completed: expected }, expected])
  })

  it.each([
    ['13800000000', { value: '13800000000', form: 'plain' }],
    ['138****0000', { value: '138****0000', form: 'masked' }],
    [13800000000, { value: '13800000000', form: 'plain' }],
    ['', null],
    [null, null],
    [undefined, null],
  ])('phone %j is %j', (payerPhone, phone) => {
    expect(mapped({ payerPhone }).payer.phone).toEqual(phone)
  })

  const fen = (value: number): object => ({ fen: value, currency: 'CNY' })
  it.each<[unknown, unknown, object[]]>([
    ['order-1', 300, [{ merchantOrderNo: 'order-1', transactionId: null, amount: fen(300) }]],
    ['order-1', '300', [{ merchantOrderNo: 'order-1', transactionId: null, amount: fen(300) }]],
    ['order-1', null, [{ merchantOrderNo: 'order-1', transactionId: null, amount: null }]],
    [undefined, 0, [{ merchantOrderNo: null, transactionId: null, amount: fen(0) }]],
    ['', undefined, []],
    [null, null, []],
  ])('order %j and amount %j make %j', (merchantTradeNo, amount, orders) => {
    expect(mapped({ merchantTradeNo, amount }).orders).toEqual(orders)
  })

  it('of which the provider tells only what it must is a complaint', () => {
    const bare = { complaintId: '1', complaintState: 'PENDING', complaintTime: '20260101000000' }
    expect(mapComplaint(bare, 'main')).toEqual({
      provider: 'huishouqian',
      account: 'main',
      id: '1',
      state: 'pending',
      providerState: 'PENDING',
      createdAt: new Date('2025-12-31T16:00:00Z'),
      closedAt: null,
      dueAt: null,
      subject: null,
      detail: '',
      channel: 'wechatpay',
      merchantId: null,
      agentId: null,
      payer: { phone: null, openId: null },
      orders: [],
      resource: null,
      refund: { wanted: null, amount: null, completed: null },
      awaitingReply: null,
      overdue: null,
      urgent: null,
      inPlatformService: null,
      timesComplained: null,
      tags: [],
      media: [],
      raw: bare,
    })
  })

  it('keeps what arrived, unknown fields and all, and never fails on a field of another type', () => {
    const odd = row({
      newField: { deep: [1] },
      complaintDetail: null,
      payerOpenid: 5,
      agentNo: 714000000001,
      merchantNo: {},
    })
    const complaint = mapComplaint(odd, 'main')
    expect(complaint.raw).toBe(odd)
    expect(complaint).toMatchObject({ detail: '', payer: { openId: '5' }, agentId: '714000000001', merchantId: null })
  })

  it.each([null, 'text', 1, [], undefined])('%j is no row', (value) => {
    expect(() => mapComplaint(value, 'main')).toThrow(/expected an object/)
  })
})

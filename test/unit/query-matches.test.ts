import { expect, it } from 'vitest'
import type { Complaint } from '../../src/model.js'
import { checkQuery, matches, parseQuery } from '../../src/query.js'
import { accountInfo } from '../support/core.js'
import { complaintOf } from '../support/model-provider.js'

const from = Date.parse('2026-01-01T00:00:00Z')
const to = Date.parse('2026-01-02T00:00:00Z')

function passes(part: object, complaint: Partial<Complaint> = {}, serverFiltersOrders = false): boolean {
  const { capabilities } = accountInfo({}, { merchantOrderNo: serverFiltersOrders })
  const query = checkQuery(parseQuery({ from: new Date(from), to: new Date(to), ...part }), [], to)
  const base = complaintOf({ id: 'c1', createdAt: from, state: 'pending' }, '1900000001')
  return matches(query, capabilities, { ...base, ...complaint } as Complaint)
}

it.each([
  [from - 1, false],
  [from, true],
  [to - 1, true],
  [to, false],
])('a complaint made at %i is in the range: %o', (createdAt, expected) => {
  expect(passes({}, { createdAt: new Date(createdAt) })).toBe(expected)
})

it.each([
  ['pending', 'pending', true],
  ['pending', 'resolved', false],
  [['resolved', 'unknown'], 'unknown', true],
  [['resolved', 'unknown'], 'processing', false],
] as const)('with state %o, a %s complaint passes: %o', (state, complaintState, expected) => {
  expect(passes({ state }, { state: complaintState })).toBe(expected)
})

it.each([
  ['alipay', 'alipay', true],
  ['alipay', 'unknown', false],
  [['shop', 'platform'], 'platform', true],
  [['shop', 'platform'], 'wechatpay', false],
] as const)('with channel %o, a complaint made through %s passes: %o', (channel, complaintChannel, expected) => {
  expect(passes({ channel }, { channel: complaintChannel })).toBe(expected)
})

it.each([
  [true, true, true],
  [true, false, false],
  [true, null, false],
  [false, false, true],
  [false, true, false],
  [false, null, false],
  [undefined, null, true],
])('with overdue %o, a complaint whose overdue is %o passes: %o', (overdue, complaintOverdue, expected) => {
  expect(passes({ overdue }, { overdue: complaintOverdue })).toBe(expected)
})

it.each([
  ['1900000002', true],
  ['1900000003', false],
  // The server has filtered; the row does not report the merchant.
  [null, true],
])('with merchant 1900000002, a row of %o passes: %o', (merchantId, expected) => {
  expect(passes({ merchant: '1900000002' }, { merchantId })).toBe(expected)
})

const order = (merchantOrderNo: string | null) => ({ merchantOrderNo, transactionId: 'A1', amount: null })

it.each([
  ['its only order', [order('A1')], null, false, true],
  ['one of its orders', [order('B1'), order('A1')], null, false, true],
  ['other orders', [order('B1')], null, false, false],
  ['other orders, although the server filters', [order('B1')], null, true, false],
  ['no order, where the server filters', [], null, true, true],
  ['no order, where it does not', [], null, false, false],
  ['an order without a number, where the server filters', [order(null)], null, true, true],
  ['a resource of that id', [], { id: 'A1', type: null }, false, true],
  ['a resource of another id', [], { id: 'B1', type: null }, false, false],
] as const)('with merchantOrderNo A1, a row with %s', (_, orders, resource, serverFilters, expected) => {
  expect(passes({ merchantOrderNo: 'A1' }, { orders, resource }, serverFilters)).toBe(expected)
})

it('every filter must pass', () => {
  const query = { state: 'pending', merchant: '1900000002', merchantOrderNo: 'A1' }
  expect(passes(query, { merchantId: '1900000002', orders: [order('A1')] })).toBe(true)
  expect(passes(query, { merchantId: '1900000002', orders: [order('A1')], state: 'resolved' })).toBe(false)
})

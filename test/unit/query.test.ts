import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { QueryError } from '../../src/errors.js'
import { type CheckedQuery, checkQuery, parseQuery } from '../../src/query.js'
import { accountInfo, errorOf } from '../support/core.js'

const now = Date.parse('2026-03-15T04:00:00Z')
const wechat = accountInfo()
const others = accountInfo({ pageSize: { min: 1, max: 500, default: 500 }, maxSpanDays: null }, { merchant: false })

function check(query: object, accounts = [wechat]): CheckedQuery {
  return checkQuery(parseQuery(query), accounts, now)
}

function range(query: object): string[] {
  const { from, to } = check(query)
  return [new Date(from).toISOString(), new Date(to).toISOString()]
}

describe('the range', () => {
  it.each([
    [
      'two dates are whole Beijing days, both included',
      '2026-01-01',
      '2026-03-31',
      '2025-12-31T16:00',
      '2026-03-31T16:00',
    ],
    ['equal dates are one day', '2024-02-29', '2024-02-29', '2024-02-28T16:00', '2024-02-29T16:00'],
    ['a date and an instant', '2026-01-01', '2026-01-01T08:00:00+08:00', '2025-12-31T16:00', '2026-01-01T00:00'],
    ['an instant and a date', '2026-01-01T12:00:00Z', '2026-01-02', '2026-01-01T12:00', '2026-01-02T16:00'],
    [
      'a Date and a text',
      new Date('2026-01-01T01:00:00Z'),
      '2026-01-01T03:00Z',
      '2026-01-01T01:00',
      '2026-01-01T03:00',
    ],
    [
      'the night in which New York changes to daylight saving time',
      '2026-03-08',
      '2026-03-08',
      '2026-03-07T16:00',
      '2026-03-08T16:00',
    ],
    ['the longest range', new Date(0), '9999-12-31', '1970-01-01T00:00', '9999-12-31T16:00'],
  ])('%s', (_, from, to, begin, end) => {
    expect(range({ from, to })).toEqual([`${begin}:00.000Z`, `${end}:00.000Z`])
  })

  it('ends now without to, and toIsFixed is false', () => {
    expect(check({ from: '2026-03-01' })).toMatchObject({ to: now, toIsFixed: false })
    expect(check({ from: '2026-03-01', to: new Date(now) })).toMatchObject({ to: now, toIsFixed: true })
  })

  it.each([
    ['equal instants', '2026-01-01T00:00:00Z', '2026-01-01T08:00:00+08:00', /must be before to/],
    ['reversed instants', new Date(2), new Date(1), /must be before to/],
    ['reversed dates', '2026-01-02', '2026-01-01', /must be before to/],
    ['an instant at the end of the last day', '2026-01-02T00:00:00+08:00', '2026-01-01', /must be before to/],
    ['a beginning in the future', '2026-03-16', undefined, /must be before now \(2026-03-15T04:00:00.000Z\)/],
    ['an impossible date', '2026-02-30', undefined, /^from "2026-02-30" is not a date or instant; use yyyy-MM-dd/],
    ['an impossible end', '2026-02-01', '2026-02-29', /^to "2026-02-29" is not a date/],
    ['a time without an offset', '2026-01-01T00:00:00', undefined, /a time with an offset/],
    ['another date format', '2026/01/01', undefined, /is not a date or instant/],
    ['an empty text', '', undefined, /is not a date or instant/],
    ['an invalid Date', new Date(Number.NaN), undefined, /from: must be a Date, yyyy-MM-dd/],
    ['a number', 1_767_225_600_000, undefined, /from: must be a Date, yyyy-MM-dd/],
    ['null', null, undefined, /from: must be a Date, yyyy-MM-dd/],
    ['nothing', undefined, undefined, /from: is missing; it must be a Date, yyyy-MM-dd/],
    ['the last Date', '2026-01-01', new Date(8.64e15), /^to is outside the years 1970 to 9999/],
    ['the first Date', new Date(-8.64e15), undefined, /^from is outside the years 1970 to 9999/],
    ['a year of five digits', '2026-01-01', new Date(253_402_300_800_000), /^to is outside the years/],
    ['a year before 1970', '1066-10-14', undefined, /^from is outside the years/],
  ])('%s: rejected', (_, from, to, message) => {
    const error = errorOf(() => check(to === undefined ? { from } : { from, to }))
    expect(error).toBeInstanceOf(QueryError)
    expect(error).toMatchObject({ name: 'QueryError', code: 'QUERY', message: expect.stringMatching(message) })
  })

  it('quotes only the beginning of an invalid date', () => {
    expect(errorOf(() => check({ from: `2026${'9'.repeat(5000)}` })).message.length).toBeLessThan(250)
  })
})

describe("longRange: 'reject'", () => {
  it.each([
    ['2026-01-01', '2026-01-31', 30],
    ['2026-01-01', '2026-02-01', 31],
    ['2026-01-01T00:00:00+08:00', '2026-02-01T00:00:00+08:00', 30],
    ['2026-01-01T23:59:59+08:00', '2026-02-01T00:00:01+08:00', 31],
  ])('%s to %s spans %i days', (from, to, days) => {
    const run = () => check({ from, to, longRange: 'reject' })
    if (days <= 30) expect(run).not.toThrow()
    else expect(run).toThrow(`[wechatpay 1900000001] the range spans ${days} days, more than the 30`)
    expect(() => check({ from, to })).not.toThrow()
  })

  it('applies to documented spans only', () => {
    expect(() => check({ from: '2020-01-01', to: '2026-01-01', longRange: 'reject' }, [others])).not.toThrow()
    expect(() => check({ from: '2020-01-01', to: '2026-01-01', longRange: 'reject' }, [others, wechat])).toThrow(
      'spans',
    )
  })
})

describe('pageSize', () => {
  it.each([1, 50])('%i is allowed', (pageSize) =>
    expect(check({ from: '2026-01-01', pageSize }).pageSize).toBe(pageSize),
  )

  it('beyond the limit of a selected account is rejected', () => {
    const query = { from: '2026-01-01', pageSize: 80 }
    expect(check(query, [others]).pageSize).toBe(80)
    expect(errorOf(() => check(query, [others, wechat])).message).toBe(
      '[wechatpay 1900000001] pageSize 80 is more than this provider allows (1 to 50)',
    )
  })

  it.each([0, -1, 1.5, Number.NaN, '50', null, Number.MAX_VALUE])('%o is rejected', (pageSize) => {
    expect(() => check({ from: '2026-01-01', pageSize })).toThrow(QueryError)
  })
})

describe('filters', () => {
  it.each([
    ['pending', ['pending']],
    [
      ['pending', 'unknown', 'pending'],
      ['pending', 'unknown'],
    ],
  ])('state %o', (state, states) => expect([...(check({ from: '2026-01-01', state }).states ?? [])]).toEqual(states))

  it.each([
    [{ state: 'open' }, /state: must be one or several of pending, processing, resolved, unknown/],
    [{ state: [] }, /state: must have at least one state; leave it out for all/],
    [{ state: ['pending', 'x'] }, /state: must be one or several/],
    [{ merchant: '' }, /merchant: must not be empty; leave it out for all/],
    [{ merchant: '  ' }, /merchant: must not be empty/],
    [{ channel: 'wechat' }, /channel: must be one or several of wechatpay, alipay, shop, platform, unknown/],
    [{ channel: [] }, /channel: must have at least one channel; leave it out for all/],
    [{ overdue: 'yes' }, /overdue/],
    [{ merchantOrderNo: '' }, /merchantOrderNo: must not be empty/],
    [{ merchant: 1900000002 }, /merchant/],
    [{ accounts: [] }, /accounts: must have at least one account/],
    [{ accounts: 'a' }, /accounts/],
    [{ order: 'asc' }, /order/],
    [{ longRange: 'never' }, /longRange/],
    [{ status: 'pending' }, /"status"/],
  ])('%o is rejected', (part, message) => {
    const error = errorOf(() => check({ from: '2026-01-01', ...part }))
    expect(error).toBeInstanceOf(QueryError)
    expect(error.message).toMatch(message)
    expect(error.message).toMatch(/^list\(\): /)
  })

  it.each([[undefined], [null], ['2026-01-01'], [[]]])('%o is not a query', (query) => {
    expect(() => parseQuery(query)).toThrow(QueryError)
  })

  it.each([{}, { state: undefined, merchant: undefined, to: undefined }])(
    'are null or undefined when absent: %o',
    (part) => {
      expect(check({ from: '2026-01-01', ...part })).toMatchObject({
        states: null,
        channels: null,
        overdue: undefined,
        merchant: undefined,
        merchantOrderNo: undefined,
        pageSize: undefined,
        order: 'arrival',
      })
    },
  )

  it('merchant is rejected for an account without sub-merchants, and the message suggests accounts', () => {
    expect(check({ from: '2026-01-01', merchant: '1900000002' }).merchant).toBe('1900000002')
    expect(() => check({ from: '2026-01-01', merchant: '1900000002' }, [wechat, others])).toThrow(/accounts/)
  })

  it.each(['merchant', 'merchantOrderNo'] as const)('%s may have the length that every account allows', (filter) => {
    const long = accountInfo({ filterLengths: { [filter]: 64 } })
    const short = accountInfo({ filterLengths: { [filter]: 32 } })
    const query = (length: number) => ({ from: '2026-01-01', [filter]: '1'.repeat(length) })
    expect(check(query(65))[filter]).toHaveLength(65)
    expect(check(query(32), [long, short])[filter]).toHaveLength(32)
    expect(() => check(query(33), [long, short])).toThrow(
      `${filter} has 33 characters, more than this provider allows (1 to 32)`,
    )
    expect(() => check(query(33), [long, short])).toThrow(QueryError)
  })
})

it('C8: a Date of another realm is taken', () => {
  const from: Date = runInNewContext('new Date(0)')
  expect(from instanceof Date).toBe(false)
  expect(check({ from, to: new Date(1) })).toMatchObject({ from: 0, to: 1 })
})

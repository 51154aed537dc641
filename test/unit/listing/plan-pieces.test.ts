import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ComplaintClient, type ComplaintQuery, type ComplaintWindow, QueryError } from '../../../src/index.js'
import type { Adapter } from '../../../src/provider.js'
import { beijingDay, dayMs, daysBetween } from '../../../src/time.js'
import { errorOf } from '../../support/core.js'
import { modelProvider, modelRows } from '../../support/model-provider.js'
import { propertyRuns } from '../../support/property-runs.js'

const now = Date.parse('2026-04-15T03:04:05.678Z')
beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const adapter = (account: string, windowDays = 30, count = 0): Adapter =>
  modelProvider(modelRows(count, 90, account), { account, windowDays, style: 'offset', maxPageSize: 10 }).adapter

const sent = (windows: readonly ComplaintWindow[]): ComplaintWindow[] => JSON.parse(JSON.stringify(windows))
const spans = (windows: readonly ComplaintWindow[]): [string, string, string][] =>
  windows.map(({ accounts, from, to }) => [accounts[0], from, to])

describe('plan()', () => {
  it('cuts days into windows that take turns between accounts', () => {
    const client = new ComplaintClient([adapter('a'), adapter('b')])
    expect(spans(client.plan({ from: '2026-01-31', to: '2026-03-31' }))).toEqual([
      ['wechatpay:a', '2026-01-31T00:00:00.000+08:00', '2026-03-02T00:00:00.000+08:00'],
      ['wechatpay:b', '2026-01-31T00:00:00.000+08:00', '2026-03-02T00:00:00.000+08:00'],
      ['wechatpay:a', '2026-03-02T00:00:00.000+08:00', '2026-04-01T00:00:00.000+08:00'],
      ['wechatpay:b', '2026-03-02T00:00:00.000+08:00', '2026-04-01T00:00:00.000+08:00'],
    ])
  })

  it('keeps instants to the millisecond, whatever offset they were given in', () => {
    const client = new ComplaintClient(adapter('a', 1))
    const query = { from: '2026-03-07T23:59:59.999-05:00', to: new Date('2026-03-09T01:02:03.004Z') }
    expect(spans(client.plan(query))).toEqual([
      ['wechatpay:a', '2026-03-08T12:59:59.999+08:00', '2026-03-09T00:00:00.000+08:00'],
      ['wechatpay:a', '2026-03-09T00:00:00.000+08:00', '2026-03-09T09:02:03.004+08:00'],
    ])
  })

  it.each([
    ['absent', undefined],
    ['today, which is not over', '2026-04-15'],
    ['a day to come', '2027-01-01'],
    ['an instant to come', new Date(now + 1)],
  ])('fixes a `to` that is %s at the moment of planning', (_, to) => {
    const client = new ComplaintClient(adapter('a'))
    expect(spans(client.plan({ from: '2026-04-10', to }))).toEqual([
      ['wechatpay:a', '2026-04-10T00:00:00.000+08:00', '2026-04-15T11:04:05.678+08:00'],
    ])
  })

  it('leaves a `to` that has passed as it is', () => {
    const to = new Date(now - 1)
    expect(new ComplaintClient(adapter('a')).plan({ from: '2026-04-10', to })[0]?.to).toBe(
      '2026-04-15T11:04:05.677+08:00',
    )
  })

  it('keeps filters in every window, and nothing that was not given', () => {
    const client = new ComplaintClient([adapter('a')])
    const filters = {
      state: ['pending', 'resolved'],
      channel: 'wechatpay',
      overdue: true,
      merchantOrderNo: 'T1',
      pageSize: 7,
      order: 'oldest',
    } as const
    for (const window of client.plan({ from: '2026-01-01', accounts: ['a'], longRange: 'split', ...filters })) {
      const { accounts, from, to, ...rest } = window
      expect(rest).toEqual(filters)
    }
    expect(Object.keys(client.plan({ from: '2026-04-01', state: undefined })[0] ?? {})).toEqual([
      'accounts',
      'from',
      'to',
    ])
  })

  it("gives the newest window first under order 'newest'", () => {
    const client = new ComplaintClient([adapter('a'), adapter('b')])
    const windows = client.plan({ from: '2026-01-31', to: '2026-03-31', order: 'newest' })
    expect(windows.map(({ accounts, from }) => [accounts[0], from.slice(0, 10)])).toEqual([
      ['wechatpay:a', '2026-03-02'],
      ['wechatpay:b', '2026-03-02'],
      ['wechatpay:a', '2026-01-31'],
      ['wechatpay:b', '2026-01-31'],
    ])
  })

  it.each<[string, object, RegExp]>([
    ['an unknown key', { from: '2026-01-01', until: '2026-02-01' }, /^plan\(\): .*"until"/],
    ['no from', {}, /^plan\(\): from: is missing; it must be a Date/],
    ['an impossible day', { from: '2026-02-30' }, /from "2026-02-30" is not a date/],
    ['a reversed range', { from: '2026-03-01', to: '2026-02-01' }, /from \(2026-03-01\) must be before to/],
    ['a range that begins in the future', { from: '2026-04-16', to: '2026-04-20' }, /must be before now/],
    [
      'another account',
      { from: '2026-01-01', accounts: ['c'] },
      /"c" is not configured; the configured accounts are wechatpay:a/,
    ],
    ['too large a page', { from: '2026-01-01', pageSize: 11 }, /\[wechatpay a\] pageSize 11 is more than/],
    [
      'a filter that the account does not know',
      { from: '2026-01-01', merchant: '1' },
      /merchant is not supported for this provider/,
    ],
  ])('refuses %s at once', (_, query, message) => {
    const error = errorOf(() => new ComplaintClient(adapter('a')).plan(query as ComplaintQuery))
    expect(error).toBeInstanceOf(QueryError)
    expect(error.message).toMatch(message)
  })

  it("refuses a long range under longRange 'reject', as list() does", () => {
    const model = adapter('a')
    const client = new ComplaintClient({ ...model, limits: { ...model.limits, maxSpanDays: 30 } })
    const query = { from: '2026-01-01', to: '2026-03-01', longRange: 'reject' } as const
    expect(errorOf(() => client.plan(query)).message).toBe(errorOf(() => client.list(query)).message)
  })

  it('cuts any query so that its windows are the query: nothing twice, nothing missed', () => {
    const instant = fc.integer({ min: Date.parse('2020-01-01T00:00:00Z'), max: now + 40 * dayMs })
    const windowDays = fc.integer({ min: 1, max: 45 })
    fc.assert(
      fc.property(instant, instant, fc.uniqueArray(windowDays, { minLength: 1, maxLength: 3 }), (one, other, days) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)]
        fc.pre(from < to && from < now)
        const client = new ComplaintClient(days.map((count) => adapter(String(count), count)))
        const windows = sent(client.plan({ from: new Date(from), to: new Date(to) }))
        for (const count of days) {
          const own = windows.filter(({ accounts }) => accounts[0] === `wechatpay:${count}`)
          const edges = own.map((window) => [Date.parse(window.from), Date.parse(window.to)] as const)
          expect(edges[0]?.[0]).toBe(from)
          expect(edges.at(-1)?.[1]).toBe(Math.min(to, now))
          for (const [index, [begin, end]] of edges.entries()) {
            expect(begin).toBeLessThan(end)
            if (index > 0) expect(begin).toBe(edges[index - 1]?.[1])
            expect(daysBetween(beijingDay(begin), beijingDay(end - 1))).toBeLessThan(count)
          }
        }
        expect(windows.every(({ accounts }) => accounts.length === 1)).toBe(true)
      }),
      { numRuns: propertyRuns(50) },
    )
  })
})

describe('list(window)', () => {
  const idsOf = async (client: ComplaintClient, query: ComplaintQuery): Promise<string[]> => {
    const ids: string[] = []
    for await (const { provider, account, id } of client.list(query)) ids.push(`${provider}:${account}:${id}`)
    return ids
  }

  it('of all windows, read by other clients in any order, is list(query)', async () => {
    const edge = fc.integer({ min: Date.parse('2025-12-20T00:00:00Z'), max: Date.parse('2026-04-05T00:00:00Z') })
    await fc.assert(
      fc.asyncProperty(
        edge,
        edge,
        fc.integer({ min: 1, max: 40 }),
        fc.infiniteStream(fc.nat()),
        async (one, other, days, dice) => {
          fc.pre(one !== other)
          const make = (): ComplaintClient => new ComplaintClient([adapter('a', days, 60), adapter('b', 30, 40)])
          const query = { from: new Date(Math.min(one, other)), to: new Date(Math.max(one, other)) }
          const windows = sent(make().plan(query)).map((window) => ({ window, turn: dice.next().value }))
          const read: string[] = []
          for (const { window } of windows.sort((a, b) => a.turn - b.turn)) read.push(...(await idsOf(make(), window)))
          expect(read.sort()).toEqual((await idsOf(make(), query)).sort())
        },
      ),
      { numRuns: propertyRuns(40) },
    )
  })

  it('reads one window of days, and its cursor goes on in another process', async () => {
    const starts: unknown[] = []
    const make = (): ComplaintClient =>
      new ComplaintClient([adapter('a', 30, 90)], {
        onEvent: (event) => {
          if (event.type === 'windowStart') starts.push([event.begin, event.end])
        },
      })
    const [, window] = sent(make().plan({ from: '2026-01-01', to: '2026-03-31', pageSize: 10 }))
    if (window === undefined) throw new Error('no window was planned')
    const whole = await idsOf(make(), window)
    expect(starts).toEqual([['2026-01-31', '2026-03-01']])
    expect(whole.length).toBeGreaterThan(20)
    for await (const page of make().list(window).pages()) {
      const before = page.items.map(({ id }) => `wechatpay:a:${id}`)
      const rest: string[] = []
      if (page.cursor === null) throw new Error('one page held all')
      for await (const { id } of make().list(sent([window])[0] ?? window, { cursor: page.cursor }))
        rest.push(`wechatpay:a:${id}`)
      expect([...before, ...rest]).toEqual(whole)
      break
    }
  })

  it.each<[string, (window: ComplaintWindow) => unknown, RegExp]>([
    [
      'of an account that is not configured',
      (window) => ({ ...window, accounts: ['wechatpay:gone'] }),
      /^\[wechatpay gone\] accounts: "wechatpay:gone" is not configured; the configured accounts are wechatpay:a$/,
    ],
    ['whose account is lost', (window) => ({ ...window, accounts: [] }), /accounts: must have at least one account/],
    ['whose account is no text', (window) => ({ ...window, accounts: [1] }), /accounts\.0/],
    [
      'whose beginning is cut short',
      (window) => ({ ...window, from: window.from.slice(0, 15) }),
      /from "2026-04-10T00:0" is not a date/,
    ],
    [
      'whose end lost its offset',
      (window) => ({ ...window, to: window.to.slice(0, -6) }),
      /to "2026-04-15T11:04:05\.678"/,
    ],
    ['without a beginning', ({ accounts, to }) => ({ accounts, to }), /from: is missing; it must be a Date/],
    ['turned round', ({ accounts, from, to }) => ({ accounts, from: to, to: from }), /must be before/],
    ['with something added', (window) => ({ ...window, version: 2 }), /"version"/],
    ['that is text still', (window) => JSON.stringify(window), /list\(\): /],
    ['that is null', () => null, /list\(\): /],
  ])('refuses at once a window %s', (_, spoil, message) => {
    const client = new ComplaintClient(adapter('a'))
    const [window] = client.plan({ from: '2026-04-10' })
    if (window === undefined) throw new Error('no window was planned')
    const error = errorOf(() => client.list(spoil(window) as ComplaintQuery))
    expect(error).toBeInstanceOf(QueryError)
    expect(error.message).toMatch(message)
  })

  it('reads its own account alone, even where another bears the name `provider:account`', async () => {
    const client = new ComplaintClient([adapter('a', 30, 5), adapter('wechatpay:a', 30, 5)])
    const [window] = client.plan({ from: '2026-01-01', accounts: ['wechatpay:a'] })
    expect(window?.accounts).toEqual(['wechatpay:a'])
    const accounts = new Set<string>()
    for await (const { account } of client.list({ from: '2026-01-01', accounts: ['wechatpay:a'] }))
      accounts.add(account)
    expect([...accounts]).toEqual(['a'])
  })
})

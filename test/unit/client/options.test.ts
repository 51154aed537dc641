import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { ClientOptions, ListOptions } from '../../../src/client/options.js'
import { ComplaintClient } from '../../../src/client.js'
import { ConfigError, QueryError } from '../../../src/errors.js'
import type { Adapter } from '../../../src/provider.js'
import { errorOf, everythingOf } from '../../support/core.js'
import { modelProvider, modelRows } from '../../support/model-provider.js'

const range = { from: '2026-03-02', to: '2026-03-31' }
const model = (account = 'a'): Adapter => modelProvider(modelRows(5), { account, style: 'offset' }).adapter

describe('the constructor', () => {
  it('takes one adapter or several, and lists their accounts', () => {
    expect(new ComplaintClient(model()).accounts).toMatchObject([{ provider: 'wechatpay', account: 'a' }])
    const { accounts } = new ComplaintClient([model('a'), model('b'), { ...model('a'), provider: 'xiaoe' }])
    expect(accounts.map(({ provider, account }) => `${provider}:${account}`)).toEqual([
      'wechatpay:a',
      'wechatpay:b',
      'xiaoe:a',
    ])
    expect(Object.keys(accounts[0] ?? {}).sort()).toEqual(['account', 'capabilities', 'limits', 'provider'])
  })

  it.each<[string, unknown, RegExp]>([
    ['no adapter', [], /at least one adapter/],
    [
      'the same account twice',
      [model('a'), model('b'), model('a')],
      /two adapters are both wechatpay:a; give one of them another/,
    ],
    ['nothing', undefined, /adapters\[0\] is not an adapter/],
    ['null', [model(), null], /adapters\[1\] is not an adapter/],
    [
      'the options of an adapter',
      { mchid: '1900000001', apiV3Key: 'hidden-0123456789' },
      /adapters\[0\] is not an adapter/,
    ],
  ])('rejects %s', (_, adapters, message) => {
    const error = errorOf(() => new ComplaintClient(adapters as Adapter[]))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toMatch(message)
    expect(everythingOf(error)).not.toContain('hidden')
  })

  it.each<[string, object, RegExp]>([
    ['an unknown option', { timeout: 1 }, /"timeout"/],
    ['timeoutMs 0', { timeoutMs: 0 }, /timeoutMs/],
    ['timeoutMs beyond ten minutes', { timeoutMs: 600_001 }, /timeoutMs/],
    ['timeoutMs as text', { timeoutMs: '15000' }, /timeoutMs/],
    ['maxRetries -1', { maxRetries: -1 }, /maxRetries/],
    ['maxRetries 1.5', { maxRetries: 1.5 }, /maxRetries/],
    ['infinite retries', { maxRetries: Number.POSITIVE_INFINITY }, /maxRetries/],
    ['concurrency 0', { concurrency: 0 }, /concurrency/],
    ['concurrency 65', { concurrency: 65 }, /concurrency/],
    ['a listener that is not a function', { onEvent: 'console.log' }, /onEvent: must be a function/],
    ['other options of axios', { axios: { maxRedirects: 5 } }, /axios: .*"maxRedirects"/],
    ['an agent that is not an Agent', { axios: { httpsAgent: {} } }, /axios\.httpsAgent: must be an Agent/],
    ['a proxy as text', { axios: { proxy: 'http://user:hidden@proxy' } }, /axios\.proxy/],
    ['a proxy without a port', { axios: { proxy: { host: 'hidden.example' } } }, /axios\.proxy\.port/],
    [
      'no TLS verification',
      { axios: { httpsAgent: new HttpsAgent({ rejectUnauthorized: false }) } },
      /TLS verification off/,
    ],
    ['null', { timeoutMs: null }, /timeoutMs/],
  ])('rejects %s', (_, options, message) => {
    const error = errorOf(() => new ComplaintClient(model(), options as ClientOptions))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error.message).toMatch(message)
    expect(error.message).toMatch(/^(ComplaintClient options: |axios\.)/)
    expect(everythingOf(error)).not.toContain('hidden')
  })

  it.each<[string, ClientOptions]>([
    ['nothing', {}],
    ['the bounds', { timeoutMs: 1, maxRetries: 0, concurrency: 1 }],
    ['the other bounds', { timeoutMs: 600_000, maxRetries: 20, concurrency: 64 }],
    ["Node's agents", { axios: { httpAgent: new HttpAgent(), httpsAgent: new HttpsAgent({ ca: 'x' }) } }],
    ['an agent of another package, without options', { axios: { httpsAgent: { addRequest: () => {} } as never } }],
    ['a proxy', { axios: { proxy: { host: 'p', port: 1, protocol: 'http', auth: { username: 'u', password: 'w' } } } }],
    [
      'what was not given',
      { timeoutMs: undefined, onEvent: undefined, axios: { httpAgent: undefined, proxy: undefined } as never },
    ],
  ])('accepts %s', (_, options) => {
    expect(() => new ComplaintClient(model(), options)).not.toThrow()
  })

  it('sends no request', () => {
    const { adapter, requests } = modelProvider(modelRows(5), { style: 'offset' })
    new ComplaintClient(adapter).list(range)
    expect(requests).toEqual([])
  })
})

describe('list()', () => {
  it.each<[string, object, RegExp]>([
    ['an unknown option', { limit: 5 }, /"limit"/],
    ['a signal that is none', { signal: new AbortController() }, /signal: must be an AbortSignal/],
    ['maxPages 0', { maxPages: 0 }, /maxPages/],
    ['concurrency 0', { concurrency: 0 }, /concurrency/],
    ['a cursor that is null', { cursor: null }, /cursor: must be the text of page\.cursor/],
    ['a garbled cursor', { cursor: 'x' }, /garbled/],
    ['a listener that is not a function', { onAccountError: true }, /onAccountError: must be a function/],
  ])('throws a QueryError at once for %s', (_, options, message) => {
    const error = errorOf(() => new ComplaintClient(model()).list(range, options as ListOptions))
    expect(error).toBeInstanceOf(QueryError)
    expect(error.message).toMatch(message)
  })

  it('throws at once for an invalid query and an unknown account, and names the configured accounts', () => {
    const client = new ComplaintClient([model('a'), model('b')])
    expect(() => client.list({ from: '2026-02-30' })).toThrow(QueryError)
    expect(() => client.list({ ...range, accounts: ['a', 'c'] })).toThrow(
      'accounts: "c" is not configured; the configured accounts are wechatpay:a, wechatpay:b',
    )
  })

  it('reads only the selected accounts, in either form', async () => {
    const [a, b] = ['a', 'b'].map((account) => modelProvider(modelRows(3), { account, style: 'offset' }))
    const client = new ComplaintClient([a?.adapter ?? model(), b?.adapter ?? model()])
    for (const accounts of [['b'], ['wechatpay:b'], ['b', 'wechatpay:b']]) {
      const rows = await client.list({ ...range, accounts }).toArray({ limit: 100 })
      expect(rows.map(({ account }) => account)).toEqual(['b', 'b', 'b'])
    }
    expect(a?.requests).toEqual([])
  })

  it("a cursor resumes on a later day with longRange 'reject': its range still ends where it ended", async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-25T00:00:00Z') })
    onTestFinished(() => void vi.useRealTimers())
    const { adapter } = modelProvider(modelRows(60), { style: 'offset', windowDays: 30 })
    const client = new ComplaintClient({ ...adapter, limits: { ...adapter.limits, maxSpanDays: 30 } })
    const query = { from: '2026-03-01', longRange: 'reject', pageSize: 10 } as const
    const first = await client.list(query).pages()[Symbol.asyncIterator]().next()
    const cursor = first.value?.cursor ?? ''
    vi.setSystemTime(Date.parse('2026-04-09T00:00:00Z'))
    expect(() => client.list(query)).toThrow(/the range spans 39 days/)
    const rest = await client.list(query, { cursor }).toArray({ limit: 100 })
    expect(rest.length).toBeGreaterThan(0)
  })

  it('a cursor of another query or of other accounts is rejected', async () => {
    const client = new ComplaintClient([model('a'), model('b')])
    const [page] = await firstPages(client)
    const cursor = page?.cursor ?? ''
    expect(() => client.list(range, { cursor })).not.toThrow()
    for (const query of [
      { from: '2026-03-03' },
      { to: '2026-03-30' },
      { state: 'pending' as const },
      { channel: 'wechatpay' as const },
      { overdue: true },
      { overdue: false },
      { accounts: ['a'] },
      { pageSize: 7 },
      { order: 'newest' as const },
    ]) {
      expect(() => client.list({ ...range, ...query }, { cursor })).toThrow(/another query or other accounts/)
    }
  })
})

async function firstPages(client: ComplaintClient): Promise<{ cursor: string | null }[]> {
  for await (const page of client.list(range).pages()) return [page]
  return []
}

describe('an option that is almost right', () => {
  const client = new ComplaintClient(model())
  const store = new Map()
  const calls: readonly (readonly [string, () => unknown, string])[] = [
    [
      'every of follow()',
      () => client.follow({}, { store, every: 5 } as never),
      'unknown option "every" (did you mean everyMs?)',
    ],
    [
      'retries of get()',
      () => client.list({ from: '2026-01-01' }, { retries: 1 } as never),
      '"retries" (did you mean maxRetries?)',
    ],
    [
      'a misspelt callback',
      () => client.list({ from: '2026-01-01' }, { onAcountError() {} } as never),
      '(did you mean onAccountError?)',
    ],
    [
      'form of a query',
      () => client.changes({ form: '2026-01-01' } as never, { store }),
      '"form" (did you mean from?)',
    ],
    [
      'a span in words',
      () => client.changes({}, { store, dueWithinMs: '6h' } as never),
      'dueWithinMs: must be a number of milliseconds, e.g. 60000 for a minute',
    ],
    [
      'an interval in words',
      () => client.follow({}, { store, everyMs: '1m' } as never),
      'everyMs: must be a number of milliseconds',
    ],
    [
      'an empty query',
      () => client.list({} as never),
      'list(): from: is missing; it must be a Date, yyyy-MM-dd, or an ISO 8601 time',
    ],
    [
      'no query',
      () => client.list(undefined as never),
      "list(): the first argument must be a query object, e.g. { from: '2026-01-01' }",
    ],
  ]
  it.each(calls)('%s', (_, call, message) => {
    expect(call).toThrow(expect.objectContaining({ code: 'QUERY', message: expect.stringContaining(message) }))
  })
})

import { describe, expect, it, onTestFinished } from 'vitest'
import type { RequestOptions } from '../../../src/client/options.js'
import { ComplaintClient } from '../../../src/client.js'
import { NotFoundError, QueryError, TimeoutError, UnsupportedError } from '../../../src/errors.js'
import type { ComplaintEvent } from '../../../src/events.js'
import type { Complaint, ComplaintRef, HistoryEntry } from '../../../src/model.js'
import type { Adapter, Connection } from '../../../src/provider.js'
import { errorOf, rejectionOf } from '../../support/core.js'
import { complaintOf, modelProvider, modelRows } from '../../support/model-provider.js'

const range = { from: '2026-03-02', to: '2026-03-31' }
const model = (account = 'a'): Adapter => modelProvider(modelRows(5), { account, style: 'offset' }).adapter

/** An adapter whose connection has these operations. */
function adapterWith(connection: Partial<Connection<Complaint>>, account = 'a'): Adapter {
  const base = model(account)
  return { ...base, connect: (runtime) => ({ ...base.connect(runtime), ...connection }) }
}

describe('get(), history() and media()', () => {
  const complaint = complaintOf({ id: 'c1', createdAt: 0, state: 'pending' }, 'a')
  const ref: ComplaintRef = { provider: 'wechatpay', account: 'a', id: 'c1' }

  it('call the account of the reference', async () => {
    const client = new ComplaintClient([model('b'), adapterWith({ get: async () => complaint })])
    expect(await client.get(ref)).toBe(complaint)
  })

  it.each<[string, unknown, RegExp]>([
    [
      'an unknown account',
      { ...ref, account: 'z' },
      /wechatpay:z is not configured; the configured accounts are wechatpay:a/,
    ],
    [
      'an id alone',
      { id: '1' },
      /^a complaint reference is \{ provider, account, id \}; take all three from the complaint/,
    ],
    ['no account', { provider: 'wechatpay', id: '1' }, /^\[wechatpay\] a complaint reference is/],
    ['an unknown provider', { ...ref, provider: 'xiaoe' }, /xiaoe:a is not configured/],
    ['an empty id', { ...ref, id: '' }, /id must be a string that is not empty/],
    ['no id', { provider: 'wechatpay', account: 'a' }, /reference is \{ provider, account, id \}/],
    ['a number for an id', { ...ref, id: 7 }, /id must be a string/],
    ['an id alone', 'c1', /a complaint reference is/],
    ['nothing', undefined, /a complaint reference is/],
    ['null', null, /a complaint reference is/],
    [
      'a notification',
      { ...ref, id: 'EV-1', complaintId: 'c1', action: 'CREATE_COMPLAINT', createdAt: null, raw: {}, ref },
      /this is a notification, and its id is that of the event; give its ref/,
    ],
    ['a notification without an id', { ...ref, id: null, complaintId: 'c1', ref }, /client\.get\(notification\.ref\)/],
  ])('reject %s before any call', async (_, wrong, message) => {
    let calls = 0
    const get = async (): Promise<Complaint> => {
      calls += 1
      return complaint
    }
    const client = new ComplaintClient(adapterWith({ get, media: () => Promise.reject(new Error('asked')) }))
    const next = client
      .history(wrong as ComplaintRef)
      [Symbol.asyncIterator]()
      .next()
    for (const promise of [client.get(wrong as ComplaintRef), next, client.media(wrong as ComplaintRef, 'https://a')]) {
      const error = await rejectionOf(promise)
      expect(error).toBeInstanceOf(QueryError)
      expect((error as Error).message).toMatch(message)
    }
    expect(calls).toBe(0)
  })

  it.each<[object, RegExp]>([
    [{ timeoutMs: 0 }, /get\(\): timeoutMs/],
    [{ cursor: 'x' }, /get\(\): .*"cursor"/],
    [{ signal: {} }, /get\(\): signal: must be an AbortSignal/],
  ])('reject options %o', async (options, message) => {
    const error = await rejectionOf(new ComplaintClient(model()).get(ref, options as RequestOptions))
    expect(error).toBeInstanceOf(QueryError)
    expect((error as Error).message).toMatch(message)
  })

  it('add the account to an error, and leave an error of others unchanged', async () => {
    const missing = new ComplaintClient(
      adapterWith({ get: () => Promise.reject(new NotFoundError('no such complaint')) }),
    )
    const id = '200201820200101065035195121'
    expect(await rejectionOf(missing.get({ ...ref, id }))).toMatchObject({
      message: `[wechatpay a] no such complaint (complaint ${id})`,
      operation: 'get',
      account: 'a',
    })
    const reason = new Error('the reason of an abort')
    const aborted = new ComplaintClient(adapterWith({ get: () => Promise.reject(reason) }))
    expect(await rejectionOf(aborted.get(ref))).toBe(reason)
  })

  it.each<[string, object, RegExp | undefined, boolean]>([
    ['digits without a form', { id: '200201820200101065035195121' }, undefined, true],
    ['text without a form', { id: 'a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb' }, undefined, false],
    ['of the form', { id: 'case-77' }, /^case-\d+$/, true],
    ['of a form with flags', { id: 'case-77' }, /^CASE-\d+$/gi, true],
    ['not of the form', { id: 'a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb' }, /^case-\d+$/, false],
    ['not of the form to its end', { id: 'case-77 a7cde1ZJB1kG2e7V' }, /^case-\d+$/, false],
  ])(
    'name the complaint only if its id has the form of the adapter: %s',
    async (_, { id }: { id?: string }, form, isNamed) => {
      const adapter = { ...adapterWith({ get: () => Promise.reject(new NotFoundError('missing')) }), complaintId: form }
      const client = new ComplaintClient(adapter)
      for (let call = 0; call < 2; call += 1) {
        const error = await rejectionOf(client.get({ ...ref, id: id ?? '' }))
        expect((error as Error).message).toBe(`[wechatpay a] missing${isNamed ? ` (complaint ${id})` : ''}`)
      }
    },
  )

  it.each<[string, object, object]>([
    ['an account', { ...ref, account: 'z' }, { provider: 'wechatpay', account: 'z' }],
    ['a provider', { ...ref, provider: 'xiaoe' }, { provider: 'xiaoe', account: 'a' }],
    ['a provider that does not exist', { ...ref, provider: 'taobao' }, { provider: null, account: 'a' }],
    ['no id', { ...ref, id: '' }, { provider: 'wechatpay', account: 'a' }],
    ['a notification', { ...ref, complaintId: 'c1' }, { provider: 'wechatpay', account: 'a' }],
    ['nothing', {}, { provider: null, account: null }],
  ])('of a reference to %s that cannot be used name what it names', async (_, wrong, named) => {
    const error = await rejectionOf(new ComplaintClient(model()).get(wrong as ComplaintRef))
    expect(error).toMatchObject({ code: 'QUERY', ...named })
  })

  it.each<[string, object]>([
    ['wechatpay:z', { provider: 'wechatpay', account: 'z' }],
    ['wechatpay:z:1', { provider: 'wechatpay', account: 'z:1' }],
    ['z', { provider: null, account: 'z' }],
    ['taobao:z', { provider: null, account: 'taobao:z' }],
  ])('of an unknown account %s name it, and so does remove()', async (key, named) => {
    const client = new ComplaintClient(model())
    const query = { from: '2026-01-01', accounts: [key] }
    for (const [call, code] of [
      [() => client.list(query), 'QUERY'],
      [() => client.plan(query), 'QUERY'],
      [() => client.remove(key), 'CONFIG'],
    ] as const)
      expect(errorOf(call)).toMatchObject({ code, ...named })
    const body = { headers: {}, body: '{}' }
    expect(await rejectionOf(client.parseNotification(body, { account: key }))).toMatchObject(named)
  })

  it('reject when the provider does not support the call', async () => {
    const client = new ComplaintClient(model())
    const message = { headers: {}, body: '{}' }
    for (const [promise, operation] of [
      [client.history(ref)[Symbol.asyncIterator]().next(), 'history'],
      [client.media(ref, 'https://example.com/a.jpg'), 'media'],
      [client.parseNotification(message), 'notification'],
    ] as const) {
      const error = await rejectionOf(promise)
      expect(error).toBeInstanceOf(UnsupportedError)
      expect(error).toMatchObject({ operation, account: 'a', provider: 'wechatpay' })
    }
  })

  it('pass on the options of the call, else of the client, else the defaults', async () => {
    const seen: object[] = []
    const get: Connection<Complaint>['get'] = async (_, { timeoutMs, maxRetries, signal }) => {
      seen.push({ timeoutMs, maxRetries, signal })
      return complaint
    }
    const { signal } = new AbortController()
    await new ComplaintClient(adapterWith({ get })).get(ref)
    await new ComplaintClient(adapterWith({ get }), { timeoutMs: 7, maxRetries: 0 }).get(ref)
    await new ComplaintClient(adapterWith({ get }), { timeoutMs: 7, maxRetries: 0 }).get(ref, { timeoutMs: 9, signal })
    expect(seen).toEqual([
      { timeoutMs: 15_000, maxRetries: 3, signal: undefined },
      { timeoutMs: 7, maxRetries: 0, signal: undefined },
      { timeoutMs: 9, maxRetries: 0, signal },
    ])
  })
})

describe('an abort', () => {
  const ref: ComplaintRef = { provider: 'wechatpay', account: 'a', id: 'c1' }
  const entry = (id: string): HistoryEntry => ({ id }) as HistoryEntry

  it.each<[string, (client: ComplaintClient, signal: AbortSignal) => Promise<unknown>]>([
    ['get()', (client, signal) => client.get(ref, { signal })],
    ['history()', (client, signal) => client.history(ref, { signal })[Symbol.asyncIterator]().next()],
    ['media()', (client, signal) => client.media(ref, 'https://a', { signal })],
  ])('of %s rejects with its reason unchanged, even if that is an error of the library', async (_, call) => {
    const reason = new TimeoutError('a budget of my own')
    const stop = new AbortController()
    const fail = async (): Promise<never> => {
      stop.abort(reason)
      throw reason
    }
    const history = async function* (): AsyncGenerator<HistoryEntry> {
      yield await fail()
    }
    const client = new ComplaintClient(adapterWith({ get: fail, media: fail, history }))
    expect(await rejectionOf(call(client, stop.signal))).toBe(reason)
    expect(reason).toMatchObject({ message: 'a budget of my own', provider: null, operation: null })
  })

  it('between two entries ends a history', async () => {
    const stop = new AbortController()
    const history = async function* (): AsyncGenerator<HistoryEntry> {
      yield* ['1', '2', '3'].map(entry)
    }
    const ids: string[] = []
    const read = async (): Promise<void> => {
      for await (const { id } of new ComplaintClient(adapterWith({ history })).history(ref, { signal: stop.signal })) {
        ids.push(id)
        stop.abort('enough')
      }
    }
    expect(await rejectionOf(read())).toBe('enough')
    expect(ids).toEqual(['1'])
  })
})

describe('each iteration starts again', () => {
  const twice = async <T>(values: AsyncIterable<T>): Promise<[T[], T[]]> => {
    const read = async (): Promise<T[]> => {
      const got: T[] = []
      for await (const value of values) got.push(value)
      return got
    }
    return [await read(), await read()]
  }

  it('of a history', async () => {
    const history = async function* (): AsyncGenerator<HistoryEntry> {
      yield { id: '1' } as HistoryEntry
    }
    const client = new ComplaintClient(adapterWith({ history }))
    expect(await twice(client.history({ provider: 'wechatpay', account: 'a', id: 'c1' }))).toMatchObject([
      [{ id: '1' }],
      [{ id: '1' }],
    ])
  })

  it('of a list and of its pages', async () => {
    const list = new ComplaintClient(model()).list(range)
    for (const [first, second] of [await twice<object>(list), await twice<object>(list.pages())]) {
      expect(first.length).toBeGreaterThan(0)
      expect(second).toEqual(first)
    }
  })
})

describe('parseNotification()', () => {
  const message = { headers: { 'wechatpay-serial': ['x'] }, body: new Uint8Array([123, 125]) }
  const capable = (account: string): Adapter =>
    adapterWith({ parseNotification: async () => ({ account }) as never }, account)

  it('needs the account only when several support notifications', async () => {
    expect(await new ComplaintClient([capable('a'), model('b')]).parseNotification(message)).toMatchObject({
      account: 'a',
    })
    const client = new ComplaintClient([capable('a'), capable('b')])
    expect(await client.parseNotification(message, { account: 'b' })).toMatchObject({ account: 'b' })
    expect(await client.parseNotification(message, { account: 'wechatpay:a' })).toMatchObject({ account: 'a' })
    expect(await rejectionOf(client.parseNotification(message))).toMatchObject({
      name: 'QueryError',
      message: 'parseNotification() needs { account }, one of wechatpay:a, wechatpay:b',
    })
    expect(await rejectionOf(client.parseNotification(message, { account: 'c' }))).toBeInstanceOf(QueryError)
  })
})

describe('onEvent', () => {
  it('may throw without the loss of a row', async () => {
    const events: ComplaintEvent[] = []
    const onEvent = (event: ComplaintEvent): never => {
      events.push(event)
      throw new Error('an error of the listener')
    }
    const rows = await new ComplaintClient(model(), { onEvent }).list(range).toArray({ limit: 100 })
    expect(rows).toHaveLength(5)
    expect(events.length).toBeGreaterThan(0)
    expect(events.every(({ provider, account }) => provider === 'wechatpay' && account === 'a')).toBe(true)
  })

  it('may be async, and its rejection is handled', async () => {
    const unhandled: unknown[] = []
    const onUnhandled = (reason: unknown): unknown => unhandled.push(reason)
    process.on('unhandledRejection', onUnhandled)
    onTestFinished(() => void process.off('unhandledRejection', onUnhandled))
    const onEvent = async (): Promise<never> => {
      throw new Error('an error of the listener')
    }
    const rows = await new ComplaintClient(model(), { onEvent }).list(range).toArray({ limit: 100 })
    expect(rows).toHaveLength(5)
    await new Promise((resolve) => setImmediate(resolve))
    expect(unhandled).toEqual([])
  })

  it('of one client gets no event of another', async () => {
    const accounts: string[] = []
    const client = new ComplaintClient(model('a'), { onEvent: ({ account }) => accounts.push(account) })
    await new ComplaintClient(model('b'), {}).list(range).toArray({ limit: 100 })
    expect(accounts).toEqual([])
    await client.list(range).toArray({ limit: 100 })
    expect(new Set(accounts)).toEqual(new Set(['a']))
  })
})

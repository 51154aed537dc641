import { describe, expect, it } from 'vitest'
import { ComplaintClient } from '../../../src/client.js'
import { ApiError, type ComplaintError, QueryError, ResponseError, StoreError } from '../../../src/errors.js'
import type { ChangeOptions, ChangeQuery, ComplaintChange } from '../../../src/following/types.js'
import { rejectionOf } from '../../support/core.js'
import { countingStore, type FollowModel, followModel, outage, writesOf } from '../../support/follow-model.js'

const dayMs = 86_400_000
const ago = (days: number): Date => new Date(Date.now() - days * dayMs)

async function pass(
  models: FollowModel | readonly FollowModel[],
  options: ChangeOptions,
  query: ChangeQuery = {},
): Promise<string[]> {
  const adapters = [models].flat().map(({ adapter }) => adapter)
  const changes: ComplaintChange[] = []
  for await (const change of new ComplaintClient(adapters).changes(query, options)) changes.push(change)
  return changes.map(textOf)
}

function textOf({ kind, complaint, changed }: ComplaintChange): string {
  return [kind, complaint.id, ...changed].join(' ')
}

describe('changes()', () => {
  it('delivers what is new, then what changed, then nothing', async () => {
    const model = followModel()
    const store = countingStore()
    model.put('c1')
    model.put('c2', { createdAt: ago(20) })
    expect((await pass(model, { store })).sort()).toEqual(['created c1', 'created c2'])
    expect(await pass(model, { store })).toEqual([])
    model.put('c2', { state: 'resolved', providerState: 'done' })
    model.put('c3')
    expect((await pass(model, { store })).sort()).toEqual(['created c3', 'updated c2 state providerState'])
    store.calls.length = 0
    expect(await pass(model, { store })).toEqual([])
    expect(writesOf(store)).toEqual([])
  })

  it('a recent pass is one request', async () => {
    const model = followModel()
    const store = new Map<string, unknown>()
    model.put('c1')
    await pass(model, { store })
    model.requests.length = 0
    expect(await pass(model, { store, depth: 'recent' })).toEqual([])
    expect(model.requests.length).toBe(1)
  })

  it('what was not handled comes again, whatever it looks like then', async () => {
    const model = followModel()
    const store = countingStore()
    for (const id of ['c1', 'c2', 'c3']) model.put(id)
    await pass(model, { store })
    for (const id of ['c1', 'c2', 'c3']) model.put(id, { state: 'resolved' })
    const client = new ComplaintClient(model.adapter)
    const seen: string[] = []
    for await (const change of client.changes({}, { store })) {
      seen.push(textOf(change))
      if (seen.length === 2) break
    }
    const left = ['c1', 'c2', 'c3'].filter((id) => !seen[0]?.includes(id)).sort()
    for (const id of left) model.put(id, { state: 'pending' })
    expect((await pass(model, { store })).sort()).toEqual(left.map((id) => `updated ${id}`))
    expect(await pass(model, { store })).toEqual([])
    expect([...store.values.keys()].every((key) => !key.includes('in-hand'))).toBe(true)
  })

  it('an old open complaint is read by itself', async () => {
    const model = followModel()
    const store = countingStore()
    model.put('old', { createdAt: ago(50) })
    model.put('gone', { createdAt: ago(51) })
    expect((await pass(model, { store }, { from: ago(60) })).sort()).toEqual(['created gone', 'created old'])
    model.complaints.delete('gone')
    model.put('old', { state: 'resolved' })
    expect(await pass(model, { store })).toEqual(['updated old state'])
    model.requests.length = 0
    expect(await pass(model, { store })).toEqual([])
    expect(model.requests.filter((request) => request.startsWith('get'))).toEqual([])
    expect([...store.values.keys()]).toEqual(['unified-complaints:changes:wechatpay:a'])
  })

  it('a failing account does not stop the others', async () => {
    const [good, bad] = [followModel('good'), followModel('bad')]
    bad.failing = outage
    good.put('c1')
    const store = countingStore()
    const client = new ComplaintClient([good.adapter, bad.adapter], { maxRetries: 0 })
    const seen: string[] = []
    const reading = (async () => {
      for await (const change of client.changes({}, { store })) seen.push(textOf(change))
    })()
    expect(await rejectionOf(reading)).toMatchObject({ code: 'API', account: 'bad', cursor: null })
    expect(seen).toEqual(['created c1'])
  })

  it('what was read before a failure is delivered before the error', async () => {
    const model = followModel('a', 2)
    for (let count = 0; count < 6; count += 1)
      model.put(`c${count}`, { createdAt: new Date(Date.now() - 1_000 * (count + 1)) })
    model.failing = (request) => (request.endsWith(' 3') ? outage() : null)
    const seen: string[] = []
    const reading = (async () => {
      const client = new ComplaintClient(model.adapter, { maxRetries: 0 })
      for await (const change of client.changes({}, { store: new Map() })) seen.push(textOf(change))
    })()
    expect(await rejectionOf(reading)).toMatchObject({ code: 'API' })
    expect(seen.length).toBeGreaterThan(1)
  })

  it('a complaint that cannot be read by itself is reported, and stops nothing', async () => {
    const model = followModel()
    const store = countingStore()
    for (const id of ['2001', '2002']) model.put(id, { createdAt: ago(50) })
    await pass(model, { store }, { from: ago(60) })
    for (const id of ['2001', '2002']) model.put(id, { state: 'resolved' })
    model.put('c1')
    model.failing = (request) => (request === 'get 2001' ? new ApiError('bad id', { status: 400 }) : null)
    const reported: string[] = []
    const onAccountError = ({ message }: Error): void => void reported.push(message)
    expect((await pass(model, { store, onAccountError })).sort()).toEqual(['created c1', 'updated 2002 state'])
    expect(reported).toEqual(['[wechatpay a] bad id (complaint 2001)'])
    expect(await rejectionOf(pass(model, { store }))).toMatchObject({ code: 'API', operation: 'get' })
  })

  it('an old complaint whose call always fails for a while does not keep the others from being read', async () => {
    const model = followModel()
    const store = countingStore()
    const ids = Array.from({ length: 130 }, (_, index) => String(2001 + index))
    for (const [index, id] of ids.entries()) model.put(id, { createdAt: new Date(ago(50).getTime() + index) })
    await pass(model, { store }, { from: ago(60) })
    for (const id of ids) model.put(id, { state: 'resolved' })
    const bad = ['2001', '2050', '2051', '2099']
    const isBad = (request: string): boolean => bad.some((id) => request === `get ${id}`)
    model.failing = (request) => (isBad(request) ? outage() : null)
    // A call that is repeated fails after the others have succeeded.
    model.delay = (request) => (isBad(request) ? 5 : 0)
    const failed: (string | null)[] = []
    const delivered = new Set<string>()
    for (let count = 0; count < 3; count += 1) {
      for (const text of await pass(model, { store, onAccountError: ({ operation }) => void failed.push(operation) }))
        delivered.add(text)
    }
    expect(delivered.size).toBe(ids.length - bad.length)
    expect(new Set(failed)).toEqual(new Set(['get']))
    model.failing = null
    model.delay = null
    expect((await pass(model, { store })).sort()).toEqual(bad.map((id) => `updated ${id} state`))
  })

  it('calls that all fail are an outage of the account', async () => {
    const model = followModel()
    const store = countingStore()
    for (let index = 0; index < 50; index += 1) model.put(String(2001 + index), { createdAt: ago(50) })
    await pass(model, { store }, { from: ago(60) })
    model.failing = (request) => (request.startsWith('get') ? outage() : null)
    const reported: (string | null)[] = []
    expect(await pass(model, { store, onAccountError: ({ operation }) => void reported.push(operation) })).toEqual([])
    expect(reported).toEqual(['get', 'get', 'get'])
  })

  it('days that cannot be read completely are reported; older complaints are read all the same, and a first pass goes on', async () => {
    const model = followModel()
    const store = countingStore()
    model.put('old', { createdAt: ago(50) })
    await pass(model, { store }, { from: ago(60) })
    model.put('old', { state: 'resolved' })
    model.put('c1')
    model.failing = (request) => (request.startsWith('list') ? new ResponseError('not a list') : null)
    const reported: string[] = []
    const onAccountError = ({ code }: ComplaintError): void => void reported.push(code)
    expect(await pass(model, { store, onAccountError })).toEqual(['updated old state'])
    expect(reported).toEqual(['RESPONSE'])
    const fresh = countingStore()
    expect(await pass(model, { store: fresh, onAccountError }, { from: ago(60) })).toEqual([])
    model.failing = null
    expect((await pass(model, { store: fresh })).sort()).toEqual(['created c1', 'created old'])
  })

  it('a day beyond the look-back that holds garbage is listed again', async () => {
    const model = followModel()
    const store = countingStore()
    model.put('old', { createdAt: ago(50) })
    await pass(model, { store }, { from: ago(60) })
    const key = [...store.values.keys()].at(-1) ?? ''
    for (const garbage of ['{}', '{"v":1,"complaints":[["old",{}],["gone",{"state":"pending","providerState":""}]]}']) {
      store.values.set(key, garbage)
      expect(await pass(model, { store })).toEqual(['created old'])
      expect(await pass(model, { store })).toEqual([])
      expect(JSON.parse(store.values.get(key) ?? '').complaints.map(([id]: [string]) => id)).toEqual(['old'])
    }
  })

  it('a day beyond the look-back that the store has lost is listed again', async () => {
    const model = followModel()
    const store = countingStore()
    model.put('old', { createdAt: ago(50) })
    await pass(model, { store }, { from: ago(60) })
    store.values.delete([...store.values.keys()].at(-1) ?? '')
    model.put('old', { state: 'processing' })
    expect(await pass(model, { store })).toEqual(['created old'])
    model.put('old', { state: 'resolved' })
    expect(await pass(model, { store })).toEqual(['updated old state'])
  })

  it('reads of a day that return nothing by mistake do not delete it', async () => {
    const model = followModel()
    const store = countingStore()
    model.put('old', { createdAt: ago(50) })
    model.put('same day', { createdAt: ago(50), state: 'resolved' })
    await pass(model, { store }, { from: ago(60) })
    const day = [...store.values.keys()].at(-1)
    model.put('same day', { state: 'processing' })
    // Each read of the day in turn, as a Keyv without `throwOnErrors` fails.
    for (let failing = 0; failing < 3; failing += 1) {
      let reads = 0
      const get = (key: string): unknown => {
        if (key === day && reads++ === failing) return undefined
        return store.get(key)
      }
      await pass(model, { store: { ...store, get } })
    }
    expect(JSON.parse(store.values.get(day ?? '') ?? '').complaints.length).toBe(2)
    model.put('old', { state: 'resolved' })
    expect(await pass(model, { store })).toEqual(['updated old state'])
  })

  it('says which argument is missing', () => {
    const client = new ComplaintClient(followModel().adapter) as unknown as Record<
      'changes' | 'follow',
      (...args: unknown[]) => unknown
    >
    for (const method of ['changes', 'follow'] as const) {
      expect(() => client[method]({})).toThrow(QueryError)
      expect(() => client[method]({})).toThrow(
        `${method}(): the second argument must be an object of options with a store`,
      )
      expect(() => client[method](undefined, { store: new Map() })).toThrow(
        `${method}(): the first argument must be a query object; {} selects everything`,
      )
      expect(() => client[method]({}, { store: new Map(), lookBackDays: '3', every: 1 })).toThrow(
        `${method}(): lookBackDays: must be a number; unknown option "every"`,
      )
    }
  })

  it('a failing store is a StoreError, and nothing is lost', async () => {
    const model = followModel()
    const store = countingStore()
    model.put('c1')
    for (let nth = 1; nth < 14; nth += 1) {
      let calls = 0
      store.failing = () => {
        calls += 1
        return calls === nth ? new Error('redis://:password@host') : null
      }
      model.put('c1', { timesComplained: nth })
      const error = await pass(model, { store }).catch((reason: unknown) => reason)
      if (error instanceof Error) {
        expect(error).toBeInstanceOf(StoreError)
        expect(error.message).not.toContain('password')
      }
    }
    store.failing = null
    model.put('c1', { timesComplained: 99 })
    expect(await pass(model, { store })).toEqual(['updated c1 timesComplained'])
  })

  it.each([[{}], [{ store: {} }], [{ store: new Map(), lookBackDays: 0 }], [{ store: new Map(), depth: 'new' }]])(
    'options %o are a QueryError',
    (options) => {
      const client = new ComplaintClient(followModel().adapter)
      expect(() => client.changes({}, options as never)).toThrow(QueryError)
    },
  )
})

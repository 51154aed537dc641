import { AsyncLocalStorage } from 'node:async_hooks'
import { tracingChannel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { RequestTrace } from '../../../src/http/tracing.js'
import { ComplaintClient, type ComplaintEvent, wechatpay, xiaoe } from '../../../src/index.js'
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.js'
import { rejectionOf } from '../../support/core.js'

const channel = tracingChannel<unknown, RequestTrace>('unified-complaints:request')
const range = { from: '2026-01-01', to: '2026-01-30' }
let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await startSandbox({ ...range, complaints: { wechatpay: 120, huishouqian: 0, xiaoe: 20 }, reuseKeys: true })
})
afterEach(() => sandbox.close())

type Name = 'start' | 'end' | 'asyncStart' | 'asyncEnd' | 'error'

/** Every message of the channel until the test ends. */
function subscribe(): { name: Name; trace: RequestTrace & { error?: unknown } }[] {
  const messages: { name: Name; trace: RequestTrace }[] = []
  const listen = (name: Name) => (trace: unknown) => {
    messages.push({ name, trace: trace as RequestTrace })
  }
  const handlers = {
    start: listen('start'),
    end: listen('end'),
    asyncStart: listen('asyncStart'),
    asyncEnd: listen('asyncEnd'),
    error: listen('error'),
  }
  channel.subscribe(handlers)
  onTestFinished(() => channel.unsubscribe(handlers))
  return messages
}

describe('the channel unified-complaints:request', () => {
  it('has one object for each attempt, with the account, the host and what came back', async () => {
    const messages = subscribe()
    const client = new ComplaintClient(wechatpay(sandbox.wechatpay))
    expect(await client.list(range).toArray({ limit: 200 })).toHaveLength(120)
    const traces = new Set(messages.map(({ trace }) => trace))
    expect(traces.size).toBe(sandbox.requests.length)
    for (const trace of traces) {
      expect(messages.filter((message) => message.trace === trace).map(({ name }) => name)).toEqual([
        'start',
        'end',
        'asyncStart',
        'asyncEnd',
      ])
      expect(trace).toMatchObject({
        provider: 'wechatpay',
        account: sandbox.wechatpay.mchid,
        operation: 'list',
        attempt: 1,
        host: new URL(sandbox.wechatpay.baseUrl).host,
        status: 200,
        requestId: expect.stringMatching(/./),
      })
    }
  })

  it('shows the error of a failed attempt, and neither rows nor bytes nor secrets', async () => {
    const messages = subscribe()
    const { baseUrl, appId, clientId, secretKey } = sandbox.xiaoe as Record<string, string> & typeof sandbox.xiaoe
    const client = new ComplaintClient(xiaoe(sandbox.xiaoe), { maxRetries: 0 })
    const [row] = await client.list(range).toArray({ limit: 1 })
    const other = new ComplaintClient(xiaoe({ appId, clientId, secretKey: `${secretKey}x`, baseUrl } as never))
    await rejectionOf(other.list(range).toArray({ limit: 1 }))
    expect(new Set(messages.map(({ trace }) => trace.operation))).toEqual(new Set(['token', 'list']))
    const failed = messages.filter(({ name }) => name === 'error')
    const names = failed.map(({ trace }) => (trace.error as Error).name)
    // The list that was left early aborts the requests in flight.
    expect(names.filter((name) => name !== 'AbortError')).toEqual(['AuthenticationError'])
    const shown = inspect(messages, { depth: Number.POSITIVE_INFINITY, showHidden: true })
    for (const hidden of [secretKey, row?.id, row?.detail]) expect(shown).not.toContain(hidden)
  })

  it('numbers the attempts', async () => {
    const messages = subscribe()
    const dead = new ComplaintClient(xiaoe({ appId: 'a', accessToken: 't', baseUrl: 'http://127.0.0.1:9' }), {
      maxRetries: 2,
    })
    await rejectionOf(dead.list(range).toArray({ limit: 1 }))
    const started = messages.filter(({ name }) => name === 'start').map(({ trace }) => trace)
    expect(started.map(({ attempt, host, status, requestId }) => [attempt, host, status, requestId])).toEqual(
      [1, 2, 3].map((attempt) => [attempt, '127.0.0.1:9', null, null]),
    )
  })

  it('carries the context of a store that is bound to it, as tracers do', async () => {
    const storage = new AsyncLocalStorage<RequestTrace>()
    channel.start.bindStore(storage, (trace) => trace as RequestTrace)
    onTestFinished(() => void channel.start.unbindStore(storage))
    const seen: (RequestTrace | undefined)[] = []
    const onEvent = (event: ComplaintEvent): void => {
      if (event.type === 'request') seen.push(storage.getStore())
    }
    await new ComplaintClient(xiaoe(sandbox.xiaoe), { onEvent }).list(range).toArray({ limit: 100 })
    expect(seen.map((trace) => trace?.operation)).toEqual(sandbox.requests.map(({ operation }) => operation))
  })
})

describe('request events', () => {
  it('carry host, requestId and providerCode', async () => {
    const events: ComplaintEvent[] = []
    const onEvent = (event: ComplaintEvent): void => void events.push(event)
    const client = new ComplaintClient(wechatpay(sandbox.wechatpay), { onEvent })
    await rejectionOf(client.get({ provider: 'wechatpay', account: sandbox.wechatpay.mchid, id: 'nobodys' }))
    expect(events).toMatchObject([
      {
        type: 'request',
        host: new URL(sandbox.wechatpay.baseUrl).host,
        status: 404,
        requestId: expect.stringMatching(/./),
        failure: 'NOT_FOUND',
        providerCode: 'RESOURCE_NOT_EXISTS',
      },
    ])
  })

  it('of an account that failed carry the message', async () => {
    const events: ComplaintEvent[] = []
    const dead = xiaoe({ appId: 'dead', accessToken: 'token', baseUrl: 'http://127.0.0.1:9' })
    const client = new ComplaintClient([wechatpay(sandbox.wechatpay), dead], {
      maxRetries: 0,
      onEvent: (event) => void events.push(event),
    })
    await client.list(range, { onAccountError: () => {} }).toArray({ limit: 200 })
    expect(events.filter(({ type }) => type === 'accountError')).toMatchObject([
      { account: 'dead', failure: 'NETWORK', message: expect.stringMatching(/^\[xiaoe dead\] no complete response/) },
    ])
  })
})

import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import type { ComplaintEvent } from '../../../src/events.js'
import { createRuntime } from '../../../src/http/runtime.js'
import { createTransport } from '../../../src/http/transport/transport.js'
import type { AdapterRuntime } from '../../../src/provider.js'
import { everythingOf, rejectionOf } from '../../support/core.js'
import { call, options } from '../../support/runtime.js'
import { serve } from '../../support/wire.js'

const secret = 'SECRET-0123456789'

function runtimeOver(events: ComplaintEvent[]): AdapterRuntime {
  const runtime = createRuntime({
    provider: 'wechatpay',
    account: '1900000001',
    rateLimit: null,
    transport: createTransport(),
    onEvent: (event) => events.push(event),
    now: Date.now,
    random: () => 0,
  })
  runtime.protect(secret)
  return runtime
}

/** Asks `url`, with a secret in every place that a request has. */
const asking = (url: string) =>
  call({
    authorise: ({ number }) => ({
      method: 'POST',
      url: `${url}/?key=${secret}&attempt=${number}`,
      headers: { Authorization: secret },
      body: secret,
    }),
  })

describe('over real HTTP', () => {
  it('mends what can be mended, and asks afresh each time', async () => {
    const seen: (string | undefined)[] = []
    const url = await serve((request, response) => {
      seen.push(new URL(request.url ?? '', url).searchParams.get('attempt') ?? undefined)
      if (seen.length === 1) request.socket.resetAndDestroy()
      else if (seen.length === 2) response.writeHead(502).end('<html>Bad Gateway</html>')
      else if (seen.length === 3)
        response.writeHead(200, { 'Content-Length': 100 }).write('{', () => request.socket.end())
      else response.end('"ok"')
    })
    const events: ComplaintEvent[] = []
    expect(await runtimeOver(events).send(asking(url), options)).toBe('ok')
    expect(seen).toEqual(['1', '2', '3', '4'])
    const outcomes = events.flatMap((event) => (event.type === 'request' ? [[event.status, event.failure]] : []))
    expect(outcomes).toEqual([
      [null, 'NETWORK'],
      [502, 'API'],
      [null, 'NETWORK'],
      [200, null],
    ])
    expect(JSON.stringify(events)).not.toContain(secret)
  })

  it.each<[string, number, string]>([
    ['an answer that repeats the secret', 400, 'ApiError'],
    ['a refusal', 401, 'AuthenticationError'],
    ['a redirect', 302, 'TransportError'],
    ['no JSON', 200, 'ResponseError'],
  ])('shows no secret after %s', async (_, status, name) => {
    const url = await serve((_request, response) => response.writeHead(status, { Location: secret }).end(`${secret} {`))
    const events: ComplaintEvent[] = []
    const error = await rejectionOf(runtimeOver(events).send(asking(url), options))
    expect(error).toMatchObject({ name, attempts: 1 })
    expect(everythingOf(error) + JSON.stringify(events)).not.toContain('SECRET')
  })

  it('a timeout is tried again like any failure, and reported as what it was', async () => {
    const url = await serve(() => {})
    const events: ComplaintEvent[] = []
    const error = await rejectionOf(runtimeOver(events).send(asking(url), { ...options, timeoutMs: 40, maxRetries: 2 }))
    expect(error).toMatchObject({ name: 'TimeoutError', attempts: 3, retryable: true })
    expect(everythingOf(error)).not.toContain('SECRET')
  })

  it('an abort stops everything: the reason is thrown, nothing is asked any more', async () => {
    let requests = 0
    const controller = new AbortController()
    const url = await serve((_request, response) => {
      requests += 1
      if (requests === 2) controller.abort('enough')
      response.writeHead(500).end()
    })
    const send = runtimeOver([]).send(asking(url), { ...options, signal: controller.signal, maxRetries: 20 })
    expect(await rejectionOf(send)).toBe('enough')
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(requests).toBe(2)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })
})

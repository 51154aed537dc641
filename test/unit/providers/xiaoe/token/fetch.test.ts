import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ComplaintClient, type ComplaintEvent, xiaoe } from '../../../../../src/index.js'
import { application, expectNoSecret, failureOf, secretKey, shown } from '../support.js'

/** What goes wrong; the text is what an endpoint may well repeat of the request. */
type Misbehave = (message: IncomingMessage, reply: ServerResponse, echo: string) => void

const json = (reply: ServerResponse, body: unknown, status = 200, headers = {}): void => {
  reply.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

/** How patient the client is, where it is not as patient as can be. */
type Patience = { readonly timeoutMs?: number; readonly maxRetries?: number }

const ways: [string, RegExp, Misbehave, Patience?][] = [
  ['HTML', /ResponseError/, (_, reply, echo) => reply.end(`<html><a href="${echo}">busy</a></html>`)],
  ['a 502 in HTML', /ApiError/, (_, reply, echo) => reply.writeHead(502).end(`<html>${echo}</html>`)],
  ['a 500 in JSON', /ApiError/, (_, reply, echo) => json(reply, { code: -1, msg: echo }, 500)],
  ['a 404', /ApiError/, (_, reply, echo) => json(reply, { code: 404, msg: `no route ${echo}` }, 404)],
  ['a 401', /AuthenticationError/, (_, reply, echo) => json(reply, { msg: echo }, 401)],
  ['a 403', /PermissionError/, (_, reply, echo) => json(reply, { msg: echo }, 403)],
  ['a 429', /RateLimitError/, (_, reply, echo) => json(reply, { msg: echo }, 429, { 'retry-after': '3600' })],
  ['a reset', /TransportError/, (message) => message.socket.resetAndDestroy()],
  ['an end before anything', /TransportError/, (message) => message.socket.end()],
  ['a redirect', /TransportError/, (_, reply, echo) => reply.writeHead(302, { location: echo }).end(echo)],
  [
    'code 2002 that repeats the request',
    /AuthenticationError/,
    (_, reply, echo) => json(reply, { code: 2002, msg: echo }),
  ],
  [
    'code 2054 that repeats the request',
    /RateLimitError/,
    (_, reply, echo) => json(reply, { code: 2054, message: echo }),
    // A burst is waited for longer than a test should take.
    { maxRetries: 0 },
  ],
  [
    'an unknown code that repeats it',
    /ApiError/,
    (_, reply, echo) => json(reply, { code: 31337, msg: echo, data: echo }),
  ],
  ['no code', /ResponseError/, (_, reply, echo) => json(reply, { msg: echo })],
  [
    'a token of another kind',
    /ResponseError/,
    (_, reply, echo) => json(reply, { code: 0, data: { access_token: [echo] } }),
  ],
  ['a list', /ResponseError/, (_, reply, echo) => json(reply, [echo])],
  [
    'garbage',
    /ResponseError/,
    (_, reply, echo) => reply.end(Buffer.concat([Buffer.from([0xff, 0]), Buffer.from(echo)])),
  ],
  ['nothing', /ResponseError/, (_, reply) => reply.end()],
  ['half an answer', /TransportError|ResponseError/, cutShort],
  ['an endless answer', /ResponseError/, oversized],
  [
    'headers that are none',
    /TransportError/,
    (message, _, echo) => message.socket.end(`HTTP/1.1 200 OK\r\nbad ${echo}\r\n\r\n`),
  ],
  ['silence', /TimeoutError/, () => {}, { timeoutMs: 1000 }],
  [
    'silence after half of it',
    /TimeoutError/,
    (_, reply, echo) => reply.writeHead(200).write(`{"code":0,"msg":"${echo}"`),
    { timeoutMs: 1000 },
  ],
]

function cutShort(message: IncomingMessage, reply: ServerResponse, echo: string): void {
  reply.writeHead(200, { 'content-length': 1000 })
  reply.write(`{"code":0,"msg":"${echo}"`, () => message.socket.destroy())
}

function oversized(_: IncomingMessage, reply: ServerResponse, echo: string): void {
  const chunk = echo.padEnd(1024 * 1024, '.')
  reply.on('error', () => {})
  const more = (): void => {
    if (!reply.destroyed) reply.write(chunk, () => setImmediate(more))
  }
  more()
}

let server: Server | undefined
afterEach(() => {
  vi.restoreAllMocks()
  server?.closeAllConnections()
  server?.close()
})

async function serve(misbehave: Misbehave): Promise<{ baseUrl: string; asked: string[] }> {
  const asked: string[] = []
  const started = createServer((message, reply) => {
    const { url = '' } = message
    asked.push(url)
    misbehave(message, reply, url)
  })
  server = started
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
  return { baseUrl: `http://127.0.0.1:${(started.address() as AddressInfo).port}`, asked }
}

/** Everything that is printed meanwhile. */
function listening(): unknown[] {
  const printed: unknown[] = []
  const keep = (text: unknown): boolean => {
    printed.push(text)
    return true
  }
  vi.spyOn(process.stdout, 'write').mockImplementation(keep)
  vi.spyOn(process.stderr, 'write').mockImplementation(keep)
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation((...texts) => void printed.push(...texts))
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void printed.push(warning))
  return printed
}

describe('the secret is seen nowhere when the token endpoint answers with', () => {
  it.each(ways)('%s', async (_, name, misbehave, patience = {}) => {
    const { baseUrl, asked } = await serve(misbehave)
    const printed = listening()
    const events: ComplaintEvent[] = []
    const client = new ComplaintClient([xiaoe({ ...application, baseUrl })], {
      timeoutMs: 25_000,
      maxRetries: 1,
      ...patience,
      onEvent: (event) => events.push(event),
    })
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const error = await failureOf(client.get({ provider: 'xiaoe', account: 'appMadeUp1', id: 'c_made_up_1' }))
    vi.restoreAllMocks()
    expect(asked.length).toBeGreaterThan(0)
    // The path after a redirect would be another request.
    for (const url of asked) expect(new URLSearchParams(url.split('?')[1]).get('secret_key')).toBe(secretKey)
    expectNoSecret(error, events, printed)
    expect(shown(error)).not.toContain('secret_key=m')
    expect(error.name).toMatch(name)
    expect(error).toMatchObject({ provider: 'xiaoe', operation: 'token' })
  })
})

describe('a 404 of a gateway hides no complaint', () => {
  const ref = { provider: 'xiaoe', account: 'appMadeUp1', id: 'c_made_up_1' } as const
  const gateway: Misbehave = (_, reply, url) =>
    url.startsWith('/token')
      ? json(reply, { code: 0, data: { access_token: 'made-up-token', expires_in: 7200 } })
      : json(reply, { code: 0, data: { list: [], total: 0 } }, 404)
  const calls: [string, (client: ComplaintClient) => Promise<unknown>][] = [
    ['get()', (client) => client.get(ref)],
    ['history()', (client) => client.history(ref)[Symbol.asyncIterator]().next()],
    ['list()', (client) => client.list({ from: '2026-01-01', to: '2026-01-02' }).toArray({ limit: 1 })],
  ]

  it.each(calls)('from %s: it is an ApiError that says where to look', async (_, call) => {
    const { baseUrl } = await serve(gateway)
    const error = await failureOf(call(new ComplaintClient([xiaoe({ ...application, baseUrl })], { maxRetries: 0 })))
    expect(error).toMatchObject({ name: 'ApiError', status: 404, retryable: false })
    expect(error.message).toMatch(/check baseUrl/)
  })
})

import { generateKeyPairSync } from 'node:crypto'
import { getEventListeners } from 'node:events'
import type { ClientRequest } from 'node:http'
import { Agent, createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect, type Server, Socket } from 'node:net'
import { createServer as createTlsProxy } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TimeoutError, TransportError } from '../../../../src/errors.js'
import type { TransportOptions } from '../../../../src/http/transport/options.js'
import { createTransport } from '../../../../src/http/transport/transport.js'
import type { WireResponse } from '../../../../src/provider.js'
import { createCertificate } from '../../../../src/sandbox/certificate.js'
import { everythingOf, rejectionOf } from '../../../support/core.js'
import { serve, serveRaw } from '../../../support/wire.js'

const secret = 'SECRET-of-the-request'
const forged = '{"code":0,"data":{"list":[],"total":0}}'
const forgedAnswer = (status: string): string =>
  `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${forged.length}\r\n\r\n${forged}`

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' })
const cert = createCertificate(keys, 'localhost', Date.now())
const trusting = (): Agent => new Agent({ ca: cert })

/** A host of the provider's, for all tests: its certificate is of `localhost`. */
let host: { server: Server; url: string; heard: string[] }
beforeAll(async () => {
  const heard: string[] = []
  const server = createTlsServer({ key, cert }, (request, response) => {
    heard.push(`${request.method} ${request.url}`)
    if (request.url !== '/never') response.end('from the host')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  host = { server, heard, url: `https://localhost:${(server.address() as AddressInfo).port}` }
})
afterAll(() => {
  host.server.close()
})

const proxyAt = (url: string): NonNullable<TransportOptions['proxy']> => {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port), protocol: 'http' }
}

function get(options: TransportOptions, signal?: AbortSignal, timeoutMs = 10_000): Promise<WireResponse> {
  const request = { method: 'GET', url: `${host.url}/list?secret_key=${secret}`, headers: { Authorization: secret } }
  return createTransport(options)({ ...request, method: 'GET' }, { signal, timeoutMs })
}

interface RawProxy {
  readonly url: string
  /** What was asked for, once on each connection. */
  readonly seen: readonly string[]
  readonly open: ReadonlySet<Socket>
}

/** A proxy that does as it likes with what it was first asked for on each connection. */
async function startRawProxy(answer: (socket: Socket) => void): Promise<RawProxy> {
  const seen: string[] = []
  const open = new Set<Socket>()
  const url = await serveRaw((socket, request) => {
    if (open.has(socket)) return
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    seen.push(request)
    answer(socket)
  })
  return { url, seen, open }
}

/** What a proxy does with a connection once it was asked for a tunnel. */
function passOn(socket: Socket): void {
  const onward = connect((host.server.address() as AddressInfo).port, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    socket.removeAllListeners('data')
    onward.pipe(socket).pipe(onward)
  })
  onward.on('error', () => socket.destroy())
  socket.on('close', () => onward.destroy())
}

describe('what a proxy says in the place of a tunnel is no answer of the host', () => {
  it.each([
    ['201 Created', false],
    ['206 Partial Content', false],
    ['204 No Content', false],
    ['302 Found', false],
    ['403 Forbidden', false],
    ['404 Not Found', false],
    ['407 Proxy Authentication Required', false],
    ['429 Too Many Requests', true],
    ['502 Bad Gateway', true],
  ])('HTTP %s', async (status, retryable) => {
    const { url, seen } = await startRawProxy((socket) => socket.end(forgedAnswer(status)))
    const error = await rejectionOf(get({ proxy: proxyAt(url) }))
    expect(error).toBeInstanceOf(TransportError)
    const said = `the proxy refused the tunnel (HTTP ${status.slice(0, 3)})`
    expect(error).toMatchObject({ retryable, status: null, message: expect.stringContaining(said) })
    expect(everythingOf(error)).not.toContain(secret)
    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatch(/^CONNECT localhost:\d+ HTTP\/1\.1\r\n/)
    expect(seen[0]).not.toContain(secret)
  })

  it.each<[string, (socket: Socket) => void]>([
    ['an answer behind a tunnel that is none', (socket) => socket.end(forgedAnswer('200 OK'))],
    ['an answer where TLS should begin', (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n', () => socket.end(forged))],
    ['no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
    ['headers without end', (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(20_000)}`)],
    ['nothing, and the end', (socket) => socket.end()],
    ['a reset', (socket) => socket.resetAndDestroy()],
    ['a tunnel that ends at once', (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')],
  ])('%s', async (_, answer) => {
    const { url, seen, open } = await startRawProxy(answer)
    const error = await rejectionOf(get({ proxy: proxyAt(url) }))
    expect(error).toBeInstanceOf(TransportError)
    expect(everythingOf(error)).not.toContain(secret)
    expect(seen).toHaveLength(1)
    await expect.poll(() => open.size, { timeout: 5_000 }).toBe(0)
  })

  it('nobody listens', async () => {
    const error = await rejectionOf(get({ proxy: { host: '127.0.0.1', port: 1 } }))
    expect(error).toMatchObject({
      name: 'TransportError',
      retryable: true,
      message: expect.stringContaining('no tunnel through the proxy (ECONNREFUSED)'),
    })
  })
})

describe('an agent that leaves TLS out', () => {
  /** What https-proxy-agent does when a tunnel is refused: what the proxy said is played as if the host had. */
  class Replaying extends Agent {
    addRequest(request: ClientRequest): void {
      const played = new Socket({ writable: false } as never)
      request.once('socket', () => {
        played.push(forgedAnswer(this.status))
        played.push(null)
      })
      request.onSocket(played)
    }
    constructor(readonly status: string) {
      super()
    }
  }

  it.each([
    ['200 OK', false],
    ['407 Proxy Authentication Required', false],
    ['429 Too Many Requests', true],
    ['499 Client Closed Request', false],
    ['500 Internal Server Error', true],
    ['502 Bad Gateway', true],
  ])('is not believed: %s', async (status, retryable) => {
    const error = await rejectionOf(get({ httpsAgent: new Replaying(status) }))
    expect(error).toBeInstanceOf(TransportError)
    const said = `HTTP ${status.slice(0, 3)} was discarded: it arrived without verified TLS`
    expect(error).toMatchObject({ retryable, message: expect.stringContaining(said) })
  })

  it('does not learn what was asked', async () => {
    const { url, seen } = await startRawProxy((socket) => socket.end(forgedAnswer('200 OK')))
    class Plain extends Agent {
      override createConnection(): Socket {
        return connect(Number(new URL(url).port), '127.0.0.1')
      }
    }
    const error = await rejectionOf(get({ httpsAgent: new Plain() }))
    expect(error).toBeInstanceOf(TransportError)
    const said = 'nothing was sent: the connection is without verified TLS'
    expect(error).toMatchObject({ retryable: false, message: expect.stringContaining(said) })
    expect(seen).toEqual([])
  })

  it('nor one that stopped checking certificates after it was given', async () => {
    const httpsAgent = new Agent()
    const transport = createTransport({ httpsAgent })
    httpsAgent.options.rejectUnauthorized = false
    const error = await rejectionOf(
      transport({ method: 'GET', url: host.url, headers: {} }, { signal: undefined, timeoutMs: 10_000 }),
    )
    expect(error).toBeInstanceOf(TransportError)
  })
})

describe('a tunnel', () => {
  it('is asked for with the name of the proxy’s user, and serves one request after another', async () => {
    const { url, seen } = await startRawProxy(passOn)
    const proxy = { ...proxyAt(url), auth: { username: 'user', password: 'pa:ss/wörd' } }
    const transport = createTransport({ proxy, httpsAgent: trusting() })
    host.heard.length = 0
    for (const name of ['one', 'two', 'three']) {
      const request = { method: 'GET', url: `${host.url}/${name}`, headers: {} } as const
      const { status, body } = await transport(request, { signal: undefined, timeoutMs: 10_000 })
      expect([status, body.toString()]).toEqual([200, 'from the host'])
    }
    expect(host.heard).toEqual(['GET /one', 'GET /two', 'GET /three'])
    expect(seen).toHaveLength(1)
    const basic = Buffer.from('user:pa:ss/wörd').toString('base64')
    expect(seen[0]).toContain(`\r\nProxy-Authorization: Basic ${basic}\r\n`)
  })

  it('of an attempt that waited in line does not end with the attempt before it', async () => {
    const { url } = await startRawProxy(passOn)
    const transport = createTransport({ proxy: proxyAt(url), httpsAgent: new Agent({ ca: cert, maxSockets: 1 }) })
    const ask = (path: string, signal?: AbortSignal): Promise<WireResponse> =>
      transport({ method: 'GET', url: `${host.url}${path}`, headers: {} }, { signal, timeoutMs: 10_000 })
    const controller = new AbortController()
    const stuck = rejectionOf(ask('/never', controller.signal))
    await expect.poll(() => host.heard, { timeout: 5_000 }).toContain('GET /never')
    const waiting = ask('/other')
    controller.abort('enough')
    expect(await stuck).toBe('enough')
    expect((await waiting).status).toBe(200)
  })

  it('may be asked for over TLS', async () => {
    const proxy = createTlsProxy({ key, cert }, (socket) => socket.once('data', () => passOn(socket)))
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const way = { host: 'localhost', port: (proxy.address() as AddressInfo).port, protocol: 'https' }
    try {
      const { body } = await get({ proxy: way, httpsAgent: new Agent({ ca: cert, keepAlive: false }) })
      expect(body.toString()).toBe('from the host')
      // Nobody vouches for it.
      expect(await rejectionOf(get({ proxy: way }))).toMatchObject({
        retryable: false,
        message: expect.stringMatching(/tunnel.*SELF_SIGNED/),
      })
    } finally {
      proxy.close()
    }
  })

  it.each([
    ['https://provider.invalid/list', 'provider.invalid:443'],
    ['https://provider.invalid:8443/list', 'provider.invalid:8443'],
    ['https://[::1]/list', '[::1]:443'],
  ])('is asked for to the host and port of the request: %s', async (target, asked) => {
    const { url, seen } = await startRawProxy((socket) => socket.end(forgedAnswer('502 Bad Gateway')))
    for (const protocol of ['http', 'http:', undefined]) {
      const { protocol: _, ...way } = proxyAt(url)
      const transport = createTransport({ proxy: protocol === undefined ? way : { ...way, protocol } })
      const request = { method: 'GET', url: target, headers: {} } as const
      await rejectionOf(transport(request, { signal: undefined, timeoutMs: 10_000 }))
    }
    expect(seen).toHaveLength(3)
    for (const request of seen) {
      expect(request).toContain(`CONNECT ${asked} HTTP/1.1\r\n`)
      expect(request).toContain(`\r\nHost: ${asked}\r\n`)
    }
  })

  it('is not needed by a host on loopback that is spoken to in the clear', async () => {
    const seen: (string | undefined)[] = []
    const url = await serve((request, response) => {
      seen.push(request.url, request.headers['proxy-authorization'])
      response.end('through the proxy')
    })
    const proxy = { ...proxyAt(url), auth: { username: 'user', password: 'word' } }
    const { body } = await createTransport({ proxy })(
      { method: 'GET', url: 'http://127.0.0.1:1/list', headers: {} },
      { signal: undefined, timeoutMs: 10_000 },
    )
    expect(body.toString()).toBe('through the proxy')
    expect(seen).toEqual(['http://127.0.0.1:1/list', `Basic ${Buffer.from('user:word').toString('base64')}`])
  })

  it('nor is one there when the proxy itself is spoken to over TLS, with the agent that was given', async () => {
    const proxy = { host: 'localhost', port: Number(new URL(host.url).port), protocol: 'https' }
    const request = { method: 'GET', url: 'http://127.0.0.1:1/list', headers: {} } as const
    const ask = (options: TransportOptions): Promise<WireResponse> =>
      createTransport(options)(request, { signal: undefined, timeoutMs: 10_000 })
    const { body } = await ask({ proxy, httpsAgent: trusting() })
    expect(body.toString()).toBe('from the host')
    // Nobody vouches for it.
    expect(await rejectionOf(ask({ proxy }))).toMatchObject({ message: expect.stringContaining('SELF_SIGNED') })
  })
})

describe('a proxy that keeps an attempt waiting', () => {
  const stages: [string, (socket: Socket) => void][] = [
    ['for the tunnel', () => {}],
    ['within the answer', (socket) => socket.write('HTTP/1.1 200 OK\r\nX: ')],
    ['for TLS', (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n')],
  ]

  it.each(stages)('%s is left when its time is over', async (_, answer) => {
    const { url, seen, open } = await startRawProxy(answer)
    expect(await rejectionOf(get({ proxy: proxyAt(url) }, undefined, 1000))).toBeInstanceOf(TimeoutError)
    expect(seen).toHaveLength(1)
    await expect.poll(() => open.size, { timeout: 5_000 }).toBe(0)
  })

  it.each(stages)('%s is left by an abort', async (_, answer) => {
    const controller = new AbortController()
    const { url, open } = await startRawProxy((socket) => {
      answer(socket)
      setTimeout(() => controller.abort('enough'), 20)
    })
    expect(await rejectionOf(get({ proxy: proxyAt(url) }, controller.signal))).toBe('enough')
    await expect.poll(() => open.size, { timeout: 5_000 }).toBe(0)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })
})

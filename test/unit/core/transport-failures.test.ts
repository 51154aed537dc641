import { generateKeyPairSync } from 'node:crypto'
import { getEventListeners } from 'node:events'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { ResponseError, TimeoutError, TransportError } from '../../../src/errors.js'
import { createTransport } from '../../../src/http/transport.js'
import type { WireResponse } from '../../../src/provider.js'
import { createCertificate } from '../../../src/sandbox/certificate.js'
import { everythingOf, rejectionOf } from './support.js'
import { serve, serveRaw } from './wire.js'

const secret = 'SECRET-signature-0123456789'
const headers = { Authorization: `WECHATPAY2-SHA256-RSA2048 signature="${secret}"` }

function get(url: string, signal?: AbortSignal, timeoutMs = 5000): Promise<WireResponse> {
  const request = {
    method: 'POST',
    url: `${url}/list?secret_key=${secret}`,
    headers,
    body: `{"sign":"${secret}"}`,
  } as const
  return createTransport()(request, { signal, timeoutMs })
}

function expectNothingLeaks(error: unknown): void {
  const shown = everythingOf(error)
  for (const hidden of [secret, 'SECRET', 'Authorization', 'secret_key', 'Axios', 'axios', '_header', 'httpAgent']) {
    expect(shown).not.toContain(hidden)
  }
  expect(error).not.toHaveProperty('cause')
  expect(error).not.toHaveProperty('config')
  expect(error).not.toHaveProperty('request')
}

const plain = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"data":[')
const zipped = gzipSync(Buffer.from(JSON.stringify({ data: 'x'.repeat(500) })))

describe('no usable answer is a TransportError that shows nothing of the request', () => {
  it.each<[string, (socket: import('node:net').Socket) => void]>([
    ['reset before any byte', (socket) => socket.resetAndDestroy()],
    ['closed before any byte', (socket) => socket.end()],
    ['closed within the headers', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-')],
    ['cut short within the body', (socket) => socket.end(plain)],
    ['reset within the body', (socket) => socket.write(plain, () => socket.resetAndDestroy())],
    [
      'cut short between chunks',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n'),
    ],
    [
      'cut short within a chunk',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{}'),
    ],
    [
      'cut short within gzip',
      (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${zipped.length}\r\n\r\n`)
        socket.end(zipped.subarray(0, zipped.length / 2))
      },
    ],
    [
      'no gzip although announced',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nok'),
    ],
    ['no HTTP', (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
    [
      'a header with a control character',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nX: a\u0000b\r\nContent-Length: 0\r\n\r\n'),
    ],
    ['a header without a colon', (socket) => socket.end('HTTP/1.1 200 OK\r\nnonsense\r\n\r\n')],
    ['two lengths', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab')],
    ['endless headers', (socket) => socket.end(`HTTP/1.1 200 OK\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`)],
  ])('%s', async (_, answer) => {
    const error = await rejectionOf(get(await serveRaw(answer)))
    expect(error).toBeInstanceOf(TransportError)
    expect(error).toMatchObject({ code: 'NETWORK', retryable: true, status: null })
    expect((error as Error).message).toMatch(/^no complete answer from the provider \([\w ]+\)$/)
    expectNothingLeaks(error)
  })

  it('nobody listens', async () => {
    const error = await rejectionOf(get('http://127.0.0.1:1'))
    expect(error).toMatchObject({
      name: 'TransportError',
      retryable: true,
      message: expect.stringContaining('ECONNREFUSED'),
    })
    expectNothingLeaks(error)
  })

  it('no such host', async () => {
    const error = await rejectionOf(get('http://no-such-host.invalid'))
    expect(error).toBeInstanceOf(TransportError)
    expectNothingLeaks(error)
  })

  it('an oversized answer shows nothing either', async () => {
    const url = await serve((_request, response) => response.end(Buffer.alloc(21 * 1024 * 1024)))
    const error = await rejectionOf(get(url))
    expect(error).toBeInstanceOf(ResponseError)
    expectNothingLeaks(error)
  })
})

describe('TLS', () => {
  async function serveTls(): Promise<string> {
    const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' })
    const cert = createCertificate(keys, '127.0.0.1', Date.now())
    const server = createTlsServer({ key, cert }, (_request, response) => response.end('believed'))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  it.each([undefined, '0'])(
    'an unknown certificate is refused for good, with NODE_TLS_REJECT_UNAUTHORIZED=%s',
    async (setting) => {
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', setting)
      onTestFinished(() => {
        vi.unstubAllEnvs()
      })
      const error = await rejectionOf(get(await serveTls()))
      expect(error).toBeInstanceOf(TransportError)
      expect(error).toMatchObject({ retryable: false, message: expect.stringMatching(/SELF_SIGNED/) })
      expectNothingLeaks(error)
    },
  )
})

describe('timeoutMs', () => {
  it.each([
    ['no answer at all', () => {}],
    ['headers and then nothing', (socket: import('node:net').Socket) => socket.write(plain)],
    [
      'a byte now and then',
      (socket: import('node:net').Socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n')
        const drip = setInterval(() => socket.write('x'), 10)
        socket.on('close', () => clearInterval(drip))
      },
    ],
  ])('%s ends in a TimeoutError, and the connection with it', async (_, answer) => {
    let closed = false
    const url = await serveRaw((socket) => {
      socket.on('close', () => {
        closed = true
      })
      answer(socket)
    })
    const begun = performance.now()
    const error = await rejectionOf(get(url, undefined, 150))
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({ code: 'TIMEOUT', retryable: true, message: expect.stringContaining('within 150 ms') })
    expect(performance.now() - begun).toBeLessThan(2000)
    expectNothingLeaks(error)
    await expect.poll(() => closed).toBe(true)
  })
})

describe('an abort', () => {
  const reason = { why: 'enough' }

  it('before the request: nothing is sent, the reason is thrown untouched', async () => {
    let requests = 0
    const url = await serve((_request, response) => {
      requests += 1
      response.end()
    })
    expect(await rejectionOf(get(url, AbortSignal.abort(reason)))).toBe(reason)
    expect(requests).toBe(0)
  })

  it.each([
    ['while waiting for the answer', false],
    ['while reading it', true],
  ])('%s: the reason is thrown untouched, the connection closed', async (_, begins) => {
    const controller = new AbortController()
    let closed = false
    const url = await serve((request, response) => {
      request.socket.on('close', () => {
        closed = true
      })
      if (begins) response.write('{')
      setTimeout(() => controller.abort(reason), 30)
    })
    expect(await rejectionOf(get(url, controller.signal))).toBe(reason)
    await expect.poll(() => closed).toBe(true)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })

  it('may have any reason, none included', async () => {
    for (const odd of [null, 0, '', undefined]) {
      const signal = AbortSignal.abort(odd)
      expect(await rejectionOf(get('http://127.0.0.1:1', signal))).toBe(signal.reason)
    }
  })
})

describe('afterwards', () => {
  it('neither timer nor listener is left, whether it worked or not', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const { signal } = new AbortController()
    const url = await serve((_request, response) => response.end('ok'))
    const before = timers()
    await get(url, signal)
    await rejectionOf(get('http://127.0.0.1:1', signal))
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
    expect(timers()).toBe(before)
  })

  it('a connection is used again', async () => {
    const ports = new Set<number | undefined>()
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort)
      response.end('ok')
    })
    const transport = createTransport()
    for (let index = 0; index < 3; index += 1) {
      await transport({ method: 'GET', url, headers: {} }, { signal: undefined, timeoutMs: 5000 })
    }
    expect(ports.size).toBe(1)
  })
})

describe('the way', () => {
  it('never leads through a proxy of the environment', async () => {
    let proxied = 0
    const proxy = await serve((_request, response) => {
      proxied += 1
      response.end('from the proxy')
    })
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'])
      vi.stubEnv(name, proxy)
    vi.stubEnv('NO_PROXY', '')
    vi.stubEnv('no_proxy', '')
    onTestFinished(() => {
      vi.unstubAllEnvs()
    })
    const url = await serve((_request, response) => response.end('from the server'))
    expect((await get(url)).body.toString()).toBe('from the server')
    expect(proxied).toBe(0)
  })

  it('leads through a proxy that the user names', async () => {
    const targets: (string | undefined)[] = []
    const proxy = new URL(
      await serve((request, response) => {
        targets.push(request.url)
        response.end('from the proxy')
      }),
    )
    const transport = createTransport({ proxy: { host: proxy.hostname, port: Number(proxy.port), protocol: 'http' } })
    const { body } = await transport(
      { method: 'GET', url: 'http://provider.example/list?a=1', headers: {} },
      { signal: undefined, timeoutMs: 5000 },
    )
    expect(body.toString()).toBe('from the proxy')
    expect(targets).toEqual(['http://provider.example/list?a=1'])
  })

  it('is never lengthened by a redirect', async () => {
    const seen: (string | undefined)[] = []
    const url = await serve((request, response) => {
      seen.push(request.url)
      response.writeHead(307, { Location: '/elsewhere' }).end()
    })
    expect(await get(url)).toMatchObject({ status: 307 })
    expect(seen).toHaveLength(1)
  })
})

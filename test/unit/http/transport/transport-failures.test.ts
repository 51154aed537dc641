import { generateKeyPairSync } from 'node:crypto'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { ResponseError, TransportError } from '../../../../src/errors.js'
import { createTransport } from '../../../../src/http/transport/transport.js'
import type { WireResponse } from '../../../../src/provider.js'
import { createCertificate } from '../../../../src/sandbox/certificate.js'
import { everythingOf, rejectionOf } from '../../../support/core.js'
import { serve, serveRaw } from '../../../support/wire.js'

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
    expect((error as Error).message).toMatch(/^no complete response from the provider \([\w ]+\)$/)
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

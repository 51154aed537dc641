import { once } from 'node:events'
import { Agent, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { TransportOptions } from '../../../../src/http/transport/options.js'
import { createTransport } from '../../../../src/http/transport/transport.js'
import type { WireResponse } from '../../../../src/provider.js'
import { rejectionOf } from '../../../support/core.js'
import { bodyOf, serve, serveRaw } from '../../../support/wire.js'

const limits = { signal: undefined, timeoutMs: 10_000 }

function get(url: string, options: TransportOptions = {}): Promise<WireResponse> {
  return createTransport(options)({ method: 'GET', url, headers: {} }, limits)
}

describe('an answer', () => {
  it('may take longer than an idle connection is kept', async () => {
    const url = await serve((_request, response) => {
      setTimeout(() => response.write('{"slow"'), 120)
      setTimeout(() => response.end(':1}'), 240)
    })
    const httpAgent = new Agent({ keepAlive: true, timeout: 40 })
    for (let index = 0; index < 2; index += 1) {
      expect((await get(url, { httpAgent })).body.toString()).toBe('{"slow":1}')
    }
    httpAgent.destroy()
  })

  it.each([
    ['GZIP', gzipSync('{}'), '{}'],
    ['Br', brotliCompressSync('{}'), '{}'],
    // It was not requested; the reader rejects it.
    ['x-unheard-of', Buffer.from('{}'), '{}'],
    ['gzip', Buffer.alloc(0), ''],
    ['br', Buffer.alloc(0), ''],
  ])('is unpacked as its head says: %s', async (encoding, sent, read) => {
    const url = await serve((_request, response) => response.writeHead(500, { 'Content-Encoding': encoding }).end(sent))
    const { status, body } = await get(url)
    expect([status, body.toString()]).toEqual([500, read])
  })

  it.each(['gzip', 'deflate', 'br'])('that is not packed as its head says is none: %s', async (encoding) => {
    const url = await serve((_request, response) => response.writeHead(200, { 'Content-Encoding': encoding }).end('{}'))
    expect(await rejectionOf(get(url))).toMatchObject({ code: 'NETWORK', message: expect.stringContaining('(') })
  })
})

describe('a request', () => {
  it('says which encodings are understood', async () => {
    const seen: (string | undefined)[] = []
    const url = await serve((request, response) => {
      seen.push(request.headers['accept-encoding'])
      response.end()
    })
    await get(url)
    expect(seen).toEqual(['gzip, br'])
  })

  it('reaches a host that is an IPv6 address', async () => {
    const server = createServer((_request, response) => response.end('six'))
    onTestFinished(() => {
      server.close()
    })
    server.listen(0, '::1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    expect((await get(`http://[::1]:${port}/list`)).body.toString()).toBe('six')
  })

  it.each<[string, unknown]>([
    ['auth', 'user:word'],
    ['insecureHTTPParser', true],
    ['headers', { Authorization: 'of somebody else' }],
  ])('takes nothing from the prototype of all objects: %s', async (name, value) => {
    const seen: string[] = []
    const url = await serveRaw((socket, request) => {
      seen.push(request)
      // Two lengths: what an insecure parser lets pass.
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n')
    })
    Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true, enumerable: true })
    onTestFinished(() => {
      Reflect.deleteProperty(Object.prototype, name)
    })
    expect(await rejectionOf(get(url))).toMatchObject({ code: 'NETWORK' })
    expect(seen[0]).not.toMatch(/authorization/i)
  })

  it('goes to the port of its scheme, whatever stands on the prototype of all objects', async () => {
    let requests = 0
    const elsewhere = new URL(
      await serve((_request, response) => {
        requests += 1
        response.end()
      }),
    )
    Object.defineProperty(Object.prototype, 'port', { value: elsewhere.port, configurable: true, writable: true })
    onTestFinished(() => {
      Reflect.deleteProperty(Object.prototype, 'port')
    })
    await rejectionOf(get('http://127.0.0.1/list'))
    expect(requests).toBe(0)
  })

  it.each(['GET', 'POST'] as const)('says how long its body is: %s', async (method) => {
    const seen: unknown[] = []
    const url = await serve(async (request, response) => {
      seen.push([request.headers['content-length'], (await bodyOf(request)).toString()])
      response.end()
    })
    const transport = createTransport()
    for (const body of ['投诉', '']) await transport({ method, url, headers: {}, body }, limits)
    expect(seen).toEqual([
      ['6', '投诉'],
      ['0', ''],
    ])
  })

  it('that waits in line for a connection ends when its time is over', async () => {
    const url = await serveRaw(() => {})
    const httpAgent = new Agent({ maxSockets: 1 })
    const transport = createTransport({ httpAgent })
    const ask = (timeoutMs: number): Promise<unknown> =>
      rejectionOf(transport({ method: 'GET', url, headers: {} }, { signal: undefined, timeoutMs }))
    const first = ask(2_000)
    const startedAt = performance.now()
    expect(await ask(100)).toMatchObject({ code: 'TIMEOUT' })
    expect(performance.now() - startedAt).toBeLessThan(1_000)
    expect(await first).toMatchObject({ code: 'TIMEOUT' })
  })

  it('through a proxy takes its user from nowhere else', async () => {
    const seen: unknown[] = []
    const proxy = new URL(
      await serve(({ headers }, response) => {
        seen.push(headers['proxy-authorization'])
        response.end()
      }),
    )
    const value = { username: 'user', password: 'word' }
    Object.defineProperty(Object.prototype, 'auth', { value, configurable: true, writable: true })
    onTestFinished(() => {
      Reflect.deleteProperty(Object.prototype, 'auth')
    })
    await get('http://provider.example/', { proxy: { host: proxy.hostname, port: Number(proxy.port) } })
    expect(seen).toEqual([undefined])
  })

  it.each([
    ['HTTP:', undefined],
    ['', { username: 'user', password: 'word' }],
  ])('through a proxy (%j) names the host: %j', async (protocol, auth) => {
    const seen: object[] = []
    const proxy = new URL(
      await serve(({ url, headers }, response) => {
        seen.push([url, headers.host, headers['proxy-authorization'], headers.authorization])
        response.end()
      }),
    )
    const options = { proxy: { host: proxy.hostname, port: Number(proxy.port), protocol } }
    await get(
      'http://provider.example:81/list?a=1',
      auth === undefined ? options : { proxy: { ...options.proxy, auth } },
    )
    const user = auth && `Basic ${Buffer.from('user:word').toString('base64')}`
    expect(seen).toEqual([['http://provider.example:81/list?a=1', 'provider.example:81', user, undefined]])
  })
})

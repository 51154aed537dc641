import { randomBytes } from 'node:crypto'
import { Agent, type IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { ResponseError } from '../../../../src/errors.js'
import { createTransport } from '../../../../src/http/transport/transport.js'
import type { WireRequest, WireResponse } from '../../../../src/provider.js'
import { rejectionOf } from '../../../support/core.js'
import { bodyOf, serve, serveRaw } from '../../../support/wire.js'

const options = { signal: undefined, timeoutMs: 20_000 }

function get(url: string, part: Partial<WireRequest> = {}): Promise<WireResponse> {
  return createTransport()({ method: 'GET', url, headers: {}, ...part }, options)
}

/** Counts the bytes that come out of decompressors, until the test ends. */
function countDecompressed(): () => number {
  const { push } = Readable.prototype
  let bytes = 0
  Readable.prototype.push = function (this: Readable, chunk: unknown, encoding?: BufferEncoding): boolean {
    if (this.constructor.name === 'Unzip' && Buffer.isBuffer(chunk)) bytes += chunk.length
    return push.call(this, chunk, encoding)
  }
  onTestFinished(() => {
    Readable.prototype.push = push
  })
  return () => bytes
}

describe('what arrives', () => {
  it.each<[string, Buffer]>([
    ['a byte order mark', Buffer.from('\ufeff{"a":1}')],
    ['white space around it', Buffer.from(' \r\n{"a":1}\n ')],
    ['bytes that are no UTF-8', Buffer.from([0, 0xff, 0xfe, 0x80, 0xcd, 0xb6])],
    ['digits that a double loses', Buffer.from('{"id":12345678901234567890}')],
    ['nothing', Buffer.alloc(0)],
    ['a megabyte of noise', randomBytes(1024 * 1024)],
  ])('keeps its exact bytes: %s', async (_, bytes) => {
    const encodings = {
      identity: bytes,
      gzip: gzipSync(bytes),
      deflate: deflateSync(bytes),
      br: brotliCompressSync(bytes),
    }
    for (const [encoding, encoded] of Object.entries(encodings)) {
      const url = await serve((_request, response) => {
        response.setHeader('Content-Type', 'application/json; charset=gbk')
        if (encoding !== 'identity') response.setHeader('Content-Encoding', encoding)
        response.end(encoded)
      })
      const { status, body } = await get(url)
      expect(status).toBe(200)
      expect(Buffer.isBuffer(body)).toBe(true)
      expect(Buffer.compare(body, bytes)).toBe(0)
    }
  })

  it('has its header names in lower case, and repeated ones joined', async () => {
    const url = await serve((_request, response) => {
      response.setHeader('X-One', ['a', 'b'])
      response.setHeader('Set-Cookie', ['c=1', 'd=2'])
      response.setHeader('WechatPay-Nonce', 'n')
      response.end()
    })
    const { headers } = await get(url)
    expect(headers).toMatchObject({ 'x-one': 'a, b', 'set-cookie': 'c=1, d=2', 'wechatpay-nonce': 'n' })
    expect(Object.values(headers).every((value) => typeof value === 'string')).toBe(true)
  })

  it('may have headers named like anything', async () => {
    const names = [
      'get',
      'set',
      'has',
      'delete',
      'toJSON',
      'normalize',
      'concat',
      'constructor',
      '__proto__',
      'hasOwnProperty',
    ]
    const url = await serveRaw((socket) => {
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n${names.map((name) => `${name}: x\r\n`).join('')}\r\nok`)
    })
    const { headers, body } = await get(url)
    expect(body.toString()).toBe('ok')
    expect(headers).toMatchObject({ get: 'x', set: 'x', tojson: 'x', constructor: 'x' })
    expect(headers.valueOf).toBeUndefined()
  })

  it.each([200, 204, 301, 302, 304, 400, 401, 404, 429, 500, 503])('is handed on with status %i', async (status) => {
    let requests = 0
    const url = await serve((_request, response) => {
      requests += 1
      response.writeHead(status, { Location: '/elsewhere' }).end()
    })
    expect(await get(url)).toMatchObject({ status, headers: { location: '/elsewhere' } })
    expect(requests).toBe(1)
  })
})

describe('what is sent', () => {
  it.each([
    '/',
    '/v3/list?limit=50&offset=0&begin_date=2026-01-01',
    '/a?b=%E6%8A%95%E8%AF%89&c=1+2&d=%20%2B%26',
    '/a/%2F%2e?x=~!*().-_&y[]=1',
    '/a?&&=&a==b',
    '/a?b=%zz',
  ])('goes to the very address it was signed for: %s', async (target) => {
    const seen: (string | undefined)[] = []
    const url = await serve((request, response) => {
      seen.push(request.url)
      response.end()
    })
    await get(url + target)
    expect(seen).toEqual([target])
  })

  it('is the body byte by byte, with the headers as given', async () => {
    const body = ' \n{"投诉": 1.0,\t"a":"\\u0000"} \ufeff\n'
    const seen: { headers: IncomingHttpHeaders; bytes: Buffer; method: string | undefined }[] = []
    const url = await serve((request, response) => {
      void bodyOf(request).then((bytes) => {
        seen.push({ headers: request.headers, bytes, method: request.method })
        response.end()
      })
    })
    await get(url, {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json', 'X-Key': 'V', 'User-Agent': 'u' },
    })
    expect(seen).toHaveLength(1)
    expect(seen[0]?.method).toBe('POST')
    expect(seen[0]?.bytes.equals(Buffer.from(body))).toBe(true)
    expect(seen[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      'x-key': 'V',
      'user-agent': 'u',
    })
  })

  it('has the length of its own body, not that of the request before', async () => {
    const seen: (string | undefined)[] = []
    const url = await serve(async (request, response) => {
      seen.push(request.headers['content-length'], (await bodyOf(request)).toString())
      response.end()
    })
    const transport = createTransport()
    for (const body of ['a long body', 'short', ''])
      await transport({ method: 'POST', url, headers: {}, body }, options)
    expect(seen).toEqual(['11', 'a long body', '5', 'short', '0', ''])
  })

  it('names the library unless configured otherwise, and no cookie, proxy or referrer', async () => {
    const seen: IncomingHttpHeaders[] = []
    const url = await serve((request, response) => {
      seen.push(request.headers)
      response.setHeader('Set-Cookie', 'a=1').end()
    })
    const transport = createTransport()
    for (let index = 0; index < 2; index += 1) await transport({ method: 'GET', url, headers: {} }, options)
    expect(seen[1]?.['user-agent']).toBe('unified-complaints')
    expect(Object.keys(seen[1] ?? {}).sort()).toEqual(['accept-encoding', 'connection', 'host', 'user-agent'])
  })
})

describe('what was put on the prototype of all objects', () => {
  const asked = vi.fn()
  it.each<[string, unknown]>([
    ['cancelToken', { subscribe: asked, unsubscribe: asked }],
    ['onDownloadProgress', asked],
    ['proxy', { host: '127.0.0.1', port: 1 }],
    ['httpAgent', { addRequest: asked }],
  ])('is no option of a request: %s', async (name, value) => {
    const url = await serve((_request, response) => response.end('{}'))
    Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true, enumerable: true })
    onTestFinished(() => {
      Reflect.deleteProperty(Object.prototype, name)
    })
    const { status } = await get(url)
    expect(status).toBe(200)
    expect(asked).not.toHaveBeenCalled()
  })
})

describe('an agent of the user’s own', () => {
  it('is the one that connections are made by', async () => {
    const url = await serve((_request, response) => response.end())
    const httpAgent = new Agent({ keepAlive: true })
    let made = 0
    const { createConnection } = httpAgent as unknown as { createConnection: (...given: unknown[]) => unknown }
    Object.assign(httpAgent, {
      createConnection: (...given: unknown[]) => {
        made += 1
        return createConnection.apply(httpAgent, given)
      },
    })
    await createTransport({ httpAgent })({ method: 'GET', url, headers: {} }, options)
    expect(made).toBe(1)
    httpAgent.destroy()
  })
})

describe('what cannot be sent as it is', () => {
  const nowhere = 'http://127.0.0.1:1'
  it.each<[string, Partial<WireRequest>]>([
    ['a URL with a line break', { url: `${nowhere}/a\r\nX: y` }],
    ['a URL with a space', { url: `${nowhere}/a b` }],
    ['a URL that is not percent-encoded', { url: `${nowhere}/投诉` }],
    ['a URL with a control character', { url: `${nowhere}/a\u0000b` }],
    ['a URL of another scheme', { url: 'file:///etc/passwd' }],
    ['a URL that only holds one', { url: 'file:///http://127.0.0.1:1/' }],
    ['a header with a line break', { headers: { 'X-Key': 'a\r\nX-Other: b' } }],
    ['a header with a line feed', { headers: { 'X-Key': 'a\nb' } }],
    ['a header with a tab', { headers: { 'X-Key': 'a\tb' } }],
    ['a header that is no ASCII', { headers: { 'X-Key': '投诉' } }],
    ['a header of Latin letters beyond ASCII', { headers: { 'X-Key': 'é' } }],
  ])('is refused before anything is sent: %s', async (_, part) => {
    let requests = 0
    const url = await serve((_request, response) => {
      requests += 1
      response.end()
    })
    const moved = part.url === undefined ? {} : { url: part.url.replace(nowhere, url) }
    const error = await rejectionOf(get(url, { ...part, ...moved }))
    expect(error).toMatchObject({ name: 'ConfigError', retryable: false })
    const what = part.headers === undefined ? 'the URL of a request' : 'the header X-Key'
    expect((error as Error).message).toContain(`${what} has characters other than printable ASCII`)
    // What it holds may be a secret.
    expect((error as Error).message).not.toMatch(/X-Other|passwd|投诉|é/)
    expect(requests).toBe(0)
  })
})

describe('the cap of 20 MiB', () => {
  const cap = 20 * 1024 * 1024

  it('lets an answer of exactly that size through', async () => {
    const url = await serve((_request, response) => response.end(Buffer.alloc(cap, 97)))
    expect((await get(url)).body.length).toBe(cap)
  })

  it.each([
    ['announced', true],
    ['not announced', false],
  ])('refuses one byte more: %s', async (_, announced) => {
    const url = await serve((_request, response) => {
      if (announced) response.setHeader('Content-Length', cap + 1)
      response.end(Buffer.alloc(cap + 1, 97))
    })
    const error = await rejectionOf(get(url))
    expect(error).toBeInstanceOf(ResponseError)
    expect(error).toMatchObject({
      code: 'RESPONSE',
      retryable: false,
      message: expect.stringContaining('request fewer rows'),
    })
  })

  it('stops an endless answer while it streams', async () => {
    let sent = 0
    let closed = false
    const url = await serve((_request, response) => {
      const chunk = Buffer.alloc(1024 * 1024, 97)
      const pump = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length
      }
      response.on('drain', pump).on('close', () => {
        closed = true
      })
      pump()
    })
    expect(await rejectionOf(get(url))).toBeInstanceOf(ResponseError)
    await expect.poll(() => closed).toBe(true)
    expect(sent).toBeLessThan(3 * cap)
  })

  it('stops a gzip bomb after decompressing that much and no more', async () => {
    const decompressed = countDecompressed()
    let closed = false
    const url = await serve((_request, response) => {
      response.setHeader('Content-Encoding', 'gzip')
      const gzip = createGzip({ level: 1 })
      const zeros = Buffer.alloc(4 * 1024 * 1024)
      let blown = 0
      const blow = (): void => {
        while (!response.destroyed && blown < 2 ** 30 && gzip.write(zeros)) blown += zeros.length
      }
      gzip.on('drain', blow)
      gzip.pipe(response).on('close', () => {
        closed = true
        gzip.destroy()
      })
      blow()
    })
    const before = process.memoryUsage().rss
    const error = await rejectionOf(get(url))
    expect(error).toBeInstanceOf(ResponseError)
    expect(error).toMatchObject({ retryable: false })
    await expect.poll(() => closed).toBe(true)
    expect(decompressed()).toBeGreaterThan(cap)
    expect(decompressed()).toBeLessThan(cap + 1024 * 1024)
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024)
  })
})

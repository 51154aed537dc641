import { getEventListeners } from 'node:events'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { TimeoutError } from '../../../../src/errors.js'
import { createTransport } from '../../../../src/http/transport/transport.js'
import type { WireResponse } from '../../../../src/provider.js'
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
const _zipped = gzipSync(Buffer.from(JSON.stringify({ data: 'x'.repeat(500) })))

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
    // A timer of vitest itself ends meanwhile.
    while (timers() > 0) await new Promise((resolve) => setTimeout(resolve, 20))
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

import { createServer, type Socket } from 'node:net'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ComplaintClient } from '../../../src/index.js'
import { strangeError } from '../fuzz/judge.js'
import { adapterOf, modes } from '../fuzz/platform.js'
import { month } from '../fuzz/rows.js'
import { play } from './play.js'

const mebibyte = 1024 * 1024
/** White space is JSON, and packs well. */
const blank = Buffer.alloc(64 * mebibyte, 0x20)
const bombs = {
  gzip: gzipSync(blank, { level: 1 }),
  br: brotliCompressSync(blank, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
}

describe.each(modes)('%s', (mode) => {
  it.each(Object.entries(bombs))(
    'a %s bomb is unpacked up to 20 MiB, and not asked for again',
    async (encoding, body) => {
      const { client, counts } = await play(mode, {
        onWay: ({ headers }) => ({ headers: { ...headers, 'content-encoding': encoding }, body }),
      })
      const error = await client
        .list(month, { maxRetries: 2 })
        .toArray({ limit: 9 })
        .catch((reason: unknown) => reason)
      expect(error).toMatchObject({
        name: 'ResponseError',
        message: expect.stringContaining('larger than 20971520 bytes'),
      })
      expect(counts.list + counts.token).toBe(1)
    },
  )

  it.each(['text/html', 'image/png', 'application/json; charset=gbk', ''])(
    'the content type %j says nothing: what is proven is read',
    async (type) => {
      const { client } = await play(mode, {
        onWay: ({ headers, body }) => ({ headers: { ...headers, 'content-type': type }, body }),
      })
      expect(await client.list(month).toArray({ limit: 9 })).toHaveLength(3)
    },
  )
})

/** Answers whatever is asked with raw bytes, as long as the test runs. */
async function serveRaw(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => answer(socket))
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

/** Writes the same again and again, for as long as somebody reads. */
function flood(socket: Socket, text: string): void {
  const pump = (): void => {
    while (socket.writable && socket.write(text));
  }
  socket.on('drain', pump)
  pump()
}

const ok = 'HTTP/1.1 200 OK\r\n'

describe('what is hardly HTTP', () => {
  it.each<[string, string, (socket: Socket) => void]>([
    [
      'early hints without end',
      'TimeoutError',
      (socket) => flood(socket, 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n'),
    ],
    ['a header without end', 'TransportError', (socket) => flood(socket.setNoDelay(), `${ok}X: ${'x'.repeat(70_000)}`)],
    ['headers without end', 'TransportError', (socket) => flood(socket, `${ok}${'X: x\r\n'.repeat(9_000)}`)],
    ['no HTTP at all', 'TransportError', (socket) => socket.end('{"code":0}')],
    ['another protocol', 'TransportError', (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')],
    ['a length below zero', 'TransportError', (socket) => socket.end(`${ok}Content-Length: -1\r\n\r\n{}`)],
    ['two lengths', 'TransportError', (socket) => socket.end(`${ok}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`)],
    [
      'a length that never comes',
      'TimeoutError',
      (socket) => socket.write(`${ok}Content-Length: 9007199254740993\r\n\r\n{`),
    ],
    [
      'chunks larger than any',
      'TransportError',
      (socket) => socket.end(`${ok}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}`),
    ],
    [
      'chunks that are none',
      'TransportError',
      (socket) => socket.end(`${ok}Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}`),
    ],
    [
      'length and chunks at once',
      'TransportError',
      (socket) => socket.end(`${ok}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`),
    ],
    [
      'another protocol to go on with',
      'TimeoutError',
      (socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'),
    ],
    [
      'gzip that is none',
      'TransportError',
      (socket) => socket.end(`${ok}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}`),
    ],
    ['bytes without end', 'ResponseError', (socket) => flood(socket.setNoDelay(), `${ok}\r\n${'x'.repeat(mebibyte)}`)],
  ])('%s: a %s', async (_, name, answer) => {
    // Only those that never end wait for it; 20 MiB take their time.
    const timeoutMs = name === 'TimeoutError' ? 700 : 20_000
    const url = await serveRaw(answer)
    const client = new ComplaintClient(adapterOf('xiaoe', url), { maxRetries: 0, timeoutMs })
    const error = await client
      .list(month)
      .toArray({ limit: 1 })
      .catch((reason: unknown) => reason)
    expect(strangeError(error)).toBeNull()
    expect(error).toMatchObject({ name })
  })
})

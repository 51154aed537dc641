import type { Agent as HttpAgent, IncomingMessage } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import { pipeline, type Readable, type Transform } from 'node:stream'
import { constants, createBrotliDecompress, createUnzip } from 'node:zlib'
import { addressOf, attemptSignal, type ProxyServer, proxyHeaders, type TunnelOptions } from './connect-tunnel.js'
import { requestVerified } from './verified-request.js'

/** How requests reach their host. */
export interface Way {
  httpAgent: HttpAgent
  httpsAgent: HttpsAgent
  /** For hosts spoken to in the clear; to others an agent opens a tunnel. */
  proxy: ProxyServer | undefined
}

/** One request, in the words of axios. */
export interface Sending {
  url: string
  method: string
  headers: object
  /** The body; undefined: none. An empty one is sent with its length. */
  data: Buffer | undefined
  /** Ends the request and its answer. */
  signal: AbortSignal
}

/**
 * Sends one request; the answer is there with its head, its body still to come. No redirect is followed, and nothing is
 * read from the environment. Rejects with the error of node:http, or with the signal's reason.
 */
export function sendOverWire(
  { url, method, headers, data, signal }: Sending,
  { httpAgent, httpsAgent, proxy }: Way,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { protocol, host, hostname, port, pathname, search } = new URL(url)
    const options: TunnelOptions = {
      protocol,
      // IPv6 addresses stand in brackets within a URL only.
      hostname: hostname.replace(/^\[|\]$/g, ''),
      port,
      // The only place for what a query holds: Node prints the other options under NODE_DEBUG.
      path: pathname + search,
      method,
      [attemptSignal]: signal,
    }
    const own = {
      'User-Agent': 'unified-complaints',
      // Not deflate: servers disagree on what it is.
      'Accept-Encoding': 'gzip, br',
      ...(data && { 'Content-Length': String(data.length) }),
    }
    if (proxy !== undefined) {
      Object.assign(options, addressOf(proxy), { path: `${protocol}//${host}${options.path}` })
      Object.assign(own, proxyHeaders(proxy, host))
    }
    options.agent = options.protocol === 'https:' ? httpsAgent : httpAgent
    const request = requestVerified(options, { ...own, ...headers }, resolve)
    request.on('error', reject)
    const stop = (): void => {
      request.destroy()
      // Without a connection, none may ever come that tells.
      reject(signal.reason)
    }
    signal.addEventListener('abort', stop, { once: true })
    request.end(data)
  })
}

/** What an answer says, whatever it was packed in. An encoding that nobody asked for is left to whoever reads it. */
export function unpacked(answer: IncomingMessage): Readable {
  const unpacker = unpackerOf(answer.headers['content-encoding'] ?? '')
  // Whoever reads hears of a failure.
  return unpacker === null ? answer : pipeline(answer, unpacker, () => {})
}

/** Nobody waits for a rest: an answer without a body may name an encoding all the same, and what was cut shows as it is read. */
function unpackerOf(encoding: string): Transform | null {
  if (/^(gzip|deflate)$/i.test(encoding)) return createUnzip({ finishFlush: constants.Z_SYNC_FLUSH })
  if (/^br$/i.test(encoding)) return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH })
  return null
}

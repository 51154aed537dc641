import type { Agent as HttpAgent, IncomingMessage } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'
import { pipeline, type Readable, type Transform } from 'node:stream'
import { constants, createBrotliDecompress, createUnzip } from 'node:zlib'
import type { WireRequest } from '../../provider.js'
import { signalKey, type TunnelOptions } from './connect-tunnel.js'
import type { ProxyServer } from './options.js'
import { proxyAddress, proxyHeaders } from './proxy.js'
import { verifiedRequest } from './verified-request.js'

/** How requests reach their host. */
export interface Route {
  httpAgent: HttpAgent
  httpsAgent: HttpsAgent
  /** Receives plain requests for http hosts. For https hosts `httpsAgent` opens the tunnel instead. */
  proxy: ProxyServer | undefined
}

/** One attempt of a WireRequest. */
export interface NodeRequest extends Pick<WireRequest, 'url' | 'method' | 'headers'> {
  /** The body; undefined: none. An empty body is sent with its Content-Length. */
  data: Buffer | undefined
  /** Aborts the request and its response. */
  signal: AbortSignal
}

/**
 * Sends one request; resolves with the response's head, before its body. Redirects are not followed, and the
 * environment is not read. Rejects with the error of node:http, or with the signal's reason.
 */
export function sendRequest(
  { url, method, headers, data, signal }: NodeRequest,
  { httpAgent, httpsAgent, proxy }: Route,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const target = new URL(url)
    const { protocol, host, port, pathname, search } = target
    const options: TunnelOptions = {
      protocol,
      hostname: hostnameOf(target),
      port,
      // Keep the query string out of all other options: NODE_DEBUG prints them.
      path: pathname + search,
      method,
      [signalKey]: signal,
    }
    const defaultHeaders = {
      'User-Agent': 'unified-complaints',
      // Not deflate: servers disagree on its format.
      'Accept-Encoding': 'gzip, br',
      ...(data && { 'Content-Length': String(data.length) }),
    }
    if (proxy !== undefined) {
      Object.assign(options, proxyAddress(proxy), { path: `${protocol}//${host}${options.path}` })
      Object.assign(defaultHeaders, proxyHeaders(proxy, host))
    }
    options.agent = options.protocol === 'https:' ? httpsAgent : httpAgent
    const request = verifiedRequest(options, { ...defaultHeaders, ...headers }, resolve)
    request.on('error', reject)
    const onAbort = (): void => {
      request.destroy()
      // A request that still waits for a socket emits no error when it is destroyed.
      reject(signal.reason)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    request.end(data)
  })
}

/** The hostname as node:net takes it: without the brackets that a URL has around an IPv6 address. */
export function hostnameOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

/** The decoded body. An encoding that was not requested is left as it is. */
export function decompress(response: IncomingMessage): Readable {
  const decompressor = createDecompressor(response.headers['content-encoding'] ?? '')
  // The reader of the stream handles its errors.
  return decompressor === null ? response : pipeline(response, decompressor, () => {})
}

/** Flushes partial output: an empty body may carry Content-Encoding, and truncation is detected when reading. */
function createDecompressor(encoding: string): Transform | null {
  if (/^(gzip|deflate)$/i.test(encoding)) return createUnzip({ finishFlush: constants.Z_SYNC_FLUSH })
  if (/^br$/i.test(encoding)) return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH })
  return null
}

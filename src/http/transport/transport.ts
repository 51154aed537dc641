import { Agent as HttpAgent, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { withTimeout } from '../../async/abort.js'
import { ComplaintError, ConfigError, TimeoutError, TransportError } from '../../errors.js'
import type { WireRequest, WireResponse } from '../../provider.js'
import { type AxiosClient, createAxiosClient } from './axios-client.js'
import { createTunnelAgent } from './connect-tunnel.js'
import { closeIdleSockets } from './idle-sockets.js'
import { decompress, type Route } from './node-request.js'
import type { TransportOptions } from './options.js'
import { readBody } from './read-body.js'
import { assertVerifyingAgent, isCertificateProblem } from './verified-request.js'

/** WeChat Pay closes idle connections after 8 s; a request on a closed connection fails with ECONNRESET. */
const idleSocketMs = 7_000
const agentDefaults = { keepAlive: true, timeout: idleSocketMs }

/** The host was not reached. */
const hostProblems = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'])

/** Sends one request and resolves with the response, whatever its status. */
export type Transport = (
  request: WireRequest,
  options: { signal: AbortSignal | undefined; timeoutMs: number },
) => Promise<WireResponse>

/** @throws ConfigError for an agent that does not verify TLS */
export function createTransport(options: TransportOptions = {}): Transport {
  assertVerifyingAgent(options.httpsAgent)
  const { httpAgent, httpsAgent, proxy } = withoutPrototype(options)
  const directRoute: Route = {
    httpAgent: httpAgent ?? new HttpAgent(agentDefaults),
    httpsAgent: httpsAgent ?? new HttpsAgent({ ...agentDefaults, rejectUnauthorized: true }),
    proxy: undefined,
  }
  if (proxy === undefined) return transportOver(() => directRoute)
  const server = withoutPrototype(proxy)
  const httpProxyRoute: Route = { ...directRoute, proxy: server }
  const httpsTunnelRoute: Route = { ...directRoute, httpsAgent: createTunnelAgent(server, agentDefaults, httpsAgent) }
  return transportOver((url) => (url.startsWith('https:') ? httpsTunnelRoute : httpProxyRoute))
}

/** A copy without a prototype, so that a polluted Object.prototype adds no options. */
function withoutPrototype<T extends object>(options: T): T {
  return Object.assign(Object.create(null), options)
}

function transportOver(routeOf: (url: string) => Route): Transport {
  const client = createAxiosClient(routeOf)
  return async (request, { signal, timeoutMs }) => {
    try {
      return await sendOnce(client, request, signal, timeoutMs)
    } catch (error) {
      if (signal?.aborted !== true && isConnectionFailure(error)) closeIdleSockets(routeOf(request.url), request.url)
      throw error
    }
  }
}

function isConnectionFailure(error: unknown): boolean {
  return ComplaintError.isInstance(error) && (error.code === 'NETWORK' || error.code === 'TIMEOUT')
}

async function sendOnce(
  client: AxiosClient,
  request: WireRequest,
  signal: AbortSignal | undefined,
  timeoutMs: number,
): Promise<WireResponse> {
  assertPrintableAscii(request)
  const { url, method, headers, body } = request
  const onTimeout = (): TimeoutError =>
    new TimeoutError(`no complete response within ${timeoutMs} ms; raise timeoutMs if the provider is slow`, {
      retryable: true,
    })
  return withTimeout(timeoutMs, signal, onTimeout, async (attempt) => {
    try {
      // Also for an empty body: a Buffer is truthy, so its Content-Length is sent.
      const data = body === undefined ? undefined : Buffer.from(body)
      const { data: response } = await client({ url, method, headers, data, signal: attempt })
      const bytes = await readBody(decompress(response))
      // The body may be truncated if the attempt was aborted while it ended.
      attempt.throwIfAborted()
      return { status: response.statusCode ?? 0, headers: headersOf(response), body: bytes }
    } catch (error) {
      attempt.throwIfAborted()
      throw toTransportError(error)
    }
  })
}

/**
 * Node encodes other characters as Latin-1, or throws an error that names neither header nor option.
 * @throws ConfigError
 */
function assertPrintableAscii({ url, headers }: WireRequest): void {
  if (!/^https?:\/\/[!-~]+$/.test(url)) {
    throw new ConfigError('the URL of a request has characters other than printable ASCII')
  }
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[ -~]*$/.test(value)) {
      throw new ConfigError(`the header ${name} has characters other than printable ASCII; check the adapter's options`)
    }
  }
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const joined: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(headers)) {
    joined[name] = Array.isArray(value) ? value.join(', ') : String(value)
  }
  return joined
}

/** Keeps only the code of an error of axios or Node: an axios error holds the Authorization header. */
function toTransportError(error: unknown): ComplaintError {
  if (ComplaintError.isInstance(error)) return error
  const { code }: { code?: unknown } = Object(error)
  const reason = typeof code === 'string' ? code : undefined
  return new TransportError(
    `no complete response from the provider (${reason ?? 'connection failed'})${hintFor(reason)}`,
    { retryable: !isCertificateProblem(reason) },
  )
}

function hintFor(code: string | undefined): string {
  if (isCertificateProblem(code))
    return "; the host's TLS certificate is not trusted: check baseUrl, or give its CA to httpsAgent of the client options"
  return code !== undefined && hostProblems.has(code)
    ? '; check baseUrl, DNS, and whether this network needs a proxy'
    : ''
}

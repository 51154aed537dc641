import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Readable } from 'node:stream'
import { Axios, AxiosError, type AxiosRequestConfig } from 'axios'
import { ComplaintError, ConfigError, TimeoutError, TransportError } from '../errors.js'
import type { WireRequest, WireResponse } from '../provider.js'
import { readBody } from './body.js'
import { isCertificateProblem, requireVerification, verifyingTransport } from './tls.js'
import { attemptSignal, createTunnelAgent } from './tunnel.js'
import { within } from './wait.js'

/** WeChat closes idle connections after 8 s; reusing one then ends in ECONNRESET. */
const idleSocketMs = 7_000
/** As axios sets it on every socket it is given: another value here would cost two system calls for each request. */
const keepAliveMsecs = 60_000
const lifetimes = { keepAlive: true, keepAliveMsecs, timeout: idleSocketMs }

/** What a user may choose of the wire: agents (a proxy, a client certificate) and a proxy. TLS checks cannot be switched off. */
export interface TransportOptions {
  httpAgent?: HttpAgent
  httpsAgent?: HttpsAgent
  /** For https hosts a tunnel, within which TLS is the host's own; of `httpsAgent` the options then hold, its ways do not. */
  proxy?: { host: string; port: number; protocol?: string; auth?: { username: string; password: string } }
}

/** Sends one request and returns whatever status came. */
export type Transport = (
  request: WireRequest,
  options: { signal: AbortSignal | undefined; timeoutMs: number },
) => Promise<WireResponse>

/**
 * The only place that knows axios. Nothing of an axios error leaves it: those hold the Authorization header.
 * @throws ConfigError for an agent that does not verify whom it talks to
 */
export function createTransport(options: TransportOptions = {}): Transport {
  requireVerification(options.httpsAgent)
  // Without axios' own defaults, none of which is wanted: merging those into each request costs more than our part of it.
  const client = new Axios({
    httpAgent: options.httpAgent ?? new HttpAgent(lifetimes),
    httpsAgent: options.httpsAgent ?? new HttpsAgent({ ...lifetimes, rejectUnauthorized: true }),
    responseType: 'stream',
    maxRedirects: 0,
    validateStatus: () => true,
    adapter: 'http',
  })
  const { proxy, httpsAgent } = options
  // Never axios' own: that one believes what a proxy says instead of opening a tunnel, and outlives its request.
  const tunnel = proxy === undefined ? null : createTunnelAgent(proxy, lifetimes, httpsAgent)
  const throughTunnel: Way | null = tunnel === null ? null : { proxy: false, httpsAgent: tunnel }
  // Unless given, no proxy: axios would read the environment.
  const plainly: Way = { proxy: proxy ?? false }
  return (request, { signal, timeoutMs }) => {
    const way = request.url.startsWith('https:') ? (throughTunnel ?? plainly) : plainly
    return sendOnce(client, request, way, signal, timeoutMs)
  }
}

/** How a request reaches its host, as axios takes it. */
type Way = Pick<AxiosRequestConfig, 'proxy' | 'httpsAgent'>

async function sendOnce(
  client: Axios,
  request: WireRequest,
  way: Way,
  signal: AbortSignal | undefined,
  timeoutMs: number,
): Promise<WireResponse> {
  requireSendable(request)
  const late = (): TimeoutError =>
    new TimeoutError(`no complete answer within ${timeoutMs} ms; raise timeoutMs if the provider is slow`, {
      retryable: true,
    })
  return within(timeoutMs, signal, late, async (attempt) => {
    try {
      const answer = await client.request<Readable>({
        url: request.url,
        method: request.method,
        // As bytes: axios would trim a JSON text.
        ...(request.body === undefined ? {} : { data: Buffer.from(request.body) }),
        ...way,
        transport: verifyingTransport(
          { 'User-Agent': 'unified-complaints', ...request.headers },
          { [attemptSignal]: attempt },
        ),
        signal: attempt,
      })
      const body = await readBody(answer.data)
      // One that ended as it was stopped may be cut.
      attempt.throwIfAborted()
      return { status: answer.status, headers: headersOf(answer.headers), body }
    } catch (error) {
      attempt.throwIfAborted()
      throw wireError(error)
    }
  })
}

/**
 * Beyond ASCII, Node would send something else than was meant, or fail in words that say nothing to a user.
 * @throws ConfigError
 */
function requireSendable({ url, headers }: WireRequest): void {
  if (!/^https?:\/\/[!-~]+$/.test(url))
    throw new ConfigError('the URL of a request would hold more than printable ASCII')
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[ -~]*$/.test(value))
      throw new ConfigError(`the header ${name} would hold more than printable ASCII; check the adapter's options`)
  }
}

function headersOf(headers: object): Record<string, string> {
  const plain: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(headers)) {
    plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value)
  }
  return plain
}

function wireError(error: unknown): ComplaintError {
  if (ComplaintError.isInstance(error)) return error
  const { cause } = error instanceof Error ? error : {}
  if (ComplaintError.isInstance(cause)) return cause
  const code = error instanceof AxiosError || hasCode(error) ? error.code : undefined
  return new TransportError(`no complete answer from the provider (${code ?? 'connection failed'})`, {
    retryable: !isCertificateProblem(code),
  })
}

function hasCode(error: unknown): error is { code: string } {
  return typeof error === 'object' && error !== null && typeof (error as { code?: unknown }).code === 'string'
}

import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Readable } from 'node:stream'
import { AxiosHeaders, type AxiosResponse, getAdapter, type InternalAxiosRequestConfig } from 'axios'
import { ComplaintError, ConfigError, TimeoutError, TransportError } from '../errors.js'
import type { WireRequest, WireResponse } from '../provider.js'
import { isRecord } from '../read.js'
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
  const { httpAgent, httpsAgent, proxy } = bare(options)
  const plainly: Way = {
    httpAgent: httpAgent ?? new HttpAgent(lifetimes),
    httpsAgent: httpsAgent ?? new HttpsAgent({ ...lifetimes, rejectUnauthorized: true }),
    // Unless given, no proxy: axios would read the environment.
    proxy: proxy ?? false,
    maxRedirects: 0,
    validateStatus: () => true,
    responseType: 'stream',
  }
  // Never axios' own way through a proxy to an https host: that one believes what the proxy says instead of opening a
  // tunnel, and outlives its request.
  const throughTunnel: Way =
    proxy === undefined
      ? plainly
      : { ...plainly, proxy: false, httpsAgent: createTunnelAgent(proxy, lifetimes, httpsAgent) }
  return (request, { signal, timeoutMs }) =>
    sendOnce(request, request.url.startsWith('https:') ? throughTunnel : plainly, signal, timeoutMs)
}

/** How requests reach their host. */
type Way = Omit<InternalAxiosRequestConfig, 'headers'>

/** A copy without a prototype: what somebody put on that of all objects is no option. */
function bare<T extends object>(options: T): T {
  return Object.assign(Object.create(null), options)
}

async function sendOnce(
  request: WireRequest,
  way: Way,
  signal: AbortSignal | undefined,
  timeoutMs: number,
): Promise<WireResponse> {
  requireSendable(request)
  const { url, method, headers, body } = request
  const late = (): TimeoutError =>
    new TimeoutError(`no complete answer within ${timeoutMs} ms; raise timeoutMs if the provider is slow`, {
      retryable: true,
    })
  return within(timeoutMs, signal, late, async (attempt) => {
    try {
      // The part of axios that sends: to merge its defaults, none of which is wanted, costs more than our part of a
      // request. Let nothing be awaited before: given a signal that has aborted it sends all the same.
      const answer: AxiosResponse<Readable> = await getAdapter('http')(
        bare<InternalAxiosRequestConfig>({
          ...way,
          url,
          method,
          // Anew: axios writes the length of this body into them.
          headers: new AxiosHeaders(),
          // As bytes: an empty text would be sent without its length.
          data: body === undefined ? undefined : Buffer.from(body),
          transport: verifyingTransport(
            { 'User-Agent': 'unified-complaints', ...headers },
            { [attemptSignal]: attempt },
          ),
          signal: attempt,
        }),
      )
      const bytes = await readBody(answer.data)
      // One that ended as it was stopped may be cut.
      attempt.throwIfAborted()
      return { status: answer.status, headers: headersOf(answer.headers), body: bytes }
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
  const { cause, code: given } = isRecord(error) ? error : {}
  if (ComplaintError.isInstance(cause)) return cause
  const code = typeof given === 'string' ? given : undefined
  return new TransportError(`no complete answer from the provider (${code ?? 'connection failed'})`, {
    retryable: !isCertificateProblem(code),
  })
}

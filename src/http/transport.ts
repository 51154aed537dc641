import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Readable } from 'node:stream'
import { Axios, AxiosError } from 'axios'
import { ComplaintError, ConfigError, TimeoutError, TransportError } from '../errors.js'
import type { WireRequest, WireResponse } from '../provider.js'
import { readBody } from './body.js'
import { requireVerification, verifyingTransport } from './tls.js'

/** WeChat closes idle connections after 8 s; reusing one then ends in ECONNRESET. */
const idleSocketMs = 7_000

/** What a user may choose of the wire: agents (a proxy, a client certificate) and a proxy. TLS checks cannot be switched off. */
export interface TransportOptions {
  httpAgent?: HttpAgent
  httpsAgent?: HttpsAgent
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
    httpAgent: options.httpAgent ?? new HttpAgent({ keepAlive: true, timeout: idleSocketMs }),
    httpsAgent:
      options.httpsAgent ?? new HttpsAgent({ keepAlive: true, timeout: idleSocketMs, rejectUnauthorized: true }),
    // Unless given, none: axios would read the environment.
    proxy: options.proxy ?? false,
    responseType: 'stream',
    transport: verifyingTransport,
    maxRedirects: 0,
    validateStatus: () => true,
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
    adapter: 'http',
  })
  return (request, { signal, timeoutMs }) => sendOnce(client, request, signal, timeoutMs)
}

async function sendOnce(
  client: Axios,
  request: WireRequest,
  signal: AbortSignal | undefined,
  timeoutMs: number,
): Promise<WireResponse> {
  signal?.throwIfAborted()
  requireSendable(request)
  const attempt = new AbortController()
  const onAbort = (): void => attempt.abort()
  const timer = setTimeout(onAbort, timeoutMs)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const answer = await client.request<Readable>({
      url: request.url,
      method: request.method,
      headers: { 'User-Agent': 'unified-complaints', ...request.headers },
      // As bytes: axios would trim a JSON text.
      ...(request.body === undefined ? {} : { data: Buffer.from(request.body) }),
      signal: attempt.signal,
    })
    const body = await readBody(answer.data, attempt.signal)
    return { status: answer.status, headers: headersOf(answer.headers), body }
  } catch (error) {
    signal?.throwIfAborted()
    if (attempt.signal.aborted) {
      throw new TimeoutError(`no complete answer within ${timeoutMs} ms; raise timeoutMs if the provider is slow`, {
        retryable: true,
      })
    }
    throw wireError(error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

/**
 * axios would drop what a header cannot hold, and something else than was meant would be sent.
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
    if (value !== undefined && value !== null)
      plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value)
  }
  return plain
}

function wireError(error: unknown): ComplaintError {
  if (ComplaintError.isInstance(error)) return error
  const code = error instanceof AxiosError || hasCode(error) ? error.code : undefined
  return new TransportError(`no complete answer from the provider (${code ?? 'connection failed'})`, {
    retryable: !isCertificateProblem(code),
  })
}

function hasCode(error: unknown): error is { code: string } {
  return typeof error === 'object' && error !== null && typeof (error as { code?: unknown }).code === 'string'
}

/** A certificate that is not trusted now will not be in a second. */
function isCertificateProblem(code: string | undefined): boolean {
  return code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code)
}

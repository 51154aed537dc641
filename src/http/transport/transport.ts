import { Agent as HttpAgent, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { Axios, type AxiosAdapter, type AxiosResponse } from 'axios'
import { withTimeout } from '../../async/abort.js'
import { ComplaintError, ConfigError, TimeoutError, TransportError } from '../../errors.js'
import type { WireRequest, WireResponse } from '../../provider.js'
import { createTunnelAgent } from './connect-tunnel.js'
import { type Sending, sendOverWire, unpacked, type Way } from './node-request.js'
import { readBody } from './read-body.js'
import { isCertificateProblem, requireVerification } from './verified-request.js'

/** WeChat closes idle connections after 8 s; reusing one then ends in ECONNRESET. */
const idleSocketMs = 7_000
const lifetimes = { keepAlive: true, timeout: idleSocketMs }

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
    proxy: proxy && bare(proxy),
  }
  const throughTunnel: Way =
    plainly.proxy === undefined
      ? plainly
      : { ...plainly, proxy: undefined, httpsAgent: createTunnelAgent(plainly.proxy, lifetimes, httpsAgent) }
  const client = createClient((url) => (url.startsWith('https:') ? throughTunnel : plainly))
  return (request, { signal, timeoutMs }) => sendOnce(client, request, signal, timeoutMs)
}

/** A copy without a prototype: what somebody put on that of all objects is no option. */
function bare<T extends object>(options: T): T {
  return Object.assign(Object.create(null), options)
}

/**
 * An axios client with an adapter of our own. Axios' own takes a tenth of the CPU time of a whole list, believes what a
 * proxy says instead of opening a tunnel, and switches the verification of TLS off when the process says so.
 */
function createClient(wayTo: (url: string) => Way): Axios {
  const adapter: AxiosAdapter = async (config) => {
    const sending = config as unknown as Sending
    const data = await sendOverWire(sending, wayTo(sending.url))
    // Its headers stay with it: axios has no room for some that are named like its own methods.
    return { data, status: data.statusCode ?? 0, statusText: '', headers: {}, config }
  }
  // No instance of axios.create: that one has defaults, none of which is wanted.
  return new Axios({ adapter })
}

async function sendOnce(
  client: Axios,
  request: WireRequest,
  signal: AbortSignal | undefined,
  timeoutMs: number,
): Promise<WireResponse> {
  requireSendable(request)
  const { url, method, headers, body } = request
  const late = (): TimeoutError =>
    new TimeoutError(`no complete answer within ${timeoutMs} ms; raise timeoutMs if the provider is slow`, {
      retryable: true,
    })
  return withTimeout(timeoutMs, signal, late, async (attempt) => {
    try {
      // As bytes: of an empty text axios would not say that there is one.
      const data = body === undefined ? undefined : Buffer.from(body)
      const { data: answer, status }: AxiosResponse<IncomingMessage> = await client.request({
        url,
        method,
        headers,
        data,
        signal: attempt,
      })
      const bytes = await readBody(unpacked(answer))
      // One that ended as it was stopped may be cut.
      attempt.throwIfAborted()
      return { status, headers: headersOf(answer), body: bytes }
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

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const plain: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(headers)) {
    plain[name] = Array.isArray(value) ? value.join(', ') : String(value)
  }
  return plain
}

function wireError(error: unknown): ComplaintError {
  if (ComplaintError.isInstance(error)) return error
  const { code: given }: { code?: unknown } = Object(error)
  const code = typeof given === 'string' ? given : undefined
  return new TransportError(`no complete answer from the provider (${code ?? 'connection failed'})`, {
    retryable: !isCertificateProblem(code),
  })
}

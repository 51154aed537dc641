import { Agent, type AgentOptions, type RequestOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { TransportError } from '../../errors.js'
import type { TransportOptions } from './transport.js'
import { isCertificateProblem, requestVerified } from './verified-request.js'

export type ProxyServer = NonNullable<TransportOptions['proxy']>

/** Under this name a request's options carry the signal of its attempt, which an agent is told of in no other way. */
export const attemptSignal: unique symbol = Symbol('attempt')

export type TunnelOptions = RequestOptions & { readonly [attemptSignal]?: AbortSignal | undefined }
type Done = (error: Error | null, socket?: Duplex) => void

/**
 * Reaches https hosts through a proxy: a CONNECT, then TLS with the host itself over the very same connection. What the
 * proxy says to anything but a 200 is never an answer of the host's, and an attempt that ends takes its tunnel with it.
 * @param given the user's agent: its CA, client certificate and lifetimes hold for the host
 */
export function createTunnelAgent(proxy: ProxyServer, lifetimes: AgentOptions, given: Agent | undefined): Agent {
  const agent = new Agent({
    ...lifetimes,
    ...given?.options,
    // Those that wait in line would be given the signal of another attempt.
    maxSockets: Number.POSITIVE_INFINITY,
    maxTotalSockets: Number.POSITIVE_INFINITY,
    rejectUnauthorized: true,
  })
  // Not a property of the agent, which Node prints under NODE_DEBUG=http: the proxy's password is none of its business.
  agent.createConnection = (options: TunnelOptions, callback) => {
    openTunnel(proxy, options, callback as Done)
    return undefined
  }
  return agent
}

function openTunnel(proxy: ProxyServer, options: TunnelOptions, done: Done): void {
  const signal = options[attemptSignal]
  let isDone = false
  const finish: Done = (error, socket) => {
    signal?.removeEventListener('abort', onAbort)
    if (isDone) return
    isDone = true
    done(error, socket)
  }
  let current: { destroy(): unknown } = askForTunnel(proxy, options, (error, plain) => {
    if (plain === undefined || isDone) {
      plain?.destroy()
      return finish(error)
    }
    const secured = connectTls({ ...(options as ConnectionOptions), socket: plain, rejectUnauthorized: true })
    secured.once('secureConnect', () => finish(null, secured))
    secured.on('error', (failure) => finish(failure))
    current = secured
  })
  const onAbort = (): void => {
    current.destroy()
    finish(new Error('the attempt has ended'))
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted === true) onAbort()
}

/** Hands on a connection that the proxy has promised to pass through. */
function askForTunnel(proxy: ProxyServer, { host, port, ca }: RequestOptions, done: Done): { destroy(): unknown } {
  const target = `${host?.includes(':') ? `[${host}]` : host}:${port ?? 443}`
  const way = { ...addressOf(proxy), method: 'CONNECT', path: target, agent: false, ca }
  const request = requestVerified(way, proxyHeaders(proxy, target), () => {})
  request.once('connect', ({ statusCode = 0 }, socket, head) => {
    if (statusCode !== 200) {
      socket.destroy()
      return done(refusedTunnel(statusCode))
    }
    if (head.length > 0) socket.unshift(head)
    done(null, socket)
  })
  request.on('error', (error: Error & { code?: string }) => done(noTunnel(error.code)))
  request.end()
  return request
}

/** Where a proxy is, in the words of node:http. */
export function addressOf({ protocol, host, port }: ProxyServer): RequestOptions {
  return { protocol: (protocol || 'http').toLowerCase().replace(/:?$/, ':'), hostname: host, port }
}

/** What a proxy is told besides: whom it shall reach, and by whose right. */
export function proxyHeaders({ auth }: ProxyServer, host: string): Record<string, string> {
  if (auth === undefined) return { Host: host }
  const user = Buffer.from(`${auth.username}:${auth.password}`).toString('base64')
  return { Host: host, 'Proxy-Authorization': `Basic ${user}` }
}

function refusedTunnel(status: number): TransportError {
  const advice = status === 407 ? 'check axios.proxy.auth' : 'check axios.proxy, and what hosts the proxy allows'
  return new TransportError(`the proxy refused the tunnel (HTTP ${status}); ${advice}`, {
    retryable: status === 408 || status === 429 || status >= 500,
  })
}

function noTunnel(code: string | undefined): TransportError {
  return new TransportError(`no tunnel through the proxy (${code ?? 'connection failed'}); check axios.proxy`, {
    retryable: !isCertificateProblem(code),
  })
}

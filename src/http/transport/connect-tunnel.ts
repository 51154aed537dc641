import { Agent, type AgentOptions, type RequestOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { TransportError } from '../../errors.js'
import type { ProxyServer } from './options.js'
import { proxyAddress, proxyHeaders } from './proxy.js'
import { isCertificateProblem, verifiedRequest } from './verified-request.js'

/** The option that carries an attempt's signal to the agent; Node passes an agent the request's options, but no signal. */
export const signalKey: unique symbol = Symbol('signal')

export type TunnelOptions = RequestOptions & { readonly [signalKey]?: AbortSignal | undefined }
type Done = (error: Error | null, socket?: Duplex) => void

/**
 * Reaches https hosts through a proxy: a CONNECT request, then TLS with the host over the same connection. A proxy's
 * response other than 200 is never taken for the host's. An aborted attempt closes its tunnel.
 * @param userHttpsAgent the user's `axios.httpsAgent`; its options (CA, client certificate, timeouts) apply to the host
 */
export function createTunnelAgent(
  proxy: ProxyServer,
  defaults: AgentOptions,
  userHttpsAgent: Agent | undefined,
): Agent {
  const agent = new Agent({
    ...defaults,
    ...userHttpsAgent?.options,
    // With a limit, a queued request would get a tunnel opened under the signal of another attempt.
    maxSockets: Number.POSITIVE_INFINITY,
    maxTotalSockets: Number.POSITIVE_INFINITY,
    rejectUnauthorized: true,
  })
  // Not an option of the agent: NODE_DEBUG=http prints those, and the proxy's password with them.
  agent.createConnection = (options: TunnelOptions, callback) => {
    openTunnel(proxy, options, callback as Done)
    return undefined
  }
  return agent
}

function openTunnel(proxy: ProxyServer, options: TunnelOptions, done: Done): void {
  const signal = options[signalKey]
  let isDone = false
  const finish: Done = (error, socket) => {
    signal?.removeEventListener('abort', onAbort)
    if (isDone) return
    isDone = true
    done(error, socket)
  }
  let current: { destroy(): unknown } = connect(proxy, options, (error, socket) => {
    if (socket === undefined || isDone) {
      socket?.destroy()
      return finish(error)
    }
    const tlsSocket = connectTls({ ...(options as ConnectionOptions), socket, rejectUnauthorized: true })
    tlsSocket.once('secureConnect', () => finish(null, tlsSocket))
    tlsSocket.on('error', (failure) => finish(failure))
    current = tlsSocket
  })
  const onAbort = (): void => {
    current.destroy()
    finish(new Error('the attempt was aborted'))
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted === true) onAbort()
}

/** Sends CONNECT; a 200 yields the socket to the host. */
function connect(proxy: ProxyServer, { host, port, ca }: RequestOptions, done: Done): { destroy(): unknown } {
  const target = `${host?.includes(':') ? `[${host}]` : host}:${port ?? 443}`
  const options = { ...proxyAddress(proxy), method: 'CONNECT', path: target, agent: false, ca }
  const request = verifiedRequest(options, proxyHeaders(proxy, target), () => {})
  request.once('connect', ({ statusCode = 0 }, socket, head) => {
    if (statusCode !== 200) {
      socket.destroy()
      return done(tunnelRefused(statusCode))
    }
    if (head.length > 0) socket.unshift(head)
    done(null, socket)
  })
  request.on('error', (error: Error & { code?: string }) => done(tunnelFailed(error.code)))
  request.end()
  return request
}

function tunnelRefused(status: number): TransportError {
  const hint = status === 407 ? 'check axios.proxy.auth' : 'check axios.proxy and which hosts the proxy allows'
  return new TransportError(`the proxy refused the tunnel (HTTP ${status}); ${hint}`, {
    retryable: status === 408 || status === 429 || status >= 500,
  })
}

function tunnelFailed(code: string | undefined): TransportError {
  return new TransportError(`no tunnel through the proxy (${code ?? 'connection failed'}); check axios.proxy`, {
    retryable: !isCertificateProblem(code),
  })
}

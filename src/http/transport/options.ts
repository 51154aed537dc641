import type { Agent as HttpAgent } from 'node:http'
import type { Agent as HttpsAgent } from 'node:https'

/** A user's agents (a client certificate, a CA) and proxy. TLS verification cannot be turned off. */
export interface TransportOptions {
  httpAgent?: HttpAgent
  httpsAgent?: HttpsAgent
  /** Https hosts are reached through a tunnel. Only the options of `httpsAgent` (CA, certificate) apply within it. */
  proxy?: { host: string; port: number; protocol?: string; auth?: { username: string; password: string } }
}

export type ProxyServer = NonNullable<TransportOptions['proxy']>

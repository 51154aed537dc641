import type { RequestOptions } from 'node:http'
import type { ProxyServer } from './options.js'

/** The proxy's address as options of `http.request`. */
export function proxyAddress({ protocol, host, port }: ProxyServer): RequestOptions {
  return { protocol: (protocol || 'http').toLowerCase().replace(/:?$/, ':'), hostname: host, port }
}

/** @param host value of the Host header: the host to reach, not the proxy */
export function proxyHeaders({ auth }: ProxyServer, host: string): Record<string, string> {
  if (auth === undefined) return { Host: host }
  const credentials = Buffer.from(`${auth.username}:${auth.password}`).toString('base64')
  return { Host: host, 'Proxy-Authorization': `Basic ${credentials}` }
}

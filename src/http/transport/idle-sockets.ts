import { hostnameOf, type Route } from './node-request.js'
import { proxyAddress } from './proxy.js'

/**
 * Closes the idle sockets to the host of a URL. After a reset or a timeout they may be dead without Node
 * noticing, as after a suspended virtual machine or a failover of a NAT gateway; the next attempt then opens a fresh
 * connection.
 */
export function closeIdleSockets({ httpAgent, httpsAgent, proxy }: Route, url: string): void {
  const host = new URL(url)
  const target = { protocol: host.protocol, hostname: hostnameOf(host), port: host.port }
  // Through a proxy without a tunnel, the sockets lead to the proxy.
  const address = proxy === undefined ? target : proxyAddress(proxy)
  const isHttps = address.protocol === 'https:'
  const prefix = `${address.hostname}:${address.port || (isHttps ? 443 : 80)}:`
  // Agents of other packages may have no `freeSockets`.
  const { freeSockets = {} } = isHttps ? httpsAgent : httpAgent
  for (const [name, sockets] of Object.entries(freeSockets)) {
    if (name.startsWith(prefix)) for (const socket of sockets ?? []) socket.destroy()
  }
}

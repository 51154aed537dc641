import { generateKeyPairSync } from 'node:crypto'
import { createServer as createProxy } from 'node:http'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { createCertificate } from '../../src/sandbox/certificate.js'

/** An https host behind a proxy that requires a password. */
export interface TunnelWorld {
  /** Base URL of the host; `ca` is its certificate authority. */
  readonly baseUrl: string
  readonly ca: string
  readonly proxy: { host: string; port: number; protocol: string; auth: { username: string; password: string } }
  /** Proxies that accept a connection and never open a tunnel. */
  readonly silent: { host: string; port: number }
  readonly flooding: { host: string; port: number }
  readonly refusing: { host: string; port: number }
  /** Number of tunnels opened. */
  readonly tunnels: () => number
  close(): void
}

/** @param target an http origin on loopback that the host forwards to */
export async function startTunnelWorld(target: string): Promise<TunnelWorld> {
  const sockets = new Set<Socket>()
  const track = (socket: Socket): void => {
    sockets.add(socket.on('error', () => {}))
  }
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' })
  const ca = createCertificate(keys, 'localhost', Date.now())
  const forward = (socket: Socket, port: number): void => {
    const onward = connect(port, '127.0.0.1').on('error', () => socket.destroy())
    track(onward)
    onward.pipe(socket).pipe(onward)
    socket.on('close', () => onward.destroy())
  }
  const host = createTlsServer({ key, cert: ca }, (socket) => {
    track(socket)
    forward(socket, Number(new URL(target).port))
  })
  const auth = { username: 'user-of-the-proxy', password: 'password-of-the-proxy' }
  const basic = `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`
  let tunnels = 0
  const proxy = createProxy().on('connect', (request, socket: Socket) => {
    track(socket)
    if (request.headers['proxy-authorization'] !== basic) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    tunnels += 1
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
    forward(socket, portOf(host))
  })
  const silent = createServer(track)
  const flooding = createServer((socket) => {
    track(socket)
    const bytes = Buffer.from('HTTP/1.1 200 OK\r\n\r\n'.padEnd(2 ** 16, 'x'))
    const pump = (): void => {
      while (socket.writable && socket.write(bytes));
    }
    socket.on('drain', pump)
    pump()
  })
  const refusing = createServer((socket) => {
    track(socket)
    socket.once('data', () => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n{}'))
  })
  const servers = [host, proxy, silent, flooding, refusing]
  await Promise.all(
    servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))),
  )
  return {
    baseUrl: `https://localhost:${portOf(host)}`,
    ca,
    proxy: { ...at(proxy), protocol: 'http', auth },
    silent: at(silent),
    flooding: at(flooding),
    refusing: at(refusing),
    tunnels: () => tunnels,
    close() {
      for (const socket of sockets) socket.destroy()
      for (const server of servers) server.close()
    },
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

function at(server: Server): { host: string; port: number } {
  return { host: '127.0.0.1', port: portOf(server) }
}

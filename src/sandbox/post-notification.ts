import { request } from 'node:http'
import type { SandboxNotification } from './types.js'

/** As long as a provider waits for the answer to a callback. */
const timeoutMs = 5000
const loopbackHosts = ['127.0.0.1', '[::1]', 'localhost']

/** POSTs a callback, byte for byte, and gives the status answered. */
export function postNotification(url: string, { headers, body }: SandboxNotification): Promise<number> {
  return new Promise((resolve, reject) => {
    const { protocol, hostname } = new URL(url)
    if (protocol !== 'http:' || !loopbackHosts.includes(hostname))
      throw new Error('the sandbox sends callbacks to http URLs on loopback only')
    const length = { 'Content-Length': String(Buffer.byteLength(body, 'utf8')) }
    const call = request(
      url,
      { method: 'POST', headers: { ...headers, ...length }, agent: false, signal: AbortSignal.timeout(timeoutMs) },
      (reply) => {
        reply.on('error', reject)
        reply.on('end', () => resolve(reply.statusCode ?? 0))
        reply.resume()
      },
    )
    call.on('error', reject)
    call.end(body)
  })
}

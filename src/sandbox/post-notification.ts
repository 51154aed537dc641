import { request } from 'node:http'
import type { SandboxNotification } from './notification-types.js'

/** Providers wait this long for the response to a notification. */
const timeoutMs = 5000
const loopbackHosts = ['127.0.0.1', '[::1]', 'localhost']

/** POSTs a notification byte for byte and returns the status of the response. */
export function postNotification(url: string, { headers, body }: SandboxNotification): Promise<number> {
  return new Promise((resolve, reject) => {
    const { protocol, hostname } = new URL(url)
    if (protocol !== 'http:' || !loopbackHosts.includes(hostname))
      throw new Error('the sandbox sends notifications only to http URLs on loopback')
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

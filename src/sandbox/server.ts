import { setMaxListeners } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { ProviderName } from '../model.js'
import type { FaultSelector } from './fault-rules.js'
import { applyBefore, applyFaults, isApplicable, listConditions } from './faults.js'
import { maskSecrets } from './mask.js'
import type { IncomingRequest, ProviderSimulator, SimulatedResponse } from './simulator.js'
import type { SandboxFaultKind, SandboxRequest } from './types.js'

/** State shared by all servers of a sandbox. */
export interface ServerContext {
  readonly latencyMs: number
  readonly faults: FaultSelector
  readonly requests: SandboxRequest[]
  /** Numbers the requests of a provider. */
  count(provider: ProviderName): number
  onRequest(request: SandboxRequest): void | Promise<void>
}

/** The simulator behind a listener. */
export interface Endpoint {
  readonly simulator: ProviderSimulator
  readonly account: string
  readonly host: SandboxRequest['host']
}

/** An open loopback port; `serve` connects it to a simulator. */
export interface Listener {
  readonly baseUrl: string
  serve(endpoint: Endpoint, context: ServerContext): void
  close(): Promise<void>
}

/** WeChat Pay closes idle connections after this time. */
const keepAliveTimeoutMs = 8000
const maxBodyBytes = 1024 * 1024
const slowParts = 8
const slowPauseMs = 40

export async function listen(): Promise<Listener> {
  const closing = new AbortController()
  // Each delayed response adds a listener; above ten Node warns of a leak.
  setMaxListeners(0, closing.signal)
  const server = createServer({ keepAliveTimeout: keepAliveTimeoutMs })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    // Workers of a cluster share port 0 unless it is exclusive: each has its own sandbox.
    server.listen({ port: 0, host: '127.0.0.1', exclusive: true }, resolve)
  })
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(endpoint, context) {
      server.on('request', (message, reply) => {
        handle(message, reply, endpoint, context, closing.signal).catch((error: unknown) => sendFailure(reply, error))
      })
    },
    close() {
      closing.abort()
      server.close()
      server.closeAllConnections()
      return closed
    },
  }
}

async function handle(
  message: IncomingMessage,
  reply: ServerResponse,
  { simulator, account, host }: Endpoint,
  context: ServerContext,
  closing: AbortSignal,
): Promise<void> {
  const { provider } = simulator
  const request = await receive(message)
  const operation = simulator.classify(request)
  const record = createRecord(request, { provider, host, operation, number: context.count(provider) })
  context.requests.push(record)
  const faults = context.faults({
    provider,
    account,
    host,
    operation,
    isApplicable: (kind) => isApplicable(kind, simulator, operation),
  })
  const applies = (kind: SandboxFaultKind): boolean => faults.some((fault) => fault.kind === kind)
  await context.onRequest(record)
  applyBefore(faults, simulator, request)
  const response = simulator.respond(request, listConditions(faults))
  record.query = response.query ?? {}
  const sent = applyFaults(response, faults, simulator)
  const isDropped = applies('reset') || applies('stall')
  record.served = isDropped ? [] : (sent.served ?? [])
  if (context.latencyMs > 0) await pause(context.latencyMs, undefined, { signal: closing })
  if (message.socket.destroyed) return
  if (applies('reset')) message.socket.resetAndDestroy()
  if (isDropped) return
  record.status = sent.status
  if (applies('slowBody')) await sendSlowly(reply, sent, closing)
  else send(reply, sent)
}

function createRecord(
  request: IncomingRequest,
  details: Pick<SandboxRequest, 'provider' | 'host' | 'operation' | 'number'>,
): SandboxRequest {
  return {
    ...details,
    method: request.method,
    url: maskSecrets(request.url),
    headers: request.headers,
    body: maskSecrets(request.body),
    at: request.at,
    status: null,
    query: {},
    served: [],
  }
}

async function receive(message: IncomingMessage): Promise<IncomingRequest> {
  const at = Date.now()
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBodyBytes) throw new Error('the request is too large')
    chunks.push(chunk)
  }
  const url = message.url ?? '/'
  const queryStart = url.indexOf('?')
  return {
    method: message.method ?? '',
    url,
    path: queryStart < 0 ? url : url.slice(0, queryStart),
    search: queryStart < 0 ? null : url.slice(queryStart + 1),
    headers: Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    ),
    body: Buffer.concat(chunks).toString('utf8'),
    at,
  }
}

function writeHead(reply: ServerResponse, response: SimulatedResponse): Buffer {
  const body = Buffer.from(response.bytes ?? Buffer.from(response.body, 'utf8'))
  reply.writeHead(response.status, { ...response.headers, 'Content-Length': body.length })
  return body
}

function send(reply: ServerResponse, response: SimulatedResponse): void {
  const body = writeHead(reply, response)
  if (response.cut === true) reply.write(body.subarray(0, body.length >> 1), () => reply.destroy())
  else reply.end(body)
}

/** Sends the body in parts over a few hundred milliseconds. */
async function sendSlowly(reply: ServerResponse, response: SimulatedResponse, closing: AbortSignal): Promise<void> {
  const whole = writeHead(reply, response)
  const body = response.cut === true ? whole.subarray(0, whole.length >> 1) : whole
  const size = Math.max(1, Math.ceil(body.length / slowParts))
  for (let from = 0; from < body.length && !reply.destroyed; from += size) {
    reply.write(body.subarray(from, from + size))
    await pause(slowPauseMs, undefined, { signal: closing })
  }
  if (response.cut === true) reply.destroy()
  else reply.end()
}

/** Called when the client disconnected, the sandbox is closing, or the user's `onRequest` threw. */
function sendFailure(reply: ServerResponse, error: unknown): void {
  if (reply.destroyed || reply.headersSent || reply.socket?.destroyed !== false) return
  const message = error instanceof Error ? error.message : String(error)
  send(reply, { status: 500, headers: { 'Content-Type': 'text/plain' }, body: `sandbox: ${message}` })
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Answer, Incoming, ProviderSide } from './exchange.js'
import { type Faults, spoil } from './faults.js'
import { maskSecrets } from './mask.js'
import type { SandboxRequest } from './types.js'

/** What the three servers share. */
export interface Stage {
  readonly latencyMs: number
  readonly faults: Faults
  readonly requests: SandboxRequest[]
  onRequest(request: SandboxRequest): void | Promise<void>
}

export interface Running {
  readonly baseUrl: string
  close(): Promise<void>
}

/** As long as WeChat Pay keeps an idle connection. */
const keepAliveTimeoutMs = 8000
const maxBodyBytes = 1024 * 1024

/** Starts a provider's server on a loopback port of its own. */
export async function serve(side: ProviderSide, stage: Stage): Promise<Running> {
  const closing = new AbortController()
  let arrived = 0
  const count = (): number => {
    arrived += 1
    return arrived
  }
  const server = createServer({ keepAliveTimeout: keepAliveTimeoutMs }, (message, reply) => {
    handle(message, reply, side, stage, count, closing.signal).catch((error: unknown) => fail(reply, error))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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
  side: ProviderSide,
  stage: Stage,
  count: () => number,
  closing: AbortSignal,
): Promise<void> {
  const incoming = await receive(message)
  const operation = side.operationOf(incoming)
  const record = recordOf(incoming, side.provider, operation, count())
  stage.requests.push(record)
  const fault = stage.faults(side.provider, operation)
  await stage.onRequest(record)
  const answer = side.answer(incoming)
  record.query = answer.query ?? {}
  const sent = spoil(answer, fault, side)
  record.served = sent?.served ?? []
  if (stage.latencyMs > 0) await pause(stage.latencyMs, undefined, { signal: closing })
  if (message.socket.destroyed) return
  if (sent === null) {
    message.socket.resetAndDestroy()
    return
  }
  record.status = sent.status
  send(reply, sent)
}

function recordOf(
  incoming: Incoming,
  provider: ProviderSide['provider'],
  operation: SandboxRequest['operation'],
  number: number,
): SandboxRequest {
  return {
    provider,
    number,
    operation,
    method: incoming.method,
    url: maskSecrets(incoming.url),
    headers: incoming.headers,
    body: maskSecrets(incoming.body),
    at: incoming.at,
    status: null,
    query: {},
    served: [],
  }
}

async function receive(message: IncomingMessage): Promise<Incoming> {
  const at = Date.now()
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxBodyBytes) throw new Error('the request is too large')
    chunks.push(chunk)
  }
  const url = message.url ?? '/'
  const mark = url.indexOf('?')
  return {
    method: message.method ?? '',
    url,
    path: mark < 0 ? url : url.slice(0, mark),
    search: mark < 0 ? null : url.slice(mark + 1),
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

function send(reply: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body, 'utf8')
  reply.writeHead(answer.status, { ...answer.headers, 'Content-Length': body.length })
  if (answer.cut === true) reply.write(body.subarray(0, body.length >> 1), () => reply.destroy())
  else reply.end(body)
}

/** The client went away, the sandbox is closing, or the user's own onRequest threw. */
function fail(reply: ServerResponse, error: unknown): void {
  if (reply.destroyed || reply.headersSent || reply.socket?.destroyed !== false) return
  const message = error instanceof Error ? error.message : String(error)
  send(reply, { status: 500, headers: { 'Content-Type': 'text/plain' }, body: `sandbox: ${message}` })
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { ProviderName } from '../model.js'
import type { Answer, Incoming, ProviderSide } from './exchange.js'
import type { Faults } from './fault-rules.js'
import { clampOf, happen, isMeant, spoil } from './faults.js'
import { maskSecrets } from './mask.js'
import type { SandboxFaultKind, SandboxRequest } from './types.js'

/** What all servers share. */
export interface Stage {
  readonly latencyMs: number
  readonly faults: Faults
  readonly requests: SandboxRequest[]
  /** Numbers the requests of a provider. */
  count(provider: ProviderName): number
  /** Computes an answer with no more rows a page than this; undefined: as many as usual. */
  clamped(rows: number | undefined, compute: () => Answer): Answer
  onRequest(request: SandboxRequest): void | Promise<void>
}

/** Who answers at a door. */
export interface Cast {
  readonly side: ProviderSide
  readonly account: string
  readonly host: SandboxRequest['host']
}

/** A loopback port that nobody answers at yet. */
export interface Door {
  readonly baseUrl: string
  open(cast: Cast, stage: Stage): void
  close(): Promise<void>
}

/** As long as WeChat Pay keeps an idle connection. */
const keepAliveTimeoutMs = 8000
const maxBodyBytes = 1024 * 1024
const slowParts = 8
const slowPauseMs = 40

export async function listen(): Promise<Door> {
  const closing = new AbortController()
  const server = createServer({ keepAliveTimeout: keepAliveTimeoutMs })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open(cast, stage) {
      server.on('request', (message, reply) => {
        handle(message, reply, cast, stage, closing.signal).catch((error: unknown) => fail(reply, error))
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
  { side, account, host }: Cast,
  stage: Stage,
  closing: AbortSignal,
): Promise<void> {
  const { provider } = side
  const incoming = await receive(message)
  const operation = side.operationOf(incoming)
  const record = recordOf(incoming, { provider, host, operation, number: stage.count(provider) })
  stage.requests.push(record)
  const faults = stage.faults({ provider, account, host, operation, isMeant: (kind) => isMeant(kind, side, operation) })
  const strikes = (kind: SandboxFaultKind): boolean => faults.some((fault) => fault.kind === kind)
  await stage.onRequest(record)
  happen(faults, side, incoming)
  const answer = stage.clamped(clampOf(faults), () => side.answer(incoming))
  record.query = answer.query ?? {}
  const sent = spoil(answer, faults, side)
  const isLost = strikes('reset') || strikes('stall')
  record.served = isLost ? [] : (sent.served ?? [])
  if (stage.latencyMs > 0) await pause(stage.latencyMs, undefined, { signal: closing })
  if (message.socket.destroyed) return
  if (strikes('reset')) message.socket.resetAndDestroy()
  if (isLost) return
  record.status = sent.status
  if (strikes('slowBody')) await dribble(reply, sent, closing)
  else send(reply, sent)
}

function recordOf(
  incoming: Incoming,
  known: Pick<SandboxRequest, 'provider' | 'host' | 'operation' | 'number'>,
): SandboxRequest {
  return {
    ...known,
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

function begin(reply: ServerResponse, answer: Answer): Buffer {
  const body = Buffer.from(answer.bytes ?? Buffer.from(answer.body, 'utf8'))
  reply.writeHead(answer.status, { ...answer.headers, 'Content-Length': body.length })
  return body
}

function send(reply: ServerResponse, answer: Answer): void {
  const body = begin(reply, answer)
  if (answer.cut === true) reply.write(body.subarray(0, body.length >> 1), () => reply.destroy())
  else reply.end(body)
}

/** The body in parts, over a few hundred milliseconds. */
async function dribble(reply: ServerResponse, answer: Answer, closing: AbortSignal): Promise<void> {
  const whole = begin(reply, answer)
  const body = answer.cut === true ? whole.subarray(0, whole.length >> 1) : whole
  const size = Math.max(1, Math.ceil(body.length / slowParts))
  for (let from = 0; from < body.length && !reply.destroyed; from += size) {
    reply.write(body.subarray(from, from + size))
    await pause(slowPauseMs, undefined, { signal: closing })
  }
  if (answer.cut === true) reply.destroy()
  else reply.end()
}

/** The client went away, the sandbox is closing, or the user's own onRequest threw. */
function fail(reply: ServerResponse, error: unknown): void {
  if (reply.destroyed || reply.headersSent || reply.socket?.destroyed !== false) return
  const message = error instanceof Error ? error.message : String(error)
  send(reply, { status: 500, headers: { 'Content-Type': 'text/plain' }, body: `sandbox: ${message}` })
}

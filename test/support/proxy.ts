import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An answer on its way back. */
export interface PassingAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** What was asked, as it came over the wire. */
export interface PassingRequest {
  /** Counts the requests that came through, from 1. */
  readonly number: number
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/**
 * What becomes of an answer: `cut` promises all of its bytes and ends half-way, `hang` never answers.
 * `ask` fetches the true answer; without that call the server never gets the request.
 */
export type Meddle = (
  asked: PassingRequest,
  ask: () => Promise<PassingAnswer>,
) => PassingAnswer | { cut: PassingAnswer } | 'hang' | Promise<PassingAnswer | { cut: PassingAnswer } | 'hang'>

export interface MeddlingProxy {
  readonly baseUrl: string
  readonly requests: readonly PassingRequest[]
  close(): Promise<void>
}

/** Stands between a client and a server, and changes what the client gets to see. */
export async function startProxy(target: string, meddle: Meddle): Promise<MeddlingProxy> {
  const requests: PassingRequest[] = []
  const server = createServer(async (message, reply) => {
    try {
      const body = (await bytesOf(message)).toString()
      const { method = '', url = '', headers } = message
      const asked = { number: requests.length + 1, method, url, headers, body }
      requests.push(asked)
      send(reply, await meddle(asked, () => forward(target, asked)))
    } catch {
      reply.destroy()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function forward(target: string, { method, url, headers, body }: PassingRequest): Promise<PassingAnswer> {
  return new Promise((resolve, reject) => {
    const onward = request(`${target}${url}`, { method, headers, agent: false }, (answer) => {
      bytesOf(answer).then((bytes) => {
        const names = Object.entries(answer.headers).map(([name, value]) => [name, String(value)])
        resolve({ status: answer.statusCode ?? 0, headers: Object.fromEntries(names), body: bytes })
      }, reject)
    })
    onward.on('error', reject)
    onward.end(body)
  })
}

function send(reply: ServerResponse, answer: PassingAnswer | { cut: PassingAnswer } | 'hang'): void {
  if (answer === 'hang') return
  const { status, headers, body } = 'cut' in answer ? answer.cut : answer
  const { connection: _, 'transfer-encoding': __, ...kept } = headers
  reply.writeHead(status, { ...kept, 'content-length': body.length })
  if ('cut' in answer) reply.write(body.subarray(0, body.length >> 1), () => reply.destroy())
  else reply.end(body)
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

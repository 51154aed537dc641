import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Adapter } from '../../../src/index.js'
import type { ListFormat, Provider } from './format.js'
import { huishouqianFormat } from './huishouqian.js'
import type { Page, PageQuery } from './list.js'
import { wechatpayFormat } from './wechatpay.js'
import { xiaoeFormat } from './xiaoe.js'

const formats: Record<Provider, ListFormat> = {
  wechatpay: wechatpayFormat,
  xiaoe: xiaoeFormat,
  huishouqian: huishouqianFormat,
}

/** A request as it was received. */
export interface SeenRequest extends PageQuery {
  /** By `performance.now()`. */
  readonly receivedAt: number
}

export interface ServerOptions {
  /** By how much the `Date` of each response is ahead of this host's clock. */
  readonly dateAheadMs?: number
  /** A status other than 200 for the request with this number, from 1, and its headers. */
  readonly refuse?: (request: number) => { status: number; headers: Record<string, string> } | null
}

export interface TroubledServer {
  readonly url: string
  readonly requests: readonly SeenRequest[]
  /** An adapter that reads from this server; `options` are added to its own. */
  adapter(options?: object): Adapter
  close(): Promise<void>
}

/** A provider's server on loopback, written apart from the adapters, over any list that serves pages. */
export async function startTroubledServer(
  provider: Provider,
  list: { page(query: PageQuery): Page | Promise<Page> },
  { dateAheadMs = 0, refuse }: ServerOptions = {},
): Promise<TroubledServer> {
  const format = formats[provider]
  const requests: SeenRequest[] = []
  const server = createServer(async (request, response) => {
    const receivedAt = performance.now()
    const query = format.parse(request, await bodyOf(request))
    requests.push({ ...query, receivedAt })
    if (dateAheadMs !== 0) response.setHeader('Date', new Date(Date.now() + dateAheadMs).toUTCString())
    const refused = refuse?.(requests.length) ?? null
    if (refused !== null) {
      response.writeHead(refused.status, refused.headers).end()
      return
    }
    const { headers, body } = format.write(await list.page(query), query)
    response.writeHead(200, { 'Content-Type': 'application/json', ...headers }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    requests,
    adapter: (options = {}) => format.adapter(url, options),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

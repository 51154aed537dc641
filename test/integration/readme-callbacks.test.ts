import { createPublicKey, verify } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import Keyv from 'keyv'
import ts from 'typescript'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  AuthenticationError,
  ComplaintClient,
  type ComplaintNotification,
  QueryError,
  RateLimitError,
  wechatpay,
} from '../../src/index.js'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'

const root = new URL('../..', import.meta.url).pathname
const blocks = ['docs/notifications.md', 'docs/recipes.md'].flatMap((document) => [
  ...readFileSync(join(root, document), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g),
])
const path = '/wechatpay/complaints'
let folder: string
let sandbox: Sandbox
let client: ComplaintClient

beforeAll(() => {
  mkdirSync(join(root, 'reports'), { recursive: true })
  folder = mkdtempSync(join(root, 'reports/readme-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
beforeEach(async () => {
  sandbox = await startSandbox({ complaints: { wechatpay: 3, huishouqian: 0, xiaoe: 0 }, reuseKeys: true })
  client = new ComplaintClient(wechatpay(sandbox.wechatpay))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await sandbox.close()
})

/** The block of the document that exports `name`; only addresses are changed. */
// biome-ignore lint/suspicious/noExplicitAny: the names and types of the blocks are those of the document.
async function exported(name: string, host = ''): Promise<any> {
  const [, code = ''] =
    blocks.find(([, each = '']) => new RegExp(`export .*(?:function|class) ${name}\\b`).test(each)) ?? []
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      experimentalDecorators: true,
      useDefineForClassFields: false,
    },
  })
  const file = join(folder, `${name}.js`)
  const placed = outputText.replaceAll("'unified-complaints'", "'../../src/index.js'")
  writeFileSync(file, placed.replace('https://api.mch.weixin.qq.com', host))
  const block = await import(/* @vite-ignore */ pathToFileURL(file).href)
  return block[name]
}

async function listening(listener: RequestListener): Promise<{ url: string; close(): Promise<unknown> }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, close: () => new Promise((resolve) => server.close(resolve)) }
}

/** What WeChat Pay's callbacks, and one that was changed, are answered with. */
async function post(url: string): Promise<number[]> {
  const id = sandbox.truth[0]?.id ?? ''
  const answers: number[] = []
  for (const event of ['first', 'first', 'second'])
    answers.push(await sandbox.sendNotification(url, 'wechatpay', id, { id: event, action: 'USER_RESPONSE' }))
  const { headers, body } = sandbox.notification('wechatpay', id)
  for (const forged of [
    { headers, body: `${body} ` },
    { headers: { 'Content-Type': 'application/json' }, body },
  ])
    answers.push((await fetch(url, { method: 'POST', ...forged })).status)
  return answers
}

describe("the callback handlers of docs/notifications.md, with WeChat Pay's callbacks over HTTP", () => {
  it('Express keeps the raw body, handles repetitions once, also after a restart, and believes nothing unproven', async () => {
    const [complaintCallback, handledOnce] = [await exported('complaintCallback'), await exported('handledOnce')]
    const [stored, handled] = [new Map(), [] as string[]]
    const take = (): unknown =>
      handledOnce(new Keyv({ store: stored }), async ({ complaintId, action }: ComplaintNotification) => {
        handled.push(`${complaintId} ${action}`)
      })
    const id = sandbox.truth[0]?.id
    for (const expected of [[id, id], []]) {
      const server = await listening(complaintCallback(client, take()))
      try {
        expect(await post(server.url + path)).toEqual([204, 204, 204, 401, 401])
        expect(handled.splice(0)).toEqual(expected.map((each) => `${each} USER_RESPONSE`))
      } finally {
        await server.close()
      }
    }
  })

  it('handledOnce hands a callback on again that could not be handled, and each one without an id', async () => {
    const handledOnce = await exported('handledOnce')
    const handle = vi.fn(async () => {}).mockRejectedValueOnce(new Error('the database is away'))
    const take = handledOnce(new Keyv(), handle)
    await expect(take({ provider: 'wechatpay', account: 'a', id: '1' })).rejects.toThrow('away')
    for (const event of ['1', '1', null, null]) await take({ provider: 'wechatpay', account: 'a', id: event })
    await take({ provider: 'wechatpay', account: 'b', id: '1' })
    expect(handle).toHaveBeenCalledTimes(5)
  })

  it('NestJS takes the raw body, believes nothing unproven and says when rawBody is not on', async () => {
    const ComplaintCallbacks = await exported('ComplaintCallbacks')
    const logged = vi.spyOn(console, 'log').mockReturnValue()
    const controller = new ComplaintCallbacks(client)
    const id = sandbox.truth[0]?.id ?? ''
    const { headers, body } = sandbox.notification('wechatpay', id, { action: 'USER_RESPONSE' })
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
    await controller.receive({ headers: lower, rawBody: Buffer.from(body) })
    expect(logged.mock.calls).toEqual([[id, 'USER_RESPONSE']])
    const forged = controller.receive({ headers: lower, rawBody: Buffer.from(`${body} `) })
    await expect(forged).rejects.toMatchObject({ status: 401 })
    await expect(controller.receive({ headers: lower, body: JSON.parse(body) })).rejects.toThrow('rawBody: true')
  })

  it('C19: Nest responds with a status of its own to errors of the provider', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    const replies: unknown[] = []
    const adapter = { reply: (...reply: unknown[]) => replies.push(reply.slice(1)), isHeadersSent: () => false }
    const host = { getArgByIndex: () => ({}) }
    const filter = new (await exported('ComplaintErrors'))(adapter)
    filter.catch(new AuthenticationError('x', { status: 401 }), host)
    filter.catch(new RateLimitError('x', { status: 429, retryable: true }), host)
    filter.catch(new QueryError('x'), host)
    expect(replies).toEqual([
      [{ code: 'AUTHENTICATION' }, 502],
      [{ code: 'RATE_LIMIT' }, 503],
      [{ code: 'QUERY' }, 400],
    ])
  })

  it('registers an address by a signed call, and says what WeChat Pay has against it', async () => {
    const seen: unknown[] = []
    const { privateKey, mchid, serialNo } = sandbox.wechatpay
    const server = await listening(async (request, response) => {
      const [{ method, url, headers }, body] = [request, await text(request)]
      const [, fields = ''] = /^WECHATPAY2-SHA256-RSA2048 (.*)$/.exec(headers.authorization ?? '') ?? []
      const signed = Object.fromEntries(
        [...fields.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
      )
      const message = `${method}\n${url}\n${signed.timestamp}\n${signed.nonce_str}\n${body}\n`
      const signature = Buffer.from(signed.signature ?? '', 'base64')
      const isSigned = verify('sha256', Buffer.from(message), createPublicKey(privateKey), signature)
      seen.push([method, url, JSON.parse(body), isSigned, signed.mchid, signed.serial_no])
      response.writeHead(method === 'POST' ? 200 : 400).end('{"code":"PARAM_ERROR"}')
    })
    try {
      const registerAddress = await exported('registerAddress', server.url)
      const [address, called] = ['https://shop.example/complaints', '/v3/merchant-service/complaint-notifications']
      await registerAddress(sandbox.wechatpay, address)
      await expect(registerAddress(sandbox.wechatpay, address, 'PUT')).rejects.toThrow('400 {"code":"PARAM_ERROR"}')
      const rest = [called, { url: address }, true, mchid, serialNo]
      expect(seen).toEqual([
        ['POST', ...rest],
        ['PUT', ...rest],
      ])
    } finally {
      await server.close()
    }
  })

  it('Fastify keeps the raw body and believes nothing unproven', async () => {
    const complaintServer = await exported('complaintServer')
    const server = complaintServer(client)
    const address = await server.listen({ port: 0, host: '127.0.0.1' })
    try {
      expect(await post(address + path)).toEqual([204, 204, 204, 401, 401])
    } finally {
      await server.close()
    }
  })
})

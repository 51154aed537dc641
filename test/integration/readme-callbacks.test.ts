import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { ComplaintClient, wechatpay } from '../../src/index.js'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'

const root = new URL('../..', import.meta.url).pathname
const blocks = [...readFileSync(join(root, 'docs/notifications.md'), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)]
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

/** The block of the document that exports `name`; only the package's address is changed. */
async function exported(name: string): Promise<(...given: unknown[]) => unknown> {
  const [, code = ''] = blocks.find(([, each = '']) => each.includes(`export function ${name}(`)) ?? []
  const file = join(folder, `${name}.ts`)
  writeFileSync(file, code.replaceAll("'unified-complaints'", "'../../src/index.js'"))
  const block = await import(/* @vite-ignore */ pathToFileURL(file).href)
  return block[name]
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
  it('Express keeps the raw body, tells repetitions and believes nothing unproven', async () => {
    const complaintCallback = await exported('complaintCallback')
    const logged = vi.spyOn(console, 'log').mockReturnValue()
    const server = createServer(complaintCallback(client, new Set()) as RequestListener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = server.address() as AddressInfo
      expect(await post(`http://127.0.0.1:${port}${path}`)).toEqual([204, 204, 204, 401, 401])
      const id = sandbox.truth[0]?.id
      expect(logged.mock.calls).toEqual([
        [id, 'USER_RESPONSE'],
        [id, 'USER_RESPONSE'],
      ])
    } finally {
      await new Promise((resolve) => server.close(resolve))
    }
  })

  it('Fastify keeps the raw body and believes nothing unproven', async () => {
    const complaintServer = await exported('complaintServer')
    const server = complaintServer(client) as {
      listen(options: { port: number; host: string }): Promise<string>
      close(): Promise<void>
    }
    const address = await server.listen({ port: 0, host: '127.0.0.1' })
    try {
      expect(await post(address + path)).toEqual([204, 204, 204, 500, 500])
    } finally {
      await server.close()
    }
  })
})

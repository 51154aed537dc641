import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import Keyv from 'keyv'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxNotification, startSandbox } from '../../src/sandbox/index.js'
import { hasRedis, startRedis } from '../support/redis.js'

const example = new URL('./express-callback/', import.meta.url).pathname

let sandbox: Sandbox
let server: Server
let base: string
let handled: Server['handled']
const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-callback-'))

interface Server {
  readonly base: string
  /** What the example handled, in order. */
  readonly handled: { provider: string; account: string; complaintId: string; action: string }[]
  stop(): Promise<unknown>
}

async function startServer(env: Record<string, string> = {}): Promise<Server> {
  const accountsFile = join(folder, 'accounts.json')
  const accounts = [
    { provider: 'wechatpay', account: 'shop', ...sandbox.wechatpay },
    { provider: 'huishouqian', account: 'counter', ...sandbox.huishouqian },
  ]
  writeFileSync(accountsFile, JSON.stringify({ accounts }), { mode: 0o600 })
  const child = spawn(process.execPath, [`${example}server.mjs`], {
    env: { ...process.env, ACCOUNTS_FILE: accountsFile, PORT: '0', HOST: '127.0.0.1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.stderr.resume()
  const handled: Server['handled'] = []
  const base = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the example ended with ${code}`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const port = /^listening on (\d+)$/.exec(line)?.[1]
      if (port === undefined) handled.push(JSON.parse(line))
      else resolve(`http://127.0.0.1:${port}/complaints`)
    })
  })
  const stop = (): Promise<unknown> => {
    child.kill('SIGTERM')
    return ended
  }
  return { base, handled, stop }
}

beforeAll(async () => {
  sandbox = await startSandbox({ complaints: 5 })
  server = await startServer()
  base = server.base
  handled = server.handled
})

afterAll(async () => {
  expect(await server.stop()).toBe(0)
  await sandbox.close()
  rmSync(folder, { recursive: true })
})

const complaintOf = (provider: 'wechatpay' | 'huishouqian', index = 0): string =>
  sandbox.truth.filter((complaint) => complaint.provider === provider)[index]?.id ?? ''

async function post(path: string, { headers, body }: SandboxNotification): Promise<number> {
  const response = await fetch(`${base}${path}`, { method: 'POST', headers, body })
  await response.arrayBuffer()
  return response.status
}

/** What was handled since, once everything that was sent has been: a last callback closes the series. */
async function handledOf(complaintId: string): Promise<string[]> {
  const last = `closing-${Math.random()}`
  await sandbox.sendNotification(`${base}/wechatpay/shop`, 'wechatpay', complaintOf('wechatpay', 4), { action: last })
  await expect.poll(() => handled.some(({ action }) => action === last), { timeout: 10_000 }).toBe(true)
  return handled.filter((one) => one.complaintId === complaintId).map(({ action }) => action)
}

describe('callbacks with Express', () => {
  it('are taken over real HTTP, and one that is repeated is handled once', async () => {
    const complaint = complaintOf('wechatpay')
    const url = `${base}/wechatpay/shop`
    for (let times = 0; times < 3; times += 1)
      expect(
        await sandbox.sendNotification(url, 'wechatpay', complaint, { id: 'EV-1', action: 'CREATE_COMPLAINT' }),
      ).toBe(204)
    expect(await sandbox.sendNotification(url, 'wechatpay', complaint, { id: 'EV-2', action: 'USER_RESPONSE' })).toBe(
      204,
    )
    expect(await handledOf(complaint)).toEqual(['CREATE_COMPLAINT', 'USER_RESPONSE'])
  })

  it('of Huishouqian are answered SUCCESS, and handled as often as they come: they have no id', async () => {
    const complaint = complaintOf('huishouqian')
    const { headers, body } = sandbox.notification('huishouqian', complaint, { action: 'CREATE_COMPLAINT' })
    for (let times = 0; times < 2; times += 1) {
      const response = await fetch(`${base}/huishouqian/counter`, { method: 'POST', headers, body })
      expect([response.status, await response.text()]).toEqual([200, 'SUCCESS'])
    }
    expect(await handledOf(complaint)).toEqual(['CREATE_COMPLAINT', 'CREATE_COMPLAINT'])
  })

  it.each<[string, (sent: SandboxNotification) => SandboxNotification]>([
    [
      'a probe',
      ({ headers, body }) => ({ headers: changed(headers, 'signature', (is) => `WECHATPAY/SIGNTEST/${is}`), body }),
    ],
    ['a body with one byte more', ({ headers, body }) => ({ headers, body: `${body} ` })],
    [
      'an old timestamp',
      ({ headers, body }) => ({ headers: changed(headers, 'timestamp', (is) => String(Number(is) - 600)), body }),
    ],
    ['no signature', ({ headers, body }) => ({ headers: without(headers, 'signature'), body })],
    [
      'the serial of a key that nobody has',
      ({ headers, body }) => ({ headers: changed(headers, 'serial', () => 'PUB_KEY_ID_0'), body }),
    ],
    ['no body', ({ headers }) => ({ headers, body: '' })],
  ])('with %s are answered with 401 and not handled', async (_, change) => {
    const complaint = complaintOf('wechatpay', 1)
    expect(await post('/wechatpay/shop', change(sandbox.notification('wechatpay', complaint)))).toBe(401)
    expect(await handledOf(complaint)).toEqual([])
  })

  it('to the path of another account, of another provider or of nobody are not believed', async () => {
    const complaint = complaintOf('wechatpay', 2)
    const sent = sandbox.notification('wechatpay', complaint)
    expect(await post('/huishouqian/counter', sent)).toBeGreaterThanOrEqual(400)
    expect(await post('/wechatpay/counter', sent)).toBe(404)
    expect(await post('/wechatpay/__proto__', sent)).toBe(404)
    expect(await handledOf(complaint)).toEqual([])
  })
})

describe('the inbox', () => {
  it('asks for a callback again that could not be stored, and stores it once though it comes twice at once', async () => {
    type Take = (notification: object) => Promise<void>
    const { createInbox }: { createInbox: (store: Keyv, handle: Take) => Take } = await import(`${example}inbox.mjs`)
    const answers = [Promise.reject(new Error('the database is away')), Promise.resolve()]
    let calls = 0
    const take = createInbox(new Keyv(), () => answers[calls++] ?? Promise.reject(new Error('called too often')))
    const notification = { provider: 'wechatpay', account: 'shop', id: 'EV-1' }
    await expect(take(notification)).rejects.toThrow('away')
    await Promise.all([take(notification), take(notification)])
    await take(notification)
    expect(calls).toBe(2)
  })
})

describe.skipIf(!hasRedis)('callbacks with Express over a real Redis', () => {
  it('are handled once though the server is restarted in between', async () => {
    const redis = await startRedis()
    try {
      const complaint = complaintOf('wechatpay')
      const seen: number[] = []
      for (const id of ['EV-3', 'EV-3', 'EV-4']) {
        const restarted = await startServer({ REDIS_URL: redis.url })
        const url = `${restarted.base}/wechatpay/shop`
        expect(await sandbox.sendNotification(url, 'wechatpay', complaint, { id })).toBe(204)
        expect(await restarted.stop()).toBe(0)
        seen.push(restarted.handled.length)
      }
      expect(seen).toEqual([1, 0, 1])
    } finally {
      await redis.stop()
    }
  })
})

const isHeader = (name: string, ending: string): boolean => name.toLowerCase() === `wechatpay-${ending}`

function changed(
  headers: Record<string, string>,
  ending: string,
  change: (is: string) => string,
): Record<string, string> {
  const entries = Object.entries(headers).map(([name, is]) => [name, isHeader(name, ending) ? change(is) : is])
  expect(Object.fromEntries(entries)).not.toEqual(headers)
  return Object.fromEntries(entries)
}

function without(headers: Record<string, string>, ending: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isHeader(name, ending)))
}

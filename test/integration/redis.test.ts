import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import KeyvRedis from '@keyv/redis'
import Keyv from 'keyv'
import { afterEach, describe, expect, it } from 'vitest'
import { ComplaintClient, type ComplaintEvent, xiaoe } from '../../src/index.js'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js'
import { hasRedis, type Redis, startRedis } from '../support/redis.js'
import { expectNoSecrets } from '../support/secrets.js'

const range = { from: '2026-01-05', to: '2026-03-30' }
const query = { ...range, pageSize: 10 }
const program = new URL('../support/redis-drain.mjs', import.meta.url).pathname

let open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  const closing = open.reverse()
  open = []
  for (const close of closing) await close()
})

async function start(options: SandboxOptions = {}): Promise<{ sandbox: Sandbox; redis: Redis }> {
  const sandbox = await startSandbox({
    ...range,
    complaints: { wechatpay: 0, huishouqian: 0, xiaoe: 130 },
    reuseKeys: true,
    ...options,
  })
  open.push(sandbox.close)
  const redis = await startRedis()
  open.push(redis.stop)
  return { sandbox, redis }
}

const own = (sandbox: Sandbox): string[] => sandbox.truth.map(({ id }) => id).sort()
const fetches = (sandbox: Sandbox): number => sandbox.requests.filter(({ operation }) => operation === 'token').length

/** Under which the token is kept; not Xiaoe's own address, so the address is part of it. */
const keyOf = (sandbox: Sandbox): string =>
  `unified-complaints:xiaoe-token:appSandbox0000001:xopSandbox0000001:${sandbox.xiaoe.baseUrl}`

interface Drain {
  readonly child: ChildProcessByStdio<Writable, Readable, null>
  /** Starts it; returns its result. */
  go(): Promise<{ ids: string[]; events: ComplaintEvent[] }>
}

/** A process that stands ready to drain. */
async function processFor(sandbox: Sandbox, redis: Redis): Promise<Drain> {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  open.push(() => {
    child.kill('SIGKILL')
    return ended
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  child.stdin.on('error', () => {})
  child.stdin.write(`${JSON.stringify({ redis: redis.url, adapter: sandbox.xiaoe, query, concurrency: 4 })}\n`)
  expect((await lines.next()).value).toBe('ready')
  return {
    child,
    async go() {
      child.stdin.write('go\n')
      const { value, done } = await lines.next()
      if (done === true) throw new Error('the process ended without a result')
      return JSON.parse(value)
    },
  }
}

/** A client of this process over Redis. */
function clientOver(sandbox: Sandbox, redis: Redis): { client: ComplaintClient; keyv: Keyv; events: ComplaintEvent[] } {
  const events: ComplaintEvent[] = []
  const backend = new KeyvRedis(redis.url)
  const keyv = new Keyv(backend)
  keyv.on('error', () => {})
  // By force: a good-bye would wait for a server that is gone.
  open.push(() => backend.disconnect(true))
  const client = new ComplaintClient([xiaoe({ ...sandbox.xiaoe, tokenStore: keyv })], {
    onEvent: (event) => events.push(event),
  })
  return { client, keyv, events }
}

interface Commands {
  keys(pattern: string): Promise<string[]>
  pTTL(key: string): Promise<number>
  pExpire(key: string, ms: number): Promise<unknown>
}

/** Redis itself, past Keyv. */
async function commandsOf(redis: Redis): Promise<Commands> {
  const backend = new KeyvRedis(redis.url)
  open.push(() => backend.disconnect(true))
  return (await backend.getClient()) as unknown as Commands
}

// Processes of their own, which load everything anew: seconds on a machine that is busy.
describe.skipIf(!hasRedis)('over a real Redis (skipped without redis-server)', { timeout: 60_000 }, () => {
  it('two processes that drain at once fetch one token', async () => {
    const { sandbox, redis } = await start()
    const drains = await Promise.all([processFor(sandbox, redis), processFor(sandbox, redis)])
    const results = await Promise.all(drains.map((drain) => drain.go()))
    for (const { ids } of results) expect(ids.sort()).toEqual(own(sandbox))
    expect(fetches(sandbox)).toBe(1)
    expectNoSecrets(
      results.map(({ events }) => events),
      sandbox,
    )
  })

  it('and fetch one more, and lose no row, when the token dies under both', async () => {
    let lists = 0
    const { sandbox, redis } = await start({
      onRequest({ operation }, box) {
        if (operation !== 'list') return
        lists += 1
        if (lists === 8) box.killToken()
      },
    })
    const drains = await Promise.all([processFor(sandbox, redis), processFor(sandbox, redis)])
    const results = await Promise.all(drains.map((drain) => drain.go()))
    for (const { ids } of results) expect(ids.sort()).toEqual(own(sandbox))
    expect(fetches(sandbox)).toBe(2)
  })

  it('a process that is killed while it fetches holds up the other until its lock expires, within 10 s', async () => {
    let crash = (): void => {}
    const crashed = new Promise<void>((resolve) => {
      crash = resolve
    })
    const { sandbox, redis } = await start({
      onRequest({ operation }, box) {
        if (operation !== 'token' || fetches(box) > 1) return
        one.child.kill('SIGKILL')
        crash()
      },
    })
    const [one, other] = await Promise.all([processFor(sandbox, redis), processFor(sandbox, redis)])
    const lost = one.go().catch(() => 'lost')
    await crashed
    expect(await lost).toBe('lost')
    const commands = await commandsOf(redis)
    const [lock = ''] = await commands.keys('*:lock')
    const lifeMs = await commands.pTTL(lock)
    expect(lifeMs).toBeGreaterThan(0)
    expect(lifeMs).toBeLessThanOrEqual(10_000)
    // As if some of its time had passed.
    await commands.pExpire(lock, 3000)
    const draining = other.go()
    await new Promise((resolve) => setTimeout(resolve, 1000))
    if ((await commands.pTTL(lock)) > 0) expect(fetches(sandbox)).toBe(1)
    const { ids, events } = await draining
    expect(ids.sort()).toEqual(own(sandbox))
    expect(fetches(sandbox)).toBe(2)
    expect(events.filter(({ type }) => type === 'warning')).toEqual([])
  })

  it('the token is kept for as long as it is believed, and the lock is gone', async () => {
    const { sandbox, redis } = await start()
    const { client } = clientOver(sandbox, redis)
    await client.list(query).toArray({ limit: 1000 })
    const commands = await commandsOf(redis)
    const keys = await commands.keys('*')
    expect(keys).toHaveLength(1)
    const [key = ''] = keys
    expect(key.endsWith(keyOf(sandbox))).toBe(true)
    const ttlMs = await commands.pTTL(key)
    expect(ttlMs).toBeGreaterThan(6_800_000)
    expect(ttlMs).toBeLessThanOrEqual(6_900_000)
  })

  it.each(['garbage', 1, { value: 1 }, ['x']])(
    'garbage in Redis (%j) is reported, and costs one fetch',
    async (garbage) => {
      const { sandbox, redis } = await start()
      const { client, keyv, events } = clientOver(sandbox, redis)
      const key = keyOf(sandbox)
      await keyv.set(key, garbage)
      await keyv.set(`${key}:lock`, garbage)
      const complaints = await client.list(query).toArray({ limit: 1000 })
      expect(complaints.map(({ id }) => id).sort()).toEqual(own(sandbox))
      expect(fetches(sandbox)).toBe(1)
      expect(events.filter(({ type }) => type === 'warning')).toMatchObject([{ warning: 'tokenStoreFailed' }])
      expectNoSecrets(events, sandbox)
    },
  )

  it.each([
    ['is down from the first', 0],
    ['dies on the way', 5],
  ])('a Redis that %s stops no drain', async (_, diesAt) => {
    let lists = 0
    const { sandbox, redis } = await start({
      async onRequest({ operation }, box) {
        if (operation !== 'list') return
        lists += 1
        if (lists !== diesAt) return
        await redis.stop()
        box.killToken()
      },
    })
    const { client, events } = clientOver(sandbox, redis)
    if (diesAt === 0) await redis.stop()
    const complaints = await client.list(query).toArray({ limit: 1000 })
    expect(complaints.map(({ id }) => id).sort()).toEqual(own(sandbox))
    expect(fetches(sandbox)).toBe(diesAt === 0 ? 1 : 2)
    expect(events.some((event) => event.type === 'warning' && event.warning === 'tokenStoreFailed')).toBe(true)
    expectNoSecrets(events, sandbox)
  })
})

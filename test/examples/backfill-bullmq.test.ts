import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Queue, QueueEvents } from 'bullmq'
import { Redis as RedisClient } from 'ioredis'
import { afterEach, describe, expect, it } from 'vitest'
import type { ComplaintWindow } from '../../src/index.js'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { startAccountLists } from '../support/account-lists.js'
import { hasRedis, startRedis } from '../support/redis.js'

const example = new URL('./backfill-bullmq/', import.meta.url).pathname
const range = { from: '2024-11-01', to: '2026-10-31' }
/** Few enough requests a second that the processes would break it if each counted for itself. */
const quota = { points: 30, duration: 1 }

let open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.reverse()) await close()
  open = []
})

/** Merchants are servers of their own; each has an account with every provider. */
async function merchants(count: number): Promise<{ sandboxes: Sandbox[]; accounts: object[] }> {
  const sandboxes: Sandbox[] = []
  for (let seed = 1; seed <= count; seed += 1) {
    const sandbox = await startSandbox({
      ...range,
      seed,
      complaints: { wechatpay: 130, huishouqian: 130, xiaoe: 130 },
      reuseKeys: true,
      latencyMs: 5,
    })
    open.push(() => sandbox.close())
    sandboxes.push(sandbox)
  }
  const accounts = sandboxes.flatMap(({ wechatpay, huishouqian, xiaoe }, index) => [
    { provider: 'wechatpay', account: `wechat-${index}`, ...wechatpay },
    { provider: 'huishouqian', account: `hsq-${index}`, ...huishouqian },
    { provider: 'xiaoe', account: `xiaoe-${index}`, ...xiaoe },
  ])
  return { sandboxes, accounts }
}

const prefixes: Readonly<Record<string, string>> = { wechatpay: 'wechat', huishouqian: 'hsq', xiaoe: 'xiaoe' }
const keysOf = (sandboxes: readonly Sandbox[]): string[] =>
  sandboxes.flatMap(({ truth }, index) =>
    truth.map(({ provider, id }) => `${provider}:${prefixes[provider]}-${index}:${id}`),
  )

/** How many complaints stand in a window, whose end is not part of it. */
function rowsIn(sandboxes: readonly Sandbox[], window: ComplaintWindow): number {
  const [begin, end] = [new Date(window.from), new Date(window.to)]
  const keys = sandboxes.flatMap(({ truth }, index) =>
    truth
      .filter(({ createdAt }) => createdAt >= begin && createdAt < end)
      .map(({ provider }) => `${provider}:${prefixes[provider]}-${index}`),
  )
  return keys.filter((key) => key === window.accounts[0]).length
}

describe.skipIf(!hasRedis)('backfill on BullMQ over a real Redis', () => {
  it('loses nothing and doubles nothing though a worker is killed in the middle of a window', {
    timeout: 120_000,
  }, async () => {
    const { sandboxes, accounts } = await merchants(2)
    const redis = await startRedis()
    open.push(redis.stop)
    const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-backfill-'))
    open.push(() => rmSync(folder, { recursive: true }))
    const accountsFile = join(folder, 'accounts.json')
    writeFileSync(accountsFile, JSON.stringify({ accounts }), { mode: 0o600 })
    const env = {
      ...process.env,
      REDIS_URL: redis.url,
      ACCOUNTS_FILE: accountsFile,
      PAGE_SIZE: '4',
      QUOTAS: JSON.stringify({ wechatpay: quota, huishouqian: quota, xiaoe: quota }),
    }
    const enqueue = (): string =>
      execFileSync(process.execPath, [`${example}enqueue.mjs`, range.from, range.to], { env, encoding: 'utf8' })
    const client = new RedisClient(redis.url, { maxRetriesPerRequest: null })
    open.push(() => client.disconnect())
    const queue = new Queue('complaint-windows', { connection: client })
    open.push(() => queue.close())
    const events = new QueueEvents('complaint-windows', { connection: { url: redis.url } })
    open.push(() => events.close())
    const orphaned = new Set<string>()
    events.on('stalled', ({ jobId }) => orphaned.add(jobId))
    await events.waitUntilReady()

    expect(enqueue()).toMatch(/^\d+ windows\n$/)
    const planned = await queue.getWaitingCount()
    // Enqueued twice, by mistake or by cron: the same jobs.
    enqueue()
    expect(await queue.getWaitingCount()).toBe(planned)
    expect(planned).toBeGreaterThan(100)

    const worker = (): ChildProcess & { stdout: NodeJS.ReadableStream } => {
      const child = spawn(process.execPath, [`${example}worker.mjs`], { env, stdio: ['ignore', 'pipe', 'inherit'] })
      open.push(() => child.kill('SIGKILL'))
      return child
    }
    const victim = worker()
    const others = [worker(), worker()]
    const said: string[] = []
    for (const other of others) createInterface({ input: other.stdout }).on('line', (line) => said.push(line))
    // Pages of a window are stored, the rest is not: then it dies. Held still, it cannot finish meanwhile.
    let halfRead = ''
    for await (const line of createInterface({ input: victim.stdout })) {
      victim.kill('SIGSTOP')
      await new Promise((resolve) => setTimeout(resolve, 100))
      const job = await queue.getJob(line.split(' ')[0] ?? '')
      if (job !== undefined && (job.progress as { cursor?: string | null }).cursor && (await job.isActive())) {
        halfRead = job.id ?? ''
        break
      }
      victim.kill('SIGCONT')
    }
    victim.kill('SIGKILL')

    const end = Date.now() + 90_000
    while ((await queue.getCompletedCount()) < planned) {
      if (Date.now() > end) throw new Error(`${await queue.getCompletedCount()} of ${planned} windows after 90 s`)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    expect(await queue.getFailedCount()).toBe(0)
    expect(orphaned).toContain(halfRead)
    // The next worker did not start over: saved pages were not requested again.
    const taken = await queue.getJob(halfRead)
    expect(said).toContain(`${halfRead} goes on from its cursor`)
    expect(taken?.returnvalue.complaints).toBeLessThan(rowsIn(sandboxes, taken?.data))
    expect((await client.hkeys('complaints')).sort()).toEqual(keysOf(sandboxes).sort())
    const ended = others.map((other) => new Promise((resolve) => other.once('exit', resolve)))
    for (const other of others) other.kill('SIGTERM')
    expect(await Promise.all(ended)).toEqual([0, 0])
    for (const { requests } of sandboxes) {
      for (const provider of ['wechatpay', 'huishouqian', 'xiaoe'] as const) {
        const times = requests.flatMap((asked) =>
          asked.provider === provider && asked.operation === 'list' ? [asked.at] : [],
        )
        // A fixed window of the limiter may be filled at its end, and the next at its beginning.
        for (const [index, at] of times.entries())
          expect(at - (times[index - 2 * quota.points] ?? 0)).toBeGreaterThan(1000 * quota.duration - 50)
      }
    }
  })

  it('reads 1,000 merchants over two worker processes, one of which is killed', { timeout: 180_000 }, async () => {
    const merchantCount = 1_000
    const rowsPerMerchant = 10
    const lists = await startAccountLists(rowsPerMerchant)
    open.push(() => lists.close())
    const redis = await startRedis()
    open.push(redis.stop)
    const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-merchants-'))
    open.push(() => rmSync(folder, { recursive: true }))
    const accountsFile = join(folder, 'accounts.json')
    const accounts = Array.from({ length: merchantCount }, (_, index) => ({
      provider: 'xiaoe',
      appId: `app${index}`,
      accessToken: `made-up-token-${index}`,
      baseUrl: lists.baseUrl,
    }))
    writeFileSync(accountsFile, JSON.stringify({ accounts }), { mode: 0o600 })
    const env = { ...process.env, REDIS_URL: redis.url, ACCOUNTS_FILE: accountsFile, WINDOWS_AT_ONCE: '16' }
    const client = new RedisClient(redis.url, { maxRetriesPerRequest: null })
    open.push(() => client.disconnect())
    const queue = new Queue('complaint-windows', { connection: client })
    open.push(() => queue.close())
    const enqueue = [`${example}enqueue.mjs`, '2026-01-05', '2026-02-02']
    expect(execFileSync(process.execPath, enqueue, { env, encoding: 'utf8' })).toBe(`${merchantCount} windows\n`)

    const [victim, other] = [0, 1].map(() => {
      const child = spawn(process.execPath, [`${example}worker.mjs`], { env, stdio: ['ignore', 'pipe', 'inherit'] })
      open.push(() => child.kill('SIGKILL'))
      return child
    }) as [ChildProcess & { stdout: NodeJS.ReadableStream }, ChildProcess & { stdout: NodeJS.ReadableStream }]
    other.stdout.resume()
    let pages = 0
    for await (const _ of createInterface({ input: victim.stdout })) {
      pages += 1
      if (pages === 50) break
    }
    victim.kill('SIGKILL')
    expect(await queue.getCompletedCount()).toBeLessThan(merchantCount)

    const end = Date.now() + 150_000
    while ((await queue.getCompletedCount()) < merchantCount && Date.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 200))
    expect([await queue.getCompletedCount(), await queue.getFailedCount()]).toEqual([merchantCount, 0])
    expect(await client.hlen('complaints')).toBe(merchantCount * rowsPerMerchant)
  })
})

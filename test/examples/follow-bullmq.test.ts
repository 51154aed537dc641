import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Queue } from 'bullmq'
import { Redis as RedisClient } from 'ioredis'
import { afterEach, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { hasRedis, startRedis } from '../support/redis.js'

const example = new URL('./follow-bullmq/', import.meta.url).pathname
const prefixes: Readonly<Record<string, string>> = { wechatpay: 'wechat', huishouqian: 'hsq', xiaoe: 'xiaoe' }
const providers = ['wechatpay', 'huishouqian', 'xiaoe'] as const

/**
 * The job of a worker that was killed is given to another one within 6 s, and a whole pass of its account begins every
 * 8 s. Four times as long, for a busy machine.
 */
const takeOverMs = 60_000

let open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.reverse()) await close()
  open = []
})

interface Follower {
  readonly child: ChildProcess
  readonly lines: string[]
}

async function merchants(count: number): Promise<{ sandboxes: Sandbox[]; accounts: object[] }> {
  const sandboxes: Sandbox[] = []
  for (let seed = 1; seed <= count; seed += 1) {
    const sandbox = await startSandbox({ seed, complaints: 30, reuseKeys: true, quotas: false })
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

/** New complaints in the newest days, and complaints of these days in another state, of every account. */
function move(sandboxes: readonly Sandbox[], count: number): void {
  for (const sandbox of sandboxes) {
    for (const provider of providers) {
      const known = sandbox.truth.filter((complaint) => complaint.provider === provider).slice(-count)
      for (const { id, state } of known)
        sandbox.changeState(provider, id, state === 'resolved' ? 'processing' : 'resolved')
      for (let added = 0; added < count; added += 1) sandbox.addComplaint(provider, { state: 'pending' })
    }
  }
}

/** The state of each complaint that a consumer must know. */
function statesOf(sandboxes: readonly Sandbox[]): Map<string, string> {
  const since = Date.now() - 29 * 86_400_000
  return new Map(
    sandboxes.flatMap(({ truth }, index) =>
      truth.flatMap(({ provider, id, state, createdAt }) =>
        createdAt.getTime() >= since && provider in prefixes
          ? [[`${provider}:${prefixes[provider]}-${index}:${id}`, state]]
          : [],
      ),
    ),
  )
}

describe.skipIf(!hasRedis)('follow on BullMQ over a real Redis', () => {
  it('loses nothing though both workers are killed in the middle of a pass, one after the other', {
    timeout: 240_000,
  }, async () => {
    const { sandboxes, accounts } = await merchants(2)
    move(sandboxes, 40)
    const redis = await startRedis()
    open.push(redis.stop)
    const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-follow-'))
    open.push(() => rmSync(folder, { recursive: true }))
    const accountsFile = join(folder, 'accounts.json')
    writeFileSync(accountsFile, JSON.stringify({ accounts }), { mode: 0o600 })
    const env = {
      ...process.env,
      REDIS_URL: redis.url,
      ACCOUNTS_FILE: accountsFile,
      EVERY_MS: '2000',
      REVIEW_EVERY_MS: '8000',
    }
    const client = new RedisClient(redis.url, { maxRetriesPerRequest: null })
    open.push(() => client.disconnect())
    const queue = new Queue('complaint-passes', { connection: client })
    open.push(() => queue.close())

    const schedule = (): string => execFileSync(process.execPath, [`${example}schedule.mjs`], { env, encoding: 'utf8' })
    expect(schedule()).toBe('6 accounts\n')
    // Scheduled twice, by mistake or by a second host: the same schedulers.
    schedule()
    expect(await queue.getJobSchedulersCount()).toBe(12)

    const start = (): Follower => {
      const child = spawn(process.execPath, [`${example}worker.mjs`], { env, stdio: ['ignore', 'pipe', 'inherit'] })
      open.push(() => child.kill('SIGKILL'))
      const follower: Follower = { child, lines: [] }
      createInterface({ input: child.stdout }).on('line', (line) => {
        follower.lines.push(line)
      })
      return follower
    }
    /** Ends a worker while a batch of its pass is in hand. Held still, it cannot finish meanwhile. */
    const killInTheMiddle = async ({ child, lines }: Follower): Promise<void> => {
      for (let tries = 0; tries < 20; tries += 1) {
        const before = lines.length
        for (let waits = 0; lines.length === before && waits < 1500; waits += 1)
          await new Promise((resolve) => setTimeout(resolve, 2))
        child.kill('SIGSTOP')
        await new Promise((resolve) => setTimeout(resolve, 50))
        const [, account = '', id = ''] = /^\w+ (\w+:[\w-]+):\S+ by (.+)$/.exec(lines.at(-1) ?? '') ?? []
        const isInHand = (await client.exists(`unified-complaints:changes:${account}:in-hand`)) === 1
        const job = await queue.getJob(id)
        if (isInHand && (await job?.isActive()) === true) {
          child.kill('SIGKILL')
          return
        }
        child.kill('SIGCONT')
        // The other worker had the passes with changes.
        move(sandboxes, 5)
      }
      throw new Error('the worker had no batch in hand')
    }
    const wrong = async (): Promise<string[]> => {
      const rows = await client.hgetall('complaints')
      return [...statesOf(sandboxes)].flatMap(([key, state]) =>
        rows[key] !== undefined && JSON.parse(rows[key]).state === state ? [] : [key],
      )
    }

    const [one, other] = [start(), start()]
    await killInTheMiddle(one)
    await expect.poll(wrong, { timeout: takeOverMs, interval: 200 }).toEqual([])
    const third = start()
    move(sandboxes, 20)
    await killInTheMiddle(other)
    await expect.poll(wrong, { timeout: takeOverMs, interval: 200 }).toEqual([])
    // The batch that was in hand was taken over by a pass after it.
    const inHand = async (): Promise<string[]> => client.keys('unified-complaints:changes:*:in-hand')
    await expect.poll(inHand, { timeout: takeOverMs, interval: 200 }).toEqual([])
    const ended = new Promise((resolve) => third.child.once('exit', resolve))
    third.child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  it('an account that is removed from the file is followed no longer', async () => {
    const redis = await startRedis()
    open.push(redis.stop)
    const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-follow-'))
    open.push(() => rmSync(folder, { recursive: true }))
    const accountsFile = join(folder, 'accounts.json')
    const env = { ...process.env, REDIS_URL: redis.url, ACCOUNTS_FILE: accountsFile }
    const schedule = (...names: string[]): void => {
      const accounts = names.map((appId) => ({ provider: 'xiaoe', appId, accessToken: 'made-up-token' }))
      writeFileSync(accountsFile, JSON.stringify({ accounts }), { mode: 0o600 })
      execFileSync(process.execPath, [`${example}schedule.mjs`], { env })
    }
    const client = new RedisClient(redis.url, { maxRetriesPerRequest: null })
    open.push(() => client.disconnect())
    const queue = new Queue('complaint-passes', { connection: client })
    open.push(() => queue.close())
    schedule('app1', 'app2')
    schedule('app2')
    const keys = (await queue.getJobSchedulers()).map(({ key }) => key)
    expect(keys.sort()).toEqual(['all xiaoe:app2', 'recent xiaoe:app2'])
  })
})

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { hasPostgres, type Postgres, startPostgres } from '../support/postgres.js'

const example = new URL('./postgres-sync/', import.meta.url).pathname
const providers = ['wechatpay', 'huishouqian', 'xiaoe'] as const
const isFollowed = (provider: string): boolean => providers.some((each) => each === provider)

let open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.reverse()) await close()
  open = []
})

async function until(isTrue: () => boolean, seconds = 20): Promise<void> {
  const end = Date.now() + seconds * 1_000
  while (!isTrue()) {
    if (Date.now() > end) throw new Error(`the condition was not met within ${seconds} s`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** So many kills; `KILLS=100` is the long form. */
const kills = Number(process.env.KILLS ?? 3)

interface Scene {
  readonly sandbox: Sandbox
  readonly database: Postgres
  start(): ChildProcess & { stdout: NodeJS.ReadableStream }
  /** State by `provider:id`: what the table has, and what it must have. */
  stored(): Map<string, string>
  expected(): Map<string, string>
}

async function prepare(complaints: number): Promise<Scene> {
  const sandbox = await startSandbox({ complaints, quotas: false, reuseKeys: true })
  open.push(() => sandbox.close())
  const database = await startPostgres()
  open.push(database.stop)
  const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-postgres-'))
  open.push(() => rmSync(folder, { recursive: true }))
  const accountsFile = join(folder, 'accounts.json')
  const accounts = providers.map((provider) => ({ provider, ...sandbox[provider] }))
  writeFileSync(accountsFile, JSON.stringify({ accounts }), { mode: 0o600 })
  const since = Date.now() - 29 * 86_400_000
  return {
    sandbox,
    database,
    start() {
      const env = { ...process.env, DATABASE_URL: database.url, ACCOUNTS_FILE: accountsFile, EVERY_MS: '1000' }
      const child = spawn(process.execPath, [`${example}sync.mjs`], { env, stdio: ['ignore', 'pipe', 'inherit'] })
      open.push(() => child.kill('SIGKILL'))
      return child
    },
    stored: () =>
      new Map(
        database
          .query('select provider, id, state from complaints')
          .map(([provider, id, state = '']) => [`${provider}:${id}`, state]),
      ),
    expected: () =>
      new Map(
        sandbox.truth.flatMap(({ provider, id, state, createdAt }) =>
          createdAt.getTime() >= since && isFollowed(provider) ? [[`${provider}:${id}`, state]] : [],
        ),
      ),
  }
}

const isComplete = ({ stored, expected }: Scene): boolean => {
  const rows = stored()
  return [...expected()].every(([key, state]) => rows.get(key) === state)
}

describe.skipIf(!hasPostgres)('postgres-sync over a real PostgreSQL', () => {
  it('killed while it writes, it loses nothing and has nothing twice, and follows changes', {
    timeout: 90_000,
  }, async () => {
    const scene = await prepare(40)
    const { sandbox, database, start, stored, expected } = scene
    // In the newest days, so that every pass sees them.
    for (let count = 0; count < 30; count += 1) sandbox.addComplaint('wechatpay', { state: 'pending' })
    const victim = start()
    await new Promise<void>((resolve) => {
      let rows = 0
      victim.stdout.on('data', (chunk) => {
        rows += String(chunk).split('\n').length - 1
        if (rows >= 5) resolve()
      })
    })
    victim.kill('SIGKILL')
    const before = stored().size
    expect(before).toBeGreaterThanOrEqual(5)
    expect(before).toBeLessThan(expected().size)

    const second = start()
    await until(() => isComplete(scene))
    // The change in hand when the process was killed is the only one that may have come again.
    expect(Number(database.query('select count(*) from complaints where writes > 1')[0]?.[0])).toBeLessThanOrEqual(1)

    const [changed] = sandbox.truth.filter(({ provider }) => provider === 'wechatpay').slice(-1)
    sandbox.changeState('wechatpay', changed?.id ?? '', 'resolved')
    await until(() => isComplete(scene))
    const ended = new Promise((resolve) => second.once('exit', resolve))
    second.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  it(`killed ${kills} times at any moment, it loses nothing, has nothing twice and writes hardly more`, {
    timeout: 60_000 + kills * 20_000,
  }, async () => {
    const scene = await prepare(0)
    const { sandbox, database, start, stored, expected } = scene
    let changes = 0
    let inTheMiddle = 0
    for (let round = 0; round < kills; round += 1) {
      for (const provider of providers) {
        for (const { id, state } of sandbox.truth.filter((each) => each.provider === provider).slice(-5)) {
          sandbox.changeState(provider, id, state === 'resolved' ? 'processing' : 'resolved')
          changes += 1
        }
        for (let added = 0; added < 3; added += 1) sandbox.addComplaint(provider, { state: 'pending' })
        changes += 3
      }
      const victim = start()
      // Each at another moment: from the start of the process until it has nothing more to do.
      const rowsBefore = round % 24
      await new Promise<void>((resolve) => {
        let seen = 0
        const timer = setTimeout(resolve, 5_000)
        victim.stdout.on('data', (chunk) => {
          seen += String(chunk).split('\n').length - 1
          if (seen >= rowsBefore) {
            clearTimeout(timer)
            resolve()
          }
        })
      })
      victim.kill('SIGKILL')
      if (!isComplete(scene)) inTheMiddle += 1
    }
    const last = start()
    await until(() => isComplete(scene), 40 + kills).catch(() => {})
    const rows = stored()
    expect([...expected()].filter(([key, state]) => rows.get(key) !== state)).toEqual([])
    last.kill('SIGTERM')
    expect([...rows.keys()].sort()).toEqual([...expected().keys()].sort())
    const writes = Number(database.query('select sum(writes) from complaints')[0]?.[0])
    if (process.env.KILLS !== undefined)
      console.info(
        `${kills} kills, ${inTheMiddle} in the middle; ${rows.size} rows, ${changes} changes, ${writes} writes`,
      )
    expect(inTheMiddle).toBeGreaterThan(kills / 3)
    // A kill brings back no more than the change in hand. States that changed twice are written once.
    expect(writes).toBeLessThanOrEqual(changes + kills)
  })
})

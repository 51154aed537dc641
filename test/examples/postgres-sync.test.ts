import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { startSandbox } from '../../src/sandbox/index.js'
import { hasPostgres, startPostgres } from '../support/postgres.js'

const example = new URL('./postgres-sync/', import.meta.url).pathname

let open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.reverse()) await close()
  open = []
})

async function until(isTrue: () => boolean): Promise<void> {
  const end = Date.now() + 20_000
  while (!isTrue()) {
    if (Date.now() > end) throw new Error('the condition was not met within 20 s')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe.skipIf(!hasPostgres)('postgres-sync over a real PostgreSQL', () => {
  it('killed while it writes, it loses nothing and has nothing twice, and follows changes', {
    timeout: 90_000,
  }, async () => {
    const sandbox = await startSandbox({
      complaints: { wechatpay: 40, huishouqian: 40, xiaoe: 40 },
      quotas: false,
      reuseKeys: true,
    })
    open.push(() => sandbox.close())
    // In the newest days, so that every pass sees them.
    for (let count = 0; count < 30; count += 1) sandbox.addComplaint('wechatpay', { state: 'pending' })
    const database = await startPostgres()
    open.push(database.stop)
    const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-postgres-'))
    open.push(() => rmSync(folder, { recursive: true }))
    const accountsFile = join(folder, 'accounts.json')
    const { wechatpay, huishouqian, xiaoe } = sandbox
    const accounts = [
      { provider: 'wechatpay', ...wechatpay },
      { provider: 'huishouqian', ...huishouqian },
      { provider: 'xiaoe', ...xiaoe },
    ]
    writeFileSync(accountsFile, JSON.stringify({ accounts }), { mode: 0o600 })
    const start = (): ChildProcess => {
      const env = { ...process.env, DATABASE_URL: database.url, ACCOUNTS_FILE: accountsFile, EVERY_MS: '1000' }
      const child = spawn(process.execPath, [`${example}sync.mjs`], { env, stdio: ['ignore', 'pipe', 'inherit'] })
      open.push(() => child.kill('SIGKILL'))
      return child
    }
    const stored = (): Map<string, string> =>
      new Map(
        database
          .query('select provider, id, state from complaints')
          .map(([provider, id, state = '']) => [`${provider}:${id}`, state]),
      )
    const since = Date.now() - 29 * 86_400_000
    const expected = (): Map<string, string> =>
      new Map(
        sandbox.truth.flatMap(({ provider, id, state, createdAt }) =>
          createdAt.getTime() >= since ? [[`${provider}:${id}`, state]] : [],
        ),
      )

    const victim = start()
    await new Promise<void>((resolve) => {
      let rows = 0
      victim.stdout?.on('data', (chunk) => {
        rows += String(chunk).split('\n').length - 1
        if (rows >= 5) resolve()
      })
    })
    victim.kill('SIGKILL')
    const before = stored().size
    expect(before).toBeGreaterThanOrEqual(5)
    expect(before).toBeLessThan(expected().size)

    const second = start()
    const isComplete = (): boolean => {
      const rows = stored()
      return [...expected()].every(([key, state]) => rows.get(key) === state)
    }
    await until(isComplete)
    // The change in hand when the process was killed is the only one that may have come again.
    expect(Number(database.query('select count(*) from complaints where writes > 1')[0]?.[0])).toBeLessThanOrEqual(1)

    const [changed] = sandbox.truth.filter(({ provider }) => provider === 'wechatpay').slice(-1)
    sandbox.changeState('wechatpay', changed?.id ?? '', 'resolved')
    await until(isComplete)
    const ended = new Promise((resolve) => second.once('exit', resolve))
    second.kill('SIGTERM')
    expect(await ended).toBe(0)
  })
})

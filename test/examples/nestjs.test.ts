import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'

const root = new URL('../../', import.meta.url).pathname
const example = new URL('./nestjs/', import.meta.url).pathname
const range = { from: '2026-01-01', to: '2026-02-28' }

let sandbox: Sandbox
let built: string

beforeAll(async () => {
  sandbox = await startSandbox({ ...range, complaints: { wechatpay: 80, huishouqian: 80, xiaoe: 80 } })
  // Inside the repository, where NestJS and, by its own name, the package are found.
  mkdirSync(join(root, 'reports'), { recursive: true })
  built = mkdtempSync(join(root, 'reports/nestjs-'))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', example, '--outDir', built], { cwd: root, stdio: 'pipe' })
}, 120_000)
afterAll(async () => {
  await sandbox.close()
  rmSync(built, { recursive: true })
})

async function run(
  accounts: readonly object[],
  from: string,
): Promise<{ code: number | null; out: string; err: string }> {
  const file = join(built, 'accounts.json')
  writeFileSync(file, JSON.stringify({ accounts }), { mode: 0o600 })
  const child = spawn(process.execPath, [join(built, 'main.js'), from], {
    env: { ...process.env, ACCOUNTS_FILE: file },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await ended, out, err }
}

describe('the NestJS application', () => {
  it("streams every pending complaint of every provider through the module's controller, then ends by itself", async () => {
    const { wechatpay, huishouqian, xiaoe } = sandbox
    const { code, out, err } = await run(
      [
        { provider: 'wechatpay', ...wechatpay },
        { provider: 'huishouqian', ...huishouqian },
        { provider: 'xiaoe', ...xiaoe },
      ],
      range.from,
    )
    expect([code, err]).toEqual([0, ''])
    const keys = out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
      .map(({ provider, account, id }) => `${provider}:${account}:${id}`)
    const pending = sandbox.truth.filter(({ state }) => state === 'pending')
    expect(new Set(pending.map(({ provider }) => provider)).size).toBe(3)
    expect(keys.sort()).toEqual(pending.map(({ provider, account, id }) => `${provider}:${account}:${id}`).sort())
  })

  it('says what is wrong with a date, and asks nothing', async () => {
    const asked = sandbox.requests.length
    const { code, out, err } = await run([{ provider: 'wechatpay', ...sandbox.wechatpay }], '2026-02-30')
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/BadRequestException.*2026-02-30/)
    expect(sandbox.requests.length).toBe(asked)
  })
})

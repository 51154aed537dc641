import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createFreePaths, restCommand } from '../../../src/cli/resume.js'
import { type Sandbox, type SandboxFault, startSandbox } from '../../../src/sandbox/index.js'
import { cli, sandboxEnvironment } from '../../support/cli.js'

const keys = mkdtempSync(join(tmpdir(), 'unified-complaints-keys-'))
const folder = mkdtempSync(join(tmpdir(), "unified-complaints it's-"))
const keyFile = (name: string, content: string): string => {
  writeFileSync(join(keys, name), content)
  return join(keys, name)
}
const path = (name: string): string => join(folder, name)
const linesOf = (name: string): string[] => readFileSync(path(name), 'utf8').trimEnd().split('\r\n')
/** The words of a printed command, as bash reads them, without `npx unified-complaints`. */
const wordsOf = (command: string): string[] =>
  execFileSync('bash', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' })
    .split('\0')
    .slice(2, -1)
const printed = (err: string, before: RegExp): string[] =>
  wordsOf(new RegExp(`${before.source}(npx unified-complaints .*)`).exec(err)?.[1] ?? '')

let sandbox: Sandbox
let env: Record<string, string>

async function sandboxWith(faults: readonly SandboxFault[]): Promise<Sandbox> {
  return startSandbox({ complaints: 60, faults, quotas: false, reuseKeys: true })
}

beforeAll(async () => {
  sandbox = await sandboxWith([])
  env = sandboxEnvironment(sandbox, keyFile)
})
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name))
})
afterAll(async () => {
  await sandbox.close()
  rmSync(keys, { recursive: true })
  rmSync(folder, { recursive: true })
})

describe('the rest of a list', () => {
  it('the printed command, followed literally, lists the rest in a file of its own and leaves the first file', async () => {
    const refused = { ...env, WECHATPAY_PRIVATE_KEY_FILE: env.HUISHOUQIAN_PRIVATE_KEY_FILE }
    const argv = ['list', '--since', '30d', '--keep-going', '--state', 'pending,processing', '--output', path('w.csv')]
    const first = await cli(argv, { env: refused })
    expect(first.code).toBe(1)
    const before = readFileSync(path('w.csv'), 'utf8')
    const command = printed(first.err, /not finished; to resume, run: /)
    expect(command).not.toContain('--since')
    expect(command.slice(0, 4)).toEqual(['list', '--keep-going', '--state', 'pending,processing'])
    const rest = await cli(command, { env })
    expect(rest.code).toBe(0)
    expect(readFileSync(path('w.csv'), 'utf8')).toBe(before)
    expect(linesOf('w-2.csv')[0]).toBe(linesOf('w.csv')[0])
    expect(
      linesOf('w-2.csv')
        .slice(1)
        .every((line) => line.startsWith('wechatpay,')),
    ).toBe(true)
    const whole = await cli([...argv.slice(0, -1), path('whole.csv')], { env })
    expect(whole.code).toBe(0)
    expect([...linesOf('w.csv'), ...linesOf('w-2.csv').slice(1)].toSorted()).toEqual(linesOf('whole.csv').toSorted())
  })

  it.each(['w.csv', 'w.xlsx', 'w.ndjson'])('--cursor with an --output that exists replaces no %s', async (name) => {
    writeFileSync(path(name), 'old')
    const requests = sandbox.requests.length
    const argv = ['list', '--from', '2026-01-01', '--cursor', 'any', '--output', path(name)]
    const { code, err } = await cli(argv, { env })
    expect(code).toBe(2)
    expect(err).toContain('replaces no file: use another name, such as')
    expect(readFileSync(path(name), 'utf8')).toBe('old')
    expect(sandbox.requests.length).toBe(requests)
  })

  it('a misconfigured account under --keep-going is named, with a command that lists it alone', async () => {
    const broken = { ...env, HUISHOUQIAN_KEY: '' }
    const argv = ['list', '--since', '30d', '--keep-going', '--output', path('w.csv')]
    const first = await cli(argv, { env: broken })
    expect(first.code).toBe(1)
    expect(first.err).not.toContain('--cursor')
    const name = `huishouqian:${sandbox.huishouqian.merchantNo}`
    expect(first.err).toContain(`${name} not read: repair the configuration, then list it alone: `)
    const rest = await cli(printed(first.err, /list it alone: /), { env })
    expect(rest.code).toBe(0)
    expect(rest.err).toMatch(new RegExp(`^\\d+ complaints of ${name}, \\d+ pending\nwritten: .*w-2.csv\n$`))
  })

  it('beside a misconfigured account, the command of each failed account works after the repair', async () => {
    const broken = { ...env, HUISHOUQIAN_KEY: '', XIAOE_SECRET_KEY: 'wrong-secret' }
    const argv = ['list', '--since', '30d', '--keep-going', '--output', path('w.csv')]
    const first = await cli(argv, { env: broken })
    const failed = printed(first.err, /not finished; to resume, run: /)
    expect(failed).toContain(`xiaoe:${sandbox.xiaoe.appId}`)
    for (const command of [failed, printed(first.err, /list it alone: /)])
      expect(await cli(command, { env })).toMatchObject({ code: 0 })
    expect(readdirSync(folder).toSorted()).toEqual(['w-2.csv', 'w-3.csv', 'w.csv'])
    await cli([...argv.slice(0, -1), path('whole.csv')], { env })
    const parts = ['w.csv', 'w-2.csv', 'w-3.csv'].flatMap((name) => linesOf(name).slice(1))
    expect(parts.toSorted()).toEqual(linesOf('whole.csv').slice(1).toSorted())
  })

  it('an account that --account leaves out needs no repair', async () => {
    const argv = ['list', '--since', '30d', '--keep-going', '--format', 'csv', '--provider', 'wechatpay']
    const { err } = await cli(argv, { env: { ...env, HUISHOUQIAN_KEY: '' } })
    expect(err).not.toContain('list it alone')
  })

  it('repeats every option but --since, and the number of rows that --limit leaves', () => {
    const flags = { config: 'a b.json', since: '7d', state: ['pending' as const], merchant: '1', dueWithin: '6h' }
    const output = { bom: true, excel: true, showPhones: true, format: 'csv' as const, lang: 'zh' }
    const command = restCommand(
      { ...flags, ...output, channel: ['alipay'], merchantOrderNo: 'o', overdue: true, keepGoing: true },
      { from: '2026-11-23T12:00:00Z', to: '2026-11-30', order: 'arrival' },
      { cursor: '3.ab-_c', limit: 5, output: 'w-2.csv' },
    )
    expect(command).toBe(
      "npx unified-complaints list --overdue --keep-going --bom --excel --show-phones --config 'a b.json' --state pending --channel alipay --merchant 1 --merchant-order-no o --due-within 6h --format csv --lang zh --limit 5 --output w-2.csv --from 2026-11-23T12:00:00Z --to 2026-11-30 --order arrival --cursor 3.ab-_c",
    )
  })

  it('free names are those of no file, each once', () => {
    writeFileSync(path('w-2.csv'), '')
    const free = createFreePaths(path('w.csv'))
    expect([free(), free()]).toEqual([path('w-3.csv'), path('w-4.csv')])
  })
})

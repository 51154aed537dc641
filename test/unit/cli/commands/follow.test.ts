import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Sandbox, startSandbox } from '../../../../src/sandbox/index.js'
import { cli, type Outcome, sandboxEnvironment, type World } from '../../../support/cli.js'

const keys = mkdtempSync(join(tmpdir(), 'unified-complaints-keys-'))
const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-follow-'))
const state = join(folder, 'state.json')
const fullPhone = /(?<!\d)1[3-9]\d{9}(?!\d)/
const keyFile = (name: string, content: string): string => {
  writeFileSync(join(keys, name), content)
  return join(keys, name)
}

let sandbox: Sandbox
let env: Record<string, string>

beforeEach(async () => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name))
  sandbox = await startSandbox({
    complaints: { wechatpay: 4, huishouqian: 4, xiaoe: 4 },
    quotas: false,
    reuseKeys: true,
  })
  env = sandboxEnvironment(sandbox, keyFile)
})
afterEach(() => sandbox.close())
afterAll(() => {
  rmSync(keys, { recursive: true })
  rmSync(folder, { recursive: true })
})

interface Row {
  kind: string
  changed: string[]
  deadline: { at: string; for: string; basis: string } | null
  previous: { state: string } | null
  complaint: { provider: 'wechatpay' | 'huishouqian' | 'xiaoe'; account: string; id: string; state: string }
}

const follow = (argv: readonly string[] = [], world: World = {}): Promise<Outcome> =>
  cli(['follow', '--state-file', state, ...argv], { env, ...world })
const once = (...argv: string[]): Promise<Outcome> => follow(['--once', ...argv])
const rowsOf = (text: string): Row[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
const idsOf = (text: string): string[] => rowsOf(text).map(({ complaint }) => complaint.id)

/** The complaint whose first change to another state is seen by every provider. */
function pendingComplaint(): Sandbox['truth'][number] {
  return sandbox.addComplaint('wechatpay', { state: 'pending' })
}

describe('follow --once', () => {
  it('prints what is new as NDJSON, then only what changed', async () => {
    const complaint = pendingComplaint()
    const first = await once()
    expect(first.code).toBe(0)
    expect(idsOf(first.out)).toContain(complaint.id)
    expect(new Set(rowsOf(first.out).map(({ kind }) => kind))).toEqual(new Set(['created']))
    expect(first.err).toBe(`${rowsOf(first.out).length} created, 0 updated, 0 due\n`)

    const quiet = await once()
    expect(quiet).toMatchObject({ code: 0, out: '', err: '0 created, 0 updated, 0 due\n' })

    sandbox.changeState('wechatpay', complaint.id, 'resolved')
    const next = await once()
    expect(rowsOf(next.out)).toEqual([
      expect.objectContaining({
        kind: 'updated',
        changed: expect.arrayContaining(['state']),
        previous: expect.objectContaining({ state: 'pending' }),
        deadline: null,
        complaint: expect.objectContaining({ id: complaint.id, state: 'resolved' }),
      }),
    ])
  })

  it('masks phones unless --show-phones is given, and keeps none in the state file', async () => {
    const masked = await once()
    expect(masked.out).toContain('****')
    expect(masked.out).not.toMatch(fullPhone)
    expect(readFileSync(state, 'utf8')).not.toMatch(fullPhone)
    rmSync(state)
    expect((await once('--show-phones')).out).toMatch(fullPhone)
  })

  it('writes a table on a terminal, and where it is asked for', async () => {
    pendingComplaint()
    const terminal = await follow(['--once'], { isTerminal: true })
    expect(terminal.out).toMatch(/^Change +Provider +Account +Id +Created .*Changed +Detail/)
    expect(terminal.out).toMatch(/\ncreated +wechatpay +/)
    rmSync(state)
    const chinese = await once('--format', 'table', '--lang', 'zh')
    expect(chinese.out).toMatch(/^变化 +渠道 +账号 +投诉单号 /)
    expect(chinese.out).toMatch(/\n新投诉 +微信支付 /)
    expect(chinese.err).toMatch(/^新投诉 \d+ 条，有变化 0 条，临近期限 0 条\n$/)
  })

  it('reads only the accounts of --provider and --account', async () => {
    for (const argv of [
      ['--provider', 'xiaoe'],
      ['--account', sandbox.xiaoe.appId],
    ]) {
      sandbox.addComplaint('xiaoe', { state: 'pending' })
      const { out, code } = await once(...argv)
      expect(code).toBe(0)
      expect(rowsOf(out).length).toBeGreaterThan(0)
      for (const { complaint } of rowsOf(out)) expect(complaint.provider).toBe('xiaoe')
    }
    expect((await once('--account', 'nobody')).code).toBe(2)
  })

  it('--from now leaves out what is older than the first run, and later runs go on', async () => {
    const now = (): number => Date.now() - 60_000
    expect(await follow(['--once', '--from', 'now'], { now })).toMatchObject({ code: 0, out: '' })
    const complaint = pendingComplaint()
    expect(idsOf((await once('--from', 'now')).out)).toEqual([complaint.id])
    expect((await once('--from', 'tomorrow')).code).toBe(2)
  })

  it('a complaint whose deadline has passed is called overdue in a table, and not due soon', async () => {
    const complaint = pendingComplaint()
    const later = (): number => Date.now() + 48 * 3_600_000
    const argv = ['--once', '--format', 'table', '--due-within', '25h']
    expect((await follow(argv)).out).toMatch(new RegExp(`^due .*${complaint.id}`, 'm'))
    rmSync(state)
    expect((await follow(argv, { now: later })).out).toMatch(new RegExp(`^overdue .*${complaint.id}`, 'm'))
    rmSync(state)
    const chinese = await follow([...argv, '--lang', 'zh'], { now: later })
    expect(chinese.out).toMatch(new RegExp(`^已超时 .*${complaint.id}`, 'm'))
  })

  it('--due-within also prints, once, what is due', async () => {
    const complaint = pendingComplaint()
    const { out } = await once('--due-within', '25h')
    expect(rowsOf(out).filter((row) => row.complaint.id === complaint.id)).toEqual([
      expect.objectContaining({ kind: 'created' }),
      expect.objectContaining({ kind: 'due', deadline: expect.objectContaining({ for: 'reply', basis: 'rule' }) }),
    ])
    expect((await once('--due-within', '25h')).out).toBe('')
  })

  it('prints the error of a failed account and the rows of the others, and exits with 1', async () => {
    pendingComplaint()
    const { code, out, err } = await follow(['--once'], { env: { ...env, XIAOE_BASE_URL: 'http://127.0.0.1:9' } })
    expect(code).toBe(1)
    expect(idsOf(out).length).toBeGreaterThan(0)
    expect(err).toMatch(/^\[xiaoe .*ECONNREFUSED/)
  })
})

describe('follow --exec', () => {
  const received = join(folder, 'received')

  it('hands each change to the command, masked, one JSON object on standard input', async () => {
    const complaint = pendingComplaint()
    const { code, out } = await once('--exec', `cat >> ${received}`)
    expect(code).toBe(0)
    const rows = rowsOf(readFileSync(received, 'utf8'))
    expect(rows.map(({ complaint: { id } }) => id)).toEqual(idsOf(out))
    expect(idsOf(out)).toContain(complaint.id)
    expect(readFileSync(received, 'utf8')).not.toMatch(fullPhone)
  })

  it('what the command prints goes to stderr', async () => {
    pendingComplaint()
    const { out, err } = await once('--exec', 'echo said; echo complained >&2; cat > /dev/null')
    expect(rowsOf(out).length).toBeGreaterThan(0)
    expect(err).toMatch(/said\n/)
    expect(err).toMatch(/complained\n/)
  })

  it('a change whose command fails is handed over again by the next run; those before it are not', async () => {
    const total = idsOf((await once('--exec', 'exit 0')).out).length
    rmSync(state)
    expect(total).toBeGreaterThan(3)
    const failing = await once('--exec', `cat >> ${received}; test $(wc -l < ${received}) -lt 3`)
    expect(failing.code).toBe(1)
    expect(idsOf(failing.out)).toHaveLength(2)
    expect(failing.err).toMatch(/the command failed for \w+:\w+:\S+ \(exit code 1\); the next run hands it/)
    const [, , third = ''] = idsOf(readFileSync(received, 'utf8'))
    const rest = await once('--exec', 'true')
    expect(rest.code).toBe(0)
    expect(idsOf(rest.out)).toContain(third)
    expect(new Set([...idsOf(failing.out), ...idsOf(rest.out)]).size).toBe(total)
    expect(idsOf(failing.out).length + idsOf(rest.out).length).toBe(total)
  })

  it('while following, a command that failed runs again', async () => {
    const complaint = pendingComplaint()
    const tried = join(folder, 'tried')
    const { code, err } = await follow(
      ['--every', '1s', '--provider', 'wechatpay', '--exec', `[ -e ${tried} ] || { touch ${tried}; exit 3; }`],
      { stopWhen: (written) => written.includes(complaint.id) },
    )
    expect(code).toBe(130)
    expect(err).toMatch(/the command failed for wechatpay:\w+:\S+ \(exit code 3\); it runs again in 1 s\n/)
  })
})

describe('follow', () => {
  it('goes on until it is stopped; what was printed does not come again', async () => {
    const complaint = pendingComplaint()
    const later: string[] = []
    const { code, out, err } = await follow(['--every', '1s', '--provider', 'wechatpay'], {
      stopWhen(written) {
        if (later.length === 0 && written.includes(complaint.id)) later.push(pendingComplaint().id)
        return later.some((id) => written.includes(id))
      },
    })
    expect(code).toBe(130)
    expect(idsOf(out)).toEqual(expect.arrayContaining([complaint.id, ...later]))
    expect(err).toBe(`following 1 account every 1 s; what was printed is kept in ${state}; Ctrl-C stops\nstopped\n`)
    expect((await once('--provider', 'wechatpay')).out).toBe('')
  })

  it('prints the error of an account that fails and goes on with the others', async () => {
    const complaint = pendingComplaint()
    const later: string[] = []
    const { code, out, err } = await follow(['--every', '1s'], {
      env: { ...env, XIAOE_SECRET_KEY: 'wrong-secret' },
      stopWhen(written) {
        if (later.length === 0 && written.includes(complaint.id)) later.push(pendingComplaint().id)
        return later.some((id) => written.includes(id))
      },
    })
    expect(code).toBe(130)
    expect(idsOf(out)).toContain(complaint.id)
    expect(err).toMatch(/\n\[xiaoe /)
  })
})

describe('the state file of follow', () => {
  it('is replaced as a whole: nothing is left beside it', async () => {
    await once()
    expect(readdirSync(folder)).toEqual(['state.json'])
    for (const key of Object.keys(JSON.parse(readFileSync(state, 'utf8'))))
      expect(key).toMatch(/^unified-complaints:changes:/)
  })

  it.each([
    ['another file', '{"accounts":[]}'],
    ['a list', '[1]'],
    ['a file that is cut', '{"unified-complaints:cha'],
  ])('%s is refused and left as it was, before any request', async (_, content) => {
    writeFileSync(state, content)
    const { code, out, err } = await once()
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(/state\.json is not a state file of follow \(.*delete it to start afresh/)
    expect(readFileSync(state, 'utf8')).toBe(content)
    expect(sandbox.requests).toHaveLength(0)
  })

  it('a folder that does not exist is an error before any request', async () => {
    const { code, err } = await cli(['follow', '--once', '--state-file', join(folder, 'none', 'state.json')], { env })
    expect(code).toBe(1)
    expect(err).toContain('ENOENT')
    expect(sandbox.requests).toHaveLength(0)
    expect(existsSync(join(folder, 'none'))).toBe(false)
  })

  it('that cannot be written any more ends the command with the reason', async () => {
    const lost = join(folder, 'lost')
    mkdirSync(lost)
    const args = ['follow', '--once', '--state-file', join(lost, 'state.json'), '--exec', `rm -r '${lost}'`]
    const { code, err } = await cli(args, { env })
    expect(code).toBe(1)
    expect(err).toMatch(/^\[\w+ \w+\] store\.set\(\) failed \(ENOENT\)\. Nothing is lost/)
  })

  it('a value that is garbage is a warning, and what it should have said comes again', async () => {
    const first = await once('--provider', 'wechatpay')
    const values = JSON.parse(readFileSync(state, 'utf8'))
    const day = Object.keys(values).find((key) => /:\d{4}-\d\d-\d\d$/.test(key)) ?? ''
    writeFileSync(state, JSON.stringify({ ...values, [day]: 'garbage' }))
    const second = await once('--provider', 'wechatpay')
    expect(second.code).toBe(0)
    expect(second.err).toMatch(/^the day \S+ in the store of .* is not a value of this library/)
    expect(idsOf(second.out).length).toBeGreaterThan(0)
    expect(idsOf(first.out)).toEqual(expect.arrayContaining(idsOf(second.out)))
  })
})

it.each(['0s', '25h', '1', '1w', '1.5m'])('follow --every %s is refused', async (every) => {
  const { code, err } = await follow(['--every', every])
  expect(code).toBe(2)
  expect(err).toContain('--every must be a number of seconds, minutes or hours')
})

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const bin = new URL('../../../dist/cli/main.js', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-follow-'))
const path = (name: string): string => join(folder, name)
const children: ChildProcess[] = []
let env: Record<string, string | undefined>

async function until(isTrue: () => boolean): Promise<void> {
  const end = Date.now() + 20_000
  while (!isTrue()) {
    if (Date.now() > end) throw new Error('the condition was not met within 20 s')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

interface Follower {
  readonly child: ChildProcess
  /** The complaints of the rows on stdout so far, with the kind of their change. */
  rows(): { kind: string; id: string; createdAt: string }[]
  ids(): string[]
  notes(): string
  exitCode(): Promise<number | null>
}

const isCreated = ({ kind }: { kind: string }): boolean => kind === 'created'

let followers = 0

/** Starts the command with its stdout in a file. */
function follow(argv: readonly string[]): Follower {
  followers += 1
  const [out, err] = [path(`rows-${followers}`), path(`notes-${followers}`)]
  const [outFile, errFile] = [openSync(out, 'w'), openSync(err, 'w')]
  const child = spawn('node', [bin, 'follow', ...argv], { stdio: ['ignore', outFile, errFile], env })
  for (const file of [outFile, errFile]) closeSync(file)
  children.push(child)
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const rows: Follower['rows'] = () =>
    readFileSync(out, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line))
      .map(({ kind, complaint }) => ({ ...complaint, kind }))
  return {
    child,
    rows,
    ids: () => rows().map(({ id }) => id),
    notes: () => readFileSync(err, 'utf8'),
    exitCode: () => ended,
  }
}

beforeAll(async () => {
  const variables = path('sandbox.env')
  const sandbox = spawn('node', [bin, 'sandbox', '--complaints', '40', '--arrivals', '1s', '--output', variables], {
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: folder },
  })
  children.push(sandbox)
  await until(() => existsSync(variables) && statSync(variables).size > 0)
  const assignments = readFileSync(variables, 'utf8').matchAll(/^export (\w+)='(.*)'$/gm)
  env = {
    ...process.env,
    LANG: 'en_US.UTF-8',
    ...Object.fromEntries([...assignments].map(([, name, value]) => [name, value])),
  }
}, 30_000)

afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

describe('follow as a process', () => {
  it('prints rows as they arrive, and Ctrl-C ends it with 130 and a state that the next run reads', async () => {
    const state = path('stopped.json')
    const first = follow(['--every', '1s', '--state-file', state])
    await until(() => first.ids().length > 0)
    const initial = first.ids().length
    await until(() => first.ids().length > initial)
    first.child.kill('SIGINT')
    expect(await first.exitCode()).toBe(130)
    expect(first.notes()).toMatch(/^following 4 accounts every 1 s; .*; Ctrl-C stops\nstopped\n$/)
    const second = follow(['--once', '--state-file', state])
    expect(await second.exitCode()).toBe(0)
    expect(second.rows().filter((row) => isCreated(row) && first.ids().includes(row.id))).toEqual([])
  })

  it('killed while a command runs, it loses no change, and only the one in hand comes twice', async () => {
    const [state, received] = [path('killed.json'), path('received')]
    const first = follow([
      '--every',
      '1h',
      '--provider',
      'wechatpay',
      '--state-file',
      state,
      '--exec',
      `cat >> ${received}; sleep 0.05`,
    ])
    const handled = (): string[] =>
      (existsSync(received) ? readFileSync(received, 'utf8') : '')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line).complaint.id)
    await until(() => handled().length >= 5)
    first.child.kill('SIGKILL')
    await first.exitCode()
    // A complaint of the sandbox is dated a second back.
    const restartedAt = Date.now() - 2_000
    const before = handled()
    const rest = follow(['--once', '--provider', 'wechatpay', '--state-file', state, '--exec', `cat >> ${received}`])
    expect(await rest.exitCode()).toBe(0)
    const again = rest
      .rows()
      .filter(isCreated)
      .filter(({ id }) => before.slice(0, -1).includes(id))
    expect(again).toEqual([])
    const all = follow(['--once', '--provider', 'wechatpay', '--state-file', path('fresh.json')])
    expect(await all.exitCode()).toBe(0)
    const lost = all
      .rows()
      .filter(({ id, createdAt }) => Date.parse(createdAt) < restartedAt && !handled().includes(id))
    expect(lost).toEqual([])
    expect(all.ids().length).toBeGreaterThan(10)
  })

  it('SIGTERM lets the command finish: its change does not come again', async () => {
    const [state, received] = [path('finished.json'), path('finished')]
    const argv = ['--provider', 'xiaoe', '--state-file', state]
    const first = follow([...argv, '--exec', `cat > ${received}; sleep 1.5; cp ${received} ${received}.done`])
    await until(() => existsSync(received) && statSync(received).size > 0)
    first.child.kill('SIGTERM')
    expect(await first.exitCode()).toBe(143)
    const { complaint } = JSON.parse(readFileSync(`${received}.done`, 'utf8'))
    expect(first.ids()).toEqual([complaint.id])
    const rest = follow(['--once', ...argv])
    expect(await rest.exitCode()).toBe(0)
    expect(rest.ids()).not.toContain(complaint.id)
  })
})

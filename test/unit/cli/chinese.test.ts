import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatError } from '../../../src/cli/format-error.js'
import * as library from '../../../src/index.js'
import { type Sandbox, type SandboxFault, startSandbox } from '../../../src/sandbox/index.js'
import { cli, sandboxEnvironment, type World } from '../../support/cli.js'

const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-chinese-'))
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
const range = ['--from', '2026-01-01', '--to', '2026-03-31']

let sandbox: Sandbox
let env: Record<string, string>

beforeAll(async () => {
  sandbox = await sandboxWith([])
  env = sandboxEnvironment(sandbox, file)
})
afterAll(async () => {
  await sandbox.close()
  rmSync(folder, { recursive: true })
})

function sandboxWith(faults: readonly SandboxFault[]): Promise<Sandbox> {
  return startSandbox({
    complaints: { wechatpay: 30, huishouqian: 30, xiaoe: 30 },
    faults,
    from: '2026-01-01',
    to: '2026-03-31',
    quotas: false,
    reuseKeys: true,
  })
}

/** Lines with an English sentence, apart from the quoted original of an error and commands to copy. */
function englishLines(text: string): string[] {
  return text
    .replaceAll('\r\u001b[K', '\n')
    .split('\n')
    .filter((line) => {
      const own = line.replace(/（原文：.*）/u, '').replace(/npx unified-complaints [a-z]+(?: --\S+(?: \S+)?)*/g, '')
      return /(?<![\w<[./=-])[A-Za-z]{2,}(?:,? [a-z]{2,}){2,}/.test(own)
    })
}

const chinese = async (argv: readonly string[], world: World = {}): Promise<string> => {
  const { screen } = await cli([...argv, '--lang', 'zh'], { env, ...world })
  expect(screen).toMatch(/\p{Script=Han}/u)
  return screen
}

it('an English sentence is recognised, and the quoted original is not one', () => {
  expect(englishLines('the list ended here\n列表已结束')).toEqual(['the list ended here'])
  expect(englishLines('配置有误（原文：[xiaoe] the key is wrong）')).toEqual([])
})

it('--lang before the command holds for the command; the one behind it comes first', async () => {
  const before = await cli(['--lang', 'zh', 'accounts'], { env })
  expect(before).toMatchObject({ code: 0, screen: await chinese(['accounts']) })
  expect((await cli(['--lang=zh', 'list', '--help'], { env })).screen).toContain(
    '用法： unified-complaints list [options]',
  )
  expect(await cli(['--lang', 'zh', 'accounts', '--lang', 'en'], { env })).toEqual(await cli(['accounts'], { env }))
})

it('a file that cannot be written has a Chinese sentence before the original', async () => {
  const path = join(folder, 'nowhere', 'a.csv')
  expect((await cli(['list', ...range, '--output', path, '--lang', 'zh'], { env })).err).toContain(
    `无法写入 ${path}（原文：cannot write ${path} (ENOENT)）`,
  )
})

it('totals name the account that failed', async () => {
  const world = { env: { ...env, XIAOE_BASE_URL: 'http://127.0.0.1:9' } }
  const argv = ['list', ...range, '--keep-going', '--format', 'ndjson']
  expect(await chinese(argv, world)).toMatch(/^小鹅通 \S+：0 条投诉，其中待处理 0 条（未列完）$/m)
  const { err } = await cli(argv, world)
  expect(err).toMatch(/^0 complaints of xiaoe:\S+, 0 pending \(not finished\)$/m)
  expect(err).toMatch(/^30 complaints of huishouqian:\S+, \d+ pending$/m)
})

describe('under --lang zh no command prints an English sentence', () => {
  it.each([
    [],
    ['list'],
    ['report'],
    ['follow'],
    ['get'],
    ['history'],
    ['media'],
    ['accounts'],
    ['doctor'],
    ['sandbox'],
    ['demo'],
  ])('help of %s', async (...command: string[]) => {
    expect(englishLines(await chinese([...command, '--help']))).toEqual([])
  })

  it.each([
    [['lists']],
    [['list', '--no-such']],
    [['list', 'more']],
    [['get']],
    [['list', '--limit', '0']],
    [['list', '--state', 'open']],
    [['list', '--since', '7']],
    [['list', '--due-within', 'soon']],
    [['list', '--since', '7d', '--from', '2026-01-01']],
    [['list', '--to', '2026-01-01']],
    [['list', '--account', 'nobody']],
    [['list', '--provider', 'nobody']],
    [['list', '--cursor', 'garbled']],
    [['list', '--from', '01.02.2026']],
    [['list', '--output', 'rows.txt']],
    [['list', '--output', folder]],
    [['list', '--output', 'rows.csv', '--format', 'json']],
    [['report', '--output', 'report.pdf']],
    [['follow', '--every', '0s']],
    [['follow', '--due-within', 'soon']],
    [['follow', '--state-file', folder]],
    [['follow', '--format', 'csv']],
    [['sandbox', '--arrivals', 'often']],
    [['doctor', '--account', 'nobody']],
    [['get', 'wechatpay:1:2:3']],
    [['media', 'wechatpay:1', 'https://example.com/image.png']],
    [['sandbox', '--complaints', '0']],
    [['list', '--config', '/no/such/file.json']],
  ])('the error of %j', async (argv) => {
    expect(englishLines(await chinese(argv))).toEqual([])
  })

  it('a missing configuration and misspelt variables', async () => {
    expect(englishLines(await chinese(['list'], { env: {} }))).toEqual([])
    const unknown = await chinese(['accounts'], { env: { ...env, XIAOE_APPID: 'x', XIAOE_ZZZZZZZZZZZZZZ: 'x' } })
    expect(unknown).toContain('是否应为 XIAOE_APP_ID？')
    expect(englishLines(unknown)).toEqual([])
  })

  it('errors of every code: the meaning stands before the original, on one line', () => {
    const classes = Object.entries(library).filter(([name]) => name.endsWith('Error') && name !== 'ComplaintError')
    expect(classes.length).toBeGreaterThanOrEqual(13)
    for (const [, ErrorClass] of classes) {
      const error = new (ErrorClass as new (message: string) => Error)('the original message of this error')
      const line = formatError(error, 'zh')
      expect(line).toMatch(/^\p{Script=Han}{3,}.*（原文：the original message of this error）$/u)
      expect(line).not.toContain('undefined')
    }
  })

  it('lists, details and histories', async () => {
    for (const argv of [
      ['list', ...range],
      ['list', ...range, '--format', 'csv'],
      ['list', ...range, '--limit', '5'],
    ]) {
      const screen = await chinese(argv)
      expect(screen).toContain('微信支付')
      expect(englishLines(screen)).toEqual([])
    }
    const [complaint] = sandbox.truth.filter(({ provider }) => provider === 'wechatpay')
    for (const command of ['get', 'history'])
      expect(englishLines(await chinese([command, `微信支付:${complaint?.id}`]))).toEqual([])
    expect(englishLines(await chinese(['accounts']))).toEqual([])
    expect(englishLines(await chinese(['demo']))).toEqual([])
    expect(englishLines(await chinese(['report', ...range, '--output', join(folder, 'report.html')]))).toEqual([])
  })

  it('progress, the advice to resume, and accounts that fail', async () => {
    let now = Date.now()
    const tick = (): number => {
      now += 1000
      return now
    }
    const progress = await chinese(['list', ...range], { isTerminal: true, now: tick })
    expect(progress).toMatch(/已读 \d+ 条，每秒 \d+ 条，时间段 \d+\/\d+/)
    expect(englishLines(progress)).toEqual([])
    const stopped = await chinese(['list', ...range, '--format', 'ndjson', '--order', 'newest'], {
      stopWhen: (written) => written.length > 100,
    })
    expect(stopped).toMatch(/已停止\n尚未列完/)
    expect(englishLines(stopped.replace(/^\{.*$/gm, ''))).toEqual([])
    const failing = await sandboxWith([
      { kind: 'serverError', provider: 'xiaoe' },
      { kind: 'rateLimit', provider: 'wechatpay', nth: 1, retryAfterSeconds: 1 },
    ])
    try {
      const world = { env: sandboxEnvironment(failing, file), isTerminal: true, now: tick }
      const kept = await chinese(['list', ...range, '--keep-going', '--order', 'arrival'], world)
      expect(kept).toContain('渠道服务异常或繁忙（原文：[xiaoe')
      expect(englishLines(kept)).toEqual([])
      expect(englishLines(await chinese(['doctor'], world))).toEqual([])
    } finally {
      await failing.close()
    }
  })

  it('follow: its rows, its notes and a command that fails', async () => {
    const recent = await startSandbox({
      complaints: { wechatpay: 3, huishouqian: 3, xiaoe: 3 },
      quotas: false,
      reuseKeys: true,
    })
    try {
      const state = ['--state-file', join(folder, 'state.json')]
      recent.addComplaint('wechatpay', { state: 'pending' })
      const world = { env: sandboxEnvironment(recent, file) }
      const failed = await chinese(['follow', '--once', '--format', 'table', '--exec', 'exit 3', ...state], world)
      expect(failed).toMatch(/的命令失败（原文：exit code 3），下次运行时会再次收到这条变化/)
      expect(englishLines(failed)).toEqual([])
      const rows = await chinese(['follow', '--format', 'table', ...state], { ...world, stopWhen: () => true })
      expect(rows).toMatch(/正在跟踪 3 个账号，每 60 秒读取一次.*\n变化 .*\n(?:.*\n)+已停止\n$/)
      expect(englishLines(rows)).toEqual([])
    } finally {
      await recent.close()
    }
  })

  it('doctor, in every state', async () => {
    expect(englishLines(await chinese(['doctor']))).toEqual([])
    const wrong = { ...env, HUISHOUQIAN_KEY: '', XIAOE_BASE_URL: 'http://127.0.0.1:9', WECHATPAY_API_V3_KEY: 'short' }
    expect(englishLines(await chinese(['doctor'], { env: wrong, now: () => Date.now() + 600_000 }))).toEqual([])
  })

  it('the sandbox and a download', async () => {
    expect(englishLines(await chinese(['sandbox', '--complaints', '1'], { stopWhen: () => true }))).toEqual([])
    const [image] = sandbox.truth.flatMap(({ provider, id }) =>
      provider === 'wechatpay' ? sandbox.mediaOf(provider, id).map((media) => ({ ...media, id })) : [],
    )
    const argv = ['media', `wechatpay:${image?.id}`, image?.url ?? '', '--output', join(folder, 'image')]
    const first = await chinese(argv)
    expect(first).toMatch(/字节/)
    expect(englishLines(first + (await chinese(argv)))).toEqual([])
    expect(englishLines(await chinese(argv.slice(0, 3), { isTerminal: true }))).toEqual([])
  })
})

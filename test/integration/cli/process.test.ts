import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const bin = new URL('../../../dist/cli/main.js', import.meta.url).pathname
const clock = new URL('./shifted-clock.mjs', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-bin-'))
const variables = join(folder, 'sandbox.env')
let sandbox: ChildProcess

interface Outcome {
  code: number | null
  out: string
  err: string
}

/** Runs a command in bash, with the sandbox's variables loaded. */
function shell(command: string, env: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(
      'bash',
      ['-c', `set -o pipefail; . ${variables}; ${command.replaceAll('unified-complaints', `node ${bin}`)}`],
      {
        encoding: 'utf8',
        env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '', ...env },
        maxBuffer: 64 * 1024 * 1024,
      },
      (_, out, err) => resolve({ code: child.exitCode, out, err }),
    )
  })
}

async function until(isTrue: () => boolean): Promise<void> {
  const end = Date.now() + 20_000
  while (!isTrue()) {
    if (Date.now() > end) throw new Error('the condition was not met within 20 s')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

beforeAll(async () => {
  sandbox = spawn('node', [bin, 'sandbox', '--complaints', '300', '--output', variables], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TMPDIR: folder },
  })
  let output = ''
  sandbox.stderr?.on('data', (chunk) => {
    output += chunk
  })
  await until(() => output.includes('are running'))
}, 30_000)

afterAll(() => {
  sandbox.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

describe('with the sandbox running and its lines loaded', () => {
  it('only the owner may read the files', () => {
    const [keys = ''] = readdirSync(folder).filter((name) => name.startsWith('unified-complaints-'))
    const files = [variables, ...readdirSync(join(folder, keys)).map((name) => join(folder, keys, name))]
    expect(files.length).toBeGreaterThan(5)
    expect(files.filter((path) => (statSync(path).mode & 0o077) !== 0)).toEqual([])
    // The variables contain no secret.
    expect(readFileSync(variables, 'utf8')).not.toMatch(/BEGIN|SECRET_KEY=|V3_KEY=|_KEY='/)
  })

  it('lists the last 30 days as CSV', async () => {
    const { code, out, err } = await shell('unified-complaints list --since 30d --format csv')
    expect(code).toBe(0)
    expect(err).toMatch(/^(?:\d+ complaints of [\w-]+:\w+, \d+ pending\n){4}$/)
    const lines = out.trimEnd().split('\r\n')
    expect(lines[0]).toMatch(/^Provider,Account,Id,Created/)
    expect(lines.length).toBeGreaterThan(200)
    for (const provider of ['wechatpay', 'huishouqian', 'xiaoe', 'alipay-trade'])
      expect(out).toContain(`\n${provider},`)
  })

  it('doctor finds no errors', async () => {
    const { code, out } = await shell('unified-complaints doctor')
    expect(out).toContain('all checks passed')
    expect(out.match(/a signed request succeeded/g)).toHaveLength(3)
    expect(out).toContain('a request succeeded (this provider does not sign its responses')
    expect(code).toBe(0)
  })

  it.each([
    [
      'the private key of another account',
      'export WECHATPAY_PRIVATE_KEY_FILE=$HUISHOUQIAN_PRIVATE_KEY_FILE; unified-complaints doctor',
      /wechatpay:\d+ .*✗ .*what to do: check that mchid, serial number and private key belong to one merchant/s,
    ],
    [
      'a wrong serial number',
      'export WECHATPAY_SERIAL_NO=7777777777777777777777777777777777777777; unified-complaints doctor --lang zh',
      /处理建议：请确认商户号、商户 API 证书序列号/,
    ],
    [
      'a wrong WeChat Pay public key',
      'openssl genrsa 2048 2>/dev/null | openssl rsa -pubout -out $TMPDIR/other.pem 2>/dev/null; export WECHATPAY_PUBLIC_KEY_FILE=$TMPDIR/other.pem; unified-complaints doctor',
      /what to do: the response could not be verified: check WeChat Pay's public key/,
    ],
    [
      'a wrong secret',
      'unset XIAOE_SECRET_KEY_FILE; XIAOE_SECRET_KEY=wrong-secret unified-complaints doctor',
      /what to do: check that app_id, client_id and secret_key/,
    ],
    [
      'a wrong merchant key',
      'unset HUISHOUQIAN_KEY_FILE; HUISHOUQIAN_KEY=wrong-key unified-complaints doctor',
      /what to do: check signType first .*, then merchant number, merchant key and private key/,
    ],
    [
      'a missing file',
      'WECHATPAY_PRIVATE_KEY_FILE=/nowhere/key.pem unified-complaints doctor',
      /✗ \[wechatpay \d+\] privateKeyFile: \/nowhere\/key\.pem cannot be read \(ENOENT\)/,
    ],
    [
      'a key instead of a certificate',
      'HUISHOUQIAN_PLATFORM_CERTIFICATE_FILES=$WECHATPAY_PUBLIC_KEY_FILE unified-complaints doctor',
      /huishouqian.*✗ .*platformCertificate/s,
    ],
  ])('doctor says what to fix: %s', async (_, command, advice) => {
    const { code, out } = await shell(command, { TMPDIR: folder })
    expect(out).toMatch(advice)
    expect(out).not.toContain('wrong-')
    expect(code).toBe(1)
    // The other accounts are still checked.
    expect(out.match(/✓/g)?.length).toBeGreaterThan(3)
  })

  it.each([
    [-600_000, /clock is (?:599|600|601) s behind\n +what to do: synchronize it \(NTP\)/],
    [600_000, /clock is (?:599|600|601) s ahead\n +what to do: synchronize it \(NTP\)/],
  ])('doctor says that the clock is off by %d ms', async (shift, advice) => {
    const { code, out } = await shell('unified-complaints doctor', {
      NODE_OPTIONS: `--import ${clock}`,
      CLOCK_SHIFT_MS: String(shift),
    })
    expect(out).toMatch(advice)
    expect(out).toMatch(/wechatpay.*✗/s)
    expect(code).toBe(1)
  })

  it('a reader that closes the pipe ends it quietly', async () => {
    const { out, err } = await shell('unified-complaints list --since 60d --format ndjson | head -1')
    expect(out.trimEnd().split('\n')).toHaveLength(1)
    expect(err).toBe('')
  })

  it('a full disk ends it without a stack trace, and it prints how to resume', async () => {
    const { code, err } = await shell('unified-complaints list --since 60d --format csv > /dev/full')
    expect(code).toBe(1)
    expect(err).toMatch(/^cannot write the output \(ENOSPC[^\n]*\)\nnot finished; [^\n]*--from \S+ --order arrival\n$/)
    const help = await shell('unified-complaints --help > /dev/full')
    expect(help.code).toBe(1)
    expect(help.err).toMatch(/^cannot write the output \(ENOSPC[^\n]*\)\n$/)
  })

  it('Ctrl-C ends it cleanly, and it prints how to resume', async () => {
    const { out, err } = await shell(
      'unified-complaints list --since 60d --format ndjson > $TMPDIR/part & p=$!; ' +
        'while [ ! -s $TMPDIR/part ]; do sleep 0.05; done; kill -INT $p; wait $p; echo $?',
      { TMPDIR: folder, NODE_OPTIONS: `--import ${new URL('./slow-output.mjs', import.meta.url).pathname}` },
    )
    expect(out.trim()).toBe('130')
    const [, rest = ''] = /(--from \S+ --order \S+(?: --cursor \S+)?)/.exec(err) ?? []
    const whole = await shell('unified-complaints list --since 60d --format ndjson')
    const { out: remaining } = await shell(`unified-complaints list ${rest} --format ndjson`)
    const idsOf = (text: string): string[] =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).id)
    const part = idsOf(readFileSync(join(folder, 'part'), 'utf8'))
    expect(part.length).toBeLessThan(idsOf(whole.out).length)
    expect(new Set([...part, ...idsOf(remaining)])).toEqual(new Set(idsOf(whole.out)))
  })
})

describe('the sandbox removes its keys', () => {
  const keyFolders = (): string[] => readdirSync(folder).filter((name) => name.startsWith('unified-complaints-'))

  it.each([
    ['Ctrl-C', ['SIGINT']],
    // npx forwards a signal that the terminal already sent.
    ['Ctrl-C under npx', ['SIGINT', 'SIGINT']],
    ['kill', ['SIGTERM']],
    ['its terminal being closed', ['SIGHUP']],
  ] as const)('when %s ends it', async (_, signals) => {
    const own = spawn('node', [bin, 'sandbox', '--complaints', '1'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, TMPDIR: folder },
    })
    try {
      let output = ''
      own.stdout.on('data', (chunk) => {
        output += chunk
      })
      await until(() => output.includes('XIAOE_BASE_URL'))
      const [, path = ''] = /FILE='([^']+)\/apiclient_key.pem'/.exec(output) ?? []
      expect(existsSync(path)).toBe(true)
      const ended = new Promise<number | null>((resolve) => own.once('exit', resolve))
      for (const signal of signals) own.kill(signal)
      expect(await ended).toBe(0)
      expect(existsSync(path)).toBe(false)
    } finally {
      own.kill('SIGKILL')
    }
  })

  it('and keeps the file of variables', async () => {
    const ended = new Promise<number | null>((resolve) => sandbox.once('exit', resolve))
    sandbox.kill('SIGINT')
    expect(await ended).toBe(0)
    expect(keyFolders()).toEqual([])
    expect(existsSync(variables)).toBe(true)
  })
})

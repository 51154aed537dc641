import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxFault, startSandbox } from '../../src/sandbox/index.js'
import { cli, environmentOf } from './support.js'

const range = ['--from', '2026-01-01', '--to', '2026-03-31']
const fullPhone = /(?<!\d)1[3-9]\d{9}(?!\d)/
const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-cli-'))
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

let sandbox: Sandbox
let env: Record<string, string>

async function sandboxWith(faults: readonly SandboxFault[], complaints = 60): Promise<Sandbox> {
  return startSandbox({ complaints, faults, from: '2026-01-01', to: '2026-03-31', quotas: false, reuseKeys: true })
}

beforeAll(async () => {
  sandbox = await sandboxWith([])
  env = environmentOf(sandbox, file)
})
afterAll(async () => {
  await sandbox.close()
  rmSync(folder, { recursive: true })
})

const idsOf = (ndjson: string): string[] =>
  ndjson
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).id)

describe('list', () => {
  it.each(['table', 'json', 'ndjson', 'csv'])(
    'writes every complaint as %s, and no phone number in full',
    async (format) => {
      const { code, out, err } = await cli(['list', ...range, '--format', format], { env })
      expect({ code, err }).toEqual({ code: 0, err: '' })
      for (const { id } of sandbox.truth) expect(out).toContain(id)
      expect(out).not.toMatch(fullPhone)
      for (const { payer } of sandbox.truth) {
        if (payer.openId !== null) expect(out).not.toContain(payer.openId)
      }
    },
  )

  it('shows phones when they are asked for', async () => {
    const { out } = await cli(['list', ...range, '--format', 'csv', '--show-phones'], { env })
    for (const { payer } of sandbox.truth) if (payer.phone?.form === 'plain') expect(out).toContain(payer.phone.value)
  })

  it('filters, sorts and limits', async () => {
    const { out, err } = await cli(
      [
        'list',
        ...range,
        '--format',
        'ndjson',
        '--state',
        'pending',
        'resolved',
        '--account',
        'xiaoe:appSandbox0000001',
      ].concat(['--order', 'oldest', '--limit', '5']),
      { env },
    )
    const expected = sandbox.truth
      .filter(({ provider, state }) => provider === 'xiaoe' && state !== 'processing')
      .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
      .slice(0, 5)
      .map(({ id }) => id)
    expect(idsOf(out)).toEqual(expected)
    expect(err).toContain('there may be more')
  })

  it.each(['arrival', 'newest'])('stops on demand and says from where exactly the rest comes (%s)', async (order) => {
    const asked = ['list', ...range, '--format', 'ndjson', '--order', order]
    const first = await cli(asked, { env, stopWhen: (written) => written.split('\n').length > 20 })
    expect(first.code).toBe(130)
    const [, cursor = ''] = /--cursor (\S+)/.exec(first.err) ?? []
    expect(first.err).toContain('--from 2026-01-01 --to 2026-03-31')
    const rest = await cli([...asked, '--cursor', cursor], { env })
    expect(rest.code).toBe(0)
    const ids = [...new Set([...idsOf(first.out), ...idsOf(rest.out)])]
    expect(ids.toSorted()).toEqual(sandbox.truth.map(({ id }) => id).toSorted())
    expect(idsOf(rest.out).length).toBeLessThan(sandbox.truth.length)
  })

  it('says from where to go on when a provider fails, and goes on with the others where that was asked', async () => {
    const broken = await sandboxWith([{ kind: 'tamperedSignature', provider: 'wechatpay' }])
    try {
      const brokenEnv = environmentOf(broken, file)
      const failed = await cli(['list', ...range], { env: brokenEnv })
      expect(failed.code).toBe(1)
      expect(failed.err).toMatch(/wechatpay.*not finished; the rest/s)
      const others = await cli(['list', ...range, '--format', 'ndjson', '--keep-going'], { env: brokenEnv })
      expect(others.code).toBe(1)
      expect(others.err).toContain('[wechatpay 1900000001]')
      const expected = broken.truth.filter(({ provider }) => provider !== 'wechatpay')
      expect(new Set(idsOf(others.out))).toEqual(new Set(expected.map(({ id }) => id)))
    } finally {
      await broken.close()
    }
  })

  it.each([
    [['list', '--format', 'xml']],
    [['list', '--since', '7']],
    [['list', '--since', '7d', '--from', '2026-01-01']],
    [['list', '--from', '01.02.2026']],
    [['list', '--limit', '0']],
    [['list', '--account', 'nobody']],
    [['list', '--cursor', 'garbled']],
    [['list', '--merchant', '1']],
    [['list', 'more']],
    [['lists']],
    [['get']],
    [['get', '1']],
    [['media', '1', 'https://example.com', '--nonsense']],
  ])('%j is refused with exit code 2, and says why', async (argv) => {
    const before = sandbox.requests.length
    const { code, err, out } = await cli(argv, { env })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err.length).toBeGreaterThan(10)
    expect(sandbox.requests.length).toBe(before)
  })

  it('without any account says what to set', async () => {
    const { code, err } = await cli(['list'])
    expect(code).toBe(2)
    expect(err).toMatch(/--config.*WECHATPAY_MCHID.*demo/)
  })
})

describe('a slow reader', () => {
  it('makes list wait: it asks no further than some pages ahead, however long the list', async () => {
    const long = await startSandbox({
      complaints: { xiaoe: 3000, wechatpay: 0, huishouqian: 0 },
      from: '2026-03-01',
      to: '2026-03-30',
      quotas: false,
      reuseKeys: true,
    })
    try {
      const { XIAOE_APP_ID, XIAOE_CLIENT_ID, XIAOE_SECRET_KEY, XIAOE_BASE_URL } = environmentOf(long, file)
      let open = (): void => {}
      const gate = new Promise<void>((resolve) => {
        open = resolve
      })
      const listed = cli(['list', '--from', '2026-03-01', '--to', '2026-03-30', '--format', 'ndjson'], {
        env: { XIAOE_APP_ID, XIAOE_CLIENT_ID, XIAOE_SECRET_KEY, XIAOE_BASE_URL },
        reader: () => gate,
      })
      await new Promise((resolve) => setTimeout(resolve, 700))
      const asked = long.requests.length
      open()
      expect(idsOf((await listed).out)).toHaveLength(3000)
      expect(asked).toBeGreaterThan(2)
      expect(asked).toBeLessThan(20)
    } finally {
      await long.close()
    }
  })
})

describe('get, history and media', () => {
  const truthOf = (provider: string): Sandbox['truth'][number] => {
    const [first] = sandbox.truth.filter((complaint) => complaint.provider === provider)
    if (first === undefined) throw new Error('the sandbox is empty')
    return first
  }

  it('get shows every field, masked, in either language', async () => {
    const { id } = truthOf('huishouqian')
    const { code, out } = await cli(['get', `huishouqian:${id}`, '--lang', 'zh'], { env })
    expect(code).toBe(0)
    expect(out).toContain(`投诉单号`)
    expect(out).toContain(id)
    expect(out).not.toMatch(fullPhone)
    const json = await cli(['get', `huishouqian:${id}`, '--format', 'json', '--show-phones'], { env })
    expect(JSON.parse(json.out)[0].payer.phone.value).toMatch(fullPhone)
  })

  it('get of a complaint that is none ends with 3', async () => {
    expect(await cli(['get', 'wechatpay:200201820200101120246950199'], { env })).toMatchObject({ code: 3, out: '' })
  })

  it('history shows what was said', async () => {
    const [complaint] = sandbox.truth.filter(({ provider, id }) => sandbox.historyOf(provider, id).length > 1)
    if (complaint === undefined) throw new Error('no complaint has a history')
    const { code, out } = await cli(['history', `${complaint.provider}:${complaint.id}`, '--format', 'ndjson'], { env })
    expect(code).toBe(0)
    expect(idsOf(out)).toEqual(sandbox.historyOf(complaint.provider, complaint.id).map(({ id }) => id))
  })

  it('media writes bytes to a new file or a pipe, never to a terminal or over another file', async () => {
    const [file] = sandbox.truth.flatMap(({ provider, id }) =>
      provider === 'wechatpay' ? sandbox.mediaOf(provider, id).map((media) => ({ ...media, id })) : [],
    )
    if (file === undefined) throw new Error('no complaint has an image')
    const path = join(folder, 'image')
    const argv = ['media', `wechatpay:${file.id}`, file.url]
    expect(await cli([...argv, '--output', path], { env })).toMatchObject({ code: 0, out: '' })
    expect(new Uint8Array(readFileSync(path))).toEqual(new Uint8Array(file.bytes))
    expect(await cli([...argv, '--output', path], { env })).toMatchObject({ code: 2 })
    expect(await cli(argv, { env, isTerminal: true })).toMatchObject({ code: 2, out: '' })
    expect((await cli(argv, { env })).out.length).toBeGreaterThan(0)
  })
})

describe('configuration', () => {
  const account = (): Record<string, unknown> => ({
    provider: 'xiaoe',
    appId: sandbox.xiaoe.appId,
    clientId: sandbox.xiaoe.clientId,
    secretKeyFile: 'secret.key',
    baseUrl: sandbox.xiaoe.baseUrl,
  })

  it('may be a JSON file, whose paths start from its own folder, with several accounts of one provider', async () => {
    file('secret.key', `${sandbox.xiaoe.secretKey}\n`)
    const config = file(
      'config.json',
      JSON.stringify({ accounts: [account(), { ...account(), account: 'second' }], client: { maxRetries: 1 } }),
    )
    const { code, out } = await cli(['accounts', '--config', config])
    expect(code).toBe(0)
    expect(out).toContain('xiaoe:second')
    const listed = await cli(['list', ...range, '--config', config, '--format', 'ndjson'])
    expect(idsOf(listed.out)).toHaveLength(2 * sandbox.truth.filter(({ provider }) => provider === 'xiaoe').length)
  })

  it('may be a module that makes its adapters or descriptions itself', async () => {
    file('secret.key', sandbox.xiaoe.secretKey)
    const config = file('config.mjs', `export default async () => (${JSON.stringify({ accounts: [account()] })})`)
    expect(await cli(['list', ...range, '--config', config, '--limit', '1'])).toMatchObject({ code: 0 })
  })

  it.each([
    ['{ "accounts": [ }', 'is no JSON'],
    ['{}', 'accounts'],
    ['{ "accounts": [] }', 'accounts'],
    ['{ "accounts": [{ "provider": "alipay", "secret": "sk-hidden" }] }', 'accounts'],
    ['{ "accounts": [{ "provider": "xiaoe", "appId": "a", "secretKeyFile": "nowhere" }] }', 'ENOENT'],
    ['{ "accounts": [{ "provider": "xiaoe", "appId": "a", "secretKeyFile": 7 }] }', 'secretKeyFile'],
    [
      '{ "accounts": [{ "provider": "xiaoe", "appId": "a", "secretKey": "sk-hidden", "secretKeyFile": "x" }] }',
      'not both',
    ],
    ['{ "accounts": [{ "provider": "xiaoe", "appId": "a", "secret": "sk-hidden" }] }', 'xiaoe()'],
  ])('%s is refused: %s', async (content, why) => {
    const { code, err } = await cli(['list', '--config', file('wrong.json', content)])
    expect(code).toBe(2)
    expect(err).toContain(why)
    expect(err).not.toContain('sk-hidden')
  })

  it('accounts names what is wrong, account by account, and variables that look misspelt', async () => {
    const { code, out, err } = await cli(['accounts'], {
      env: { ...env, HUISHOUQIAN_KEY: '', XIAOE_APPID: 'x' },
    })
    expect(code).toBe(2)
    expect(out).toMatch(/wechatpay:1900000001 {2}50 rows/)
    expect(out).toMatch(/huishouqian.*key is needed/)
    expect(err).toContain('XIAOE_APPID')
  })

  it('takes secrets from files and variables only: no option has one', async () => {
    const helps = await Promise.all(['list', 'doctor', 'sandbox', 'media'].map((name) => cli([name, '--help'])))
    for (const { out } of helps) expect(out).not.toMatch(/--[a-z-]*(?:secret|private|token|passphrase|v3-key)/)
  })
})

describe('help', () => {
  it('names every command, exit code and variable', async () => {
    const { code, out } = await cli(['--help'])
    expect(code).toBe(0)
    for (const word of [
      'list',
      'get',
      'history',
      'media',
      'accounts',
      'doctor',
      'sandbox',
      'demo',
      '130',
      'XIAOE_APP_ID',
    ])
      expect(out).toContain(word)
    expect(await cli(['--version'])).toEqual({ code: 0, out: '1.2.3\n', err: '' })
  })
})

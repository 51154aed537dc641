import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxFault, startSandbox } from '../../../src/sandbox/index.js'
import { cli, sandboxEnvironment } from '../../support/cli.js'

const range = ['--from', '2026-01-01', '--to', '2026-03-31']
const fullPhone = /(?<!\d)1[3-9]\d{9}(?!\d)/
const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-cli-'))
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

let sandbox: Sandbox
let env: Record<string, string>

async function sandboxWith(faults: readonly SandboxFault[], each = 60): Promise<Sandbox> {
  const complaints = { wechatpay: each, huishouqian: each, xiaoe: each }
  return startSandbox({ complaints, faults, from: '2026-01-01', to: '2026-03-31', quotas: false, reuseKeys: true })
}

beforeAll(async () => {
  sandbox = await sandboxWith([])
  env = sandboxEnvironment(sandbox, file)
})
afterAll(async () => {
  await sandbox.close()
  rmSync(folder, { recursive: true })
})

/** What `list` prints on stderr at the end. */
const totalsOf = ({ truth }: Sandbox): string[] =>
  [...new Set(truth.map(({ provider, account }) => `${provider}:${account}`))].map((key) => {
    const own = truth.filter(({ provider, account }) => `${provider}:${account}` === key)
    const pending = own.filter(({ state }) => state === 'pending').length
    return `${own.length} complaints of ${key}, ${pending} pending`
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
      expect(code).toBe(0)
      expect(err.trimEnd().split('\n').toSorted()).toEqual(totalsOf(sandbox).toSorted())
      for (const { id } of sandbox.truth) expect(out).toContain(id)
      expect(out).not.toMatch(fullPhone)
      for (const { payer } of sandbox.truth) {
        if (payer.openId !== null) expect(out).not.toContain(payer.openId)
      }
    },
  )

  it('shows phones with --show-phones', async () => {
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
    expect(err).toContain('there are more')
  })

  it('lists only the channels of --channel', async () => {
    const { out, code } = await cli(['list', ...range, '--format', 'ndjson', '--channel', 'alipay,shop'], { env })
    const expected = sandbox.truth
      .filter(({ channel }) => channel === 'alipay' || channel === 'shop')
      .map(({ id }) => id)
    expect(expected.length).toBeGreaterThan(0)
    expect([idsOf(out).toSorted(), code]).toEqual([expected.toSorted(), 0])
    expect((await cli(['list', '--channel', 'wechat'], { env })).code).toBe(2)
  })

  it.each(['arrival', 'newest'])('stops on demand and prints how to resume exactly there (%s)', async (order) => {
    const argv = ['list', ...range, '--format', 'ndjson', '--order', order]
    const first = await cli(argv, { env, stopWhen: (written) => written.split('\n').length > 20 })
    expect(first.code).toBe(130)
    const [, cursor = ''] = /--cursor (\S+)/.exec(first.err) ?? []
    expect(first.err).toContain('--from 2026-01-01 --to 2026-03-31')
    const rest = await cli([...argv, '--cursor', cursor], { env })
    expect(rest.code).toBe(0)
    const ids = [...new Set([...idsOf(first.out), ...idsOf(rest.out)])]
    expect(ids.toSorted()).toEqual(sandbox.truth.map(({ id }) => id).toSorted())
    expect(idsOf(rest.out).length).toBeLessThan(sandbox.truth.length)
  })

  it('prints how to resume when a provider fails; with --keep-going lists the others', async () => {
    const broken = await sandboxWith([{ kind: 'tamperedSignature', provider: 'wechatpay' }])
    try {
      const brokenEnv = sandboxEnvironment(broken, file)
      const failed = await cli(['list', ...range], { env: brokenEnv })
      expect(failed.code).toBe(1)
      expect(failed.err).toMatch(/wechatpay.*not finished; to resume/s)
      const others = await cli(['list', ...range, '--format', 'ndjson', '--keep-going'], { env: brokenEnv })
      expect(others.code).toBe(1)
      expect(others.err).toContain('[wechatpay 1900000001]')
      const expected = broken.truth.filter(({ provider }) => provider !== 'wechatpay')
      expect(new Set(idsOf(others.out))).toEqual(new Set(expected.map(({ id }) => id)))
    } finally {
      await broken.close()
    }
  })

  it.each(['arrival', 'newest'])(
    'with --keep-going prints how to resume the failed account only (%s)',
    async (order) => {
      const refused = { ...env, WECHATPAY_PRIVATE_KEY_FILE: env.HUISHOUQIAN_PRIVATE_KEY_FILE }
      const argv = ['list', ...range, '--format', 'ndjson', '--order', order]
      const others = await cli([...argv, '--keep-going'], { env: refused })
      expect(others.code).toBe(1)
      const [, cursor = ''] = /not finished; .*--cursor (\S+)/.exec(others.err) ?? []
      const rest = await cli([...argv, '--cursor', cursor], { env })
      expect(rest.code).toBe(0)
      expect(rest.err).toMatch(/^60 complaints of wechatpay:\d+, \d+ pending\n0 complaints of /)
      const missed = sandbox.truth.filter(({ provider }) => provider === 'wechatpay').map(({ id }) => id)
      expect(idsOf(rest.out).toSorted()).toEqual(missed.toSorted())
    },
  )

  it('with --keep-going prints an error once, also if all accounts failed', async () => {
    const { XIAOE_APP_ID, XIAOE_CLIENT_ID, XIAOE_BASE_URL } = env
    const alone = { XIAOE_APP_ID, XIAOE_CLIENT_ID, XIAOE_BASE_URL, XIAOE_SECRET_KEY: 'wrong-secret' }
    const { code, err } = await cli(['list', ...range, '--keep-going'], { env: alone })
    expect(code).toBe(1)
    expect(err.match(/\[xiaoe /g)).toHaveLength(1)
  })

  it('stopped by --limit prints how to resume', async () => {
    const argv = ['list', ...range, '--format', 'ndjson', '--account', 'wechatpay:1900000001']
    const first = await cli([...argv, '--limit', '55'], { env })
    expect(first.code).toBe(0)
    const [, cursor = ''] = /--cursor (\S+)/.exec(first.err) ?? []
    const rest = await cli([...argv, '--cursor', cursor], { env })
    const ids = [...new Set([...idsOf(first.out), ...idsOf(rest.out)])]
    const all = sandbox.truth.filter(({ provider }) => provider === 'wechatpay').map(({ id }) => id)
    expect(ids.toSorted()).toEqual(all.toSorted())
    expect(idsOf(rest.out).length).toBeLessThan(all.length)
  })

  it('stopped by --limit inside a page says which of the listed rows come again', async () => {
    const argv = ['list', ...range, '--format', 'ndjson', '--account', 'xiaoe:appSandbox0000001']
    const { err } = await cli([...argv, '--limit', '5'], { env })
    expect(err).toMatch(
      /stopped after 5 rows \(--limit\); there are more, and the last 5 of these come again: .*--limit 10.*\n$/,
    )
    const chinese = await cli([...argv, '--limit', '5', '--lang', 'zh'], { env })
    expect(chinese.err).toMatch(/已列出 5 条（--limit），之后还有（本次最后 5 条会再次列出）；如需继续，请运行：.*\n$/)
  })

  it('takes the Chinese names of states and channels, which tables show, as values', async () => {
    const argv = ['list', ...range, '--format', 'ndjson', '--order', 'newest']
    const { code, out } = await cli([...argv, '--state', '待处理、处理中', '--channel', '微信支付'], { env })
    expect(code).toBe(0)
    const expected = await cli([...argv, '--state', 'pending,processing', '--channel', 'wechatpay'], { env })
    expect(idsOf(out)).toEqual(idsOf(expected.out))
    expect(idsOf(out).length).toBeGreaterThan(0)
    expect(await cli([...argv, '--state', '待付款'], { env })).toMatchObject({ code: 2, out: '' })
  })

  it('with a --limit equal to the number of rows does not say that there may be more', async () => {
    const all = sandbox.truth.filter(({ provider }) => provider === 'xiaoe').length
    const argv = ['list', ...range, '--format', 'ndjson', '--order', 'newest', '--account', 'xiaoe:appSandbox0000001']
    const { code, err } = await cli([...argv, '--limit', String(all)], { env })
    expect(code).toBe(0)
    expect(err).toMatch(new RegExp(`^${all} complaints of xiaoe:appSandbox0000001, \\d+ pending\n$`))
  })

  it('on a full disk prints the error and how to resume exactly there', async () => {
    const argv = ['list', ...range, '--format', 'ndjson', '--order', 'newest']
    const full = await cli(argv, { env, fullAfter: 1 })
    expect(full.code).toBe(1)
    expect(full.err).toMatch(/^cannot write the output \(ENOSPC.*\)\nnot finished; .*--cursor \S+\n$/)
    const [, cursor = ''] = /--cursor (\S+)/.exec(full.err) ?? []
    const rest = await cli([...argv, '--cursor', cursor], { env })
    expect([...idsOf(full.out), ...idsOf(rest.out)].toSorted()).toEqual(sandbox.truth.map(({ id }) => id).toSorted())
  })

  it.each(['json', 'csv'])('stopped on demand leaves %s that parses and can be resumed', async (format) => {
    const argv = ['list', ...range, '--format', format, '--order', 'newest']
    const first = await cli(argv, { env, stopWhen: (written) => written.length > 1000 })
    expect(first.code).toBe(130)
    const [, cursor = ''] = /--cursor (\S+)/.exec(first.err) ?? []
    const rest = await cli([...argv, '--cursor', cursor, '--bom'], { env })
    if (format === 'json') {
      const ids = [...JSON.parse(first.out), ...JSON.parse(rest.out)].map(({ id }) => id)
      expect(ids.toSorted()).toEqual(sandbox.truth.map(({ id }) => id).toSorted())
    } else {
      // Both parts concatenated are one CSV file.
      expect(`${first.out}${rest.out}`.match(/Provider,Account/g)).toHaveLength(1)
      expect(rest.out).toMatch(/^(?:wechatpay|huishouqian|xiaoe),/)
    }
  })

  it('on a terminal clears the progress line before rows', async () => {
    let now = Date.now()
    const { code, screen } = await cli(['list', ...range], {
      env,
      isTerminal: true,
      now: () => {
        now += 1000
        return now
      },
    })
    expect(code).toBe(0)
    expect(screen).toMatch(/\d+ of \d+ windows/)
    // A line shows the text after it was last cleared.
    const lines = screen.split('\n').map((line) => line.split('\r\u001b[K').at(-1) ?? '')
    expect(lines.filter((line) => line.includes('windows'))).toEqual([])
    for (const { provider, id } of sandbox.truth)
      expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^${provider} +\\S+ +${id} `)))
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
  ])('%j is rejected with exit code 2 and a message', async (argv) => {
    const before = sandbox.requests.length
    const { code, err, out } = await cli(argv, { env })
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err.length).toBeGreaterThan(10)
    expect(sandbox.requests.length).toBe(before)
  })

  it('without an account says what to set', async () => {
    const { code, err } = await cli(['list'])
    expect(code).toBe(2)
    expect(err).toMatch(/--config.*WECHATPAY_MCHID.*demo/)
  })
})

describe('a slow reader', () => {
  it('makes list wait: it prefetches a few pages only, however long the list', async () => {
    const long = await startSandbox({
      complaints: { xiaoe: 3000, wechatpay: 0, huishouqian: 0 },
      from: '2026-03-01',
      to: '2026-03-30',
      quotas: false,
      reuseKeys: true,
    })
    try {
      const { XIAOE_APP_ID, XIAOE_CLIENT_ID, XIAOE_SECRET_KEY, XIAOE_BASE_URL } = sandboxEnvironment(long, file)
      let open = (): void => {}
      const gate = new Promise<void>((resolve) => {
        open = resolve
      })
      const listed = cli(['list', '--from', '2026-03-01', '--to', '2026-03-30', '--format', 'ndjson'], {
        env: { XIAOE_APP_ID, XIAOE_CLIENT_ID, XIAOE_SECRET_KEY, XIAOE_BASE_URL },
        reader: () => gate,
      })
      await new Promise((resolve) => setTimeout(resolve, 700))
      const requests = long.requests.length
      open()
      expect(idsOf((await listed).out)).toHaveLength(3000)
      expect(requests).toBeGreaterThan(2)
      expect(requests).toBeLessThan(20)
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

  it('get of an unknown complaint exits with 3', async () => {
    expect(await cli(['get', 'wechatpay:200201820200101120246950199'], { env })).toMatchObject({ code: 3, out: '' })
  })

  it('history prints all entries', async () => {
    const [complaint] = sandbox.truth.filter(({ provider, id }) => sandbox.historyOf(provider, id).length > 1)
    if (complaint === undefined) throw new Error('no complaint has a history')
    const { code, out } = await cli(['history', `${complaint.provider}:${complaint.id}`, '--format', 'ndjson'], { env })
    expect(code).toBe(0)
    expect(idsOf(out)).toEqual(sandbox.historyOf(complaint.provider, complaint.id).map(({ id }) => id))
  })

  it('history has columns that fit all entries, and Chinese actions with --lang zh', async () => {
    const length = ({ provider, id }: Sandbox['truth'][number]): number => sandbox.historyOf(provider, id).length
    const [complaint] = sandbox.truth
      .filter(({ provider }) => provider === 'wechatpay')
      .toSorted((one, other) => length(other) - length(one))
    if (complaint === undefined) throw new Error('the sandbox is empty')
    const reference = `wechatpay:${complaint.id}`
    const actions = sandbox.historyOf('wechatpay', complaint.id).map(({ action }) => action)
    expect(new Set(actions).size).toBeGreaterThan(1)
    const english = await cli(['history', reference], { env })
    for (const action of actions) expect(english.out).toContain(` ${action} `)
    const chinese = await cli(['history', reference, '--lang', 'zh'], { env })
    expect(chinese.out).toContain('用户提交投诉')
    expect(chinese.out).not.toMatch(/\b(?:USER|MERCHANT|PLATFORM)_/)
    const json = await cli(['history', reference, '--lang', 'zh', '--format', 'json'], { env })
    expect(JSON.parse(json.out).map(({ action }: { action: string }) => action)).toEqual(actions)
  })

  it('media writes to a new file or a pipe, never to a terminal or an existing file', async () => {
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

  it('may be a JSON file with relative paths and several accounts of one provider', async () => {
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

  it('of a broken account ends a list, and with --keep-going is reported while the others are listed', async () => {
    file('secret.key', `${sandbox.xiaoe.secretKey}\n`)
    const broken = { provider: 'wechatpay', mchid: '1900000009' }
    const config = file('mixed.json', JSON.stringify({ accounts: [broken, account()] }))
    const argv = ['list', ...range, '--config', config, '--format', 'ndjson']
    const stopped = await cli(argv)
    expect(stopped).toMatchObject({ code: 2, out: '', err: expect.stringContaining('[wechatpay 1900000009]') })
    const kept = await cli([...argv, '--keep-going'])
    expect(kept).toMatchObject({ code: 1, err: expect.stringContaining('[wechatpay 1900000009]') })
    expect(idsOf(kept.out)).toHaveLength(sandbox.truth.filter(({ provider }) => provider === 'xiaoe').length)
    const alone = file('alone.json', JSON.stringify({ accounts: [broken] }))
    expect(await cli(['list', ...range, '--config', alone, '--keep-going'])).toMatchObject({ code: 2, out: '' })
  })

  it('of a broken account matters only where that account is read', async () => {
    file('secret.key', `${sandbox.xiaoe.secretKey}\n`)
    const broken = [1, 2].map((number) => ({ provider: 'wechatpay', mchid: `190000000${number}` }))
    const config = file('others.json', JSON.stringify({ accounts: [...broken, account()] }))
    const { err } = await cli(['list', ...range, '--config', config, '--output', join(folder, 'nothing.csv')])
    expect(err).toMatch(/^\[wechatpay 1900000001\] .*; 1 more cannot be used; --keep-going reads the other account\n$/)
    const { err: chinese } = await cli(['list', ...range, '--config', config, '--lang', 'zh'])
    expect(chinese).toMatch(/；另有 1 个账号配置有误；加上 --keep-going 可先读取其余 1 个账号\n$/)
    for (const selection of [
      ['--account', `xiaoe:${sandbox.xiaoe.appId}`],
      ['--provider', '小鹅通'],
    ])
      expect(await cli(['list', ...range, '--config', config, ...selection])).toMatchObject({ code: 0 })
    const id = sandbox.truth.find(({ provider }) => provider === 'xiaoe')?.id ?? ''
    expect(await cli(['get', `xiaoe:${id}`, '--config', config])).toMatchObject({
      code: 0,
      out: expect.stringContaining(id),
      err: expect.stringContaining('[wechatpay 1900000002]'),
    })
  })

  it('with an entry without a valid provider lists the others under --keep-going', async () => {
    file('secret.key', `${sandbox.xiaoe.secretKey}\n`)
    const config = file(
      'entry.json',
      JSON.stringify({ accounts: [{ provider: 'wechat', mchid: '1900000009' }, account()] }),
    )
    const argv = ['list', ...range, '--config', config, '--format', 'ndjson']
    const named = 'entry 1 of accounts (1900000009): "wechat" is not a provider; did you mean wechatpay?'
    expect(await cli(argv)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(named) })
    const kept = await cli([...argv, '--keep-going'])
    expect(kept).toMatchObject({ code: 1, err: expect.stringContaining(named) })
    expect(idsOf(kept.out)).toHaveLength(sandbox.truth.filter(({ provider }) => provider === 'xiaoe').length)
    const { code, out } = await cli(['accounts', '--config', config, '--lang', 'zh'])
    expect(code).toBe(2)
    expect(out).toMatch(/\n {2}未知渠道 1900000009 {2}配置有误.*\n {2}小鹅通 /)
  })

  it('may be a module that exports a function', async () => {
    file('secret.key', sandbox.xiaoe.secretKey)
    const config = file('config.mjs', `export default async () => (${JSON.stringify({ accounts: [account()] })})`)
    expect(await cli(['list', ...range, '--config', config, '--limit', '1'])).toMatchObject({ code: 0 })
  })

  it.each([
    ['{ "accounts": [ }', 'is not valid JSON'],
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
  ])('%s is rejected: %s', async (content, why) => {
    const { code, err } = await cli(['list', '--config', file('wrong.json', content)])
    expect(code).toBe(2)
    expect(err).toContain(why)
    expect(err).not.toContain('sk-hidden')
  })

  it.each([
    ["throw new TypeError('secret sk-hidden')", /broken\.mjs threw TypeError; run it alone/],
    ["JSON.parse('sk-hidden')", /broken\.mjs threw SyntaxError/],
    ["import 'no-such-package-at-all'", /broken\.mjs threw Error ERR_MODULE_NOT_FOUND/],
    ["export default () => { throw 'sk-hidden' }", /broken\.mjs threw something/],
    ['export default []', /broken\.mjs: \w/],
    [
      'export default { accounts: [{ provider: "alipay" }] }',
      /entry 1 of accounts: "alipay" is not a provider; did you mean alipay-trade\? It must have a "provider", one of wechatpay, huishouqian, xiaoe/,
    ],
  ])('an invalid module is named: %s', async (content, why) => {
    // Node loads a module once per path.
    const folderOfItsOwn = mkdtempSync(join(folder, 'module-'))
    writeFileSync(join(folderOfItsOwn, 'broken.mjs'), content)
    const { code, err } = await cli(['list', '--config', join(folderOfItsOwn, 'broken.mjs')])
    expect(code).toBe(2)
    expect(err).toMatch(why)
    expect(err).not.toContain('sk-hidden')
  })

  it.each(['missing.mjs', 'missing.json'])('a missing file is named: %s', async (name) => {
    const { code, err } = await cli(['list', '--config', join(folder, name)])
    expect(code).toBe(2)
    expect(err).toContain(`${name} cannot be read (ENOENT)`)
  })

  it('without a private key says that one is needed', async () => {
    const { code, err } = await cli(['list'], { env: { ...env, WECHATPAY_PRIVATE_KEY_FILE: '' } })
    expect(code).toBe(2)
    expect(err).toContain('set privateKey')
    expect(err).not.toContain('not both')
  })

  it('of list warns of unknown variables', async () => {
    const { code, err } = await cli(['list', ...range, '--limit', '1'], { env: { ...env, XIAOE_BASEURL: 'x' } })
    expect(code).toBe(0)
    expect(err).toContain('XIAOE_BASEURL is not a variable of this tool')
    expect((await cli(['list'], { env: { WECHATPAY_MCH_ID: '1' } })).err).toMatch(/WECHATPAY_MCH_ID.*no account/s)
  })

  it('accounts prints Chinese with --lang zh', async () => {
    const { out } = await cli(['accounts', '--lang', 'zh'], { env })
    expect(out.match(/每页 \d+ 条/g)).toHaveLength(3)
    expect(out).not.toContain('rows per page')
  })

  it('accounts prints the error of each account, and warns of unknown variables', async () => {
    const { code, out, err } = await cli(['accounts'], {
      env: { ...env, HUISHOUQIAN_KEY: '', XIAOE_APPID: 'x' },
    })
    expect(code).toBe(2)
    expect(out).toMatch(/wechatpay:1900000001 {2}50 rows/)
    expect(out).toMatch(/huishouqian.*key is needed/)
    expect(err).toContain('XIAOE_APPID')
  })

  it('takes secrets from files and variables only, never from options', async () => {
    const helps = await Promise.all(['list', 'doctor', 'sandbox', 'media'].map((name) => cli([name, '--help'])))
    for (const { out } of helps) expect(out).not.toMatch(/--[a-z-]*(?:secret|private|token|passphrase|v3-key)/)
  })
})

describe('demo and sandbox', () => {
  it('demo prints one language with --lang', async () => {
    const { code, out } = await cli(['demo', '--lang', 'zh'])
    expect(code).toBe(0)
    expect(out).toMatch(/^渠道 +账号 +投诉单号/)
    expect(out).toMatch(/^小鹅通 +8 条投诉，其中待处理/m)
    expect(out).not.toMatch(/Provider|complaints/)
  })

  it('sandbox limits the number of complaints', async () => {
    for (const count of ['100001', '100000000', '0', '1e3']) {
      const { code, err, out } = await cli(['sandbox', '--complaints', count])
      expect({ code, out }).toEqual({ code: 2, out: '' })
      expect(err).toContain('from 1 to 100000')
    }
  })
})

describe('help', () => {
  it('names every command, exit code and variable', async () => {
    const { code, out } = await cli(['--help'])
    expect(code).toBe(0)
    for (const word of [
      'list',
      'follow',
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
    expect(await cli(['--version'])).toMatchObject({ code: 0, out: '1.2.3\n', err: '' })
  })
})

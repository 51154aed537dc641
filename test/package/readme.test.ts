import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import forge from 'node-forge'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exitCodes } from '../../src/cli/exit-codes.js'
import { csvRow } from '../../src/cli/output/csv.js'
import { readConfiguration } from '../../src/config/configuration.js'
import type { Complaint } from '../../src/index.js'
import { configSources } from '../../src/providers/config-sources.js'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { root } from './consumer.js'
import { blocksOf, documents, readDocument, runnable } from './readme.js'

// Inside the repository, where the package is found by its own name.
mkdirSync(join(root, 'reports'), { recursive: true })
const folder = mkdtempSync(join(root, 'reports/readme-'))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The one TypeScript block of a document that holds all the words. */
const blockWith = (path: string, ...words: string[]): string => {
  const found = blocksOf(path, 'ts').filter((code) => words.every((word) => code.includes(word)))
  expect(found.length, `${path}: ${words.join()}`).toBe(1)
  return found[0] ?? ''
}

/** Runs a block of its own in a folder of its own; what it printed. */
async function run(name: string, code: string, files: Record<string, string | Uint8Array> = {}): Promise<string> {
  const cwd = join(folder, name)
  mkdirSync(cwd)
  for (const [file, content] of Object.entries({ ...files, 'block.mjs': runnable(code) }))
    writeFileSync(join(cwd, file), content)
  const child = spawn(process.execPath, ['block.mjs'], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  expect([await ended, err]).toEqual([0, ''])
  return out
}

describe('the documents', () => {
  it('have TypeScript blocks that compile against the built package', { timeout: 120_000 }, () => {
    const blocks = documents.flatMap((path) => blocksOf(path, 'ts'))
    expect(blocks.length).toBeGreaterThanOrEqual(15)
    const files = [...new Set(blocks)].map((code, index) => {
      const file = join(folder, `block${index}.mts`)
      writeFileSync(file, code)
      return file
    })
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--types',
      'node',
      '--skipLibCheck',
      '--ignoreConfig',
      // NestJS.
      '--experimentalDecorators',
    ]
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    expect(spawnSync('node', [tsc, ...options, ...files], { encoding: 'utf8', cwd: root }).stdout).toBe('')
  })

  it('have a sandbox example that runs and finds every complaint', async () => {
    const [same, requests] = (await run('sandbox', blockWith('docs/testing.md', 'startSandbox'))).split('\n', 2)
    expect(same).toBe('true')
    expect(requests).toBeDefined()
  })

  it('have an example of following that delivers the complaint that arrives, and ends', async () => {
    expect(await run('follow', blockWith('docs/follow.md', 'startSandbox'))).toMatch(/^created 2002\d+ /)
  })

  it('have a nock example that gets the complaint that it signed', async () => {
    expect(await run('nock', blockWith('docs/testing.md', "from 'nock'"))).toMatch(/id: '200201820260105000000000001'/)
  })

  it('have an export that defuses what the command line defuses, and leaves a whole file', async () => {
    const details = ['=1', ' +1', '"-1', '\u200b@SUM(A1)', '\uff1d1', '\t1', '\ud83d\ude00=1', 'a=1', '退款', '']
    const rows = details.map((detail, index): Partial<Complaint> => {
      return { provider: 'xiaoe', account: 'a', id: `c${index}`, createdAt: new Date(0), state: 'pending', detail }
    })
    const call = `
const rows = ${JSON.stringify(rows)}.map((row) => ({ ...row, createdAt: new Date(row.createdAt) }))
let asked
const client = { list: (query) => { asked = query; return rows } }
await exportYesterday(client, 'out.csv')
console.log(JSON.stringify(asked))`
    const before = Date.now()
    const { from, to } = JSON.parse(await run('export', `${blockWith('docs/recipes.md', 'exportYesterday')}${call}`))
    const beijing = (at: number): string => new Date(at + (8 - 24) * 3_600_000).toISOString().slice(0, 10)
    expect([beijing(before), beijing(Date.now())]).toContain(from)
    expect(to).toBe(from)
    expect(existsSync(join(folder, 'export/out.csv.part'))).toBe(false)
    const [, ...cells] = readFileSync(join(folder, 'export/out.csv'), 'utf8')
      .split('"pending","')
      .map((rest) => rest.split('"\r\n')[0])
    const wanted = details.map((detail) =>
      csvRow([detail], false)
        .slice(0, -2)
        .replace(/^"(.*)"$/s, '$1'),
    )
    expect(cells).toEqual(wanted.map((cell) => (cell.startsWith('"') && !cell.startsWith('""') ? cell.slice(1) : cell)))
  })
})

describe('the first examples', () => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox({
      complaints: { wechatpay: 60, huishouqian: 60, xiaoe: 60 },
      from: '2026-01-01',
      to: '2026-03-31',
    })
  })
  afterAll(() => sandbox.close())

  type Provider = 'wechatpay' | 'huishouqian' | 'xiaoe'

  /** Names and numbers of the example become those of the sandbox, and so does the address; nothing else. */
  const placed = (path: string, provider: Provider, names: Record<string, string | undefined>): string =>
    Object.entries(names).reduce(
      (code, [name, value]) => code.replaceAll(name, value ?? ''),
      blockWith(path, ` ${provider}({`, 'for await', '\nconst client = new ComplaintClient(\n').replace(
        ` ${provider}({`,
        ` ${provider}({ baseUrl: '${sandbox[provider].baseUrl}',`,
      ),
    )

  const pendingOf = (name: string): string[] =>
    sandbox.truth
      .filter(({ provider, state }) => provider === name && state === 'pending')
      .map(({ id }) => id)
      .sort()
  const idsOf = (out: string): string[] =>
    [...out.matchAll(/^(\S+) \d{4}-\d\d-\d\dT/gm)].map(([, id = '']) => id).sort()

  it('of WeChat Pay runs', async () => {
    const { mchid, serialNo, publicKeyId, privateKey, publicKey = '' } = sandbox.wechatpay
    const code = placed('README.md', 'wechatpay', {
      '1900000001': mchid,
      '5157F09EFDC096DE15EBE81A47057A7232F1B8E1': serialNo,
      PUB_KEY_ID_0119000000012024010100000000000001: publicKeyId,
    })
    const out = await run('wechatpay', code, { 'apiclient_key.pem': privateKey, 'pub_key.pem': publicKey })
    expect(idsOf(out)).toEqual(pendingOf('wechatpay'))
  })

  it('of WeChat Pay with a PKCS#12 file runs', async () => {
    const { mchid, serialNo, publicKeyId, privateKey, publicKey = '' } = sandbox.wechatpay
    const code = placed('docs/providers/wechatpay.md', 'wechatpay', {
      '1900000001': mchid,
      PUB_KEY_ID_0119000000012024010100000000000001: publicKeyId,
    })
    const files = { 'apiclient_cert.p12': pfx(privateKey, mchid, serialNo), 'pub_key.pem': publicKey }
    expect(idsOf(await run('wechatpay-pfx', code, files))).toEqual(pendingOf('wechatpay'))
  })

  it('of Huishouqian runs', async () => {
    const { merchantNo, key, privateKey, platformCertificate } = sandbox.huishouqian
    const code = placed('docs/providers/huishouqian.md', 'huishouqian', { '814000000001': merchantNo })
    const out = await run('huishouqian', code, {
      [`${merchantNo}.key`]: `${key}\n`,
      [`${merchantNo}_pri.pfx`]: pfx(privateKey, 'made-up-passphrase'),
      [`${merchantNo}_pri.passphrase`]: 'made-up-passphrase\n',
      [`MANDAO_${merchantNo}_pub.cer`]: platformCertificate,
    })
    expect(idsOf(out)).toEqual(pendingOf('huishouqian'))
  })

  it('of Xiaoe runs', async () => {
    const { appId, clientId, secretKey } = sandbox.xiaoe
    const code = placed('docs/providers/xiaoe.md', 'xiaoe', { appAbCdEfGhIjK: appId, xop1234567890: clientId })
    expect(idsOf(await run('xiaoe', code, { 'xiaoe.secret': `${secretKey}\n` }))).toEqual(pendingOf('xiaoe'))
  })
})

function pfx(privateKey: string, passphrase: string, serialNo = '0a'): Buffer {
  const key = forge.pki.privateKeyFromPem(
    createPrivateKey(privateKey).export({ type: 'pkcs1', format: 'pem' }).toString(),
  )
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.rsa.setPublicKey(key.n, key.e)
  certificate.serialNumber = serialNo
  certificate.validity.notBefore = new Date('2026-01-01T00:00:00Z')
  certificate.validity.notAfter = new Date('2036-01-01T00:00:00Z')
  certificate.sign(key)
  const asn1 = forge.pkcs12.toPkcs12Asn1(key, [certificate], passphrase, { algorithm: '3des' })
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1')
}

describe('the functions of the documents', () => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox({
      complaints: { wechatpay: 20, huishouqian: 20, xiaoe: 20 },
      from: '2025-10-01',
      to: '2026-03-31',
    })
  })
  afterAll(() => sandbox.close())

  /** Runs a block and `calls` after it, which print JSON; what they printed. */
  async function runWith(path: string, word: string, calls: string, name = word): Promise<unknown> {
    const options = JSON.stringify({
      wechatpay: sandbox.wechatpay,
      huishouqian: sandbox.huishouqian,
      xiaoe: sandbox.xiaoe,
    })
    const code = `${blockWith(path, word)}
import * as lib from 'unified-complaints'
const options = ${options}
const adapters = ['wechatpay', 'huishouqian', 'xiaoe'].map((name) => lib[name](options[name]))
const client = new lib.ComplaintClient(adapters)
const printed = []
console.debug = () => undefined
console.log = (...values) => printed.push(values)
${calls}`
    return JSON.parse(await run(name, code))
  }
  const result = (expression: string): string => `process.stdout.write(JSON.stringify(${expression}))`
  const idsOf = (...providers: string[]): string[] =>
    sandbox.truth
      .filter(({ provider }) => providers.includes(provider))
      .map(({ id }) => id)
      .sort()
  const newYear = new Date('2026-01-01T00:00:00+08:00')
  const everything = ['wechatpay', 'huishouqian', 'xiaoe']

  it('read several accounts at once (README.md)', async () => {
    const calls = `await printOrders(options.wechatpay, options.huishouqian)
${result('printed.map((values) => values.length)')}`
    const printed = (await runWith('README.md', 'printOrders', calls)) as number[]
    // A line for each complaint, and one more for each of WeChat Pay.
    const listed = (...providers: string[]): number =>
      sandbox.truth.filter(({ provider, createdAt }) => providers.includes(provider) && createdAt >= newYear).length
    expect(printed.filter((count) => count === 4)).toHaveLength(listed('wechatpay', 'huishouqian'))
    expect(printed.filter((count) => count === 1)).toHaveLength(listed('wechatpay'))
  })

  it('read a backfill in pages (README.md)', async () => {
    const calls = `const saved = []
await backfill(client, async (rows) => saved.push(...rows))
${result('saved.map(({ id }) => id).sort()')}`
    expect(await runWith('README.md', 'backfill', calls)).toEqual(idsOf(...everything))
  })

  it('C17: go on with a backfill from its cursors, with one client (README.md)', async () => {
    const calls = `const saved = []
const one = { accounts: client.accounts, list: (query, options) => client.list(query, { ...options, maxPages: 1 }) }
let stopped
const save = async (rows, cursor) => {
  saved.push(...rows)
  stopped = cursor
  if (saved.length > 30) throw new Error('full')
}
await backfill(one, save).catch(() => undefined)
await backfill(one, async (rows) => saved.push(...rows), stopped)
${result('[...new Set(saved.map(({ id }) => id))].sort()')}`
    expect(await runWith('README.md', 'backfill', calls, 'backfill-in-pieces')).toEqual(idsOf(...everything))
  })

  it('C19: respond with a status of their own to errors of the provider (docs/recipes.md)', async () => {
    const calls = `import express from 'express'
console.error = (...values) => printed.push(values)
const wrong = new lib.ComplaintClient(lib.wechatpay({ ...options.wechatpay, serialNo: '0'.repeat(40) }), { maxRetries: 0 })
const ref = (id) => ({ provider: 'wechatpay', account: options.wechatpay.mchid, id })
const calls = {
  key: () => wrong.get(ref('1')),
  missing: () => client.get(ref('200000000000000000000000000')),
  query: async () => client.list({ from: 'yesterday' }),
  own: () => Promise.reject(Object.assign(new Error('own'), { status: 418 })),
}
const seen = {}
for (const handlers of [[], [complaintErrors]]) {
  const app = express().set('env', 'test')
  for (const [name, call] of Object.entries(calls)) app.get('/' + name, async (_, response) => response.json(await call()))
  for (const handler of handlers) app.use(handler)
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  for (const name of Object.keys(calls)) {
    const response = await fetch('http://127.0.0.1:' + server.address().port + '/' + name)
    seen[name] = [...(seen[name] ?? []), response.status]
  }
  server.close()
}
${result('seen')}`
    expect(await runWith('docs/recipes.md', 'ErrorRequestHandler', calls)).toEqual({
      // Without the handler the user of the page would see the status of the merchant's key.
      key: [401, 502],
      missing: [404, 404],
      query: [500, 400],
      own: [418, 418],
    })
  })

  it('C18: mask what pino prints (docs/recipes.md)', async () => {
    const id = sandbox.truth.find(({ provider, payer }) => provider === 'wechatpay' && payer.phone !== null)?.id
    const phone = sandbox.truth.find((one) => one.id === id)?.payer.phone?.value ?? ''
    const calls = `const complaint = await client.get({ provider: 'wechatpay', account: options.wechatpay.mchid, id: '${id}' })
const lines = []
const { streamSym } = (await import('pino')).symbols
logger[streamSym].write = (line) => lines.push(line)
logger.info({ complaint, other: complaint.payer.phone }, 'received')
${result('lines')}`
    const [line = ''] = (await runWith('docs/recipes.md', 'serializers', calls)) as string[]
    const { complaint, other } = JSON.parse(line)
    expect(complaint.payer.phone).toEqual({ value: `${phone.slice(0, 3)}****${phone.slice(-4)}`, form: 'masked' })
    expect(other.value).toBe(phone)
  })

  it('read one complaint, its history and its files (docs/complaint.md)', async () => {
    const id = sandbox.truth.find(({ provider, media }) => provider === 'wechatpay' && media.length > 0)?.id
    const calls = `await dossier(client, { ...(await client.get({ provider: 'wechatpay', account: options.wechatpay.mchid, id: '${id}' })) })
${result('printed')}`
    const [now, ...rest] = (await runWith('docs/complaint.md', 'dossier', calls)) as unknown[][]
    expect(now).toHaveLength(2)
    const history = sandbox.historyOf('wechatpay', id ?? '')
    expect(rest.slice(0, history.length).map((values) => values[2])).toEqual(history.map(({ action }) => action))
    const files = sandbox.mediaOf('wechatpay', id ?? '').map(({ url, bytes }) => [url, bytes.length])
    expect(files.length).toBeGreaterThan(0)
    expect(rest.slice(history.length).map(([url, , bytes]) => [url, bytes])).toEqual(files)
  })

  it('show labels (docs/complaint.md)', async () => {
    const id = idsOf('wechatpay')[0]
    const calls = `await show(client, { provider: 'wechatpay', account: options.wechatpay.mchid, id: '${id}' })
${result('printed')}`
    const [labels, ...actions] = (await runWith('docs/complaint.md', 'labels(', calls)) as unknown[][]
    expect(labels?.[0]).toBe('微信支付')
    expect(actions).toHaveLength(sandbox.historyOf('wechatpay', id ?? '').length)
  })

  it('count the pending complaints of several merchants (docs/recipes.md)', async () => {
    const calls = `console.error = (...values) => printed.push(values)
const counts = await countPending([options.wechatpay, { ...options.wechatpay, account: 'other', serialNo: '0'.repeat(40) }])
${result('[[...counts], printed.map(([account]) => account)]')}`
    const pending = sandbox.truth.filter(
      ({ provider, state, createdAt }) => provider === 'wechatpay' && state === 'pending' && createdAt >= newYear,
    )
    expect(await runWith('docs/recipes.md', 'countPending', calls)).toEqual([
      [[sandbox.wechatpay.mchid, pending.length]],
      ['other'],
    ])
  })

  it('share a long range among workers (docs/recipes.md)', async () => {
    const calls = `const saved = []
const queue = JSON.parse(JSON.stringify(jobs(client)))
for (const job of queue) await work(client, job, async (rows) => saved.push(...rows))
${result('saved.map(({ id }) => id).sort()')}`
    const inRange = sandbox.truth.filter(({ createdAt }) => createdAt < newYear).map(({ id }) => id)
    expect(inRange.length).toBeGreaterThan(10)
    expect(await runWith('docs/recipes.md', 'ComplaintWindow', calls)).toEqual(inRange.sort())
  })

  it('send requests through a proxy or an agent (docs/operations.md)', async () => {
    const calls = result('[throughProxy(adapters), withAgent(adapters)].map(({ accounts }) => accounts.length)')
    expect(await runWith('docs/operations.md', 'throughProxy', calls)).toEqual([3, 3])
  })
})

describe('the command line of the documents', () => {
  const shells = blocksOf('docs/cli.md', 'bash')
  const bin = join(root, 'dist/cli/main.js')

  it('runs as it is written', async () => {
    const [start = '', use = ''] = shells.filter((code) => /unified-complaints (?:sandbox|doctor)/.test(code))
    const [short = ''] = blocksOf('README.md', 'bash').filter((code) => code.includes('doctor'))
    const here = mkdtempSync(join(tmpdir(), 'unified-complaints-readme-'))
    const script = (code: string): string => code.replaceAll('npx unified-complaints', `node ${bin}`)
    const sandbox = spawn('bash', ['-c', script(start)], { cwd: here, stdio: 'ignore', detached: true })
    try {
      // The file is there before it is written: wait for its last line.
      const lines = (): string =>
        existsSync(join(here, 'sandbox.env')) ? readFileSync(join(here, 'sandbox.env'), 'utf8') : ''
      await expect.poll(lines, { timeout: 25_000 }).toMatch(/ALIPAY_BASE_URL=.*\n$/)
      const shown = execFileSync(
        'bash',
        ['-ec', `exec 2>&1\n${script(use)}\n${script(short.replaceAll('complaints.csv', 'readme.csv'))}`],
        {
          cwd: here,
          encoding: 'utf8',
          env: { ...process.env, LC_ALL: 'C' },
        },
      )
      expect(shown).toContain('all checks passed')
      expect(shown).toMatch(/huishouqian +8\d+ +2002102/)
      for (const file of ['complaints.csv', 'readme.csv']) {
        const csv = readFileSync(join(here, file), 'utf8')
        expect(csv).toMatch(/^\ufeffProvider,Account,Id,/)
        expect(csv.split('\r\n').length).toBeGreaterThan(10)
      }
    } finally {
      if (sandbox.pid !== undefined) process.kill(-sandbox.pid, 'SIGINT')
      rmSync(here, { recursive: true, force: true })
    }
  })

  it('has a configuration whose every name is known', async () => {
    const [json = ''] = blocksOf('docs/cli.md', 'json')
    const file = join(folder, 'accounts.json')
    writeFileSync(file, json)
    const { accounts } = await readConfiguration(file)
    expect(accounts.map(({ provider, account }) => `${provider}:${account}`)).toEqual([
      'wechatpay:1900000001',
      'huishouqian:814000000001',
      'xiaoe:shop',
    ])
    for (const account of accounts) {
      // Only the files are missing.
      expect(() => account.createAdapter()).toThrow(/File.*cannot be read \(ENOENT\)/)
    }
  })

  it.each(documents.filter((path) => path.endsWith('/cli.md')))(
    'stands in %s: every variable and exit code',
    (path) => {
      const text = readDocument(path)
      const names = Object.values(configSources).flatMap(({ variables }) => variables.map(({ name }) => name))
      expect(names.filter((name) => !text.includes(`| \`${name}\` |`))).toEqual([])
      const named = [...text.matchAll(/`((?:WECHATPAY|HUISHOUQIAN|XIAOE)_[A-Z0-9_]+)`/g)].map(([, name = '']) => name)
      expect(named.filter((name) => !names.includes(name))).toEqual([])
      for (const code of Object.values(exitCodes)) expect(text).toMatch(new RegExp(`^\\| (?:\\d+, )?${code}\\b`, 'm'))
    },
  )
})

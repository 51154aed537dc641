import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import forge from 'node-forge'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfiguration } from '../../src/cli/config/configuration.js'
import { variables } from '../../src/cli/config/environment.js'
import { exitCodes } from '../../src/cli/exit-codes.js'
import { csvRow } from '../../src/cli/output/csv.js'
import type { Complaint } from '../../src/index.js'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'
import { root } from './consumer.js'
import { blocksOf, english, runnable } from './readme.js'

const blocks = blocksOf('ts')
// Inside the repository, where the package is found by its own name.
mkdirSync(join(root, 'reports'), { recursive: true })
const folder = mkdtempSync(join(root, 'reports/readme-'))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const blockWith = (...words: string[]): string => {
  const found = blocks.filter((code) => words.every((word) => code.includes(word)))
  expect(found.length, words.join()).toBe(1)
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

describe('README.md', () => {
  it('has TypeScript blocks that compile against the built package', { timeout: 120_000 }, () => {
    expect(blocks.length).toBeGreaterThanOrEqual(15)
    const files = blocks.map((code, index) => {
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

  it('has a sandbox example that runs and finds every complaint', async () => {
    const [same, requests] = (await run('sandbox', blockWith('startSandbox'))).split('\n', 2)
    expect(same).toBe('true')
    expect(requests).toBeDefined()
  })

  it('has a nock example that gets the complaint that it signed', async () => {
    expect(await run('nock', blockWith("from 'nock'"))).toMatch(/id: '200201820260105000000000001'/)
  })

  it('has an export that defuses what the command line defuses, and leaves a whole file', async () => {
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
    const { from, to } = JSON.parse(await run('export', `${blockWith('exportYesterday')}${call}`))
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

describe("README.md's quick start", () => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await startSandbox({ complaints: 60, from: '2026-01-01', to: '2026-03-31' })
  })
  afterAll(() => sandbox.close())

  /** Names and numbers of the text become those of the sandbox, and so does the address; nothing else. */
  const placed = (provider: 'wechatpay' | 'huishouqian' | 'xiaoe', names: Record<string, string | undefined>): string =>
    Object.entries(names).reduce(
      (code, [name, value]) => code.replaceAll(name, value ?? ''),
      blockWith(` ${provider}({`, 'for await', '\nconst client = new ComplaintClient(\n').replace(
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
    const code = placed('wechatpay', {
      '1900000001': mchid,
      '5157F09EFDC096DE15EBE81A47057A7232F1B8E1': serialNo,
      PUB_KEY_ID_0119000000012024010100000000000001: publicKeyId,
    })
    const out = await run('wechatpay', code, { 'apiclient_key.pem': privateKey, 'pub_key.pem': publicKey })
    expect(idsOf(out)).toEqual(pendingOf('wechatpay'))
  })

  it('of Huishouqian runs', async () => {
    const { merchantNo, key, privateKey, platformCertificate } = sandbox.huishouqian
    const out = await run('huishouqian', placed('huishouqian', { '814000000001': merchantNo }), {
      [`${merchantNo}.key`]: `${key}\n`,
      [`${merchantNo}_pri.pfx`]: pfx(privateKey, 'made-up-passphrase'),
      [`${merchantNo}_pri.passphrase`]: 'made-up-passphrase\n',
      [`MANDAO_${merchantNo}_pub.cer`]: platformCertificate,
    })
    expect(idsOf(out)).toEqual(pendingOf('huishouqian'))
  })

  it('of Xiaoe runs', async () => {
    const { appId, clientId, secretKey } = sandbox.xiaoe
    const code = placed('xiaoe', { appAbCdEfGhIjK: appId, xop1234567890: clientId })
    expect(idsOf(await run('xiaoe', code, { 'xiaoe.secret': `${secretKey}\n` }))).toEqual(pendingOf('xiaoe'))
  })
})

function pfx(privateKey: string, passphrase: string): Buffer {
  const key = forge.pki.privateKeyFromPem(
    createPrivateKey(privateKey).export({ type: 'pkcs1', format: 'pem' }).toString(),
  )
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.rsa.setPublicKey(key.n, key.e)
  certificate.serialNumber = '0a'
  certificate.validity.notBefore = new Date('2026-01-01T00:00:00Z')
  certificate.validity.notAfter = new Date('2036-01-01T00:00:00Z')
  certificate.sign(key)
  const asn1 = forge.pkcs12.toPkcs12Asn1(key, [certificate], passphrase, { algorithm: '3des' })
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1')
}

describe("README.md's command line", () => {
  const shells = blocksOf('bash')
  const bin = join(root, 'dist/cli/main.js')

  it('runs as it stands there', async () => {
    const [start = '', use = ''] = shells.filter((code) => /unified-complaints (?:sandbox|doctor)/.test(code))
    const here = mkdtempSync(join(tmpdir(), 'unified-complaints-readme-'))
    const script = (code: string): string => code.replaceAll('npx unified-complaints', `node ${bin}`)
    const sandbox = spawn('bash', ['-c', script(start)], { cwd: here, stdio: 'ignore', detached: true })
    try {
      // The file is there before it is written: its last line tells.
      const lines = (): string =>
        existsSync(join(here, 'sandbox.env')) ? readFileSync(join(here, 'sandbox.env'), 'utf8') : ''
      await expect.poll(lines, { timeout: 25_000 }).toMatch(/XIAOE_\w+=.*\n$/)
      const shown = execFileSync('bash', ['-ec', `exec 2>&1\n${script(use)}`], {
        cwd: here,
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C' },
      })
      expect(shown).toContain('all is well')
      expect(shown).toMatch(/huishouqian +2002102/)
      const csv = readFileSync(join(here, 'complaints.csv'), 'utf8')
      expect(csv).toMatch(/^\ufeffProvider,Account,Id,/)
      expect(csv.split('\r\n').length).toBeGreaterThan(10)
    } finally {
      if (sandbox.pid !== undefined) process.kill(-sandbox.pid, 'SIGINT')
      rmSync(here, { recursive: true, force: true })
    }
  })

  it('has a configuration whose every name is known', async () => {
    const [json = ''] = blocksOf('json')
    const file = join(folder, 'accounts.json')
    writeFileSync(file, json)
    const { accounts } = await loadConfiguration(file, {})
    expect(accounts.map(({ name }) => name)).toEqual(['wechatpay:1900000001', 'huishouqian:814000000001', 'xiaoe:shop'])
    for (const account of accounts) {
      // Only the files are missing.
      expect(() => account.createAdapter()).toThrow(/File.*cannot be read \(ENOENT\)/)
    }
  })

  it('names every variable, command and exit code', () => {
    const names = Object.values(variables).flatMap((known) => known.map(({ name }) => name))
    expect(names.filter((name) => !english.includes(`| \`${name}\` |`))).toEqual([])
    const told = [...english.matchAll(/`((?:WECHATPAY|HUISHOUQIAN|XIAOE)_[A-Z0-9_]+)`/g)].map(([, name = '']) => name)
    expect(told.filter((name) => !names.includes(name))).toEqual([])
    for (const code of Object.values(exitCodes)) expect(english).toMatch(new RegExp(`^\\| (?:\\d+, )?${code}\\b`, 'm'))
  })
})

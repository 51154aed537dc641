import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyProject, install, root, run, unpack } from './consumer.js'

/** Without the package's dependencies: its types must not need theirs. */
const { folder, tarball } = emptyProject()
const compilers = {
  '5.4': 'typescript54',
  '5.9': 'typescript59',
  '6.0': 'typescript60',
  '7.0': 'typescript70',
} as const
const resolutions = [
  { name: 'Node, ESM and CommonJS', module: 'nodenext', moduleResolution: 'nodenext', files: ['main.mts', 'main.cts'] },
  { name: 'a bundler', module: 'esnext', moduleResolution: 'bundler', files: ['main.ts'] },
  // As Nest's projects had it for years. TypeScript 6 calls it deprecated, and 7 does not have it.
  { name: 'C5: CommonJS with the old resolution', module: 'commonjs', moduleResolution: 'node10', files: ['main.ts'] },
] as const

const program = `
import {
  type AccountInfo, type Complaint, ComplaintClient, ComplaintError, type ComplaintEvent, type ComplaintNotification,
  type ComplaintOf, ConfigError, type HistoryEntry, huishouqian, type MediaFile, type Page, wechatpay, xiaoe,
} from 'unified-complaints'
import { diagnose, type Finding, loadConfig } from 'unified-complaints/config'
import { loadPfx } from 'unified-complaints/pfx'
import { diagnose, type Finding, loadConfig } from 'unified-complaints/config'
import { type Sandbox, startSandbox } from 'unified-complaints/sandbox'

export async function main(): Promise<void> {
  const sandbox: Sandbox = await startSandbox({ complaints: 3 })
  const client = new ComplaintClient([wechatpay(sandbox.wechatpay), xiaoe(sandbox.xiaoe)], {
    onEvent: (event: ComplaintEvent) => console.log(event.type === 'retry' ? event.delayMs : event.type),
  })
  for await (const complaint of client.list({ from: '2026-01-01', state: ['pending', 'processing'] })) {
    const all: Complaint = complaint
    if (complaint.provider === 'wechatpay') console.log(complaint.raw.complaint_detail, all.id)
    else console.log(complaint.raw.complaint_reason)
    // @ts-expect-error: this client has no such adapter
    if (complaint.provider === 'huishouqian') console.log(complaint)
    const entries: AsyncIterable<HistoryEntry> = client.history(complaint)
    const file: MediaFile = await client.media(complaint, complaint.media[0]?.urls[0] ?? '')
    console.log(entries, file.bytes.length)
  }
  const pages: AsyncIterable<Page<Complaint>> = client.list({ from: new Date() }).pages()
  const accounts: readonly AccountInfo[] = client.accounts
  const told: ComplaintNotification = await client.parseNotification({ headers: {}, body: '' })
  const { adapters, clientOptions } = await loadConfig({}, { onAccountError: async (error) => console.log(error.account) })
  const findings: AsyncIterable<Finding> = diagnose(new ComplaintClient(adapters, clientOptions), { accounts: ['a'] })
  for await (const { advice } of diagnose(client)) console.log(advice?.zh, findings)
  const { privateKey } = loadPfx(new Uint8Array(), '')
  const adapter = huishouqian({ merchantNo: '1', signType: 'CFCA', privateKey, platformCertificate: [] })
  const row: ComplaintOf<typeof adapter> | null = null
  // @ts-expect-error: no such state
  client.list({ from: new Date(), state: 'open' })
  try {
    await sandbox.close()
  } catch (error) {
    if (ComplaintError.isInstance(error)) console.log(error.code, error.cursor, error instanceof ConfigError)
  }
  const findings: Finding[] = []
  for await (const finding of diagnose(client)) findings.push(finding)
  console.log((await loadConfig('accounts.json')).adapters.length, findings)
  console.log(pages, accounts, told.complaintId, row)
}
`

beforeAll(() => {
  install(folder, ...Object.entries(compilers).map(([version, name]) => `${name}@npm:typescript@~${version}.0`))
  unpack(folder, tarball)
  for (const name of ['@types/node', 'undici-types'])
    cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true })
}, 180_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(Object.entries(compilers))('the types under TypeScript %s', (version, compiler) => {
  const tsc = join(folder, 'node_modules', compiler, 'bin/tsc')

  it('are compiled by that version', () => {
    expect(run('node', [tsc, '--version'], folder)).toContain(`Version ${version}.`)
  })

  const supported = resolutions.filter(({ moduleResolution }) => moduleResolution !== 'node10' || version < '7')

  it.each(supported)('hold in a strict project that checks its libraries, for $name', (resolution) => {
    const { module, moduleResolution, files } = resolution
    const isDeprecated = moduleResolution === 'node10' && version >= '6'
    const project = join(folder, `${compiler}-${module}`)
    mkdirSync(project)
    const compilerOptions = {
      module,
      moduleResolution,
      target: 'ES2022',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
      skipLibCheck: false,
      types: ['node'],
      ...(isDeprecated ? { ignoreDeprecations: '6.0' } : {}),
    }
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
    for (const file of files) writeFileSync(join(project, file), program)
    expect(diagnosticsOf(tsc, project)).toBe('')
  })
})

describe('typesVersions of package.json', () => {
  const { exports, typesVersions } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { require: { types: string } }>
    typesVersions: Record<string, Record<string, string[]>>
  }

  it('C5: leads each entry to the types that its `require` has', () => {
    const entries = Object.entries(exports).flatMap(([path, target]) =>
      path === '.' || typeof target === 'string' ? [] : [[path.slice('./'.length), [target.require.types]]],
    )
    expect(entries.length).toBeGreaterThan(1)
    expect(typesVersions).toEqual({ '*': Object.fromEntries(entries) })
  })
})

function diagnosticsOf(tsc: string, project: string): string {
  try {
    return run('node', [tsc, '-p', project], project)
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout)
  }
}

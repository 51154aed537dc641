import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyProject, install, root, run, unpack } from './consumer.js'
import { incomplete, mistakes, schemas } from './type-programs.js'

/** Without the package's dependencies: its types must not need theirs. */
const { folder, tarball } = emptyProject()
/** With zod, whose types those of the schemas need. */
const withZod = join(folder, 'with-zod')
const compilers = {
  '5.4': 'typescript54',
  '5.9': 'typescript59',
  '6.0': 'typescript60',
  '7.0': 'typescript70',
} as const
const resolutions = [
  { name: 'Node, ESM and CommonJS', module: 'nodenext', moduleResolution: 'nodenext', files: ['main.mts', 'main.cts'] },
  { name: 'Node 16', module: 'node16', moduleResolution: 'node16', files: ['main.mts', 'main.cts'] },
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
  const notification: ComplaintNotification = await client.parseNotification({ headers: {}, body: '' })
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
  console.log((await loadConfig('accounts.json')).adapters.length)
  console.log(pages, accounts, notification.complaintId, row)
}
`

beforeAll(() => {
  install(folder, ...Object.entries(compilers).map(([version, name]) => `${name}@npm:typescript@~${version}.0`))
  unpack(folder, tarball)
  unpack(withZod, tarball)
  copyPackages(folder, '@types/node', 'undici-types')
  // The types of Node are found in the folder above.
  copyPackages(withZod, 'zod')
}, 180_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.each(Object.entries(compilers))('the types under TypeScript %s', (version, compiler) => {
  const compilerFolder = join(folder, 'node_modules', compiler)
  const supported = resolutions.filter(({ moduleResolution }) => moduleResolution !== 'node10' || version < '7')
  /** What the compiler says of each project, by its name; empty: nothing. */
  const outputs = new Map<string, string>()

  beforeAll(async () => {
    const projects = supported.flatMap((resolution) => projectsOf(version, resolution))
    const configs = projects.map(writeProject)
    const texts = await (version < '7' ? checkTogether(compilerFolder, configs) : compileEach(compilerFolder, configs))
    for (const [index, { name }] of projects.entries()) outputs.set(name, texts[index] ?? '')
    expect(outputs.size).toBe(projects.length)
  }, 180_000)

  it('are compiled by that version', () => {
    expect(run('node', [join(compilerFolder, 'bin/tsc'), '--version'], folder)).toContain(`Version ${version}.`)
  })

  it.each(supported)("hold in a strict project that checks the package's declarations, for $name", ({ name }) => {
    expect(outputs.get(`use, ${name}`)).toBe('')
  })

  it.each(supported)('of the schemas hold beside those of zod, for $name', ({ name }) => {
    expect(outputs.get(`schemas, ${name}`)).toBe('')
  })

  it('name what options lack', () => {
    const lines = outputs.get(`incomplete, ${resolutions[0].name}`)?.split(/\n(?=incomplete)/) ?? []
    expect(lines.map((line) => Number(/\((\d+),/.exec(line)?.[1]) - 2)).toEqual(incomplete.map((_, index) => index))
    // TypeScript 7 puts alternatives in another order and names another one of them.
    if (version < '7')
      for (const [index, [call, message]] of incomplete.entries()) expect(lines[index], call).toContain(message)
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

function copyPackages(target: string, ...names: string[]): void {
  for (const name of names)
    cpSync(join(root, 'node_modules', name), join(target, 'node_modules', name), { recursive: true })
}

interface Project {
  name: string
  parent: string
  sources: Readonly<Record<string, string>>
  compilerOptions: object
}

function projectsOf(
  version: string,
  { name, module, moduleResolution, files }: (typeof resolutions)[number],
): Project[] {
  const options = {
    module,
    moduleResolution,
    target: 'ES2022',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    types: ['node'],
    ...(moduleResolution === 'node10' && version >= '6' ? { ignoreDeprecations: '6.0' } : {}),
  }
  // Checks the package's declarations as well.
  const checked = { ...options, skipLibCheck: false }
  const unchecked = { ...options, skipLibCheck: true }
  const inEach = (base: string, source: string): Record<string, string> =>
    Object.fromEntries(files.map((file) => [base + file.slice('main'.length), source]))
  const use = { ...inEach('main', program), ...inEach('mistakes', mistakes) }
  const names = 'ComplaintClient, huishouqian, wechatpay, xiaoe'
  const calls = [`import { ${names} } from 'unified-complaints'`, ...incomplete.map(([call]) => call)].join('\n')
  return [
    { name: `use, ${name}`, parent: folder, sources: use, compilerOptions: checked },
    // Types of zod need options of their own under the old resolution.
    { name: `schemas, ${name}`, parent: withZod, sources: inEach('main', schemas), compilerOptions: unchecked },
    ...(name === resolutions[0].name
      ? [
          {
            name: `incomplete, ${name}`,
            parent: folder,
            sources: { 'incomplete.mts': calls },
            compilerOptions: checked,
          },
        ]
      : []),
  ]
}

/** Returns the path of its `tsconfig.json`. */
function writeProject({ parent, sources, compilerOptions }: Project): string {
  const project = mkdtempSync(join(parent, 'project-'))
  const config = join(project, 'tsconfig.json')
  writeFileSync(config, JSON.stringify({ compilerOptions, files: Object.keys(sources) }))
  for (const [file, source] of Object.entries(sources)) writeFileSync(join(project, file), source)
  return config
}

async function checkTogether(compiler: string, configs: readonly string[]): Promise<string[]> {
  const script = new URL('type-check.mjs', import.meta.url).pathname
  const { stdout } = await promisify(execFile)('node', [script, compiler, ...configs], { cwd: folder })
  return JSON.parse(stdout)
}

/** TypeScript 7 has no API in JavaScript. */
async function compileEach(compiler: string, configs: readonly string[]): Promise<string[]> {
  const texts: string[] = []
  for (const config of configs) {
    const options = ['-p', config, '--pretty', 'false']
    const compiled = promisify(execFile)('node', [join(compiler, 'bin/tsc'), ...options], { cwd: dirname(config) })
    texts.push(
      await compiled.then(
        ({ stdout }) => stdout,
        (error: { stdout?: unknown }) => String(error.stdout),
      ),
    )
  }
  return texts
}

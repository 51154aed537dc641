import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** What is shipped is what is tested: the packed tarball, installed where nothing of this repository is near. */
const root = new URL('../..', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-package-'))
const installMs = 180_000

const run = (command: string, args: readonly string[], cwd: string): string =>
  execFileSync(command, [...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

const drain = `
const main = async () => {
  const sandbox = await startSandbox({ complaints: 70, from: '2026-01-01', to: '2026-03-31' })
  const client = new ComplaintClient([wechatpay(sandbox.wechatpay), huishouqian(sandbox.huishouqian), xiaoe(sandbox.xiaoe)])
  const ids = []
  for await (const complaint of client.list({ from: '2026-01-01', to: '2026-03-31' })) ids.push(complaint.id)
  const truth = sandbox.truth.map(({ id }) => id)
  await sandbox.close()
  try {
    loadPfx(new Uint8Array([1, 2, 3]), 'x')
  } catch (error) {
    console.log(JSON.stringify({
      rows: ids.length,
      same: JSON.stringify(ids.sort()) === JSON.stringify(truth.sort()),
      pfx: error instanceof ConfigError && ComplaintError.isInstance(error),
    }))
  }
}
main()
`

const names = 'ComplaintClient, ComplaintError, ConfigError, huishouqian, wechatpay, xiaoe'
const expected = { rows: 210, same: true, pfx: true }

beforeAll(() => {
  run('npm', ['pack', '--silent', '--pack-destination', folder], root)
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? ''
  writeFileSync(join(folder, 'package.json'), '{ "name": "consumer", "private": true }')
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefer-offline', join(folder, tarball)], folder)
}, installMs)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the packed tarball', () => {
  it('works in an ESM project', () => {
    writeFileSync(
      join(folder, 'esm.mjs'),
      `import { ${names} } from 'unified-complaints'
import { loadPfx } from 'unified-complaints/pfx'
import { startSandbox } from 'unified-complaints/sandbox'
${drain}`,
    )
    expect(JSON.parse(run('node', ['esm.mjs'], folder))).toEqual(expected)
  })

  it('works in a CommonJS project', () => {
    writeFileSync(
      join(folder, 'cjs.cjs'),
      `const { ${names} } = require('unified-complaints')
const { loadPfx } = require('unified-complaints/pfx')
const { startSandbox } = require('unified-complaints/sandbox')
${drain}`,
    )
    expect(JSON.parse(run('node', ['cjs.cjs'], folder))).toEqual(expected)
  })

  it('recognises errors of the other module format by their brand', () => {
    writeFileSync(
      join(folder, 'both.mjs'),
      `import { createRequire } from 'node:module'
import { ComplaintError } from 'unified-complaints'
const other = createRequire(import.meta.url)('unified-complaints')
const error = new other.QueryError('x')
console.log(JSON.stringify([error instanceof ComplaintError, ComplaintError.isInstance(error), error.name]))`,
    )
    expect(JSON.parse(run('node', ['both.mjs'], folder))).toEqual([false, true, 'QueryError'])
  })

  it.each(['mts', 'cts'])('has types for a strict TypeScript project that checks its libraries (.%s)', (extension) => {
    const project = join(folder, `types-${extension}`)
    mkdirSync(project)
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          module: 'nodenext',
          moduleResolution: 'nodenext',
          target: 'ES2022',
          strict: true,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          skipLibCheck: false,
          types: ['node'],
          typeRoots: [join(root, 'node_modules/@types')],
        },
        include: [`main.${extension}`],
      }),
    )
    writeFileSync(
      join(project, `main.${extension}`),
      `import { ${names}, type Complaint, type ComplaintEvent, type Page } from 'unified-complaints'
import { loadPfx } from 'unified-complaints/pfx'
import { startSandbox, type Sandbox } from 'unified-complaints/sandbox'

export async function main(): Promise<void> {
  const sandbox: Sandbox = await startSandbox({ complaints: 3 })
  const client = new ComplaintClient([wechatpay(sandbox.wechatpay), xiaoe(sandbox.xiaoe)], {
    onEvent: (event: ComplaintEvent) => console.log(event.type),
  })
  for await (const complaint of client.list({ from: '2026-01-01', state: ['pending', 'processing'] })) {
    const all: Complaint = complaint
    if (complaint.provider === 'wechatpay') console.log(complaint.raw.complaint_detail, all.id)
    else console.log(complaint.raw.complaint_reason)
    // @ts-expect-error: this client has no such adapter
    if (complaint.provider === 'huishouqian') console.log(complaint)
  }
  const pages: AsyncIterable<Page<Complaint>> = client.list({ from: new Date() }).pages()
  console.log(pages, huishouqian, loadPfx, ComplaintError, ConfigError)
}
`,
    )
    expect(run('node', [join(root, 'node_modules/typescript/bin/tsc'), '-p', project], project)).toBe('')
  })

  it('ships a bin that shows the demo', () => {
    expect(run('npx', ['--no-install', 'unified-complaints', '--version'], folder).trim()).toMatch(/^\d+\.\d+\.\d+$/)
    const shown = run('npx', ['--no-install', 'unified-complaints', 'demo'], folder)
    for (const provider of ['huishouqian', 'wechatpay', 'xiaoe'])
      expect(shown).toMatch(new RegExp(`^${provider} +\\d+ complaints`, 'm'))
  })

  it('loads node-forge only where a .pfx is opened', () => {
    const loaded = (specifier: string): string =>
      run(
        'node',
        [
          '-e',
          `require(${JSON.stringify(specifier)}); console.log(Object.keys(require.cache).some((path) => path.includes('node-forge')))`,
        ],
        folder,
      ).trim()
    expect(loaded('unified-complaints')).toBe('false')
    expect(loaded('unified-complaints/pfx')).toBe('true')
  })

  it('holds nothing but what is used: no tests, no machine paths, no source maps', () => {
    const listing = run('npm', ['pack', '--dry-run', '--json', '--silent'], root)
    const [{ files }] = JSON.parse(listing) as [{ files: { path: string }[] }]
    const paths = files.map(({ path }) => path)
    expect(paths).toContain('dist/index.js')
    expect(
      paths.filter(
        (path) =>
          !/^(?:dist\/.+\.(?:js|cjs|d\.ts|d\.cts)|package\.json|README\.md|README\.zh-CN\.md|LICENSE|CHANGELOG\.md)$/.test(
            path,
          ),
      ),
    ).toEqual([])
  })
})

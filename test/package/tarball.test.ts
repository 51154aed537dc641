import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyProject, install, root, run } from './consumer.js'
import { documents, examples } from './readme.js'

/** What is shipped is what is tested. */
const { folder, tarball } = emptyProject()

const drain = `
const main = async () => {
  const sandbox = await startSandbox({ complaints: { wechatpay: 70, huishouqian: 70, xiaoe: 70 }, from: '2026-01-01', to: '2026-03-31' })
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

beforeAll(() => install(folder, tarball), 180_000)

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

  it.each([
    [
      'ESM',
      'mjs',
      "import * as main from 'unified-complaints'; import * as pfx from 'unified-complaints/pfx'; import * as box from 'unified-complaints/sandbox'",
    ],
    [
      'CommonJS',
      'cjs',
      "const main = require('unified-complaints'); const pfx = require('unified-complaints/pfx'); const box = require('unified-complaints/sandbox')",
    ],
  ])('throws the same classes from every entry of one format (%s)', (_, extension, imports) => {
    writeFileSync(
      join(folder, `same.${extension}`),
      `${imports}
const thrownBy = async (call) => {
  try { await call() } catch (error) { return error.constructor === main.ConfigError && error instanceof main.ComplaintError }
}
Promise.all([
  thrownBy(() => main.wechatpay({})),
  thrownBy(() => pfx.loadPfx(new Uint8Array([1]), 'x')),
  thrownBy(() => box.startSandbox({ complaints: 'many' })),
]).then((same) => console.log(JSON.stringify(same)))`,
    )
    expect(JSON.parse(run('node', [`same.${extension}`], folder))).toEqual([true, true, true])
  })

  it('recognises errors of the other module format by their brand, in both directions and for every class', () => {
    writeFileSync(
      join(folder, 'both.mjs'),
      `import { createRequire } from 'node:module'
import * as esm from 'unified-complaints'
const cjs = createRequire(import.meta.url)('unified-complaints')
const made = (lib) => Object.entries(lib).filter(([name]) => /^(?!Complaint).+Error$/.test(name)).map(([, Made]) => new Made('x'))
const seenBy = (lib, errors) => ({
  recognised: errors.filter((error) => lib.ComplaintError.isInstance(error)).map((error) => error.name).sort(),
  instances: errors.filter((error) => error instanceof lib.ComplaintError).length,
})
console.log(JSON.stringify([seenBy(esm, made(cjs)), seenBy(cjs, made(esm)), esm.ComplaintError.isInstance(new Error('x'))]))`,
    )
    const [ofCjs, ofEsm, foreign] = JSON.parse(run('node', ['both.mjs'], folder))
    expect(ofCjs.recognised).toHaveLength(14)
    expect(ofCjs.recognised).toContain('QueryError')
    // Two copies: instanceof cannot help, which is why there is a brand.
    expect(ofCjs.instances).toBe(0)
    expect(ofEsm).toEqual(ofCjs)
    expect(foreign).toBe(false)
  })

  it('ships a bin that shows the demo', () => {
    expect(run('npx', ['--no-install', 'unified-complaints', '--version'], folder).trim()).toMatch(/^\d+\.\d+\.\d+$/)
    const shown = run('npx', ['--no-install', 'unified-complaints', 'demo'], folder)
    for (const provider of ['huishouqian', 'wechatpay', 'xiaoe', 'alipay-trade', 'alipay-risk'])
      expect(shown).toMatch(new RegExp(`^${provider} +\\d+ complaints`, 'm'))
  })

  it('holds nothing but what is used and its documents and examples: no tests, no machine paths, no source maps', () => {
    const paths = run('tar', ['-tzf', tarball], folder)
      .trim()
      .split('\n')
      .map((path) => path.slice('package/'.length))
    expect(paths).toEqual(expect.arrayContaining(['dist/index.js', ...documents, ...examples]))
    expect(paths.filter((path) => /\.test\.|node_modules/.test(path))).toEqual([])
    expect(
      paths.filter(
        (path) =>
          !/^(?:dist\/.+\.(?:js|cjs|d\.ts|d\.cts)|package\.json|README\.md|README\.zh-CN\.md|LICENSE|CHANGELOG\.md|docs\/.+\.(?:md|png)|test\/examples\/.+\.(?:mjs|ts|json|md|sql))$/.test(
            path,
          ),
      ),
    ).toEqual([])
  })

  it('keeps no trace of the machine that built it', () => {
    const found = run(
      'sh',
      ['-c', 'grep -rlF -e "$1" -e file-of-its-own: node_modules/unified-complaints || true', 'sh', root],
      folder,
    )
    expect(found).toBe('')
  })
})

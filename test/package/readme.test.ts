import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const text = readFileSync(join(root, 'README.md'), 'utf8')
const blocks = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code)
// Inside the repository, so that the package finds itself by its own name.
const folder = mkdtempSync(join(root, 'node_modules/.readme-'))

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('README.md', () => {
  it('has TypeScript blocks that compile against the built package', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(3)
    const files = blocks.map((code, index) => {
      const file = join(folder, `block${index}.mts`)
      writeFileSync(
        file,
        code
          .replaceAll("'unified-complaints", "'../../dist")
          .replace(
            /'\.\.\/\.\.\/dist(\/?\w*)'/g,
            (_, sub: string) =>
              `'../../dist/${sub === '' ? 'index' : sub === '/sandbox' ? 'sandbox/index' : sub.slice(1)}.js'`,
          ),
      )
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

  it('has a sandbox example that runs and finds every complaint', () => {
    const example = blocks.find((code) => code.includes('startSandbox'))
    const script = (example ?? '')
      .replace("'unified-complaints'", "'../../dist/index.js'")
      .replace("'unified-complaints/sandbox'", "'../../dist/sandbox/index.js'")
    const file = join(folder, 'sandbox.mjs')
    writeFileSync(file, script)
    const [same, requests] = execFileSync('node', [file], { encoding: 'utf8' }).split('\n', 2)
    expect(same).toBe('true')
    expect(requests).toBeDefined()
  })
})

describe('README.zh-CN.md', () => {
  const chinese = readFileSync(join(root, 'README.zh-CN.md'), 'utf8')
  const fences = (markdown: string): string[] => markdown.match(/```\w*\n[\s\S]*?```/g) ?? []
  const prose = (markdown: string): string => markdown.replace(/```\w*\n[\s\S]*?```/g, '')
  const headings = (markdown: string): string[] => prose(markdown).match(/^#+ /gm) ?? []
  const rows = (markdown: string): number => (prose(markdown).match(/^\|/gm) ?? []).length
  const names = (markdown: string): string[] =>
    [...new Set(prose(markdown).match(/`[^`]+`/g) ?? [])].filter((name) => !name.includes('npm run bench')).sort()

  it('says the same as README.md: the same code, headings, tables and names', () => {
    expect(fences(chinese)).toEqual(fences(text))
    expect(headings(chinese)).toEqual(headings(text))
    expect(rows(chinese)).toBe(rows(text))
    expect(names(chinese)).toEqual(names(text))
  })
})

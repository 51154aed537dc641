import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadConfiguration } from '../../src/cli/configuration.js'
import { variables } from '../../src/cli/environment.js'
import { exitCodes } from '../../src/cli/exit-codes.js'

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

describe("README.md's command line", () => {
  const shells = [...text.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, code = '']) => code)
  const bin = join(root, 'dist/cli/main.js')

  it('runs as it stands there', async () => {
    const [start = '', use = ''] = shells.filter((code) => /unified-complaints (?:sandbox|doctor)/.test(code))
    const here = mkdtempSync(join(tmpdir(), 'unified-complaints-readme-'))
    const script = (code: string): string => code.replaceAll('npx unified-complaints', `node ${bin}`)
    const sandbox = spawn('bash', ['-c', script(start)], { cwd: here, stdio: 'ignore', detached: true })
    try {
      for (let tries = 0; tries < 400 && !existsSync(join(here, 'sandbox.env')); tries += 1)
        await new Promise((resolve) => setTimeout(resolve, 50))
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
    const [json = ''] = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, code = '']) => code)
    const file = join(folder, 'accounts.json')
    writeFileSync(file, json)
    const { accounts } = await loadConfiguration(file, {})
    expect(accounts.map(({ name }) => name)).toEqual(['wechatpay:1900000001', 'huishouqian:814000000001', 'xiaoe:shop'])
    for (const account of accounts) {
      // Only the files are missing.
      expect(() => account.adapter()).toThrow(/File.*cannot be read \(ENOENT\)/)
    }
  })

  it('names every variable, command and exit code', () => {
    const names = Object.values(variables).flatMap((known) => known.map(({ name }) => name))
    expect(names.filter((name) => !text.includes(`| \`${name}\` |`))).toEqual([])
    const told = [...text.matchAll(/`((?:WECHATPAY|HUISHOUQIAN|XIAOE)_[A-Z0-9_]+)`/g)].map(([, name = '']) => name)
    expect(told.filter((name) => !names.includes(name))).toEqual([])
    for (const code of Object.values(exitCodes)) expect(text).toMatch(new RegExp(`^\\| (?:\\d+, )?${code}\\b`, 'm'))
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

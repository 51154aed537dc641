import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

/** A source file, by its path below `src/`, and what it imports. */
interface SourceFile {
  path: string
  text: string
}

const root = new URL('../../src/', import.meta.url).pathname
const sources: SourceFile[] = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => {
    const path = join(entry.parentPath, entry.name)
    return { path: relative(root, path), text: readFileSync(path, 'utf8') }
  })

const importPattern = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm

/** Targets of a file's imports: paths below `src/` for its own, package names for others. */
function importsOf({ path, text }: SourceFile): { target: string; typeOnly: boolean }[] {
  return [...text.matchAll(importPattern)].map(([, type, specifier = '']) => ({
    target: specifier.startsWith('.') ? normalize(join(dirname(path), specifier)).replace(/\.js$/, '.ts') : specifier,
    typeOnly: type !== undefined,
  }))
}

const isIn = (path: string, ...folders: string[]): boolean => folders.some((folder) => path.startsWith(`${folder}/`))
const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')

const folderOf = ({ path }: SourceFile): string => dirname(path)

/** What stands in only one of two lists. */
const difference = (some: readonly string[], others: readonly string[]): string[] => [
  ...some.filter((name) => !others.includes(name)),
  ...others.filter((name) => !some.includes(name)),
]

const rootFiles = ['client', 'errors', 'events', 'index', 'model', 'pfx', 'provider', 'query', 'time'].map(
  (name) => `${name}.ts`,
)

const folders = [
  '.',
  'adapter-kit',
  'async',
  'cli',
  'cli/commands',
  'cli/output',
  'client',
  // The entry ./config: what both the command line and the library read and check.
  'config',
  'crypto',
  'diagnose',
  'errors',
  'following',
  'http',
  'http/transport',
  'labels',
  'listing',
  'parsing',
  'privacy',
  'providers',
  'providers/alipay',
  'providers/huishouqian',
  'providers/wechatpay',
  'providers/xiaoe',
  'providers/xiaoe/token',
  'report',
  'report/html',
  'report/xlsx',
  'sandbox',
  'sandbox/alipay',
  'sandbox/huishouqian',
  'sandbox/wechatpay',
  'sandbox/xiaoe',
  'schema',
]

/** Files that each provider has. */
const skeleton = [
  'account-option.ts',
  'advice.ts',
  'auth.ts',
  'config-source.ts',
  'error-codes.ts',
  'file-options.ts',
  'history.ts',
  'index.ts',
  'labels.ts',
  'list.ts',
  'map.ts',
  'options.ts',
  'request.ts',
  'wire.ts',
]

/** Files that one provider has beside the skeleton. */
const extraFiles: Record<string, readonly string[]> = {
  wechatpay: [
    'certificates.ts',
    'credential.ts',
    'deadlines.ts',
    'decrypt-phones.ts',
    'download-budget.ts',
    'failover.ts',
    'media.ts',
    'normal-message.ts',
    'notification.ts',
    'option-types.ts',
    'verifier.ts',
  ],
  huishouqian: ['base64.ts', 'cfca.ts', 'deadlines.ts', 'media.ts', 'notification.ts', 'rsa2.ts'],
  xiaoe: ['envelope.ts'],
  alipay: [
    'charset.ts',
    'credential.ts',
    'envelope.ts',
    'notification.ts',
    'option-types.ts',
    'serial-numbers.ts',
    'signed-member.ts',
    'token.ts',
    'yuan.ts',
  ],
}

/** Each rule returns the files that break it. */
const rules: Record<string, (files: readonly SourceFile[]) => string[]> = {
  'core never names a provider': (files) =>
    files
      .filter(
        // config/accounts.ts chooses the factory of an account by its provider; schema/index.ts is an entry.
        ({ path }) =>
          !isIn(path, 'providers', 'sandbox', 'cli') &&
          !['index.ts', 'model.ts', 'pfx.ts', 'config/accounts.ts', 'schema/index.ts'].includes(path),
      )
      .filter(({ text }) => /wechat|huishouqian|xiaoe|alipay[-_]|alipay(?:Trade|Risk)/i.test(withoutComments(text)))
      .map(({ path }) => path),

  'core imports no provider': (files) =>
    files
      // The entry ./config and the command line are not core: they put together what all providers bring.
      .filter(({ path }) => !isIn(path, 'providers', 'cli', 'config', 'diagnose') && path !== 'index.ts')
      .filter((file) =>
        importsOf(file).some(
          ({ target, typeOnly }) => isIn(target, 'providers') && !(file.path === 'model.ts' && typeOnly),
        ),
      )
      .map(({ path }) => path),

  'providers never import each other': (files) =>
    files
      // The files beside the folders put theirs together.
      .filter(({ path }) => isIn(path, 'providers') && dirname(path) !== 'providers')
      .filter((file) => {
        const [, own] = file.path.split('/')
        return importsOf(file).some(({ target }) => isIn(target, 'providers') && target.split('/')[1] !== own)
      })
      .map(({ path }) => path),

  'the sandbox shares no code with the adapters': (files) =>
    files
      .filter(({ path }) => isIn(path, 'sandbox'))
      .filter((file) =>
        importsOf(file).some(
          ({ target, typeOnly }) =>
            isIn(target, 'providers', 'http', 'crypto', 'listing') ||
            (!typeOnly &&
              (isIn(target, 'adapter-kit', 'async', 'client') ||
                ['parsing/coerce.ts', 'parsing/json.ts', 'time.ts', 'query.ts', 'client.ts'].includes(target))),
        ),
      )
      .map(({ path }) => path),

  'axios, node-forge, dayjs, commander, yazl and d3 have one room each': (files) => {
    const rooms: Record<string, string> = {
      axios: 'http/transport/axios-client.ts',
      'node-forge': 'pfx.ts',
      dayjs: 'time.ts',
      commander: 'cli/program.ts',
      yazl: 'report/xlsx/workbook.ts',
      'd3-scale': 'report/html/charts.ts',
      'd3-shape': 'report/html/charts.ts',
    }
    return files
      .filter((file) =>
        importsOf(file).some(({ target }) => {
          const room = rooms[target.split('/')[0] ?? '']
          return room !== undefined && room !== file.path
        }),
      )
      .map(({ path }) => path)
  },

  'there are no import circles, types counted': (files) => {
    const graph = new Map(
      files.map((file) => [
        file.path,
        importsOf(file)
          // The model names the raw rows of each provider.
          .filter(({ target }) => !(file.path === 'model.ts' && /^providers\/\w+\/wire\.ts$/.test(target)))
          .map(({ target }) => target),
      ]),
    )
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      (graph.get(from) ?? []).some((next) => {
        if (next === to) return true
        if (seen.has(next)) return false
        seen.add(next)
        return reaches(next, to, seen)
      })
    return [...graph.keys()].filter((path) => reaches(path, path))
  },

  'the root holds nine files': (files) => {
    const found = files.filter(({ path }) => !path.includes('/')).map(({ path }) => path)
    return difference(found, rootFiles)
  },

  'folders are those of the house': (files) => difference([...new Set(files.map(folderOf))], folders),

  'all providers have one skeleton': (files) =>
    Object.entries(extraFiles).flatMap(([provider, extra]) => {
      const folder = `providers/${provider}/`
      const found = files.filter(({ path }) => path.startsWith(folder)).map(({ path }) => path.slice(folder.length))
      return difference(
        found.filter((name) => !name.includes('/')),
        [...skeleton, ...extra],
      )
    }),

  'the file that imports axios has under 40 lines': (files) =>
    files
      .filter((file) => importsOf(file).some(({ target }) => target === 'axios'))
      .filter(({ text }) => text.split('\n').length >= 40)
      .map(({ path }) => path),

  'index.ts holds named re-exports and nothing else': (files) =>
    files
      .filter(({ path }) => path === 'index.ts')
      .filter(
        ({ text }) =>
          withoutComments(text)
            .replace(/export (?:type )?\{[^}]*\} from '[^']+'/g, '')
            .trim() !== '',
      )
      .map(({ path }) => path),

  'the library reads neither environment nor files': (files) =>
    files
      .filter(({ path }) => !isIn(path, 'cli', 'config'))
      .filter(
        (file) =>
          /process\.(?:env|argv|cwd)/.test(withoutComments(file.text)) ||
          importsOf(file).some(({ target }) => /^(?:node:)?fs(?:\/|$)/.test(target)),
      )
      .map(({ path }) => path),

  'randomness that must not be guessed comes from node:crypto': (files) =>
    files
      .filter(({ path }) => isIn(path, 'providers', 'crypto'))
      .filter(({ text }) => text.includes('Math.random'))
      .map(({ path }) => path),

  'schemas parse in parsing/validate.ts, whose messages no application can change': (files) =>
    files
      .filter(({ path }) => path !== 'parsing/validate.ts' && !isIn(path, 'sandbox'))
      .filter(({ text }) => /\.(?:safeParse|safeParseAsync)\(/.test(withoutComments(text)))
      .map(({ path }) => path),

  'names and comments are plain English: not told, brought, whoever, is no X': (files) =>
    files
      .filter(({ text }) => /\b(?:told|brought|whoever)\b|(?<!\bthere )\bis no\b(?! longer)/i.test(text))
      .map(({ path }) => path),

  'a file fits a screen or three': (files) =>
    files.filter(({ text }) => text.split('\n').length > 280).map(({ path }) => path),
}

/** What would break each rule: a rule that cannot go red keeps nothing. */
const violations: Record<keyof typeof rules, SourceFile[]> = {
  'core never names a provider': [{ path: 'listing/x.ts', text: "if (provider === 'wechatpay') skip()" }],
  'core imports no provider': [{ path: 'client.ts', text: "import { xiaoe } from './providers/xiaoe/index.js'" }],
  'providers never import each other': [
    { path: 'providers/xiaoe/x.ts', text: "import type { A } from '../wechatpay/wire.js'" },
  ],
  'the sandbox shares no code with the adapters': [
    { path: 'sandbox/x.ts', text: "import { parseJson } from '../parsing/json.js'" },
  ],
  'axios, node-forge, dayjs, commander, yazl and d3 have one room each': [
    { path: 'query.ts', text: "import utc from 'dayjs/plugin/utc.js'" },
  ],
  'there are no import circles, types counted': [
    { path: 'a.ts', text: "import { b } from './b.js'" },
    { path: 'b.ts', text: "import type { A } from './a.js'" },
  ],
  'the root holds nine files': [...rootFiles, 'utils.ts'].map((path) => ({ path, text: '' })),
  'folders are those of the house': [...folders, 'helpers'].map((folder) => ({ path: `${folder}/x.ts`, text: '' })),
  'all providers have one skeleton': Object.entries(extraFiles).flatMap(([provider, extra]) =>
    [...skeleton.filter((name) => name !== 'request.ts'), ...extra].map((name) => ({
      path: `providers/${provider}/${name}`,
      text: '',
    })),
  ),
  'the file that imports axios has under 40 lines': [{ path: 'x.ts', text: `import 'axios'\n${'\n'.repeat(40)}` }],
  'index.ts holds named re-exports and nothing else': [{ path: 'index.ts', text: 'export const now = 1' }],
  'the library reads neither environment nor files': [
    { path: 'http/x.ts', text: "import { readFileSync } from 'node:fs'" },
  ],
  'randomness that must not be guessed comes from node:crypto': [{ path: 'crypto/x.ts', text: 'Math.random()' }],
  'schemas parse in parsing/validate.ts, whose messages no application can change': [
    { path: 'query.ts', text: 'const parsed = schema.safeParse(query)' },
  ],
  'names and comments are plain English: not told, brought, whoever, is no X': [
    { path: 'x.ts', text: '/** Whoever waits. */' },
    { path: 'y.ts', text: '// Null is no page.' },
  ],
  'a file fits a screen or three': [{ path: 'x.ts', text: '\n'.repeat(300) }],
}

describe('the rules of the house', () => {
  it('schemas are built when they are first used: all of them cost a tenth of what importing takes', async () => {
    const built: PropertyKey[] = []
    vi.doMock('zod', async (importOriginal) => {
      const { z } = await importOriginal<typeof import('zod')>()
      const get = (schemas: object, name: PropertyKey): unknown => {
        const value: unknown = Reflect.get(schemas, name)
        if (typeof value !== 'function') return value
        return (...given: unknown[]) => {
          built.push(name)
          return value(...given)
        }
      }
      return { z: new Proxy(z, { get }) }
    })
    onTestFinished(() => {
      vi.doUnmock('zod')
      vi.resetModules()
    })
    vi.resetModules()
    await import('../../src/index.js')
    expect([...new Set(built)]).toEqual(['lazy'])
  })

  it.each(Object.keys(rules))('%s', (name) => {
    expect(rules[name]?.(sources)).toEqual([])
    expect(rules[name]?.(violations[name] ?? [])).not.toEqual([])
  })

  it('every source file is looked at', () => {
    expect(sources.length).toBeGreaterThan(50)
    expect(importsOf({ path: 'a/b.ts', text: "import {\n  type X,\n  y,\n} from '../c.js'\nimport 'z'" })).toEqual([
      { target: 'c.ts', typeOnly: false },
      { target: 'z', typeOnly: false },
    ])
  })
})

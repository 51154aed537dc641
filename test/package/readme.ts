import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'
import { root } from './consumer.js'

/** Paths of all documents of the package, from the repository's root. */
export const documents: readonly string[] = [
  'README.md',
  'README.zh-CN.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => posix.join('docs', path.replaceAll('\\', '/')))
    .sort(),
]

/** What says how to use each example; the examples are part of the package. */
export const examples: readonly string[] = readdirSync(join(root, 'test/examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `test/examples/${name}/README.md`)

const isChinese = (path: string): boolean => path === 'README.zh-CN.md' || path.startsWith('docs/zh-CN/')

export const englishDocuments: readonly string[] = documents.filter((path) => !isChinese(path))

/** The path of a document's Chinese counterpart. */
export const chineseOf = (path: string): string =>
  path === 'README.md' ? 'README.zh-CN.md' : path.replace(/^docs\//, 'docs/zh-CN/')

/** The path of a Chinese document's English counterpart; an English document's own path. */
export const englishOf = (path: string): string =>
  path === 'README.zh-CN.md' ? 'README.md' : path.replace(/^docs\/zh-CN\//, 'docs/')

export const exists = (path: string): boolean => existsSync(join(root, path))
export const readDocument = (path: string): string => readFileSync(join(root, path), 'utf8')

/** The code blocks of one language in a document, in order. */
export const blocksOf = (path: string, language: string): string[] =>
  [...readDocument(path).matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, code = '']) => code,
  )

/** Everything but code blocks. */
export const proseOf = (markdown: string): string => markdown.replace(/```\w*\n[\s\S]*?```/g, '')

/** A TypeScript block as Node runs it. */
export const runnable = (code: string): string =>
  ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext } })
    .outputText

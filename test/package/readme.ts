import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './consumer.js'

export const english: string = readFileSync(join(root, 'README.md'), 'utf8')
export const chinese: string = readFileSync(join(root, 'README.zh-CN.md'), 'utf8')

/** The code blocks of one language, in order. */
export const blocksOf = (language: string): string[] =>
  [...english.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, code = '']) => code)

/** Everything but code blocks. */
export const proseOf = (markdown: string): string => markdown.replace(/```\w*\n[\s\S]*?```/g, '')

/** A TypeScript block as Node runs it. */
export const runnable = (code: string): string =>
  ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext } })
    .outputText

import { join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root, run } from './consumer.js'
import {
  blocksOf,
  chineseOf,
  documents,
  englishDocuments,
  englishOf,
  examples,
  exists,
  proseOf,
  readDocument,
} from './readme.js'

/** These have no Chinese counterpart. */
const englishOnly = ['docs/benchmark.md', 'docs/dependencies.md', 'docs/platforms.md']
const translated = englishDocuments.filter((path) => !englishOnly.includes(path))

/** Comments of code are in the document's language, and so is what a command prints (`text`). */
const codeOf = (markdown: string): string[] =>
  [...markdown.matchAll(/```(\w*)\n([\s\S]*?)```/g)].map(([, language = '', code = '']) => {
    if (language === 'text') return language
    const comment = language === 'bash' ? /(?:^|\s+)#.*$/gm : /(?:^|\s+)\/\/.*$/gm
    return `${language}\n${code.replace(comment, '').replace(/^\s*\n/gm, '')}`
  })

const unique = (values: readonly string[]): string[] => [...new Set(values)].sort()
const namesIn = (text: string): string[] => unique(text.match(/`[^`]+`/g) ?? [])

/** Numbers of two digits and more (a language writes some of the others as words), but for those within names. */
const numbersIn = (text: string): string[] =>
  (text.replace(/\]\([^)]*\)|`[^`]*`/g, '').match(/(?<![\w.])\d[\d.,:]*\d/g) ?? []).sort()

/** Each row of each table: how many cells it has, and the names and numbers in it. */
const tablesOf = (markdown: string): object[][] =>
  (proseOf(markdown).match(/(?:^\|.*\n)+/gm) ?? []).map((table) =>
    table
      .trim()
      .split('\n')
      .map((row) => ({ cells: row.split('|').length - 2, names: namesIn(row), numbers: numbersIn(row) })),
  )

/** Where a link leads, from the repository's root, and to which heading there. */
function targetOf(path: string, link: string): { file: string; anchor: string | undefined } {
  const [file = '', anchor] = link.split('#')
  return { file: file === '' ? path : posix.join(posix.dirname(path), file), anchor }
}

const linksOf = (path: string): string[] =>
  [...proseOf(readDocument(path)).matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link)
const isExternal = (link: string): boolean => link.startsWith('https://')

/** Links of a document without headings, and as an English document has them. */
const factsOfLinks = (path: string): string[] =>
  unique(linksOf(path).map((link) => (isExternal(link) ? link : englishOf(targetOf(path, link).file))))

describe('the Chinese documents', () => {
  it('are compared, each of them', () => {
    const written = documents.filter((path) => !englishDocuments.includes(path)).map(englishOf)
    expect(written.sort()).toEqual([...translated].sort())
  })
})

describe.each(translated)('%s and its Chinese counterpart', (path) => {
  const [english, chinese] = [readDocument(path), readDocument(chineseOf(path))]

  it('have the same code', () => {
    expect(codeOf(chinese)).toEqual(codeOf(english))
  })

  it('have the same tables: rows, names and numbers', () => {
    expect(tablesOf(chinese)).toEqual(tablesOf(english))
  })

  it('name the same things', () => {
    expect(namesIn(proseOf(chinese))).toEqual(namesIn(proseOf(english)))
  })

  it('give the same numbers', () => {
    expect(unique(numbersIn(proseOf(chinese)))).toEqual(unique(numbersIn(proseOf(english))))
  })

  it('lead to the same pages', () => {
    expect(factsOfLinks(chineseOf(path))).toEqual(factsOfLinks(path))
  })
})

describe.each(translated.map(chineseOf))('%s', (path) => {
  const markdown = readDocument(path)
  /** Without addresses, bold marks, table borders and names that consoles and documentation write without spaces. */
  const text = proseOf(markdown)
    .replace(/\]\([^)]*\)/g, '')
    .replace(/ ?\[English/g, '')
    .replace(/\*\*|\[/g, '')
    .replace(/API安全|API自主开发|商户API证书|APIv3密钥|获取B端投诉列表/g, '名称')
    .replace(/ ?\| ?|^- /gm, '\n')
  const around = (pattern: RegExp): string[] => text.match(new RegExp(`.{0,9}(?:${pattern.source}).{0,9}`, 'gu')) ?? []

  it('leads to Chinese documents, and to its own English counterpart', () => {
    const english = linksOf(path)
      .filter((link) => !isExternal(link))
      .map((link) => targetOf(path, link).file)
      .filter((file) => translated.includes(file))
    expect(english).toEqual([englishOf(path)])
  })

  it('uses full-width punctuation', () => {
    expect(around(/\p{Script=Han}[,;:!?()"']|[,;:!?()"']\p{Script=Han}/u)).toEqual([])
  })

  it('has a space between Chinese and other words, and none beside punctuation', () => {
    expect(around(/\p{Script=Han}[\w`]|[\w`%]\p{Script=Han}| [，。：；（）“”、]|[，。：；（）“”、] /u)).toEqual([])
  })

  it('has Chinese comments in its code', () => {
    const comments = [...markdown.matchAll(/```ts\n([\s\S]*?)```/g)].flatMap(([, code = '']) =>
      code.split('\n').filter((line) => /^\s*\/\//.test(line)),
    )
    expect(comments.filter((comment) => !/\p{Script=Han}/u.test(comment))).toEqual([])
  })

  it('uses the terms of the other documents', () => {
    expect(text.match(/账户(?!中心)|配方|参赛|渠道没有说|块满|说谎|最快到手|把守|扮演/g) ?? []).toEqual([])
  })
})

/** As GitHub and npm make it from a heading. */
const anchorOf = (heading: string): string =>
  heading
    .replace(/^#+ /, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
const anchorsOf = (path: string): string[] => (proseOf(readDocument(path)).match(/^#+ .*$/gm) ?? []).map(anchorOf)

describe.each([...documents, 'CHANGELOG.md'])('%s', (path) => {
  const pictures = ['docs/images/report.png', 'docs/zh-CN/images/report.png'].filter(exists)
  const shipped = [...documents, ...examples, ...pictures, 'CHANGELOG.md', 'LICENSE']

  it('links to web pages, to files of the package, and to headings that exist', () => {
    const broken = linksOf(path)
      .filter((link) => !isExternal(link))
      .filter((link) => {
        const { file, anchor } = targetOf(path, link)
        if (!shipped.includes(file)) return true
        return anchor !== undefined && !anchorsOf(file).includes(anchor)
      })
    expect(broken).toEqual([])
  })
})

describe.each([...documents, 'CHANGELOG.md', '.github/CONTRIBUTING.md', '.github/SECURITY.md'])('%s', (path) => {
  it('names files of the repository that exist', () => {
    const text = proseOf(readDocument(path))
    const named = [...text.matchAll(/`((?:src|test|docs|\.github|\.ci)\/[^`\s*<>]+)`/g)].map(([, file = '']) => file)
    const linked = [...text.matchAll(/\]\(\.\.\/((?:src|docs)\/[^)#]+)/g)].map(([, file = '']) => file)
    const links = path.startsWith('.github/') ? linked : []
    expect([...named, ...links].filter((file) => !exists(file) && !/zh-CN/.test(file))).toEqual([])
  })
})

describe('docs/testing.md', () => {
  const text = readDocument('docs/testing.md')
  const unnamed = (names: readonly string[]): string[] => names.filter((name) => !new RegExp(`\`${name}\\b`).test(text))
  const matches = (source: string, pattern: RegExp): string[] =>
    [...source.matchAll(pattern)].map(([, name = '']) => name)

  it('names every option of the sandbox', () => {
    const source =
      readDocument('src/sandbox/types.ts').split('export interface SandboxOptions')[1]?.split('\n}\n')[0] ?? ''
    const lists = readDocument('src/sandbox/list-options.ts').split('export interface SandboxListOptions')[1] ?? ''
    const options = [...matches(source, /^ {2}(\w+)\?:/gm), ...matches(lists, /^ {2}(\w+)\?:/gm)]
    expect(options.length).toBeGreaterThan(25)
    expect(unnamed(options)).toEqual([])
  })

  it('names every fault and every condition of one', () => {
    const source = readDocument('src/sandbox/types.ts')
    const kinds = matches(source.split('export type SandboxFaultKind =')[1]?.split('\n\n')[0] ?? '', /'(\w+)'/g)
    const rule = source.split('export interface SandboxFault {')[1]?.split('\n}\n')[0] ?? ''
    expect(kinds.length).toBeGreaterThan(18)
    expect(unnamed([...kinds, ...matches(rule, /^ {2}(\w+)\?:/gm)])).toEqual([])
  })
})

describe('README.md', () => {
  it('names every document', () => {
    const targets = linksOf('README.md').map((link) => targetOf('README.md', link).file)
    expect(englishDocuments.filter((path) => path !== 'README.md' && !targets.includes(path))).toEqual([])
  })

  it.each(['README.md', 'README.zh-CN.md'])('%s names no file that the package does not hold', (path) => {
    const named = [...proseOf(readDocument(path)).matchAll(/`([\w.]+(?:\/[\w.-]+)+)`/g)].map(([, file = '']) => file)
    expect(named.filter((file) => exists(file) || /^(?:src|test|\.\w+)\//.test(file))).toEqual([])
  })

  it('stays short: a library shows its code first', () => {
    expect(readDocument('README.md').split('\n').length).toBeLessThan(260)
    const text = readDocument('README.md')
    expect(text.indexOf('```ts')).toBeLessThan(text.indexOf('unified-complaints doctor'))
  })

  it('shows the columns that the demo prints', () => {
    const columns = (printed = ''): string[] => printed.trim().split(/ {2,}/)
    const [picture = ''] = blocksOf('README.md', 'text')
    const [heading] = run(process.execPath, [join(root, 'dist/cli/main.js'), 'demo'], root).split('\n')
    expect(columns(picture.split('\n')[0])).toEqual(columns(heading))
  })
})

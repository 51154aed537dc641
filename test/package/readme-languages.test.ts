import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root, run } from './consumer.js'
import { chinese, english, proseOf } from './readme.js'

const fences = (markdown: string): string[] => markdown.match(/```\w*\n[\s\S]*?```/g) ?? []
const headings = (markdown: string): string[] => proseOf(markdown).match(/^#+ .*$/gm) ?? []
const levels = (markdown: string): string[] => headings(markdown).map((heading) => heading.replace(/ .*/, ''))
const rows = (markdown: string): number => (proseOf(markdown).match(/^\|/gm) ?? []).length
const names = (markdown: string): string[] => [...new Set(proseOf(markdown).match(/`[^`]+`/g) ?? [])].sort()

/** Numbers of two digits and more (a language writes some of the others as words); those within names are not told. */
const numbersIn = (text: string): string[] => (text.match(/(?<![\w.])\d[\d.,:]*\d/g) ?? []).sort()

const figures = (markdown: string): string[][] =>
  proseOf(markdown)
    .replace(/\]\([^)]*\)|`[^`]*`/g, '')
    .split(/^#+ /m)
    .map((section) => numbersIn(section))

const tables = (markdown: string): string[][] =>
  (proseOf(markdown).match(/^\|.*$/gm) ?? []).map((row) => numbersIn(row))

describe('README.zh-CN.md', () => {
  it('says the same as README.md: the same code, headings, tables and names', () => {
    expect(fences(chinese)).toEqual(fences(english))
    expect(levels(chinese)).toEqual(levels(english))
    expect(rows(chinese)).toBe(rows(english))
    expect(names(chinese)).toEqual(names(english))
  })

  it('gives the same figures, section by section and row by row', () => {
    expect(figures(english).flat().length).toBeGreaterThan(80)
    expect(figures(chinese)).toEqual(figures(english))
    expect(tables(chinese)).toEqual(tables(english))
  })
})

/** As GitHub and npm make it from a heading. */
const anchor = (heading: string): string =>
  heading
    .replace(/^#+ /, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')

describe.each([
  ['README.md', english],
  ['README.zh-CN.md', chinese],
  ['CHANGELOG.md', readFileSync(join(root, 'CHANGELOG.md'), 'utf8')],
])('%s', (_, markdown) => {
  const links = [...proseOf(markdown).matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target)

  it('links to pages, to files of the package, and to headings that there are', () => {
    const anchors = headings(markdown).map((heading) => `#${anchor(heading)}`)
    const shipped = ['README.md', 'README.zh-CN.md', 'CHANGELOG.md', 'LICENSE']
    expect(links.filter((link) => !link.startsWith('https://') && ![...anchors, ...shipped].includes(link))).toEqual([])
  })
})

describe('the contents', () => {
  it.each([
    ['README.md', english],
    ['README.zh-CN.md', chinese],
  ])('of %s name every section after them', (_, markdown) => {
    const line = markdown.split('\n').find((candidate) => /^\*\*(?:Contents|目录)\*\*/.test(candidate)) ?? ''
    const told = [...line.matchAll(/\[([^\]]+)\]/g)].map(([, name]) => name)
    const after = markdown.slice(markdown.indexOf(line))
    const sections = headings(after)
      .filter((heading) => heading.startsWith('## '))
      .map((heading) => heading.slice(3))
    expect(told.filter((name = '') => sections.includes(name))).toEqual(sections)
  })
})

describe('the picture of the table', () => {
  it('has the columns that the demo prints', () => {
    const columns = (printed = ''): string[] => printed.trim().split(/ {2,}/)
    const [picture = ''] = fences(english).filter((fence) => fence.startsWith('```text'))
    const [heading] = run(process.execPath, [join(root, 'dist/cli/main.js'), 'demo'], root).split('\n')
    expect(columns(picture.split('\n')[1])).toEqual(columns(heading))
  })
})

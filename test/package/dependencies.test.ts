import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const numbers = [
  'No',
  'One',
  'Two',
  'Three',
  'Four',
  'Five',
  'Six',
  'Seven',
  'Eight',
  'Nine',
  'Ten',
  'Eleven',
  'Twelve',
]

describe('docs/dependencies.md', () => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
  const names = Object.keys(dependencies).sort()
  const text = read('docs/dependencies.md')
  const [first = ''] = text.split('\n## ')

  it('says how many runtime dependencies there are', () => {
    expect(text).toContain(`${numbers[names.length]} runtime dependencies, as caret ranges`)
    for (const range of Object.values(dependencies)) expect(range).toMatch(/^\^/)
  })

  it('has a row for each, and for nothing else', () => {
    const rows = [...first.matchAll(/^\| \[([^\]]+)\]\(https:\/\/www\.npmjs\.com\/package\/([^)]+)\) \|/gm)]
    expect(rows.map(([, name]) => name).sort()).toEqual(names)
    expect(rows.map(([, , linked]) => linked).sort()).toEqual(names)
  })
})

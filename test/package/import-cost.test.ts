import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const probe = new URL('import-probe.mjs', import.meta.url).pathname
const dependencies = ['axios', 'zod', 'dayjs', 'dayjs/plugin/utc.js']

type Format = 'import' | 'require'
type Loaded = readonly [path: string, characters: number]

const load = (format: Format, ...specifiers: string[]): Loaded[] =>
  JSON.parse(execFileSync(process.execPath, [probe, format, ...specifiers], { encoding: 'utf8' }))
const loadEntry = (format: Format, entry: string): Loaded[] =>
  load(format, `${root}dist/${entry}${format === 'import' ? '.js' : '.cjs'}`)

const isOwn = ([path]: Loaded): boolean => path.startsWith(`${root}dist/`)
const packagesOf = (loaded: readonly Loaded[]): string[] => [
  ...new Set(loaded.flatMap(([path]) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [])),
]
const characters = (loaded: readonly Loaded[]): number => loaded.reduce((sum, [, length]) => sum + length, 0)

interface Taken {
  readonly ratio: number
}
interface Timing {
  readonly ceiling: number
  measure(format: Format, rounds: number): { readonly wall: Taken; readonly cpu: Taken }
}

describe.each(['import', 'require'] as const)('the cost of %s', (format) => {
  const main = loadEntry(format, 'index')
  const alone = load(format, ...dependencies)

  it('the main entry loads what axios, zod and dayjs load, and no other package', () => {
    expect(packagesOf(main)).toEqual(expect.arrayContaining(['axios', 'zod', 'dayjs']))
    expect(packagesOf(main).sort()).toEqual(packagesOf(alone).sort())
    expect(main.filter((script) => !isOwn(script)).map(([path]) => path)).toHaveLength(alone.length)
  })

  it('the main entry is two files, without sandbox, .pfx reader and command line', () => {
    const extension = format === 'import' ? 'js' : 'cjs'
    const own = main.filter(isOwn).map(([path]) => path.slice(`${root}dist/`.length))
    expect(own.sort()).toEqual([`errors.${extension}`, `index.${extension}`])
  })

  it('what is read for the main entry itself is a small part of what its dependencies need', () => {
    expect(characters(main.filter(isOwn))).toBeGreaterThan(10_000)
    // A quarter for three providers; the two products of Alipay are an eighth of the code.
    expect(characters(main.filter(isOwn)) / characters(alone)).toBeLessThan(0.27)
  })

  it('node-forge is loaded by the .pfx reader alone', () => {
    expect(packagesOf(loadEntry(format, 'pfx'))).toEqual(['node-forge'])
    expect(packagesOf(loadEntry(format, 'sandbox/index'))).not.toContain('node-forge')
    expect(packagesOf(loadEntry(format, 'config/index'))).not.toContain('node-forge')
  })

  it('schemas of the model are built by their own entry, which loads zod and dayjs alone', () => {
    expect(packagesOf(loadEntry(format, 'schema/index')).sort()).toEqual(['dayjs', 'zod'])
    expect(main.map(([path]) => path)).not.toContainEqual(expect.stringMatching(/dist\/schema/))
  })

  // Whatever else the machine does only adds to a measurement: the best of several is nearest to the truth.
  it('the main entry takes at most 15 % longer than axios, zod and dayjs', { timeout: 300_000 }, async () => {
    const { ceiling, measure }: Timing = await import(`${root}test/package/import-time.mjs`)
    const ratios: number[] = []
    while (ratios.length < 8 && !ratios.some((ratio) => ratio <= ceiling)) {
      const { wall, cpu } = measure(format, 7)
      ratios.push(Math.min(wall.ratio, cpu.ratio))
    }
    expect(Math.min(...ratios)).toBeLessThanOrEqual(ceiling)
  })
})

import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { displayWidth } from '../../src/cli/output/width.js'

const bin = new URL('../../dist/cli/main.js', import.meta.url).pathname

const run = (zone: string, ...args: string[]): string =>
  execFileSync('node', [bin, ...args], { encoding: 'utf8', env: { ...process.env, TZ: zone } })
const demo = run('UTC', 'demo')

describe("the host's zone", () => {
  it('changes nothing: the demo shows the same table in every one', () => {
    const tables = ['America/New_York', 'Asia/Shanghai', 'Pacific/Kiritimati'].map((zone) => run(zone, 'demo'))
    expect(new Set([demo, ...tables]).size).toBe(1)
  })
})

describe('the demo', () => {
  it('prints rows of all providers in columns that stand under each other, and their totals', () => {
    const [heading = '', rule = '', ...lines] = demo.split('\n')
    const starts = [...rule.matchAll(/─+/g)].map(({ index }) => index)
    expect(starts.length).toBe(8)
    const rows = lines.slice(0, lines.indexOf(''))
    for (const provider of ['huishouqian', 'wechatpay', 'xiaoe', 'alipay-trade', 'alipay-risk']) {
      expect(rows.filter((line) => line.startsWith(provider)).length).toBe(8)
      expect(lines.some((line) => new RegExp(`^${provider} +8 complaints, +\\d+ pending$`).test(line))).toBe(true)
    }
    // What stands in the cell before a column is a space, in every row.
    for (const line of [heading, ...rows]) {
      for (const start of starts.slice(1)) {
        let cells = 0
        const before = [...line].find((character) => {
          cells += displayWidth(character)
          return cells >= start
        })
        expect(before).toBe(' ')
      }
    }
  })

  it('never shows a whole phone number', () => {
    expect(demo).not.toMatch(/(?<!\d)1[3-9]\d{9}(?!\d)/)
  })
})

describe('the bin', () => {
  it('is shipped once, as the module that can be run, beside the module of its reports', () => {
    expect(readdirSync(new URL('../../dist/cli', import.meta.url)).sort()).toEqual(['main.js', 'report.js'])
  })

  it('tells its version and help, and leaves with 2 for what it does not understand', () => {
    expect(run('UTC', '--version')).toMatch(/^\d+\.\d+\.\d+\n$/)
    const help = run('UTC', '--help')
    expect(help).toMatch(/^Usage: unified-complaints /)
    for (const command of ['list', 'get', 'history', 'media', 'accounts', 'doctor', 'sandbox', 'demo'])
      expect(help).toMatch(new RegExp(`^ {2}${command} `, 'm'))
    for (const args of [['frob'], [], ['demo', 'more'], ['--frob']]) {
      expect(() => execFileSync('node', [bin, ...args], { stdio: 'pipe' })).toThrow(
        expect.objectContaining({ status: 2 }),
      )
    }
  })
})

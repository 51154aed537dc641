import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { csvRow } from '../../src/cli/output/csv.js'
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js'

const example = new URL('./nightly-export/', import.meta.url).pathname
const dayMs = 86_400_000
const beijingDay = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10)
const formulas = ['=HYPERLINK("http://x.example","退款")', '+1', '-1', '@SUM(A1)', ' =1', '"=1', '\u200b=1', '=1']

let sandbox: Sandbox
const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-export-'))
const accountsFile = join(folder, 'accounts.json')

beforeAll(async () => {
  const now = Date.now()
  sandbox = await startSandbox({
    complaints: { wechatpay: 40, huishouqian: 40, xiaoe: 40 },
    from: beijingDay(now - 3 * dayMs),
    to: beijingDay(now),
    quotas: false,
  })
  // Yesterday's noon, which stays yesterday's though midnight comes while this runs, or becomes the day before's.
  const noon = new Date(`${beijingDay(now - dayMs)}T12:00:00+08:00`)
  for (const detail of formulas) sandbox.addComplaint('xiaoe', { createdAt: noon, detail })
  const { wechatpay, huishouqian, xiaoe } = sandbox
  const accounts = [
    { provider: 'wechatpay', ...wechatpay },
    { provider: 'huishouqian', ...huishouqian },
    { provider: 'xiaoe', ...xiaoe },
  ]
  writeFileSync(accountsFile, JSON.stringify({ accounts }), { mode: 0o600 })
})
afterAll(async () => {
  await sandbox.close()
  rmSync(folder, { recursive: true })
})

interface Outcome {
  code: number | null
  out: string
  err: string
}

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [`${example}export.mjs`, ...args], {
    env: { ...process.env, ACCOUNTS_FILE: accountsFile, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await ended, out, err }
}

/** Records of RFC 4180 of which every cell is quoted. */
function cellsOf(csv: string): string[][] {
  const records: string[][] = [[]]
  for (const [, cell = '', end] of csv.matchAll(/"((?:[^"]|"")*)"(,|\r\n)/g)) {
    records.at(-1)?.push(cell.replaceAll('""', '"'))
    if (end !== ',') records.push([])
  }
  return records.slice(0, -1)
}

/** What Excel shows for a cell. */
const shown = (cell: string): string => /^="(\d+)"$/.exec(cell)?.[1] ?? cell

const idsOf = (day: string): string[] =>
  sandbox.truth
    .filter(({ createdAt }) => beijingDay(createdAt.getTime()) === day)
    .map(({ id }) => id)
    .sort()

describe('the nightly export', () => {
  it.each(['UTC', 'America/New_York', 'Pacific/Kiritimati'])(
    "writes Beijing's yesterday, all of it and nothing else, on a host in %s",
    async (zone) => {
      const before = beijingDay(Date.now() - dayMs)
      const target = join(folder, zone)
      const { code, out, err } = await run([target], { TZ: zone })
      expect([code, err]).toEqual([0, ''])
      const [name = '', ...others] = readdirSync(target)
      expect(others).toEqual([])
      const day = name.slice('complaints-'.length, -'.csv'.length)
      expect([before, beijingDay(Date.now() - dayMs)]).toContain(day)
      const csv = readFileSync(join(target, name), 'utf8')
      expect(csv.startsWith('\ufeff"provider","account","id"')).toBe(true)
      const [, ...rows] = cellsOf(csv)
      expect(rows.map(([, , id = '']) => shown(id)).sort()).toEqual(idsOf(day))
      expect(rows.length).toBeGreaterThan(formulas.length)
      const merchants = new Map(sandbox.truth.map(({ id, merchantId }) => [id, merchantId ?? '']))
      for (const [, , id = '', , , , , merchant = ''] of rows) expect(shown(merchant)).toBe(merchants.get(shown(id)))
      expect(rows.every(([, , , created]) => created?.startsWith(`${day} `))).toBe(true)
      expect(out).toBe(`${rows.length} complaints of ${day} in ${join(target, name)}\n`)
      if (day !== before) return
      const details = rows.map(([, , , , , , detail = '']) => detail)
      for (const formula of formulas) expect(details).toContain(`'${formula}`)
    },
  )

  it('writes another day when asked, and again when asked again', async () => {
    const day = beijingDay(Date.now() - 2 * dayMs)
    const target = join(folder, 'missed')
    for (let times = 0; times < 2; times += 1) expect(await run([target, day])).toMatchObject({ code: 0, err: '' })
    expect(readdirSync(target)).toEqual([`complaints-${day}.csv`])
    const [, ...rows] = cellsOf(readFileSync(join(target, `complaints-${day}.csv`), 'utf8'))
    expect(rows.map(([, , id = '']) => shown(id)).sort()).toEqual(idsOf(day))
  })

  it('says 1 when an account fails, writes the others into a file of another name, and shows no secret', async () => {
    const day = beijingDay(Date.now() - 2 * dayMs)
    const target = join(folder, 'failing')
    expect(await run([target, day])).toMatchObject({ code: 0 })
    const whole = readFileSync(join(target, `complaints-${day}.csv`), 'utf8')
    const wrong = join(folder, 'wrong.json')
    const secretKey = 'not-the-secret-of-this-shop'
    const [wechatpay, , xiaoe] = JSON.parse(readFileSync(accountsFile, 'utf8')).accounts
    writeFileSync(wrong, JSON.stringify({ accounts: [wechatpay, { ...xiaoe, secretKey }] }), { mode: 0o600 })
    const { code, out, err } = await run([target, day], { ACCOUNTS_FILE: wrong })
    expect(code).toBe(1)
    expect(out).toContain('incomplete.csv')
    expect(err).toContain('xiaoe')
    expect(err).not.toContain(secretKey)
    const incomplete = `complaints-${day}.incomplete.csv`
    expect(readdirSync(target).toSorted()).toEqual([`complaints-${day}.csv`, incomplete])
    expect(readFileSync(join(target, `complaints-${day}.csv`), 'utf8')).toBe(whole)
    // The other account is not lost for the night.
    const ofWechatpay = sandbox.truth.filter(
      ({ provider, createdAt }) => provider === 'wechatpay' && beijingDay(createdAt.getTime()) === day,
    )
    const [, ...rows] = cellsOf(readFileSync(join(target, incomplete), 'utf8'))
    expect(rows.map(([, , id = '']) => shown(id)).sort()).toEqual(ofWechatpay.map(({ id }) => id).sort())
    expect(await run([target, day])).toMatchObject({ code: 0, err: '' })
    expect(readdirSync(target)).toEqual([`complaints-${day}.csv`])
  })

  it('says 1 for accounts that cannot be read and for a day that does not exist', async () => {
    expect(await run([folder], { ACCOUNTS_FILE: join(folder, 'none.json') })).toMatchObject({ code: 1, out: '' })
    expect(await run([folder, '2026-02-31'])).toMatchObject({ code: 1, out: '' })
  })
})

describe('its parts', () => {
  it("know Beijing's yesterday to the second", async () => {
    const { yesterdayInBeijing }: { yesterdayInBeijing: (now: number) => string } = await import(`${example}day.mjs`)
    expect(yesterdayInBeijing(Date.parse('2026-03-01T15:59:59.999Z'))).toBe('2026-02-28')
    expect(yesterdayInBeijing(Date.parse('2026-03-01T16:00:00Z'))).toBe('2026-03-01')
    expect(yesterdayInBeijing(Date.parse('2028-02-29T16:00:00Z'))).toBe('2028-02-29')
    expect(yesterdayInBeijing(Date.parse('2026-12-31T16:00:00Z'))).toBe('2026-12-31')
  })

  it('defuse what the command line defuses, and keep the digits that it keeps', async () => {
    const { csvRow: exampleRow }: { csvRow: (texts: string[]) => string } = await import(`${example}csv.mjs`)
    const unquoted = (row: string): string => {
      const record = row.slice(0, -2)
      return record.startsWith('"') ? record.slice(1, -1).replaceAll('""', '"') : record
    }
    const signs = fc.constantFrom(...'=+-@\uff1d\uff0b\uff0d\uff20\'" \t\r\n\u00a0\u3000\u200b\u00ad\ufeff1a退')
    const texts = fc.oneof(fc.string({ unit: signs, maxLength: 8 }), fc.string(), fc.stringMatching(/^\d{10,30}$/))
    fc.assert(
      fc.property(texts, (value) => {
        expect(unquoted(exampleRow([value]))).toBe(unquoted(csvRow([value], true)))
      }),
      { numRuns: 2000, examples: formulas.map((formula): [string] => [formula]) },
    )
  })
})

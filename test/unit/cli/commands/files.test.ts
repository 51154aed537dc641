import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import readExcelFile from 'read-excel-file/node'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Sandbox, type SandboxFault, startSandbox } from '../../../../src/sandbox/index.js'
import { cli, sandboxEnvironment } from '../../../support/cli.js'

const range = ['--from', '2026-01-01', '--to', '2026-03-31']
const keys = mkdtempSync(join(tmpdir(), 'unified-complaints-keys-'))
const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-out-'))
const fullPhone = /(?<!\d)1[3-9]\d{9}(?!\d)/
const keyFile = (name: string, content: string): string => {
  writeFileSync(join(keys, name), content)
  return join(keys, name)
}

async function sandboxWith(faults: readonly SandboxFault[]): Promise<Sandbox> {
  return startSandbox({
    complaints: { wechatpay: 60, huishouqian: 60, xiaoe: 60 },
    faults,
    from: '2026-01-01',
    to: '2026-03-31',
    quotas: false,
    reuseKeys: true,
  })
}

let sandbox: Sandbox
let env: Record<string, string>

beforeAll(async () => {
  sandbox = await sandboxWith([])
  env = sandboxEnvironment(sandbox, keyFile)
})
beforeEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name))
})
afterAll(async () => {
  await sandbox.close()
  rmSync(keys, { recursive: true })
  rmSync(folder, { recursive: true })
})

const path = (name: string): string => join(folder, name)
const ids = (): string[] => sandbox.truth.map(({ id }) => id).toSorted()

describe('list --output', () => {
  it('writes .csv with a byte order mark, CRLF and bare numbers, and nothing on stdout', async () => {
    const { code, out, err } = await cli(['list', ...range, '--output', path('a.csv')], { env })
    expect({ code, out }).toEqual({ code: 0, out: '' })
    expect(err).toContain(`written: ${path('a.csv')}`)
    const text = readFileSync(path('a.csv'), 'utf8')
    expect(text).toMatch(/^\ufeffProvider,Account,Id,/)
    expect(text.replaceAll('\r\n', '')).not.toContain('\r')
    expect(text).not.toMatch(/\t|=""/)
    for (const id of ids()) expect(text).toContain(`,${id},`)
    expect(text).not.toMatch(fullPhone)
    expect(readdirSync(folder)).toEqual(['a.csv'])
  })

  it('writes .xlsx with the sheet 明细', async () => {
    expect(await cli(['list', ...range, '--output', path('a.xlsx'), '--lang', 'zh'], { env })).toMatchObject({
      code: 0,
    })
    const [sheet, ...others] = (await readExcelFile(readFileSync(path('a.xlsx')))) as unknown as {
      sheet: string
      data: unknown[][]
    }[]
    expect(others).toEqual([])
    expect(sheet?.sheet).toBe('明细')
    const [headings = [], ...rows] = sheet?.data ?? []
    expect(rows.map((row) => row[headings.indexOf('投诉单号')]).toSorted()).toEqual(ids())
    expect(rows.every((row) => row[headings.indexOf('投诉时间')] instanceof Date)).toBe(true)
  })

  it('writes .json and .ndjson', async () => {
    await cli(['list', ...range, '--output', path('a.json')], { env })
    const rows: { id: string }[] = JSON.parse(readFileSync(path('a.json'), 'utf8'))
    expect(rows.map(({ id }) => id).toSorted()).toEqual(ids())
    await cli(['list', ...range, '--output', path('a.ndjson')], { env })
    expect(readFileSync(path('a.ndjson'), 'utf8').trimEnd().split('\n')).toHaveLength(ids().length)
  })

  it.each(['a.csv', 'a.xlsx', 'a.json'])(
    'leaves an old %s as it was when the list fails, and no half of a new one',
    async (name) => {
      const broken = await sandboxWith([{ kind: 'tamperedSignature', provider: 'wechatpay' }])
      try {
        writeFileSync(path(name), 'old')
        const { code, err } = await cli(['list', ...range, '--output', path(name)], {
          env: sandboxEnvironment(broken, keyFile),
        })
        expect(code).toBe(1)
        expect(err).toContain('was not written, and the file of that name is unchanged')
        expect(err).toContain('with --keep-going, the complaints of the other accounts are written')
        expect(err).not.toContain('--cursor')
        expect(readFileSync(path(name), 'utf8')).toBe('old')
        expect(readdirSync(folder)).toEqual([name])
      } finally {
        await broken.close()
      }
    },
  )

  it('does not name an old file where there is none', async () => {
    const broken = await sandboxWith([{ kind: 'tamperedSignature', provider: 'wechatpay' }])
    try {
      const { err } = await cli(['list', ...range, '--output', path('new.csv'), '--lang', 'zh'], {
        env: sandboxEnvironment(broken, keyFile),
      })
      expect(err).toContain(`没有写入 ${path('new.csv')}；请处理上述错误后重新运行本命令`)
      expect(err).toContain('--keep-going')
      expect(err).not.toContain('保持不变')
      expect(readdirSync(folder)).toEqual([])
    } finally {
      await broken.close()
    }
  })

  it('says before any request that a file cannot be written', async () => {
    const before = sandbox.requests.length
    const absent = await cli(['list', ...range, '--output', path('nowhere/a.csv')], { env })
    expect(absent).toMatchObject({ code: 1, out: '' })
    expect(absent.err).toContain('cannot write')
    expect(await cli(['list', ...range, '--output', path('a.txt')], { env })).toMatchObject({ code: 2 })
    expect(await cli(['list', ...range, '--output', folder, '--format', 'csv'], { env })).toMatchObject({ code: 2 })
    expect(sandbox.requests.length).toBe(before)
  })

  it('with --limit writes a whole file, which is no accident', async () => {
    const argv = ['list', ...range, '--provider', 'xiaoe', '--limit', '5', '--output', path('a.csv')]
    const { code, err } = await cli(argv, { env })
    expect(code).toBe(0)
    expect(err).not.toContain('not finished')
    expect(readFileSync(path('a.csv'), 'utf8').trimEnd().split('\r\n')).toHaveLength(6)
  })
})

describe('list --excel and --bom', () => {
  it('C22: --bom adds a byte order mark and nothing else; --excel writes long numbers as ="…"', async () => {
    const argv = ['list', ...range, '--format', 'csv', '--order', 'oldest']
    const plain = (await cli(argv, { env })).out
    expect((await cli([...argv, '--bom'], { env })).out).toBe(`\ufeff${plain}`)
    const excel = (await cli([...argv, '--excel'], { env })).out
    const [long = ''] = ids().filter((id) => /^\d{12,}$/.test(id))
    expect(plain).toContain(`,${long},`)
    expect(excel).toContain(`,="${long}",`)
  })
})

describe('list', () => {
  it('takes several values with comma or space', async () => {
    const expected = sandbox.truth.filter(({ state }) => state !== 'resolved').length
    for (const values of [['pending,processing'], ['pending', 'processing'], ['pending, processing']]) {
      const { out } = await cli(['list', ...range, '--format', 'ndjson', '--state', ...values], { env })
      expect(out.trimEnd().split('\n')).toHaveLength(expected)
    }
    expect(await cli(['list', '--state', 'pending,nonsense'], { env })).toMatchObject({ code: 2 })
  })

  it('--provider selects the accounts of providers', async () => {
    const { out, err } = await cli(['list', ...range, '--format', 'ndjson', '--provider', 'xiaoe,wechatpay'], { env })
    expect(
      new Set(
        out
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line).provider),
      ),
    ).toEqual(new Set(['xiaoe', 'wechatpay']))
    expect(err).not.toContain('huishouqian')
    const none = await cli(['list', ...range, '--provider', 'nobody'], { env })
    expect(none.code).toBe(2)
    expect(none.err).toContain('xiaoe:appSandbox0000001')
  })

  it('a table begins with the newest, and has the account and when a complaint is due', async () => {
    const { out } = await cli(['list', ...range], { env })
    const [heading = '', , first = ''] = out.split('\n')
    expect(heading).toMatch(/^Provider +Account +Id +Created +State +Due +Merchant +Phone +Detail$/)
    const [newest] = sandbox.truth.toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime())
    expect(first).toContain(newest?.id)
  })

  it('says of each account how many there are, also of none', async () => {
    const { err } = await cli(['list', '--from', '2020/01/01', '--to', '20200101', '--format', 'csv'], { env })
    expect(err).toContain('0 complaints of wechatpay:1900000001, 0 pending')
    const chinese = await cli(['list', '--from', '2020-01-01', '--to', '2020-01-01', '--lang', 'zh'], { env })
    expect(chinese.err).toMatch(/appSandbox0000001\S*：0 条投诉/)
  })

  it('--overdue lists unresolved complaints that are late, --due-within those that will be, too', async () => {
    const now = (): number => Date.parse('2026-02-01T00:00:00+08:00')
    const read = async (...flags: string[]): Promise<{ id: string; state: string; dueAt: string | null }[]> =>
      (
        await cli(['list', '--from', '2026-01-10', '--to', '2026-01-31', '--format', 'ndjson', ...flags], { env, now })
      ).out
        .trimEnd()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    const overdue = await read('--overdue')
    const soon = await read('--due-within', '2d')
    expect(overdue.length).toBeGreaterThan(0)
    expect(overdue.every(({ state }) => state !== 'resolved')).toBe(true)
    expect(soon.length).toBeGreaterThan(overdue.length)
    expect(soon.map(({ id }) => id)).toEqual(expect.arrayContaining(overdue.map(({ id }) => id)))
    for (const { dueAt } of soon)
      if (dueAt !== null) expect(Date.parse(dueAt)).toBeLessThanOrEqual(now() + 2 * 86_400_000)
    expect(await cli(['list', '--due-within', '6x'], { env })).toMatchObject({ code: 2 })
  })

  it.each(['csv', 'xlsx'])(
    'the column Overdue of .%s says what --overdue filters by, of every provider',
    async (ending) => {
      const now = (): number => Date.parse('2026-02-01T00:00:00+08:00')
      const read = async (...flags: string[]): Promise<(string | undefined)[][]> => {
        const argv = ['list', '--from', '2026-01-10', '--to', '2026-01-31', ...flags, '--output', path(`o.${ending}`)]
        expect((await cli(argv, { env, now })).code).toBe(0)
        if (ending === 'xlsx')
          return ((await readExcelFile(readFileSync(path('o.xlsx')))) as unknown as [{ data: string[][] }])[0].data
        return readFileSync(path('o.csv'), 'utf8')
          .slice(1)
          .trimEnd()
          .split('\r\n')
          .map((line) => line.match(/(?:[^,"]|"[^"]*")+|(?<=,)(?=,|$)/g) ?? [])
      }
      const [headings = [], ...rows] = await read()
      const cellOf = (row: readonly (string | undefined)[], heading: string): unknown => row[headings.indexOf(heading)]
      const overdue = (await read('--overdue')).slice(1)
      expect(new Set(overdue.map((row) => cellOf(row, 'Provider'))).size).toBe(3)
      expect(overdue.map((row) => cellOf(row, 'Overdue'))).toEqual(overdue.map(() => 'yes'))
      const said = rows.filter((row) => cellOf(row, 'Overdue') === 'yes')
      expect(said.map((row) => cellOf(row, 'Id')).toSorted()).toEqual(
        overdue.map((row) => cellOf(row, 'Id')).toSorted(),
      )
      expect(rows.some((row) => cellOf(row, 'Overdue') === 'no')).toBe(true)
    },
  )
})

describe('report', () => {
  it('writes an HTML file of all complaints, masked, in Chinese', async () => {
    const { code, out, err } = await cli(['report', ...range, '--output', path('r.html'), '--lang', 'zh'], { env })
    expect({ code, out }).toEqual({ code: 0, out: '' })
    expect(err).toContain(`已写入 ${path('r.html')}`)
    const html = readFileSync(path('r.html'), 'utf8')
    for (const id of ids()) expect(html).toContain(id)
    expect(html).toContain('2026-01-01 至 2026-03-31')
    expect(html).not.toMatch(/"1[3-9]\d{9}"/)
    for (const { payer } of sandbox.truth) if (payer.openId !== null) expect(html).not.toContain(payer.openId)
    expect(readdirSync(folder)).toEqual(['r.html'])
  })

  it('writes a spreadsheet with four sheets', async () => {
    await cli(['report', ...range, '--output', path('r.xlsx'), '--lang', 'en', '--state', 'pending'], { env })
    const sheets = (await readExcelFile(readFileSync(path('r.xlsx')))) as unknown as {
      sheet: string
      data: unknown[]
    }[]
    expect(sheets.map(({ sheet }) => sheet)).toEqual(['Overview', 'Daily', 'Complaints', 'Deadlines'])
    expect(sheets[2]?.data).toHaveLength(1 + sandbox.truth.filter(({ state }) => state === 'pending').length)
  })

  it('that fails leaves the old file; with --keep-going it names the account that is missing', async () => {
    const broken = await sandboxWith([{ kind: 'tamperedSignature', provider: 'wechatpay' }])
    try {
      const world = { env: sandboxEnvironment(broken, keyFile) }
      writeFileSync(path('r.html'), 'old')
      expect(await cli(['report', ...range, '--output', path('r.html')], world)).toMatchObject({ code: 1 })
      expect(readFileSync(path('r.html'), 'utf8')).toBe('old')
      expect(await cli(['report', ...range, '--output', path('r.html'), '--keep-going'], world)).toMatchObject({
        code: 1,
      })
      expect(readFileSync(path('r.html'), 'utf8')).toMatch(/could not be read.*\[wechatpay 1900000001\]/)
      expect(readdirSync(folder)).toEqual(['r.html'])
    } finally {
      await broken.close()
    }
  })

  it('takes .html and .xlsx only', async () => {
    const { code, err } = await cli(['report', '--output', path('r.pdf')], { env })
    expect(code).toBe(2)
    expect(err).toContain('must end in .html or .xlsx')
  })

  it('demo --report writes a sample', async () => {
    const { code, err } = await cli(['demo', '--report', path('sample.html'), '--lang', 'zh'])
    expect(code).toBe(0)
    expect(err).toContain('虚构数据')
    expect(readFileSync(path('sample.html'), 'utf8')).toContain('<h1>投诉报表</h1>')
  })
})

describe('sandbox', () => {
  it('prints variables for PowerShell, with the line ends of Windows, and what to run next', async () => {
    const { code, out, err } = await cli(['sandbox', '--complaints', '1', '--shell', 'powershell'], {
      stopWhen: (written) => written.includes('XIAOE_BASE_URL'),
    })
    expect(code).toBe(0)
    expect(out).toMatch(/^\$env:WECHATPAY_MCHID = '\d+'\r\n/)
    expect(out.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(err).toContain('npx unified-complaints list --since 30d')
  })
})

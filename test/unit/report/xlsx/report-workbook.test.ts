import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import readExcelFile from 'read-excel-file/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { complaintColumns } from '../../../../src/cli/output/columns.js'
import { sheetColumns, sheetRow } from '../../../../src/cli/output/sheet.js'
import type { Complaint } from '../../../../src/model.js'
import { createReportWorkbook } from '../../../../src/report/xlsx/report-workbook.js'
import { createWorkbook } from '../../../../src/report/xlsx/workbook.js'
import { hostileTexts, madeComplaint, madeFigures, reportNow } from '../../../support/report.js'

const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-xlsx-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function written(
  complaints: readonly Complaint[],
  language: 'zh' | 'en',
  options: { from?: number } = {},
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  const workbook = createReportWorkbook(language, sheetColumns(complaintColumns, language), async (bytes) => {
    chunks.push(bytes)
  })
  await workbook.writeRows(complaints.map((complaint) => sheetRow(complaint, complaintColumns, language)))
  await workbook.end(madeFigures(complaints, { language, maxRows: 0, ...options }), {
    failures: ['[wechatpay 1] out of order'],
    filters: ['--overdue'],
  })
  return Buffer.concat(chunks)
}

const id = '200201820200101120246950198'
const complaints = [
  madeComplaint({ id, fen: 1250, dueInHours: 5.5, detail: '第一行\n第二行', subject: '商家不发货' }),
  madeComplaint({ id: '7', hoursAgo: 30, state: 'resolved', closedAfterHours: 3 }),
  ...hostileTexts.map((text, index) => madeComplaint({ id: `h${index}`, detail: text, subject: text })),
]

/** A cell below its heading. Spreadsheets have no time zone: the reader takes Beijing time for UTC. */
const cellOf = (rows: unknown[][], heading: string, row: number): unknown =>
  rows[row]?.[rows[0]?.indexOf(heading) ?? -1]
const beijing = (ms: number): Date => new Date(ms + 8 * 3_600_000)

describe('a report as a spreadsheet, read by another parser', () => {
  let sheets: { sheet: string; data: unknown[][] }[]
  beforeAll(async () => {
    sheets = (await readExcelFile(await written(complaints, 'zh'))) as never
  })
  const rowsOf = (name: string): unknown[][] => sheets.find(({ sheet }) => sheet === name)?.data ?? []

  it('has the four sheets in both languages', async () => {
    expect(sheets.map(({ sheet }) => sheet)).toEqual(['概览', '每日', '明细', '时限'])
    const english = (await readExcelFile(await written([], 'en'))) as unknown as { sheet: string }[]
    expect(english.map(({ sheet }) => sheet)).toEqual(['Overview', 'Daily', 'Complaints', 'Deadlines'])
  })

  it('has numbers as numbers, times as times, ids as text', () => {
    const rows = rowsOf('明细')
    expect(cellOf(rows, '投诉单号', 1)).toBe(id)
    expect(cellOf(rows, '投诉单号', 2)).toBe('7')
    expect(cellOf(rows, '投诉时间', 1)).toEqual(beijing(reportNow - 3_600_000))
    expect(cellOf(rows, '订单金额（元）', 1)).toBe(12.5)
    expect(cellOf(rows, '状态', 1)).toBe('待处理')
    expect(cellOf(rows, '投诉内容', 1)).toBe('第一行\n第二行')
    expect(rows).toHaveLength(complaints.length + 1)
  })

  it('has hostile texts as they are, never as a formula and without an apostrophe', () => {
    const rows = rowsOf('明细')
    const readable = hostileTexts.map((text) =>
      text
        .replace(/[^\P{Cc}\n]/gu, '')
        .replace(/\p{Surrogate}/gu, '\ufffd')
        .trim(),
    )
    // This reader trims texts, and does not undo `_x005F_`, which is how a spreadsheet writes an underscore before `x000D_`.
    const read = rows.slice(3).map((_, index) => String(cellOf(rows, '投诉内容', index + 3)).replaceAll('_x005F_', '_'))
    expect(read).toEqual(readable)
  })

  it('says why yesterday alone is not compared with usual days', async () => {
    const rows = async (from: number): Promise<string[]> => {
      const [overview] = (await readExcelFile(await written([], 'zh', { from }))) as unknown as { data: unknown[][] }[]
      return (overview?.data ?? []).flat().map(String)
    }
    const day = 24 * 3_600_000
    expect(await rows(reportNow - 2 * day)).toContain('所选时间不足 8 个整天，无法与平时比较；可改用 --since 30d')
    expect((await rows(reportNow - 30 * day)).filter((figure) => figure.includes('无法与平时比较'))).toEqual([])
  })

  it('has the figures, the days and the deadlines', () => {
    const overview = rowsOf('概览')
    expect(overview.find(([figure, , account]) => figure === '投诉总数' && account === 'shop')?.[3]).toBe(
      complaints.length,
    )
    expect(overview.find(([figure]) => figure === '处理用时中位数（小时）')?.[3]).toBe(3)
    expect(overview.find(([figure]) => figure === '读取失败的账号')?.[3]).toBe('[wechatpay 1] out of order')
    expect(overview.find(([figure]) => figure === '筛选条件')?.[3]).toBe('--overdue')
    const daily = rowsOf('每日')
    expect(daily[0]).toEqual(['日期', '小鹅通 shop', '微信支付 1900000001', '全部'])
    expect(daily.at(-1)).toEqual([
      beijing(Date.parse('2026-11-30T00:00:00+08:00')),
      complaints.length - 1,
      0,
      complaints.length - 1,
    ])
    const deadlines = rowsOf('时限')
    expect(deadlines).toHaveLength(2)
    expect(cellOf(deadlines, '剩余（小时）', 1)).toBe(5.5)
    expect(cellOf(deadlines, '需完成', 1)).toBe('首次回复')
  })
})

describe('the sheets of a report', () => {
  const read = async (rows: readonly Complaint[]): Promise<Record<string, unknown[][]>> => {
    const sheets = (await readExcelFile(await written(rows, 'zh'))) as unknown as { sheet: string; data: unknown[][] }[]
    return Object.fromEntries(sheets.map(({ sheet, data }) => [sheet, data]))
  }

  it('name each figure by its name, and not by a sentence that differs every day', async () => {
    const days = Array.from({ length: 20 }, (_, day) => madeComplaint({ hoursAgo: 14 + 24 * day }))
    const { 概览: overview = [] } = await read(days)
    const figureOf = (figure: string): unknown => overview.find(([name]) => name === figure)?.[3]
    expect(figureOf('最近一个整天')).toBe('2026-11-29')
    expect(figureOf('当日投诉数')).toBe(1)
    expect(figureOf('平时每日投诉数（前 28 天的中位数）')).toBe(1)
    expect(figureOf('与平时相比')).toBe('相当')
    for (const [name] of overview) expect(String(name)).not.toMatch(/每天 \d+ 条|^\d{4}-/)
  })

  it('have the merchants of a service provider: a column in 概览 and 时限, and their figures', async () => {
    const rows = ['1600000002', '1600000002', 'shop'].map((merchant) => madeComplaint({ merchant, dueInHours: 2 }))
    const { 概览: overview = [], 时限: deadlines = [] } = await read(rows)
    expect(overview[0]).toEqual(['项目', '渠道', '账号', '商户号', '数值'])
    expect(overview).toContainEqual(['投诉总数', '小鹅通', 'shop', '1600000002', 2])
    expect(overview).toContainEqual(['24 小时内到期', '小鹅通', 'shop', '1600000002', 2])
    expect(overview).toContainEqual(['投诉总数', '小鹅通', 'shop', '全部', 3])
    expect(cellOf(deadlines, '商户号', 1)).toBe('1600000002')
    const { 时限: plain = [] } = await read([madeComplaint({ dueInHours: 2 })])
    expect(plain[0]).not.toContain('商户号')
  })
})

describe('the file of a spreadsheet', () => {
  const partOf = (bytes: Buffer, path: string): string => {
    const file = join(folder, 'part.xlsx')
    writeFileSync(file, bytes)
    return execFileSync('unzip', ['-p', file, path], { encoding: 'utf8' })
  }
  const hasUnzip = ((): boolean => {
    try {
      execFileSync('unzip', ['-v'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })()

  it.skipIf(!hasUnzip)('freezes the heading, and has filters and widths, in every sheet (needs unzip)', async () => {
    const bytes = await written(complaints, 'zh')
    for (const number of [1, 2, 3, 4]) {
      const xml = partOf(bytes, `xl/worksheets/sheet${number}.xml`)
      expect(xml).toContain('ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"')
      expect(xml).toMatch(/<autoFilter ref="A1:[A-Z]+\d+"\/>/)
      expect(xml).toMatch(/<col min="1" max="1" width="\d+" customWidth="1"\/>/)
    }
  })

  it('fails when it cannot be written, and does not wait for ever', async () => {
    const workbook = createWorkbook(['明细'], async () => {
      throw new Error('ENOSPC')
    })
    const sheet = workbook.sheet('明细', [{ heading: '内容', width: 10 }])
    const fill = async (): Promise<void> => {
      for (let row = 0; row < 1_000; row += 1) await sheet.writeRows([[`${row} ${Math.random()}`.repeat(100)]])
      sheet.end()
      await workbook.end()
    }
    await expect(fill()).rejects.toThrow('ENOSPC')
    workbook.abort()
  })

  it('refuses more rows than a sheet holds', async () => {
    const workbook = createWorkbook(['明细'], async () => {})
    const sheet = workbook.sheet('明细', [{ heading: '内容', width: 10 }])
    await expect(sheet.writeRows({ length: 1_048_576 } as never)).rejects.toThrow(/at most 1048575 complaints/)
    workbook.abort()
  })

  const office = ((): string | null => {
    for (const name of ['soffice', 'libreoffice']) {
      try {
        execFileSync(name, ['--version'], { stdio: 'ignore' })
        return name
      } catch {
        // Not installed.
      }
    }
    return null
  })()

  it.skipIf(office === null)(
    'opens in LibreOffice, and has the same values when it is saved there (needs soffice)',
    async () => {
      const [path, saved] = [join(folder, 'report.xlsx'), join(folder, 'saved')]
      const bytes = await written(complaints, 'zh')
      writeFileSync(path, bytes)
      const convert = (format: string, outdir: string): Promise<unknown> =>
        promisify(execFile)(office ?? '', [
          `-env:UserInstallation=file://${folder}/profile`,
          '--headless',
          '--convert-to',
          format,
          '--outdir',
          outdir,
          path,
        ])
      await convert('csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,3', folder)
      const csv = readFileSync(join(folder, 'report-明细.csv'), 'utf8')
      expect(csv).toContain(id)
      expect(csv).toContain('2026-11-30 11:00:00')
      await convert('xlsx:Calc MS Excel 2007 XML', saved)
      const [before, after] = await Promise.all([
        readExcelFile(bytes),
        readExcelFile(readFileSync(join(saved, 'report.xlsx'))),
      ])
      expect(after).toHaveLength(4)
      expect(after).toEqual(before)
    },
  )
})

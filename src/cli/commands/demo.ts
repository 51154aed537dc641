import { alipayRisk, alipayTrade, ComplaintClient, huishouqian, wechatpay, xiaoe } from '../../index.js'
import type { Complaint } from '../../model.js'
import { maskComplaint } from '../../privacy/mask.js'
import type { Adapter } from '../../provider.js'
import { type Sandbox, startSandbox } from '../../sandbox/index.js'
import { addDays, beijingDay } from '../../time.js'
import { exitCodes } from '../exit-codes.js'
import { type Io, write, writeNote } from '../io.js'
import { type Language, resolveLanguage } from '../language.js'
import { complaintColumns, tableColumns } from '../output/columns.js'
import { createTable } from '../output/table.js'
import { renderTotals } from '../output/totals.js'
import { assertReportEnding, createReportFile, maxTableRows, rangeOf } from './report.js'

const daysBack = 45
const complaintsPerProvider = 8
const reportedPerProvider = 120

export interface DemoFlags {
  /** Absent: headings in both languages. */
  readonly lang?: Language
  /** A file, or true for the default name: a sample report instead of a table. */
  readonly report?: string | true
}

/** Lists complaints of local sandbox servers, over real HTTP with real signatures. */
export async function demo({ lang, report }: DemoFlags, io: Io): Promise<number> {
  if (report !== undefined) return sampleReport(report === true ? 'complaints-report.html' : report, lang, io)
  const to = addDays(beijingDay(io.now()), -1)
  const from = addDays(to, -daysBack)
  const sandbox = await startSandbox({ complaints: complaintsPerProvider, from, to })
  try {
    const client = clientOf(sandbox)
    const complaints: Complaint[] = []
    for await (const complaint of client.list({ from, to, order: 'newest' }, { signal: io.stop }))
      complaints.push(complaint)
    const table = createTable(
      // As in the README: one look at the columns that every provider has.
      tableColumns(complaintColumns).filter(({ isNeeded }) => isNeeded === undefined),
      lang ?? 'both',
    )
    await write(io, `${table.rows(complaints.map(maskComplaint))}\n${renderTotals(complaints, lang ?? 'en')}\n\n`)
    const [rows, requests] = [complaints.length, sandbox.requests.length]
    await write(
      io,
      lang === 'zh'
        ? `${from} 至 ${to} 共 ${rows} 条投诉，向本地服务器发送了 ${requests} 次签名请求。\n`
        : `${rows} complaints from ${from} to ${to}, read in ${requests} signed requests to local servers.\n`,
    )
    return exitCodes.done
  } finally {
    await sandbox.close()
  }
}

/** A client of all providers. */
function clientOf(sandbox: Sandbox): ComplaintClient {
  return new ComplaintClient<Adapter<Complaint>>([
    huishouqian(sandbox.huishouqian),
    wechatpay(sandbox.wechatpay),
    xiaoe(sandbox.xiaoe),
    alipayTrade(sandbox.alipayTrade),
    alipayRisk(sandbox.alipayRisk),
  ])
}

/** Writes a report of some hundred made-up complaints, the newest of today. */
async function sampleReport(path: string, lang: Language | undefined, io: Io): Promise<number> {
  assertReportEnding(path)
  const now = io.now()
  const to = beijingDay(now)
  const from = addDays(to, -daysBack)
  const sandbox = await startSandbox({ complaints: reportedPerProvider, from, to })
  try {
    const client = clientOf(sandbox)
    const language = resolveLanguage(lang, io.env)
    const options = { now, accounts: client.accounts, showPhones: false, language, maxRows: maxTableRows }
    const file = await createReportFile(path, { ...rangeOf({ from, to }, now), ...options })
    try {
      for await (const page of client.list({ from, to, order: 'newest' }, { signal: io.stop }).pages())
        await file.add(page.items)
      await file.end()
    } catch (error) {
      await file.abort()
      throw error
    }
    writeNote(
      io,
      language === 'zh' ? `已写入示例报表 ${path}（虚构数据）` : `written: ${path}, a sample report of made-up data`,
    )
    return exitCodes.done
  } finally {
    await sandbox.close()
  }
}

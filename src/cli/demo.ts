import { ComplaintClient } from '../client.js'
import { huishouqian, wechatpay, xiaoe } from '../index.js'
import type { Complaint } from '../model.js'
import { startSandbox } from '../sandbox/index.js'
import { addDays, beijingDay } from '../time.js'
import { renderTable, renderTotals } from './table.js'

const daysBack = 45
const complaintsEach = 8

/** Reads three local servers that play the providers, over real HTTP with real signatures, and shows what came. */
export async function demo(print: (text: string) => void): Promise<void> {
  const to = addDays(beijingDay(Date.now()), -1)
  const from = addDays(to, -daysBack)
  const sandbox = await startSandbox({ complaints: complaintsEach, from, to })
  try {
    const client = new ComplaintClient([
      huishouqian(sandbox.huishouqian),
      wechatpay(sandbox.wechatpay),
      xiaoe(sandbox.xiaoe),
    ])
    const complaints: Complaint[] = []
    for await (const complaint of client.list({ from, to, order: 'newest' })) complaints.push(complaint)
    print(`${renderTable(complaints)}\n\n${renderTotals(complaints)}\n`)
    print(
      `${complaints.length} complaints of ${from} to ${to} in ${sandbox.requests.length} signed requests to local servers.\n`,
    )
  } finally {
    await sandbox.close()
  }
}

import { ComplaintClient, huishouqian, wechatpay, xiaoe } from '../../index.js'
import { maskComplaint } from '../../mask.js'
import type { Complaint } from '../../model.js'
import { startSandbox } from '../../sandbox/index.js'
import { addDays, beijingDay } from '../../time.js'
import { complaintColumns } from '../columns.js'
import { exitCodes } from '../exit-codes.js'
import { type Io, write } from '../io.js'
import { createTable } from '../table.js'
import { renderTotals } from '../totals.js'

const daysBack = 45
const complaintsEach = 8

/** Reads three local servers that play the providers, over real HTTP with real signatures, and shows what came. */
export async function demo(io: Io): Promise<number> {
  const to = addDays(beijingDay(io.now()), -1)
  const from = addDays(to, -daysBack)
  const sandbox = await startSandbox({ complaints: complaintsEach, from, to })
  try {
    const client = new ComplaintClient([
      huishouqian(sandbox.huishouqian),
      wechatpay(sandbox.wechatpay),
      xiaoe(sandbox.xiaoe),
    ])
    const complaints: Complaint[] = []
    for await (const complaint of client.list({ from, to, order: 'newest' }, { signal: io.stop }))
      complaints.push(complaint)
    const table = createTable(
      complaintColumns.filter(({ cells }) => cells !== undefined),
      'both',
    )
    await write(io, `${table.rows(complaints.map(maskComplaint))}\n${renderTotals(complaints)}\n\n`)
    await write(
      io,
      `${complaints.length} complaints of ${from} to ${to} in ${sandbox.requests.length} signed requests to local servers.\n`,
    )
    return exitCodes.done
  } finally {
    await sandbox.close()
  }
}

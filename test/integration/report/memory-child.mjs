import { createFigures, createReportWorkbook } from '../../../dist/cli/report.js'

/** Writes a report of many complaints as a spreadsheet to nowhere, and prints how much memory that took. */
const rows = Number(process.argv[2])
const now = Date.parse('2026-11-30T12:00:00+08:00')
const accounts = [{ provider: 'xiaoe', account: 'shop' }]
const columns = Array.from({ length: 29 }, (_, index) => ({ heading: `列 ${index}`, width: 16 }))
const figures = createFigures({
  from: now - 86_400_000,
  to: now,
  now,
  accounts,
  showPhones: true,
  language: 'zh',
  maxRows: 0,
})
let bytes = 0
const workbook = createReportWorkbook('zh', columns, async (chunk) => {
  bytes += chunk.length
})
const complaint = (index) => ({
  ...accounts[0],
  id: `2002018${String(index).padStart(20, '0')}`,
  state: 'pending',
  createdAt: new Date(now - index),
  dueAt: new Date(now + index),
  closedAt: null,
  subject: '商家不发货',
  detail: `第 ${index} 条：付款已经超过七天，商家一直没有发货，联系客服也没有人回复，要求尽快退款。`,
  payer: { phone: null, openId: null },
  orders: [],
  overdue: null,
})
for (let start = 0; start < rows; start += 50) {
  const page = Array.from({ length: 50 }, (_, index) => complaint(start + index))
  for (const one of page) figures.add(one)
  await workbook.writeRows(
    page.map((one) => [
      one.id,
      one.createdAt,
      ...Array.from({ length: 20 }, (_, index) => (index % 3 === 0 ? null : `${one.id}${index}`)),
      one.detail,
      12.5,
    ]),
  )
}
await workbook.end(figures.figures())
console.log(JSON.stringify({ bytes, maxRssMb: process.resourceUsage().maxRSS / 1024 }))

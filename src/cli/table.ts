import type { Complaint } from '../model.js'
import { formatBeijing } from '../time.js'
import { displayWidth, fitCells } from './width.js'

interface Column {
  readonly heading: string
  /** The most cells that it may take. */
  readonly cells: number
  text(complaint: Complaint): string
}

const columns: readonly Column[] = [
  { heading: 'Provider 渠道', cells: 13, text: ({ provider }) => provider },
  { heading: 'Id 投诉单号', cells: 30, text: ({ id }) => id },
  { heading: 'Created 投诉时间', cells: 16, text: ({ createdAt }) => formatBeijing(createdAt, 'YYYY-MM-DD HH:mm') },
  { heading: 'State 状态', cells: 10, text: ({ state }) => state },
  { heading: 'Phone 电话', cells: 13, text: ({ payer }) => maskPhone(payer.phone) },
  { heading: 'Detail 投诉内容', cells: 40, text: ({ detail }) => oneLine(detail) },
]

/** A table whose columns stand under each other though Chinese characters take two cells. */
export function renderTable(complaints: readonly Complaint[]): string {
  const rows = complaints.map((complaint) => columns.map((column) => column.text(complaint)))
  const widths = columns.map(({ heading, cells }, index) => {
    const widest = Math.max(...rows.map((row) => displayWidth(row[index] ?? '')), 0)
    return Math.max(displayWidth(heading), Math.min(widest, cells))
  })
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => fitCells(text, widths[index] ?? 0))
      .join('  ')
      .trimEnd()
  const headings = columns.map(({ heading }) => heading)
  return [line(headings), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n')
}

/** One line for each provider: how many, and how many wait for an answer. */
export function renderTotals(complaints: readonly Complaint[]): string {
  const providers = [...new Set(complaints.map(({ provider }) => provider))].sort()
  return providers
    .map((provider) => {
      const own = complaints.filter((complaint) => complaint.provider === provider)
      const pending = own.filter(({ state }) => state === 'pending').length
      return `${fitCells(provider, 13)}${String(own.length).padStart(5)} complaints, ${String(pending).padStart(3)} pending`
    })
    .join('\n')
}

/** Never more of a number than its first three and last four digits. */
function maskPhone(phone: Complaint['payer']['phone']): string {
  if (phone === null) return '-'
  if (phone.form === 'encrypted') return '(encrypted)'
  return phone.form === 'masked' ? phone.value : phone.value.replace(/^(.{3}).*(.{4})$/, '$1****$2')
}

/** Control characters of a complainant's text would move the cursor. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim()
}

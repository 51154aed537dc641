import { isDueSoon } from '../figures.js'
import type { ReportRow } from '../rows.js'
import type { ReportTexts } from '../text-types.js'
import { formatSpan } from '../texts.js'
import { escapeHtml } from './escape.js'
import { count, formatMinute, type Page } from './parts.js'

/** More deadlines are in the table only. */
const maxDeadlines = 20

/** Unresolved complaints with a deadline, the worst first. */
export function renderDeadlines({ figures, names, texts }: Page): string {
  const { deadlines, options } = figures
  const shown = deadlines.slice(0, maxDeadlines)
  const headings = [
    texts.remaining,
    texts.dueAt,
    texts.dueFor,
    texts.account,
    texts.id,
    texts.state,
    texts.subject,
    texts.detail,
  ]
  const body = shown.map((row) => {
    const { provider = '', account = '' } = {
      provider: names.providers[row.account],
      account: options.accounts[row.account]?.account,
    }
    const cells = [
      remainingCell(row, options.now, texts),
      `<td class="time">${row.dueAt === null ? '' : formatMinute(row.dueAt)}</td>`,
      `<td>${row.dueFor === null ? '' : escapeHtml(names.deadlines[row.dueFor])}</td>`,
      `<td>${escapeHtml(provider)}<br><span class="soft">${escapeHtml(account)}</span></td>`,
      `<td class="id">${escapeHtml(row.id)}</td>`,
      `<td><span class="badge ${row.state}">${escapeHtml(names.states[row.state])}</span></td>`,
      `<td class="words">${escapeHtml(row.subject)}</td>`,
      `<td class="text">${foldedText(row.detail)}</td>`,
    ]
    return `<tr>${cells.join('')}</tr>`
  })
  const note =
    deadlines.length > shown.length
      ? texts.deadlinesCut(count(shown.length), count(deadlines.length))
      : texts.deadlinesHint
  const table =
    shown.length === 0
      ? `<p>${escapeHtml(texts.noDeadlines)}</p>`
      : `<p class="soft">${escapeHtml(note)}</p><div class="scroll" tabindex="0" role="region" aria-labelledby="deadlines"><table><thead><tr>${headings
          .map((heading) => `<th scope="col">${escapeHtml(heading)}</th>`)
          .join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`
  return `<section aria-labelledby="deadlines"><h2 id="deadlines">${escapeHtml(texts.deadlines)}</h2><div class="panel">${table}</div></section>`
}

function remainingCell(row: ReportRow, now: number, texts: ReportTexts): string {
  if (row.dueAt === null) return `<td class="time late">${escapeHtml(texts.lateUnknown)}</td>`
  const span = formatSpan(row.dueAt - now, texts)
  return row.isOverdue
    ? `<td class="time late">${escapeHtml(row.dueAt < now ? texts.late(span) : texts.lateUnknown)}</td>`
    : `<td class="time${isDueSoon(row, now) ? ' soon' : ''}">${escapeHtml(texts.left(span))}</td>`
}

/** A long text is folded. */
function foldedText(text: string): string {
  if (text.length <= 60) return escapeHtml(text)
  return `<details><summary>${escapeHtml(`${text.slice(0, 56)}…`)}</summary><p>${escapeHtml(text)}</p></details>`
}

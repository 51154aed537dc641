import { isDueSoon } from '../counts.js'
import type { ReportRow } from '../rows.js'
import type { ReportTexts } from '../text-types.js'
import { formatSpan } from '../texts.js'
import { escapeHtml } from './escape.js'
import { count, formatMinute, type Page } from './parts.js'

/** More deadlines of a list are in the table only. */
const maxDeadlines = 20

/**
 * Unresolved complaints with a deadline in two lists, so that old ones do not hide what is due in the next hours: overdue
 * ones, the worst first, and those that are due next.
 */
export function renderDeadlines(page: Page): string {
  const { deadlines } = page.figures
  const { texts } = page
  const late = deadlines.filter(({ isOverdue }) => isOverdue)
  const next = deadlines.filter(({ isOverdue }) => !isOverdue)
  const content =
    deadlines.length === 0
      ? `<p>${escapeHtml(texts.noDeadlines)}</p>`
      : deadlineList('late', texts.lateList(count(late.length)), texts.lateHint, late, page) +
        deadlineList('next', texts.nextList(count(next.length)), texts.nextHint, next, page)
  return `<section aria-labelledby="deadlines"><h2 id="deadlines">${escapeHtml(texts.deadlines)}</h2><div class="panel">${content}</div></section>`
}

function deadlineList(id: string, title: string, hint: string, rows: readonly ReportRow[], page: Page): string {
  const heading = `<h3 id="deadlines-${id}">${escapeHtml(title)}</h3>`
  if (rows.length === 0) return heading
  const { figures, texts } = page
  const shown = rows.slice(0, maxDeadlines)
  const headings = [
    texts.remaining,
    texts.dueAt,
    texts.dueFor,
    texts.account,
    ...(figures.merchants.length === 0 ? [] : [texts.merchant]),
    texts.id,
    texts.state,
    texts.subject,
    texts.detail,
  ]
  const note = shown.length < rows.length ? texts.listCut(hint, count(shown.length)) : hint
  return `${heading}<p class="soft">${escapeHtml(note)}</p><div class="scroll" tabindex="0" role="region" aria-labelledby="deadlines-${id}"><table><thead><tr>${headings
    .map((name) => `<th scope="col">${escapeHtml(name)}</th>`)
    .join('')}</tr></thead><tbody>${shown.map((row) => deadlineRow(row, page)).join('')}</tbody></table></div>`
}

function deadlineRow(row: ReportRow, { figures, names, texts }: Page): string {
  const { merchants, options } = figures
  const cells = [
    remainingCell(row, options.now, texts),
    `<td class="time">${row.dueAt === null ? '' : formatMinute(row.dueAt)}</td>`,
    `<td>${row.dueFor === null ? '' : escapeHtml(names.deadlines[row.dueFor])}</td>`,
    `<td>${escapeHtml(names.providers[row.account] ?? '')}<br><span class="soft">${escapeHtml(options.accounts[row.account]?.account ?? '')}</span></td>`,
    ...(merchants.length === 0 ? [] : [`<td class="id merchant">${escapeHtml(row.merchant)}</td>`]),
    `<td class="id">${escapeHtml(row.id)}</td>`,
    `<td><span class="badge ${row.state}">${escapeHtml(names.states[row.state])}</span></td>`,
    `<td class="words">${escapeHtml(row.subject)}</td>`,
    `<td class="text">${foldedText(row.detail)}</td>`,
  ]
  return `<tr>${cells.join('')}</tr>`
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

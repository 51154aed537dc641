import type { Comparison } from '../figures.js'
import type { ReportTexts } from '../text-types.js'
import { formatSpan } from '../texts.js'
import { escapeHtml } from './escape.js'
import { count, type Page } from './parts.js'

/** The figures on top. */
export function renderCards({ figures, texts, names }: Page): string {
  const { all, medianCloseMs, closed, comparison } = figures
  const { pending, processing } = all.states
  const cards = [
    card(texts.total, count(all.total), texts.totalHint),
    card(names.states.pending, count(pending), texts.pendingHint(count(processing))),
    card(texts.overdue, count(all.overdue), texts.overdueHint, all.overdue > 0 ? 'late' : ''),
    card(texts.dueSoon, count(all.dueSoon), texts.dueSoonHint, all.dueSoon > 0 ? 'soon' : ''),
    medianCloseMs === null
      ? card(texts.medianClose, '–', texts.notTold)
      : card(texts.medianClose, formatSpan(medianCloseMs, texts), texts.medianCloseHint(count(closed))),
    ...(comparison === null ? [] : [comparisonCard(comparison, texts)]),
  ]
  return `<section aria-labelledby="overview"><h2 id="overview">${escapeHtml(texts.figures)}</h2><dl class="cards">${cards.join('')}</dl>${
    comparison === null ? `<p class="soft">${escapeHtml(texts.noComparison)}</p>` : ''
  }</section>`
}

function comparisonCard({ day, count: found, usual, days, verdict }: Comparison, texts: ReportTexts): string {
  const hint = texts.comparison[verdict](String(usual), days)
  return card(
    texts.lastDay(day),
    count(found),
    hint,
    { more: 'late', fewer: 'good', usual: '' }[verdict],
    verdict !== 'usual',
  )
}

function card(name: string, value: string, hint: string, kind = '', isStrong = false): string {
  return `<div class="card ${kind}"><dt>${escapeHtml(name)}</dt><dd class="big${value.length > 8 ? ' long' : ''}">${escapeHtml(value)}</dd><dd class="hint${isStrong ? ' strong' : ''}">${escapeHtml(hint)}</dd></div>`
}

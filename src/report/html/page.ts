import { createHash } from 'node:crypto'
import { beijingDay, startOfBeijingDay } from '../../time.js'
import { isDueSoon } from '../counts.js'
import type { Figures } from '../figures.js'
import { namesOf, states } from '../names.js'
import type { ReportNotes } from '../notes.js'
import { reportTexts } from '../texts.js'
import { renderCards } from './cards.js'
import { renderCharts } from './chart-section.js'
import { renderDeadlines } from './deadlines.js'
import { escapeHtml, scriptJson } from './escape.js'
import { renderMerchants } from './merchants.js'
import { type PageData, runPage } from './page-script.js'
import { count, formatMinute, type Page } from './parts.js'
import { style } from './style.js'

/** More accounts than this are counted in the heading, not named. */
const maxNamedAccounts = 6

/**
 * A report as one HTML file. It needs no network: its Content-Security-Policy lets only its own script and style run, by
 * their hashes, and nothing be loaded or sent.
 */
export function renderHtml(figures: Figures, { failures = [], filters = [] }: ReportNotes = {}): string {
  const { options } = figures
  const texts = reportTexts[options.language]
  const page: Page = { figures, texts, names: namesOf(options.accounts, options.language) }
  const script = `(${runPage.toString()})()`
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const range = texts.range(formatBound(options.from, 0), formatBound(options.to, 1))
  const accounts =
    page.names.accounts.length > maxNamedAccounts
      ? texts.accounts(page.names.accounts.length)
      : page.names.accounts.join(' · ')
  return `<!doctype html>
<html lang="${texts.htmlLang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${escapeHtml(`${texts.title} ${range}`)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(texts.title)}</h1>
<p>${escapeHtml(range)}</p>
<p class="soft">${escapeHtml(`${texts.madeAt(formatMinute(options.now))} · ${texts.beijingTime} · ${accounts}`)}</p>
${filters.length === 0 ? '' : `<p class="note">${escapeHtml(`${texts.filters}${texts.colon}${filters.join(' ')}`)}</p>`}
${failureNote(failures, texts.failedAccounts)}
</header>
<main>
${renderCards(page)}
${renderCharts(page)}
${renderMerchants(page)}
${renderDeadlines(page)}
${renderTable(page)}
</main>
<footer><p>${escapeHtml(options.showPhones ? texts.phonesShown : texts.phonesMasked)} ${escapeHtml(texts.beijingTime)}</p></footer>
<script type="application/json" id="data">${scriptJson(pageData(page))}</script>
<script>${script}</script>
</body>
</html>
`
}

/** A bound that is the start of a Beijing day is shown as a day: the last one that is included. */
function formatBound(ms: number, before: number): string {
  const day = beijingDay(ms - before)
  return startOfBeijingDay(beijingDay(ms)) === ms ? day : formatMinute(ms)
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

function failureNote(failures: readonly string[], heading: string): string {
  if (failures.length === 0) return ''
  const items = failures.map((failure) => `<li>${escapeHtml(failure)}</li>`).join('')
  return `<div class="note bad" role="note"><strong>${escapeHtml(heading)}</strong><ul>${items}</ul></div>`
}

/** The table's frame; its rows are made by the script, a page at a time. */
function renderTable({ figures, names, texts }: Page): string {
  const { rows, all } = figures
  const option = (value: string | number, name: string): string =>
    `<option value="${escapeHtml(String(value))}">${escapeHtml(name)}</option>`
  const select = (id: string, label: string, options: string): string =>
    `<label>${escapeHtml(label)}<select id="${id}">${options}</select></label>`
  const headings = [
    texts.account,
    ...(figures.merchants.length === 0 ? [] : [texts.merchant]),
    texts.id,
    texts.createdAt,
    texts.state,
    texts.dueAt,
    texts.subject,
    texts.phone,
    texts.amount,
    texts.detail,
  ]
  const cut =
    rows.length < all.total
      ? `<p class="note">${escapeHtml(texts.tableCut(count(rows.length), count(all.total)))}</p>`
      : ''
  return `<section aria-labelledby="complaints"><h2 id="complaints">${escapeHtml(texts.table)}</h2>${cut}
<noscript><p class="note">${escapeHtml(texts.noScript)}</p></noscript>
<div class="panel">
<div class="controls" role="search">
<label class="search">${escapeHtml(texts.search)}<input id="search" type="search" placeholder="${escapeHtml(texts.searchHint)}" autocomplete="off"></label>
${select('provider', texts.provider, option('', texts.allProviders) + [...new Set(names.providers)].map((name) => option(name, name)).join(''))}
${select('account', texts.account, option('', texts.allAccounts) + names.accounts.map((name, index) => option(index, name)).join(''))}
${select('state', texts.state, option('', texts.allStates) + states.map((state, index) => option(index, names.states[state])).join(''))}
${select('urgency', texts.deadlines, option('', texts.allDeadlines) + option(2, texts.overdue) + option(1, texts.dueSoon))}
${select('size', texts.rowsPerPage, [50, 100, 500].map((size) => option(size, String(size))).join(''))}
<button id="reset" type="button">${escapeHtml(texts.reset)}</button>
</div>
<p id="found" class="soft" role="status"></p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="complaints"><table id="table"><thead><tr>${headings
    .map(
      (heading) =>
        `<th scope="col"${heading === texts.amount ? ' class="number"' : ''}><button type="button"><span class="visually-hidden">${escapeHtml(texts.sortBy)}</span>${escapeHtml(heading)}</button></th>`,
    )
    .join('')}</tr></thead><tbody id="rows"></tbody></table></div>
<p id="nothing" hidden>${escapeHtml(texts.nothingFound)}</p>
<div class="pager"><button id="previous" type="button">${escapeHtml(texts.previous)}</button><span id="page" role="status"></span><button id="next" type="button">${escapeHtml(texts.next)}</button></div>
</div></section>`
}

function pageData({ figures, names, texts }: Page): PageData {
  const { now, language } = figures.options
  return {
    rows: figures.rows.map((row) => [
      row.account,
      row.id,
      row.createdAt,
      states.indexOf(row.state),
      row.dueAt,
      row.isOverdue ? 2 : isDueSoon(row, now) ? 1 : 0,
      row.subject,
      row.phone,
      row.detail,
      row.amountFen,
      row.merchant,
    ]),
    hasMerchants: figures.merchants.length > 0,
    accounts: names.accounts,
    providers: names.providers,
    states: states.map((state) => names.states[state]),
    stateClasses: states,
    texts: { found: texts.found, page: texts.page },
    language,
  }
}

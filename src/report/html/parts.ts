import { formatBeijing } from '../../time.js'
import { bucketName, timeSeries } from '../buckets.js'
import { type Comparison, type Figures, isDueSoon, sum } from '../figures.js'
import { type Names, states } from '../names.js'
import { formatSpan, type ReportTexts } from '../texts.js'
import { type BarChart, barChart, columnChart } from './charts.js'
import { escapeHtml } from './escape.js'

/** More deadlines are in the table only. */
const maxDeadlines = 50
const maxSubjects = 8

/** A report with the words it is written in. */
export interface Page {
  readonly figures: Figures
  readonly names: Names
  readonly texts: ReportTexts
}

export function formatMinute(ms: number): string {
  return formatBeijing(ms, 'YYYY-MM-DD HH:mm')
}

/** The figures on top. */
export function renderCards({ figures, texts, names }: Page): string {
  const { all, medianCloseMs, closed, comparison } = figures
  const { pending, processing } = all.states
  const cards = [
    card(texts.total, count(all.total), texts.totalHint),
    card(names.states.pending, count(pending), texts.pendingHint(processing)),
    card(texts.overdue, count(all.overdue), texts.overdueHint, all.overdue > 0 ? 'late' : ''),
    card(texts.dueSoon, count(all.dueSoon), texts.dueSoonHint, all.dueSoon > 0 ? 'soon' : ''),
    medianCloseMs === null
      ? card(texts.medianClose, '–', texts.notTold)
      : card(texts.medianClose, formatSpan(medianCloseMs, texts), texts.medianCloseHint(closed)),
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
  return `<div class="card ${kind}"><dt>${escapeHtml(name)}</dt><dd class="big">${escapeHtml(value)}</dd><dd class="hint${isStrong ? ' strong' : ''}">${escapeHtml(hint)}</dd></div>`
}

export function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** The charts, each with its figures as a table. */
export function renderCharts(page: Page): string {
  const { texts } = page
  const charts = [timeChart(page), stateChart(page), subjectChart(page), hourChart(page)]
  return `<section aria-labelledby="charts"><h2 id="charts">${escapeHtml(texts.charts)}</h2><div class="charts">${charts.join('')}</div></section>`
}

function timeChart({ figures, names, texts }: Page): string {
  const { isWeekly, series, buckets } = timeSeries(figures, names)
  const title = isWeekly ? texts.perWeek : texts.perDay
  const drawing = columnChart({
    id: 'per-day',
    title,
    summary: `${title}: ${series.map((name, index) => `${name} ${sum(buckets.map(({ counts }) => counts[index] ?? 0))}`).join('; ')}`,
    xAxis: texts.dayAxis,
    yAxis: texts.complaints,
    series,
    columns: buckets.map((bucket) => ({
      label: bucket.day.slice(5),
      name: bucketName(bucket, isWeekly),
      counts: bucket.counts,
    })),
  })
  const legend = series
    .map(
      (name, index) =>
        `<li><svg viewBox="0 0 12 12" aria-hidden="true"><rect class="s${index}" width="12" height="12" rx="2"/></svg>${escapeHtml(name)}</li>`,
    )
    .join('')
  const table = dataTable(
    [texts.day, ...series, texts.all],
    buckets.map((bucket) => [bucketName(bucket, isWeekly), ...bucket.counts, sum(bucket.counts)]),
  )
  return chart({ title, drawing, legend, table, texts, isWide: true })
}

function stateChart({ figures, names, texts }: Page): string {
  const bars = states
    .map((state) => ({ label: names.states[state], count: figures.all.states[state], color: state as string }))
    .filter(({ color, count: found }) => color !== 'unknown' || found > 0)
  return bars_('by-state', texts.byState, bars, texts.state, texts)
}

function subjectChart({ figures, texts }: Page): string {
  const top = figures.subjects.slice(0, maxSubjects)
  const others = sum(figures.subjects.slice(maxSubjects).map(({ count: found }) => found))
  const bars = [
    ...top.map(({ subject, count: found }) => ({ label: subject, count: found, color: 's0' })),
    ...(others > 0 ? [{ label: texts.others, count: others, color: 's5' }] : []),
  ]
  return bars_('by-subject', texts.bySubject, bars, texts.subject, texts)
}

function hourChart({ figures, texts }: Page): string {
  const drawing = columnChart({
    id: 'by-hour',
    title: texts.byHour,
    summary: `${texts.byHour}: ${figures.hours.map((found, hour) => `${hour}: ${found}`).join('; ')}`,
    xAxis: texts.hourAxis,
    yAxis: texts.complaints,
    series: [texts.complaints],
    columns: figures.hours.map((found, hour) => ({
      label: String(hour),
      name: `${hour}:00–${hour}:59`,
      counts: [found],
    })),
  })
  const table = dataTable(
    [texts.hourAxis, texts.complaints],
    figures.hours.map((found, hour) => [String(hour), found]),
  )
  return chart({ title: texts.byHour, drawing, legend: '', table, texts, isWide: true })
}

function bars_(id: string, title: string, bars: BarChart['bars'], heading: string, texts: ReportTexts): string {
  const summary = `${title}: ${bars.map(({ label, count: found }) => `${label} ${found}`).join('; ')}`
  const drawing =
    bars.length === 0
      ? `<p class="soft">${escapeHtml(texts.noData)}</p>`
      : barChart({ id, title, summary, xAxis: texts.complaints, bars })
  const table = dataTable(
    [heading, texts.complaints],
    bars.map(({ label, count: found }) => [label, found]),
  )
  return chart({ title, drawing, legend: '', table, texts, isWide: false })
}

function chart(parts: {
  readonly title: string
  readonly drawing: string
  readonly legend: string
  readonly table: string
  readonly texts: ReportTexts
  readonly isWide: boolean
}): string {
  const { title, drawing, legend, table, texts, isWide } = parts
  const name = escapeHtml(title)
  return (
    `<figure${isWide ? ' class="wide"' : ''}><figcaption><h3>${name}</h3></figcaption>` +
    `${legend === '' ? '' : `<ul class="legend">${legend}</ul>`}${isWide ? `<div class="scroll" tabindex="0" role="group" aria-label="${name}">${drawing}</div>` : drawing}` +
    `<details class="figures"><summary>${escapeHtml(texts.asText)}<span class="visually-hidden">: ${name}</span></summary><div class="scroll">${table}</div></details></figure>`
  )
}

function dataTable(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const head = headings
    .map((heading, index) => `<th scope="col"${index === 0 ? '' : ' class="number"'}>${escapeHtml(heading)}</th>`)
    .join('')
  const body = rows
    .map(([first = '', ...rest]) => {
      const cells = rest.map((value) => `<td class="number">${value}</td>`).join('')
      return `<tr><th scope="row">${escapeHtml(String(first))}</th>${cells}</tr>`
    })
    .join('')
  return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`
}

/** Unresolved complaints with a deadline, the worst first. */
export function renderDeadlines({ figures, names, texts }: Page): string {
  const { deadlines, options } = figures
  const shown = deadlines.slice(0, maxDeadlines)
  const headings = [
    texts.remaining,
    texts.dueAt,
    texts.provider,
    texts.account,
    texts.id,
    texts.state,
    texts.subject,
    texts.detail,
  ]
  const body = shown.map((row) => {
    const span = formatSpan((row.dueAt ?? 0) - options.now, texts)
    const [kind, left] =
      row.dueAt === null
        ? ['late', texts.lateUnknown]
        : row.isOverdue
          ? ['late', texts.late(span)]
          : [isDueSoon(row, options.now) ? 'soon' : '', texts.left(span)]
    return `<tr><td class="time ${kind}">${escapeHtml(left)}</td><td class="time">${row.dueAt === null ? '' : formatMinute(row.dueAt)}</td><td>${escapeHtml(
      names.providers[row.account] ?? '',
    )}</td><td>${escapeHtml(options.accounts[row.account]?.account ?? '')}</td><td class="id">${escapeHtml(row.id)}</td><td><span class="badge ${row.state}">${escapeHtml(
      names.states[row.state],
    )}</span></td><td>${escapeHtml(row.subject)}</td><td class="text">${textCell(row.detail)}</td></tr>`
  })
  const note =
    deadlines.length > shown.length ? texts.deadlinesCut(shown.length, deadlines.length) : texts.deadlinesHint
  const table =
    shown.length === 0
      ? `<p>${escapeHtml(texts.noDeadlines)}</p>`
      : `<div class="scroll" tabindex="0" role="region" aria-labelledby="deadlines"><table><caption>${escapeHtml(note)}</caption><thead><tr>${headings
          .map((heading) => `<th scope="col">${escapeHtml(heading)}</th>`)
          .join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`
  return `<section aria-labelledby="deadlines"><h2 id="deadlines">${escapeHtml(texts.deadlines)}</h2><div class="panel">${table}</div></section>`
}

/** A long text is folded. */
function textCell(text: string): string {
  if (text.length <= 60) return escapeHtml(text)
  return `<details><summary>${escapeHtml(`${text.slice(0, 56)}…`)}</summary><p>${escapeHtml(text)}</p></details>`
}

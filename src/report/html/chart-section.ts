import { bucketName, timeSeries } from '../buckets.js'
import { sum } from '../counts.js'
import { states } from '../names.js'
import type { ReportTexts } from '../text-types.js'
import { type BarChart, barChart, columnChart, fullWidth, narrowWidth } from './charts.js'
import { escapeHtml } from './escape.js'
import type { Page } from './parts.js'

const maxSubjects = 8

/** The charts, each with its figures as a table. */
export function renderCharts(page: Page): string {
  const { figures, texts } = page
  const charts = (): string =>
    `<div class="charts">${[timeChart(page), stateChart(page), subjectChart(page), hourChart(page)].join('')}</div>`
  // Without a complaint, charts would be empty frames.
  const content =
    figures.all.total === 0 ? `<div class="panel"><p>${escapeHtml(texts.noComplaints)}</p></div>` : charts()
  return `<section aria-labelledby="charts"><h2 id="charts">${escapeHtml(texts.charts)}</h2>${content}</section>`
}

function timeChart({ figures, names, texts }: Page): string {
  const { isWeekly, series, buckets } = timeSeries(figures, names)
  const title = isWeekly ? texts.perWeek : texts.perDay
  const drawing = columnChart({
    id: 'per-day',
    width: fullWidth,
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
  return barFigure('by-state', texts.byState, bars, texts.state, texts)
}

function subjectChart({ figures, texts }: Page): string {
  const top = figures.subjects.slice(0, maxSubjects)
  const others = sum(figures.subjects.slice(maxSubjects).map(({ count: found }) => found))
  const bars = [
    ...top.map(({ subject, count: found }) => ({ label: subject, count: found, color: 's0' })),
    ...(others > 0 ? [{ label: texts.others, count: others, color: 's5' }] : []),
  ]
  return barFigure('by-subject', texts.bySubject, bars, texts.subject, texts)
}

function hourChart({ figures, texts }: Page): string {
  const drawing = columnChart({
    id: 'by-hour',
    width: narrowWidth,
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
  return chart({ title: texts.byHour, drawing, legend: '', table, texts, isWide: false })
}

function barFigure(id: string, title: string, bars: BarChart['bars'], heading: string, texts: ReportTexts): string {
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

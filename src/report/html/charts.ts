import { scaleBand, scaleLinear } from 'd3-scale'
import { stack } from 'd3-shape'
import { escapeHtml } from './escape.js'

/** A drawing with a name and a summary for those who do not see it. */
interface ChartText {
  readonly id: string
  readonly title: string
  readonly summary: string
}

export interface ColumnChart extends ChartText {
  /** In units of the drawing, which is scaled to its place. */
  readonly width: number
  readonly xAxis: string
  readonly yAxis: string
  readonly series: readonly string[]
  /** `label` stands below the column, `name` in its tooltip. */
  readonly columns: readonly { readonly label: string; readonly name: string; readonly counts: readonly number[] }[]
}

export interface BarChart extends ChartText {
  readonly xAxis: string
  /** `color` is a class of the style sheet. */
  readonly bars: readonly { readonly label: string; readonly count: number; readonly color: string }[]
}

/** Charts that stand side by side. */
export const narrowWidth = 480
/** A chart that takes a whole line. */
export const fullWidth = 1180
const margin = { top: 18, right: 12, bottom: 46, left: 52 }
const columnHeight = 280
const barHeight = 30
const cellWidth = 7.3
/** Characters that fit beside a bar, Chinese ones counted twice. */
const labelCells = 21
/** Room for a label below a column, and for a digit of the total above it. */
const labelRoom = 44
const digitWidth = 9.5

/** Columns over an axis, each stacked by series. */
export function columnChart({ columns, series, xAxis, yAxis, width, ...text }: ColumnChart): string {
  const totals = columns.map(({ counts }) => counts.reduce((sum, count) => sum + count, 0))
  const bottom = columnHeight - margin.bottom
  const x = scaleBand<number>()
    .domain(columns.map((_, index) => index))
    .range([margin.left, width - margin.right])
    .paddingInner(columns.length > 40 ? 0.1 : 0.25)
    .paddingOuter(0.1)
  const y = scaleLinear()
    .domain([0, Math.max(...totals, 1)])
    .nice(5)
    .range([bottom, margin.top])
  const layers = stack<ColumnChart['columns'][number], number>()
    .keys(series.map((_, index) => index))
    .value(({ counts }, index) => counts[index] ?? 0)([...columns])
  const bars = layers.flatMap((layer) =>
    layer.map(([low, high], index) => {
      const { name = '', counts = [] } = columns[index] ?? {}
      return high === low
        ? ''
        : `<rect class="s${layer.key}" x="${px(x(index) ?? 0)}" y="${px(y(high))}" width="${px(x.bandwidth())}" height="${px(y(low) - y(high))}"><title>${escapeHtml(
            `${name} · ${series[layer.key]}: ${counts[layer.key]}`,
          )}</title></rect>`
    }),
  )
  const step = Math.ceil(labelRoom / x.step())
  const labels = columns.flatMap(({ label }, index) =>
    index % step === 0 ? labelText((x(index) ?? 0) + x.bandwidth() / 2, bottom + 16, label, 'middle') : [],
  )
  const sums =
    Math.max(...totals.map((total) => String(total).length)) * digitWidth > x.step()
      ? []
      : totals.map((total, index) =>
          total === 0
            ? ''
            : labelText((x(index) ?? 0) + x.bandwidth() / 2, y(total) - 4, String(total), 'middle', 'sum'),
        )
  const content = [
    countAxis(
      y.ticks(5),
      (tick) => [margin.left, y(tick), width - margin.right, y(tick)],
      (tick) => [margin.left - 8, y(tick) + 4, 'end'],
    ),
    ...bars,
    ...sums,
    `<line class="axis" x1="${margin.left}" y1="${bottom}" x2="${width - margin.right}" y2="${bottom}"/>`,
    ...labels,
    labelText((margin.left + width - margin.right) / 2, columnHeight - 6, xAxis, 'middle', 'name'),
    `<text class="name" text-anchor="middle" transform="translate(13 ${(margin.top + bottom) / 2}) rotate(-90)">${escapeHtml(yAxis)}</text>`,
  ]
  return drawing(text, width, columnHeight, content)
}

/** Bars beside their labels, the first on top. */
export function barChart({ bars, xAxis, ...text }: BarChart): string {
  const width = narrowWidth
  const labels = bars.map(({ label }) => shorten(label))
  const labelWidth = 16 + Math.max(...labels.map(cellsOf)) * cellWidth
  const height = margin.top + bars.length * barHeight + margin.bottom
  const bottom = height - margin.bottom
  const y = scaleBand<number>()
    .domain(bars.map((_, index) => index))
    .range([margin.top, bottom])
    .padding(0.28)
  const x = scaleLinear()
    .domain([0, Math.max(...bars.map(({ count }) => count), 1)])
    .nice(5)
    .range([labelWidth, width - margin.right - 44])
  const middle = (index: number): number => (y(index) ?? 0) + y.bandwidth() / 2 + 4
  const content = [
    countAxis(
      x.ticks(5),
      (tick) => [x(tick), margin.top, x(tick), bottom],
      (tick) => [x(tick), bottom + 16, 'middle'],
    ),
    ...bars.map(
      ({ label, count, color }, index) =>
        `<rect class="${color}" x="${labelWidth}" y="${px(y(index) ?? 0)}" width="${px(x(count) - labelWidth)}" height="${px(y.bandwidth())}"><title>${escapeHtml(`${label}: ${count}`)}</title></rect>` +
        labelText(labelWidth - 8, middle(index), labels[index] ?? '', 'end') +
        labelText(x(count) + 6, middle(index), count.toLocaleString('en-US'), 'start', 'sum'),
    ),
    `<line class="axis" x1="${labelWidth}" y1="${margin.top}" x2="${labelWidth}" y2="${bottom}"/>`,
    labelText((labelWidth + width - margin.right) / 2, height - 6, xAxis, 'middle', 'name'),
  ]
  return drawing(text, narrowWidth, height, content)
}

function drawing({ id, title, summary }: ChartText, width: number, height: number, content: readonly string[]): string {
  return (
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-summary">` +
    `<title id="${id}-title">${escapeHtml(title)}</title><desc id="${id}-summary">${escapeHtml(summary)}</desc>${content.join('')}</svg>`
  )
}

/** Grid lines and numbers; counts are whole. */
function countAxis(
  ticks: readonly number[],
  line: (tick: number) => readonly [number, number, number, number],
  label: (tick: number) => readonly [number, number, Anchor],
): string {
  return ticks
    .filter(Number.isInteger)
    .map((tick) => {
      const [x1, y1, x2, y2] = line(tick)
      const [x, y, anchor] = label(tick)
      return `<line class="grid" x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}"/>${labelText(x, y, tick.toLocaleString('en-US'), anchor)}`
    })
    .join('')
}

type Anchor = 'start' | 'middle' | 'end'

function labelText(x: number, y: number, text: string, anchor: Anchor, kind = 'label'): string {
  return `<text class="${kind}" x="${px(x)}" y="${px(y)}" text-anchor="${anchor}">${escapeHtml(text)}</text>`
}

function px(position: number): string {
  return position.toFixed(1).replace(/\.0$/, '')
}

/** The whole label is in the tooltip and in the table below the chart. */
function shorten(label: string): string {
  if (cellsOf(label) <= labelCells) return label
  let shown = ''
  for (const character of label) {
    if (cellsOf(shown + character) >= labelCells) break
    shown += character
  }
  return `${shown}…`
}

/** Chinese characters are about twice as wide as Latin ones. */
function cellsOf(text: string): number {
  return [...text].reduce((cells, character) => cells + ((character.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1.15), 0)
}

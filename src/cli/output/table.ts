import type { Language } from '../language.js'
import { oneLine } from '../text.js'
import type { Column } from './columns.js'
import type { Format } from './format.js'
import { displayWidth, fitCells, padCells } from './width.js'

const gap = '  '
/** The last column keeps this width at least, however narrow the terminal is. */
const minLastWidth = 12

/**
 * A table aligned by display width: Chinese characters take two cells. The first chunk of rows decides the width of the
 * columns that may be cut. Without a terminal, the last column has its full width.
 * @param terminalWidth cells that a line must fit: columns with a `dropOrder` are left out, then the last one is cut
 */
export function createTable<T>(
  columns: readonly Column<T>[],
  language: Language | 'both',
  terminalWidth?: number,
): Format<T> {
  const headingOf = ({ heading }: Column<T>): string =>
    language === 'both' ? `${heading.en} ${heading.zh}` : heading[language]
  const textOf = (column: Column<T>, row: T): string =>
    oneLine(column.text(row, language === 'both' ? 'en' : language)) || '-'
  let layout: readonly PlacedColumn<T>[] | null = null

  const line = (placed: readonly PlacedColumn<T>[], texts: readonly string[]): string =>
    `${placed
      .map(({ column, width, isCut }, index) =>
        (column.neverCut === true || !isCut ? padCells : fitCells)(texts[index] ?? '', width),
      )
      .join(gap)
      .trimEnd()}\n`

  const header = (placed: readonly PlacedColumn<T>[]): string =>
    line(
      placed,
      placed.map(({ column }) => headingOf(column)),
    ) +
    line(
      placed,
      placed.map(({ width }) => '─'.repeat(width)),
    )

  const arrange = (rows: readonly T[]): PlacedColumn<T>[] => {
    const measured = columns.map((column, index) => {
      const { maxWidth: cells = 0, neverCut: isWhole = false } = column
      const heading = displayWidth(headingOf(column))
      const isLast = index === columns.length - 1
      if (isWhole || isLast)
        return { column, width: Math.max(heading, cells), isCut: isLast && terminalWidth !== undefined }
      const widest = Math.max(...rows.map((row) => displayWidth(textOf(column, row))), 0)
      return { column, width: Math.max(heading, Math.min(widest, cells)), isCut: true }
    })
    return terminalWidth === undefined ? measured : fitTerminal(measured, terminalWidth)
  }

  return {
    header: () => '',
    rows(chunk) {
      if (chunk.length === 0) return ''
      const isFirst = layout === null
      layout ??= arrange(chunk)
      const placed = layout
      const lines = chunk.map((row) =>
        line(
          placed,
          placed.map(({ column }) => textOf(column, row)),
        ),
      )
      return (isFirst ? header(placed) : '') + lines.join('')
    },
    end: () => (layout === null ? header(arrange([])) : ''),
    abort: () => '',
  }
}

interface PlacedColumn<T> {
  readonly column: Column<T>
  readonly width: number
  readonly isCut: boolean
}

/** Leaves columns out until the last one has room, which then takes what remains. */
function fitTerminal<T>(placed: readonly PlacedColumn<T>[], terminalWidth: number): PlacedColumn<T>[] {
  const last = placed.at(-1)
  if (last === undefined) return []
  let kept = placed.slice(0, -1)
  const roomForLast = (): number => terminalWidth - kept.reduce((sum, { width }) => sum + width + gap.length, 0)
  while (roomForLast() < minLastWidth) {
    const order = Math.max(...kept.map(({ column }) => column.dropOrder ?? 0))
    if (order <= 0) break
    kept = kept.filter(({ column }) => column.dropOrder !== order)
  }
  return [...kept, { ...last, width: Math.max(minLastWidth, roomForLast()) }]
}

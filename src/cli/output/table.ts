import type { Language } from '../language.js'
import { oneLine } from '../text.js'
import type { Column } from './columns.js'
import type { Format } from './format.js'
import { displayWidth, fitCells, fitMiddle, padCells } from './width.js'

/** The last column keeps this width at least, however narrow the terminal is. */
const minLastWidth = 12

/** How one table is set: which columns, in which widths. */
interface Layout<T> {
  readonly columns: readonly PlacedColumn<T>[]
  /** Blanks between two columns. */
  readonly gap: number
}

interface PlacedColumn<T> {
  readonly column: Column<T>
  readonly width: number
  readonly isCut: boolean
  /** `column.compact` is shown. */
  readonly isCompact: boolean
}

/**
 * A table aligned by display width: Chinese characters take two cells. The first chunk of rows decides the width of the
 * columns that may be cut. Without a terminal, the last column has its full width.
 * @param terminalWidth cells that a line must fit: times become compact, texts are cut, then columns with a `dropOrder`
 *   are left out
 * @param now milliseconds since 1970, for compact times
 */
export function createTable<T>(
  columns: readonly Column<T>[],
  language: Language | 'both',
  terminalWidth?: number,
  now: number = Date.now(),
): Format<T> {
  const headingOf = ({ heading }: Column<T>): string =>
    language === 'both' ? `${heading.en} ${heading.zh}` : heading[language]
  const textOf = (column: Column<T>, row: T, isCompact = false): string => {
    const text =
      isCompact && column.compact
        ? column.compact.text(row, now)
        : column.text(row, language === 'both' ? 'en' : language, now)
    return oneLine(text) || '-'
  }
  let layout: Layout<T> | null = null

  const line = ({ columns: placed, gap }: Layout<T>, texts: readonly string[]): string =>
    `${placed
      .map(({ column, width, isCut }, index) =>
        (column.neverCut === true || !isCut ? padCells : column.cutAt === 'middle' ? fitMiddle : fitCells)(
          texts[index] ?? '',
          width,
        ),
      )
      .join(' '.repeat(gap))
      .trimEnd()}\n`

  const header = (of: Layout<T>): string =>
    line(
      of,
      of.columns.map(({ column }) => headingOf(column)),
    ) +
    line(
      of,
      of.columns.map(({ width }) => '─'.repeat(width)),
    )

  const arrange = (rows: readonly T[]): Layout<T> => {
    const measure = (column: Column<T>, isLast: boolean, isCompact: boolean): PlacedColumn<T> => {
      const { maxWidth: cells = 0, neverCut: isWhole = false } = column
      const heading = displayWidth(headingOf(column))
      if (isCompact && column.compact !== undefined)
        return { column, width: Math.max(heading, column.compact.width), isCut: false, isCompact }
      if (isWhole || isLast)
        return { column, width: Math.max(heading, cells), isCut: isLast && terminalWidth !== undefined, isCompact }
      const widest = Math.max(...rows.map((row) => displayWidth(textOf(column, row))), 0)
      return { column, width: Math.max(heading, Math.min(widest, cells)), isCut: true, isCompact }
    }
    const needed = columns.filter(({ isNeeded }) => isNeeded === undefined || rows.some((row) => isNeeded(row)))
    const measureAll = (isCompact: boolean): PlacedColumn<T>[] =>
      needed.map((column, index) => measure(column, index === needed.length - 1, isCompact))
    const full: Layout<T> = { columns: measureAll(false), gap: 2 }
    if (terminalWidth === undefined) return full
    return roomForLast(full, terminalWidth) >= minLastWidth
      ? fillLine(full, terminalWidth)
      : fitTerminal({ columns: measureAll(true), gap: 1 }, terminalWidth)
  }

  return {
    header: () => '',
    rows(chunk) {
      if (chunk.length === 0) return ''
      const isFirst = layout === null
      layout ??= arrange(chunk)
      const set = layout
      const lines = chunk.map((row) =>
        line(
          set,
          set.columns.map(({ column, isCompact }) => textOf(column, row, isCompact)),
        ),
      )
      return (isFirst ? header(set) : '') + lines.join('')
    },
    end: () => (layout === null ? header(arrange([])) : ''),
    abort: () => '',
  }
}

function roomForLast<T>({ columns, gap }: Layout<T>, terminalWidth: number): number {
  return terminalWidth - columns.slice(0, -1).reduce((sum, { width }) => sum + width + gap, 0)
}

/** Cuts texts, then leaves columns out, until the last column has room. */
function fitTerminal<T>(layout: Layout<T>, terminalWidth: number): Layout<T> {
  let fitted = layout
  const missing = (): number => minLastWidth - roomForLast(fitted, terminalWidth)
  const withColumns = (columns: readonly PlacedColumn<T>[]): Layout<T> => ({ ...fitted, columns })
  for (const { column, width } of layout.columns) {
    if (column.minWidth === undefined || missing() <= 0) continue
    const narrower = Math.max(Math.min(column.minWidth, width), width - missing())
    fitted = withColumns(fitted.columns.map((each) => (each.column === column ? { ...each, width: narrower } : each)))
  }
  while (missing() > 0) {
    const order = Math.max(...fitted.columns.map(({ column }) => column.dropOrder ?? 0))
    if (order <= 0) break
    fitted = withColumns(fitted.columns.filter(({ column }) => column.dropOrder !== order))
  }
  return fillLine(fitted, terminalWidth)
}

/** The last column takes what remains of the line. */
function fillLine<T>(layout: Layout<T>, terminalWidth: number): Layout<T> {
  const columns = layout.columns.map((each, index) =>
    index === layout.columns.length - 1
      ? { ...each, width: Math.max(minLastWidth, roomForLast(layout, terminalWidth)) }
      : each,
  )
  return { ...layout, columns }
}

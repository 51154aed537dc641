import type { Language } from '../language.js'
import { oneLine } from '../text.js'
import type { Column } from './columns.js'
import type { Format } from './format.js'
import { displayWidth, fitCells, padCells } from './width.js'

/**
 * A table aligned by display width: Chinese characters take two cells. The first chunk of rows decides the width of the
 * columns that may be cut. The last column always has its full width.
 */
export function createTable<T>(columns: readonly Column<T>[], language: Language | 'both'): Format<T> {
  const headings = columns.map(({ heading }) =>
    language === 'both' ? `${heading.en} ${heading.zh}` : heading[language],
  )
  let widths: readonly number[] | null = null

  const line = (texts: readonly string[], cells: readonly number[]): string =>
    `${texts
      .map((text, index) => (columns[index]?.neverCut === true ? padCells : fitCells)(text, cells[index] ?? 0))
      .join('  ')
      .trimEnd()}\n`

  const header = (cells: readonly number[]): string =>
    line(headings, cells) +
    line(
      cells.map((width) => '─'.repeat(width)),
      cells,
    )

  const measureWidths = (rows: readonly (readonly string[])[]): number[] =>
    columns.map(({ maxWidth: cells = 0, neverCut: isWhole = false }, index) => {
      if (isWhole || index === columns.length - 1) return Math.max(displayWidth(headings[index] ?? ''), cells)
      const widest = Math.max(...rows.map((row) => displayWidth(row[index] ?? '')), 0)
      return Math.max(displayWidth(headings[index] ?? ''), Math.min(widest, cells))
    })

  return {
    header: () => '',
    rows(chunk) {
      if (chunk.length === 0) return ''
      const rows = chunk.map((row) =>
        columns.map((column) => oneLine(column.text(row, language === 'both' ? 'en' : language)) || '-'),
      )
      const isFirst = widths === null
      widths ??= measureWidths(rows)
      const cells = widths
      return (isFirst ? header(cells) : '') + rows.map((row) => line(row, cells)).join('')
    },
    end: () => (widths === null ? header(measureWidths([])) : ''),
    abort: () => '',
  }
}

import type { Language } from '../language.js'
import type { Column } from './columns.js'
import type { Format } from './formats.js'
import { displayWidth, fitCells, padCells } from './width.js'

/**
 * A table whose columns stand under each other though Chinese characters take two cells. Where a column's texts may be
 * cut, the first rows decide how wide it is: later ones are not waited for. The last column may use its whole room.
 */
export function createTable<T>(columns: readonly Column<T>[], language: Language | 'both'): Format<T> {
  const headings = columns.map(({ heading }) =>
    language === 'both' ? `${heading.en} ${heading.zh}` : heading[language],
  )
  let widths: readonly number[] | null = null

  const line = (texts: readonly string[], cells: readonly number[]): string =>
    `${texts
      .map((text, index) => (columns[index]?.isWhole === true ? padCells : fitCells)(text, cells[index] ?? 0))
      .join('  ')
      .trimEnd()}\n`

  const head = (cells: readonly number[]): string =>
    line(headings, cells) +
    line(
      cells.map((width) => '─'.repeat(width)),
      cells,
    )

  const measured = (rows: readonly (readonly string[])[]): number[] =>
    columns.map(({ cells = 0, isWhole = false }, index) => {
      if (isWhole || index === columns.length - 1) return Math.max(displayWidth(headings[index] ?? ''), cells)
      const widest = Math.max(...rows.map((row) => displayWidth(row[index] ?? '')), 0)
      return Math.max(displayWidth(headings[index] ?? ''), Math.min(widest, cells))
    })

  return {
    begin: () => '',
    rows(given) {
      if (given.length === 0) return ''
      const rows = given.map((row) =>
        columns.map((column) => oneLine(column.text(row, language === 'both' ? 'en' : language)) || '-'),
      )
      const isFirst = widths === null
      widths ??= measured(rows)
      const cells = widths
      return (isFirst ? head(cells) : '') + rows.map((row) => line(row, cells)).join('')
    },
    end: () => (widths === null ? head(measured([])) : ''),
    breakOff: () => '',
  }
}

/** Control characters of a complainant's text would move the cursor. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim()
}

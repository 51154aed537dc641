import type { Language } from '../language.js'
import { type Column, tableColumns } from './columns.js'
import { csvRow } from './csv.js'
import type { Format } from './format.js'
import { createTable } from './table.js'

export const formatNames = ['table', 'json', 'ndjson', 'csv'] as const
export type FormatName = (typeof formatNames)[number]

export interface FormatOptions {
  readonly language: Language
  /** CSV begins with a byte order mark, by which Excel recognises UTF-8. */
  readonly bom: boolean
  /** CSV writes long numbers as `="…"`, which Excel keeps as text. */
  readonly excel: boolean
  /** Whether CSV begins with headings; false when it resumes an earlier list. */
  readonly hasHeadings: boolean
  /** Cells of the terminal that a table must fit; absent: the last column has its full width. */
  readonly terminalWidth?: number | undefined
  /** Milliseconds since 1970; default: the clock of the host. */
  readonly now?: number | undefined
}

export function createFormat<T>(name: FormatName, columns: readonly Column<T>[], options: FormatOptions): Format<T> {
  const makers: Record<FormatName, () => Format<T>> = {
    table: () => createTable(tableColumns(columns), options.language, options.terminalWidth, options.now),
    json,
    ndjson,
    csv: () => csv(columns, options),
  }
  return makers[name]()
}

function json<T>(): Format<T> {
  let isFirst = true
  return {
    header: () => '[',
    rows(rows) {
      const text = rows.map((row, index) => `${isFirst && index === 0 ? '' : ','}\n${JSON.stringify(row)}`).join('')
      isFirst &&= rows.length === 0
      return text
    },
    end: () => '\n]\n',
    abort: () => '\n]\n',
  }
}

function ndjson<T>(): Format<T> {
  return {
    header: () => '',
    rows: (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join(''),
    end: () => '',
    abort: () => '',
  }
}

function csv<T>(columns: readonly Column<T>[], { language, bom, excel, hasHeadings, now }: FormatOptions): Format<T> {
  const record = (texts: readonly string[]): string => csvRow(texts, excel)
  return {
    header: () =>
      hasHeadings ? `${bom ? '\ufeff' : ''}${record(columns.map(({ heading }) => heading[language]))}` : '',
    rows: (rows) => rows.map((row) => record(columns.map((column) => column.text(row, language, now)))).join(''),
    end: () => '',
    abort: () => '',
  }
}

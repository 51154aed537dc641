import type { Language } from '../language.js'
import type { Column } from './columns.js'
import { csvRow } from './csv.js'
import type { Format } from './format.js'
import { createTable } from './table.js'

export const formatNames = ['table', 'json', 'ndjson', 'csv'] as const
export type FormatName = (typeof formatNames)[number]

export interface FormatOptions {
  readonly language: Language
  /** CSV for Excel: a byte order mark, and long numbers as text. */
  readonly bom: boolean
  /** Whether CSV begins with headings; false when it resumes an earlier list. */
  readonly hasHeadings: boolean
}

export function createFormat<T>(name: FormatName, columns: readonly Column<T>[], options: FormatOptions): Format<T> {
  const makers: Record<FormatName, () => Format<T>> = {
    table: () =>
      createTable(
        columns.filter(({ maxWidth: cells }) => cells !== undefined),
        options.language,
      ),
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

function csv<T>(columns: readonly Column<T>[], { language, bom, hasHeadings }: FormatOptions): Format<T> {
  return {
    header: () =>
      hasHeadings
        ? `${bom ? '\ufeff' : ''}${csvRow(
            columns.map(({ heading }) => heading[language]),
            bom,
          )}`
        : '',
    rows: (rows) =>
      rows
        .map((row) =>
          csvRow(
            columns.map((column) => column.text(row, language)),
            bom,
          ),
        )
        .join(''),
    end: () => '',
    abort: () => '',
  }
}

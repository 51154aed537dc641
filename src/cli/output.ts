import { maskComplaint } from '../mask.js'
import type { Column } from './columns.js'
import { createFormat, type FormatName } from './formats.js'
import { type Io, write } from './io.js'
import { languageOf } from './language.js'

/** How results are shown. */
export interface OutputOptions {
  readonly format: FormatName
  readonly bom: boolean
  readonly showPhones: boolean
  readonly lang?: string | undefined
}

/** Writes rows as they come, phone numbers and openids masked unless they were asked for. */
export interface Output<T> {
  begin(): Promise<void>
  rows(rows: readonly T[]): Promise<void>
  end(): Promise<void>
}

export function createOutput<T extends object>(
  io: Io,
  columns: readonly Column<T>[],
  options: OutputOptions,
): Output<T> {
  const { format, bom, showPhones, lang } = options
  const shown = createFormat<T>(format, columns, { bom, language: languageOf(lang, io.env) })
  const mask = showPhones ? (row: T): T => row : (row: T): T => maskComplaint(row as never)
  return {
    begin: () => write(io, shown.begin()),
    rows: (rows) => write(io, shown.rows(rows.map(mask))),
    end: () => write(io, shown.end()),
  }
}

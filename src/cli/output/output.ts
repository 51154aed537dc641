import { maskComplaint } from '../../privacy/mask.js'
import { type Io, write } from '../io.js'
import { resolveLanguage } from '../language.js'
import type { Column } from './columns.js'
import { createFormat, type FormatName } from './formats.js'

export interface OutputOptions {
  readonly format: FormatName
  readonly bom: boolean
  readonly showPhones: boolean
  readonly lang?: string | undefined
  /** Set when an earlier list is resumed. */
  readonly cursor?: string | undefined
}

/** Writes rows as they arrive. Phone numbers and openids are masked unless `showPhones` is set. */
export interface Output<T> {
  writeRows(rows: readonly T[]): Promise<void>
  end(): Promise<void>
  /** Ends an incomplete list, so that JSON still parses. */
  abort(): void
}

export function createOutput<T extends object>(
  io: Io,
  columns: readonly Column<T>[],
  options: OutputOptions,
): Output<T> {
  const { format, bom, showPhones, lang, cursor } = options
  const language = resolveLanguage(lang, io.env)
  const shown = createFormat<T>(format, columns, { bom, language, hasHeadings: cursor === undefined })
  // The header is written with the first rows: a list that fails at once writes nothing.
  let pendingHeader = shown.header()
  const withHeader = (text: string): string => {
    const whole = pendingHeader + text
    pendingHeader = ''
    return whole
  }
  const mask = showPhones ? (row: T): T => row : (row: T): T => maskComplaint(row as never)
  return {
    writeRows: (rows) => write(io, rows.length === 0 ? '' : withHeader(shown.rows(rows.map(mask)))),
    end: () => write(io, withHeader(shown.end())),
    abort() {
      const closing = shown.abort()
      if (closing !== '' && io.stdout.errored === null) io.stdout.write(withHeader(closing))
    },
  }
}

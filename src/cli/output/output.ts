import { maskComplaint } from '../../privacy/mask.js'
import { type Io, write } from '../io.js'
import { type Language, resolveLanguage, type Text } from '../language.js'
import { type AtomicFile, createAtomicFile } from './atomic-file.js'
import type { Column } from './columns.js'
import type { Output } from './format.js'
import { createFormat, type FormatName } from './formats.js'
import { createSheetOutput } from './sheet.js'
import { resolveTarget } from './target.js'

export interface OutputOptions {
  readonly format?: FormatName | undefined
  /** A file instead of stdout; its ending chooses the format. */
  readonly output?: string | undefined
  readonly bom: boolean
  readonly excel: boolean
  readonly showPhones: boolean
  readonly lang?: string | undefined
  /** Set when an earlier list is resumed. */
  readonly cursor?: string | undefined
}

/**
 * Writes rows as they arrive. Phone numbers and openids are masked unless `showPhones` is set.
 * @param sheetName used for `.xlsx` files
 * @throws UsageError when format and file do not fit
 */
export async function createOutput<T extends object>(
  io: Io,
  columns: readonly Column<T>[],
  options: OutputOptions,
  sheetName: Text,
): Promise<Output<T>> {
  const { format, path } = resolveTarget(options)
  const language = resolveLanguage(options.lang, io.env)
  const now = io.now()
  const mask = options.showPhones ? (row: T): T => row : (row: T): T => maskComplaint(row as never)
  const masked = (output: Output<T>): Output<T> => ({
    ...output,
    writeRows: (rows) => output.writeRows(rows.map(mask)),
  })
  if (path === null)
    return masked(createStdoutOutput(io, columns, { ...options, format: format as FormatName, language, now }))
  const file = await createAtomicFile(path)
  return masked(
    format === 'xlsx'
      ? await createSheetOutput(path, file, columns, sheetName[language], language, now)
      : createFileOutput(path, file, columns, { ...options, format, language, now }),
  )
}

interface TextOptions {
  readonly format: FormatName
  readonly language: Language
  readonly bom: boolean
  readonly excel: boolean
  readonly cursor?: string | undefined
  readonly now: number
}

function createStdoutOutput<T>(io: Io, columns: readonly Column<T>[], options: TextOptions): Output<T> {
  const shown = createFormat<T>(options.format, columns, {
    ...options,
    hasHeadings: options.cursor === undefined,
    terminalWidth: io.stdout.isTTY === true ? io.stdout.columns : undefined,
  })
  // The header is written with the first rows: a list that fails at once writes nothing.
  let pendingHeader = shown.header()
  const withHeader = (text: string): string => {
    const whole = pendingHeader + text
    pendingHeader = ''
    return whole
  }
  return {
    path: null,
    writeRows: (rows) => write(io, rows.length === 0 ? '' : withHeader(shown.rows(rows))),
    end: () => write(io, withHeader(shown.end())),
    async abort() {
      const closing = shown.abort()
      if (closing !== '' && io.stdout.errored === null) io.stdout.write(withHeader(closing))
    },
  }
}

/** A file of its own begins with headings, also when it resumes an earlier list; CSV has a byte order mark for Excel. */
function createFileOutput<T>(
  path: string,
  file: AtomicFile,
  columns: readonly Column<T>[],
  options: TextOptions,
): Output<T> {
  const shown = createFormat<T>(options.format, columns, { ...options, bom: true, hasHeadings: true })
  let isBegun = false
  const begin = (): string => {
    const header = isBegun ? '' : shown.header()
    isBegun = true
    return header
  }
  return {
    path,
    writeRows: (rows) => file.write(rows.length === 0 ? '' : begin() + shown.rows(rows)),
    async end() {
      await file.write(begin() + shown.end())
      await file.commit()
    },
    abort: () => file.discard(),
  }
}

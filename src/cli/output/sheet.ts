import type { Cell, SheetColumn } from '../../report/index.js'
import type { Language } from '../language.js'
import type { AtomicFile } from './atomic-file.js'
import type { Column } from './columns.js'
import type { Output } from './format.js'

const defaultWidth = 16

/** The columns of a sheet. */
export function sheetColumns<T>(columns: readonly Column<T>[], language: Language): SheetColumn[] {
  return columns.map(({ heading, sheetWidth = defaultWidth, sheetFormat }) => ({
    heading: heading[language],
    width: sheetWidth,
    format: sheetFormat,
  }))
}

/** The cells of a row: times and numbers where a column has them, else texts. */
export function sheetRow<T>(row: T, columns: readonly Column<T>[], language: Language, now?: number): Cell[] {
  return columns.map(
    (column) => column.value?.(row) ?? (column.value === undefined ? column.text(row, language, now) : null),
  )
}

/** Writes rows as an `.xlsx` file with one sheet. */
export async function createSheetOutput<T>(
  path: string,
  file: AtomicFile,
  columns: readonly Column<T>[],
  sheetName: string,
  language: Language,
  now: number,
): Promise<Output<T>> {
  const { createWorkbook } = await import('../../report/index.js')
  const workbook = createWorkbook([sheetName], (bytes) => file.write(bytes))
  const sheet = workbook.sheet(sheetName, sheetColumns(columns, language))
  return {
    path,
    writeRows: (rows) => sheet.writeRows(rows.map((row) => sheetRow(row, columns, language, now))),
    async end() {
      sheet.end()
      await workbook.end()
      await file.commit()
    },
    async abort() {
      workbook.abort()
      await file.discard()
    },
  }
}

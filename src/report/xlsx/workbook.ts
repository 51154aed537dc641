import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { ZipFile } from 'yazl'
import { type Cell, type CellFormat, columnLetters, renderCell } from './cells.js'
import { type SheetColumn as Heading, sheetEnd, sheetStart, type WrittenSheet, workbookParts } from './parts.js'

/** A column of a sheet. */
export interface SheetColumn extends Heading {
  readonly format?: CellFormat | undefined
}

/** Takes the rows of a sheet as they come. */
export interface SheetWriter {
  writeRows(rows: readonly (readonly Cell[])[]): Promise<void>
  end(): void
}

/** A workbook that is written piece by piece, so that its rows need not be in memory. */
export interface Workbook {
  /** Begins a sheet. Sheets are written one after the other, in the order of these calls. */
  sheet(name: string, columns: readonly SheetColumn[]): SheetWriter
  /** Resolves when everything is written. */
  end(): Promise<void>
  /** Stops; nothing is written afterwards. */
  abort(): void
}

/** Rows of a sheet with its heading, a limit of spreadsheets. */
const maxRows = 1_048_576

/**
 * @param names the sheets in the order of their tabs
 * @param write takes the bytes of the file
 */
export function createWorkbook(names: readonly string[], write: (bytes: Uint8Array) => Promise<void>): Workbook {
  const zip = new ZipFile()
  const written = new Map<string, WrittenSheet>()
  const streams: PassThrough[] = []

  const pump = async (): Promise<void> => {
    for await (const chunk of zip.outputStream) await write(chunk as Uint8Array)
  }
  const pumped = pump()
  const failed = new Promise<never>((_, reject) => pumped.catch(reject))
  // Each writer awaits it; without one, its rejection is reported by `end`.
  failed.catch(() => {})

  return {
    sheet(name, columns) {
      const number = names.indexOf(name) + 1
      const stream = new PassThrough()
      streams.push(stream)
      zip.addReadStream(stream, `xl/worksheets/sheet${number}.xml`)
      stream.write(sheetStart(columns, number === 1))
      let rowCount = 1
      return {
        async writeRows(rows) {
          if (rowCount + rows.length > maxRows)
            throw new Error(
              `a spreadsheet holds at most ${maxRows - 1} complaints; choose a shorter range, or write .csv`,
            )
          const text = rows.map((row) => {
            rowCount += 1
            return renderRow(row, rowCount, columns)
          })
          if (!stream.write(text.join(''))) await Promise.race([once(stream, 'drain'), failed])
        },
        end() {
          stream.end(sheetEnd(columns.length, rowCount))
          written.set(name, { name, columns: columns.length, rows: rowCount })
        },
      }
    },
    async end() {
      const sheets = names.flatMap((name) => written.get(name) ?? [])
      for (const [path, content] of Object.entries(workbookParts(sheets))) zip.addBuffer(Buffer.from(content), path)
      zip.end()
      await pumped
    },
    abort() {
      pumped.catch(() => {})
      for (const stream of streams)
        stream.destroy()
        // Typed as NodeJS.ReadableStream, which has no destroy().
      ;(zip.outputStream as PassThrough).destroy()
    },
  }
}

function renderRow(row: readonly Cell[], number: number, columns: readonly SheetColumn[]): string {
  const cells = row.map((cell, index) => renderCell(cell, `${columnLetters(index)}${number}`, columns[index]?.format))
  return `<row r="${number}">${cells.join('')}</row>`
}

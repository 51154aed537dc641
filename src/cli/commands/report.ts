import { extname } from 'node:path'
import type { ComplaintError, ComplaintQuery } from '../../index.js'
import type { Complaint } from '../../model.js'
import { maskComplaint } from '../../privacy/mask.js'
import type { Figures, ReportNotes, ReportOptions } from '../../report/index.js'
import { dayMs, parseInstant, startOfBeijingDay } from '../../time.js'
import { exitCodes, UsageError } from '../exit-codes.js'
import { buildQuery, createRowFilter, type FilterFlags, filterTexts, selectedAccounts } from '../filters.js'
import { formatError } from '../format-error.js'
import { type Io, writeNote } from '../io.js'
import { type Language, resolveLanguage } from '../language.js'
import { openClient } from '../open.js'
import { type AtomicFile, createAtomicFile } from '../output/atomic-file.js'
import { complaintColumns } from '../output/columns.js'
import { createProgress, type Progress } from '../output/progress.js'
import { sheetColumns, sheetRow } from '../output/sheet.js'
import { createAccountTotals } from '../output/totals.js'
import { shownPath } from '../text.js'

/** The table of an HTML report has no more rows: a browser stays fluid with them. */
export const maxTableRows = 10_000
const defaultPath = 'complaints-report.html'

export interface ReportFlags extends FilterFlags {
  readonly config?: string
  readonly output?: string
  readonly lang?: Language
  readonly showPhones: boolean
  readonly keepGoing: boolean
}

/** Writes a report of the complaints as an HTML file or a spreadsheet, whole or not at all. */
export async function report(flags: ReportFlags, io: Io): Promise<number> {
  const path = flags.output ?? defaultPath
  assertReportEnding(path)
  const language = resolveLanguage(flags.lang, io.env)
  const now = io.now()
  const isSelected = createRowFilter(flags, now)
  let progress: Progress | null = null
  const failures: string[] = []
  const client = await openClient(
    flags,
    io,
    (event) => progress?.onEvent(event),
    (error) => failures.push(formatError(error, language)),
  )
  const query: ComplaintQuery = { ...buildQuery(flags, client, now), order: 'newest' }
  const keys = selectedAccounts(query, client)
  const totals = createAccountTotals(keys)
  const pages = client
    .list(query, {
      signal: io.stop,
      ...(flags.keepGoing
        ? {
            onAccountError: (error: ComplaintError) => {
              failures.push(formatError(error, language))
              totals.markFailed(error)
              progress?.clear()
              writeNote(io, formatError(error, language))
            },
          }
        : {}),
    })
    .pages()
  progress = createProgress(io, null, language)
  const writer = await createReportFile(path, {
    ...rangeOf(query, now),
    now,
    accounts: client.accounts.filter(({ provider, account }) => keys.includes(`${provider}:${account}`)),
    showPhones: flags.showPhones,
    language,
    maxRows: maxTableRows,
  })
  try {
    for await (const page of pages) {
      const rows = page.items.filter(isSelected)
      await writer.add(rows)
      totals.add(rows)
      progress.addRows(rows.length)
    }
    await writer.end({ failures, filters: filterTexts(flags) })
  } catch (error) {
    await writer.abort()
    throw error
  } finally {
    progress.clear()
  }
  for (const line of totals.lines(language)) writeNote(io, line)
  writeNote(io, language === 'zh' ? `已写入 ${path}` : `written: ${path}`)
  return failures.length > 0 ? exitCodes.failed : exitCodes.done
}

/** A report that is being written. */
export interface ReportFile {
  add(complaints: readonly Complaint[]): Promise<void>
  end(notes?: ReportNotes): Promise<void>
  abort(): Promise<void>
}

/** @throws UsageError unless the ending is .html or .xlsx */
export function assertReportEnding(path: string): void {
  if (!['.html', '.htm', '.xlsx'].includes(extname(path).toLowerCase()))
    throw new UsageError({
      zh: `--output ${shownPath(path)} 必须以 .html 或 .xlsx 结尾`,
      en: `--output ${shownPath(path)} must end in .html or .xlsx`,
    })
}

/** Opens the file first, so that one that cannot be written fails before any request. */
export async function createReportFile(path: string, options: ReportOptions): Promise<ReportFile> {
  const file = await createAtomicFile(path)
  // Loaded here: no other command needs the libraries of reports.
  const { createFigures, createReportWorkbook, renderHtml } = await import('../../report/index.js')
  const isSheet = extname(path).toLowerCase() === '.xlsx'
  const figures = createFigures(isSheet ? { ...options, maxRows: 0 } : options)
  const content = isSheet
    ? sheetContent(options, file, createReportWorkbook)
    : {
        add: async () => {},
        end: (result: Figures, notes: ReportNotes) => file.write(renderHtml(result, notes)),
        abort: () => {},
      }
  return {
    async add(complaints) {
      for (const complaint of complaints) figures.add(complaint)
      await content.add(complaints)
    },
    async end(notes = {}) {
      await content.end(figures.figures(), notes)
      await file.commit()
    },
    async abort() {
      content.abort()
      await file.discard()
    },
  }
}

interface ReportContent {
  add(complaints: readonly Complaint[]): Promise<void>
  end(figures: Figures, notes: ReportNotes): Promise<void>
  abort(): void
}

function sheetContent(
  { language, now, showPhones }: ReportOptions,
  file: AtomicFile,
  createReportWorkbook: typeof import('../../report/index.js').createReportWorkbook,
): ReportContent {
  const workbook = createReportWorkbook(language, sheetColumns(complaintColumns, language), (bytes) =>
    file.write(bytes),
  )
  return {
    add: (complaints) =>
      workbook.writeRows(
        complaints.map((complaint) =>
          sheetRow(showPhones ? complaint : maskComplaint(complaint), complaintColumns, language, now),
        ),
      ),
    end: (figures, notes) => workbook.end(figures, notes),
    abort: () => workbook.abort(),
  }
}

/** The instants of a range; a day as its end is included. */
export function rangeOf({ from, to }: Pick<ComplaintQuery, 'from' | 'to'>, now: number): { from: number; to: number } {
  const instantOf = (text: string, dayEnd: number): number => {
    const day = startOfBeijingDay(text)
    return day === null ? (parseInstant(text)?.getTime() ?? now) : day + dayEnd
  }
  return { from: instantOf(String(from), 0), to: to === undefined ? now : instantOf(String(to), dayMs) }
}

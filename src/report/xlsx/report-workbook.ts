import type { LabelLanguage } from '../../labels/tables.js'
import { startOfBeijingDay } from '../../time.js'
import { type AccountFigures, type Figures, sum } from '../figures.js'
import { namesOf, states } from '../names.js'
import type { ReportNotes } from '../notes.js'
import { reportTexts } from '../texts.js'
import type { Cell } from './cells.js'
import { createWorkbook, type SheetColumn } from './workbook.js'

const hourMs = 3_600_000
/** Rows are rendered in pieces, so that a long sheet is not one text. */
const pieceRows = 1_000

/** The workbook of a report: the complaints are written as they come, the figures at the end. */
export interface ReportWorkbook {
  writeRows(rows: readonly (readonly Cell[])[]): Promise<void>
  end(figures: Figures, notes?: ReportNotes): Promise<void>
  abort(): void
}

/** @param columns of the complaints */
export function createReportWorkbook(
  language: LabelLanguage,
  columns: readonly SheetColumn[],
  write: (bytes: Uint8Array) => Promise<void>,
): ReportWorkbook {
  const texts = reportTexts[language]
  const { overview, daily, complaints, deadlines } = texts.sheets
  const workbook = createWorkbook([overview, daily, complaints, deadlines], write)
  const complaintSheet = workbook.sheet(complaints, columns)

  const addSheet = async (
    name: string,
    headings: readonly SheetColumn[],
    rows: readonly (readonly Cell[])[],
  ): Promise<void> => {
    const sheet = workbook.sheet(name, headings)
    for (let start = 0; start < rows.length; start += pieceRows)
      await sheet.writeRows(rows.slice(start, start + pieceRows))
    sheet.end()
  }

  return {
    writeRows: (rows) => complaintSheet.writeRows(rows),
    async end(figures, notes = {}) {
      complaintSheet.end()
      const names = namesOf(figures.options.accounts, language)
      await addSheet(overview, overviewColumns(language), overviewRows(figures, notes, language))
      await addSheet(
        daily,
        [
          { heading: texts.day, width: 12, format: 'day' },
          ...names.accounts.map((heading) => ({ heading, width: Math.max(14, heading.length + 6) })),
          { heading: texts.all, width: 12 },
        ],
        figures.days.map(({ day, counts }) => [new Date(startOfBeijingDay(day) ?? 0), ...counts, sum(counts)]),
      )
      await addSheet(deadlines, deadlineColumns(language), deadlineRows(figures, language))
      await workbook.end()
    },
    abort: () => workbook.abort(),
  }
}

function overviewColumns(language: LabelLanguage): SheetColumn[] {
  const texts = reportTexts[language]
  return [
    { heading: texts.figure, width: 32 },
    { heading: texts.provider, width: 14 },
    { heading: texts.account, width: 26 },
    { heading: texts.value, width: 22 },
  ]
}

/** One figure a row, of everything and of each account, so that filters find it. */
function overviewRows(
  figures: Figures,
  { failures = [], filters = [] }: ReportNotes,
  language: LabelLanguage,
): Cell[][] {
  const texts = reportTexts[language]
  const { options, medianCloseMs, comparison } = figures
  const names = namesOf(options.accounts, language)
  const countsOf = (of: AccountFigures, provider: string, account: string): Cell[][] => [
    [texts.total, provider, account, of.total],
    ...states.map((state) => [names.states[state], provider, account, of.states[state]]),
    [texts.overdue, provider, account, of.overdue],
    [texts.dueSoon, provider, account, of.dueSoon],
  ]
  const general = (figure: string, value: Cell): Cell[] => [figure, texts.all, texts.all, value]
  return [
    general(texts.from, new Date(options.from)),
    general(texts.to, new Date(options.to)),
    general(texts.made, new Date(options.now)),
    ...(filters.length === 0 ? [] : [general(texts.filters, filters.join(' '))]),
    ...failures.map((failure) => general(texts.failedAccount, failure)),
    ...countsOf(figures.all, texts.all, texts.all),
    general(texts.medianCloseHours, medianCloseMs === null ? null : Math.round(medianCloseMs / 360_000) / 10),
    ...(comparison === null
      ? [general(texts.noComparison, null)]
      : [
          general(texts.lastDay(comparison.day), comparison.count),
          general(texts.comparison[comparison.verdict](String(comparison.usual), comparison.days), comparison.usual),
        ]),
    ...figures.accounts.flatMap((of, index) =>
      countsOf(of, names.providers[index] ?? '', options.accounts[index]?.account ?? ''),
    ),
    ...figures.subjects.map(({ subject, count }) => general(`${texts.subject}${texts.colon}${subject}`, count)),
  ]
}

function deadlineColumns(language: LabelLanguage): SheetColumn[] {
  const texts = reportTexts[language]
  return [
    { heading: texts.remainingHours, width: 14, format: 'decimal' },
    { heading: texts.dueAt, width: 20 },
    { heading: texts.dueFor, width: 12 },
    { heading: texts.provider, width: 14 },
    { heading: texts.account, width: 24 },
    { heading: texts.id, width: 30 },
    { heading: texts.state, width: 12 },
    { heading: texts.createdAt, width: 20 },
    { heading: texts.subject, width: 22 },
    { heading: texts.phone, width: 16 },
    { heading: texts.detail, width: 60 },
  ]
}

function deadlineRows({ deadlines, options }: Figures, language: LabelLanguage): Cell[][] {
  const names = namesOf(options.accounts, language)
  return deadlines.map((row) => [
    row.dueAt === null ? null : (row.dueAt - options.now) / hourMs,
    row.dueAt === null ? null : new Date(row.dueAt),
    row.dueFor === null ? '' : names.deadlines[row.dueFor],
    names.providers[row.account] ?? '',
    options.accounts[row.account]?.account ?? '',
    row.id,
    names.states[row.state],
    new Date(row.createdAt),
    row.subject,
    row.phone,
    row.detail,
  ])
}

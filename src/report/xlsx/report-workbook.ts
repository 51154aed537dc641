import type { LabelLanguage } from '../../labels/tables.js'
import { startOfBeijingDay } from '../../time.js'
import { type AccountFigures, sum } from '../counts.js'
import type { Figures } from '../figures.js'
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
      await addSheet(overview, overviewColumns(figures, language), overviewRows(figures, notes, language))
      await addSheet(
        daily,
        [
          { heading: texts.day, width: 12, format: 'day' },
          ...names.accounts.map((heading) => ({ heading, width: Math.max(14, heading.length + 6) })),
          { heading: texts.all, width: 12 },
        ],
        figures.days.map(({ day, counts }) => [new Date(startOfBeijingDay(day) ?? 0), ...counts, sum(counts)]),
      )
      await addSheet(deadlines, deadlineColumns(figures, language), deadlineRows(figures, language))
      await workbook.end()
    },
    abort: () => workbook.abort(),
  }
}

/** The column of merchants is there when complaints are about merchants of their own. */
function merchantColumn({ merchants }: Figures, language: LabelLanguage): SheetColumn[] {
  return merchants.length === 0 ? [] : [{ heading: reportTexts[language].merchant, width: 18 }]
}

function overviewColumns(figures: Figures, language: LabelLanguage): SheetColumn[] {
  const texts = reportTexts[language]
  return [
    { heading: texts.figure, width: 32 },
    { heading: texts.provider, width: 14 },
    { heading: texts.account, width: 26 },
    ...merchantColumn(figures, language),
    { heading: texts.value, width: 22 },
  ]
}

/** One figure a row, of everything, of each account and of each merchant, so that filters find it. */
function overviewRows(
  figures: Figures,
  { failures = [], filters = [] }: ReportNotes,
  language: LabelLanguage,
): Cell[][] {
  const texts = reportTexts[language]
  const { options, medianCloseMs, comparison } = figures
  const names = namesOf(options.accounts, language)
  const hasMerchants = figures.merchants.length > 0
  const row = (figure: string, owner: Owner, value: Cell): Cell[] => [
    figure,
    owner.provider,
    owner.account,
    ...(hasMerchants ? [owner.merchant] : []),
    value,
  ]
  const countsOf = (of: AccountFigures, owner: Owner): Cell[][] => [
    row(texts.total, owner, of.total),
    ...states.map((state) => row(names.states[state], owner, of.states[state])),
    row(texts.overdue, owner, of.overdue),
    row(texts.dueSoon, owner, of.dueSoon),
  ]
  const everything: Owner = { provider: texts.all, account: texts.all, merchant: texts.all }
  const ownerOf = (index: number, merchant: string): Owner => ({
    provider: names.providers[index] ?? '',
    account: options.accounts[index]?.account ?? '',
    merchant,
  })
  const general = (figure: string, value: Cell): Cell[] => row(figure, everything, value)
  return [
    general(texts.from, new Date(options.from)),
    general(texts.to, new Date(options.to)),
    general(texts.made, new Date(options.now)),
    ...(filters.length === 0 ? [] : [general(texts.filters, filters.join(' '))]),
    ...failures.map((failure) => general(texts.failedAccount, failure)),
    ...countsOf(figures.all, everything),
    general(texts.medianCloseHours, medianCloseMs === null ? null : Math.round(medianCloseMs / 360_000) / 10),
    ...(comparison === null
      ? [general(texts.compared, texts.noComparison)]
      : [
          general(texts.lastFullDay, comparison.day),
          general(texts.lastFullDayCount, comparison.count),
          general(texts.usualCount(comparison.days), comparison.usual),
          general(texts.compared, texts.verdicts[comparison.verdict]),
        ]),
    ...figures.accounts.flatMap((of, index) => countsOf(of, ownerOf(index, texts.all))),
    ...figures.merchants.flatMap((of) => countsOf(of, ownerOf(of.account, of.merchant || texts.noMerchant))),
    ...figures.subjects.map(({ subject, count }) => general(`${texts.subject}${texts.colon}${subject}`, count)),
  ]
}

/** What a figure is of. */
interface Owner {
  readonly provider: string
  readonly account: string
  readonly merchant: string
}

function deadlineColumns(figures: Figures, language: LabelLanguage): SheetColumn[] {
  const texts = reportTexts[language]
  return [
    { heading: texts.remainingHours, width: 14, format: 'decimal' },
    { heading: texts.dueAt, width: 20 },
    { heading: texts.dueFor, width: 12 },
    { heading: texts.provider, width: 14 },
    { heading: texts.account, width: 24 },
    ...merchantColumn(figures, language),
    { heading: texts.id, width: 30 },
    { heading: texts.state, width: 12 },
    { heading: texts.createdAt, width: 20 },
    { heading: texts.subject, width: 22 },
    { heading: texts.phone, width: 16 },
    { heading: texts.detail, width: 60 },
  ]
}

function deadlineRows({ deadlines, merchants, options }: Figures, language: LabelLanguage): Cell[][] {
  const names = namesOf(options.accounts, language)
  return deadlines.map((row) => [
    row.dueAt === null ? null : (row.dueAt - options.now) / hourMs,
    row.dueAt === null ? null : new Date(row.dueAt),
    row.dueFor === null ? '' : names.deadlines[row.dueFor],
    names.providers[row.account] ?? '',
    options.accounts[row.account]?.account ?? '',
    ...(merchants.length === 0 ? [] : [row.merchant]),
    row.id,
    names.states[row.state],
    new Date(row.createdAt),
    row.subject,
    row.phone,
    row.detail,
  ])
}

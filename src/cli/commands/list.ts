import { type ComplaintClient, ComplaintError, type ComplaintQuery } from '../../index.js'
import { exitCodeOf, exitCodes } from '../exit-codes.js'
import { buildQuery, createRowFilter, type FilterFlags, selectedAccounts } from '../filters.js'
import { formatError } from '../format-error.js'
import { type Io, writeNote } from '../io.js'
import { type Language, resolveLanguage } from '../language.js'
import { openClient } from '../open.js'
import { complaintColumns, complaintSheet } from '../output/columns.js'
import { createOutput, type OutputOptions } from '../output/output.js'
import { createProgress, type Progress } from '../output/progress.js'
import { resolveTarget } from '../output/target.js'
import { createAccountTotals } from '../output/totals.js'
import { StopRequested } from '../stopped.js'

export interface ListFlags extends OutputOptions, FilterFlags {
  readonly config?: string
  readonly order?: 'arrival' | 'newest' | 'oldest'
  readonly limit?: number
  readonly cursor?: string
  readonly keepGoing: boolean
}

/** Lists complaints page by page. If the list ends early, prints how to resume without losing a row. */
export async function list(flags: ListFlags, io: Io): Promise<number> {
  let progress: Progress | null = null
  const language = resolveLanguage(flags.lang, io.env)
  const now = io.now()
  // A table is read by people, who look for what is new.
  const order = flags.order ?? (resolveTarget(flags).format === 'table' ? 'newest' : 'arrival')
  const isSelected = createRowFilter(flags, now)
  let failedAccounts = 0
  const client = await openClient(
    flags,
    io,
    (event) => progress?.onEvent(event),
    () => {
      failedAccounts += 1
    },
  )
  const query: ComplaintQuery = { ...buildQuery(flags, client, now), order }
  const totals = createAccountTotals(selectedAccounts(query, client))
  let reportedError: unknown
  let resumePoint: ResumePoint = { cursor: flags.cursor, isLast: false }
  const pages = client
    .list(query, {
      signal: io.stop,
      ...(flags.cursor === undefined ? {} : { cursor: flags.cursor }),
      ...(flags.keepGoing
        ? {
            onAccountError: (error: ComplaintError) => {
              failedAccounts += 1
              totals.markFailed(error)
              reportedError = error
              progress?.clear()
              writeNote(io, formatError(error, language))
            },
          }
        : {}),
    })
    .pages()
  const output = await createOutput(io, complaintColumns, flags, complaintSheet)
  progress = createProgress(io, flags.cursor === undefined ? countWindows(client, query) : null, language)
  let remaining = flags.limit ?? Number.POSITIVE_INFINITY
  try {
    for await (const page of pages) {
      const selected = page.items.filter(isSelected)
      const rows = selected.slice(0, remaining)
      progress.clear()
      await output.writeRows(rows)
      progress.addRows(rows.length)
      totals.add(rows)
      remaining -= rows.length
      // Resuming after a page that --limit cut would lose its remaining rows.
      if (rows.length === selected.length)
        resumePoint = { cursor: page.cursor ?? undefined, isLast: page.cursor === null }
      if (remaining === 0) break
    }
    progress.clear()
    await output.end()
  } catch (error) {
    progress.clear()
    await output.abort()
    const isReaderGone = error instanceof StopRequested && error.message === ''
    if (!isReaderGone) {
      if (error !== reportedError) writeNote(io, formatError(error, language))
      const cursor = (ComplaintError.isInstance(error) ? error.cursor : null) ?? resumePoint.cursor
      if (output.path === null) writeNote(io, texts.unfinished(resumeFlags(query, cursor), language))
      // Rows before the cursor are in no file.
      else writeNote(io, texts.fileUnchanged(output.path, language))
    }
    return exitCodeOf(error)
  }
  for (const line of totals.lines(language)) writeNote(io, line)
  if (output.path !== null) writeNote(io, texts.written(output.path, language))
  const isCut = remaining === 0 && !resumePoint.isLast
  if (isCut) writeNote(io, texts.limited(flags.limit ?? 0, resumeFlags(query, resumePoint.cursor), language))
  else if (failedAccounts > 0) writeNote(io, texts.unfinished(resumeFlags(query, resumePoint.cursor), language))
  return failedAccounts > 0 ? exitCodes.failed : exitCodes.done
}

/** The point up to which all rows were written. */
interface ResumePoint {
  readonly cursor: string | undefined
  /** All pages were written. */
  readonly isLast: boolean
}

/** Number of windows of the range; null if it cannot be planned, e.g. a range in the future. */
function countWindows(client: ComplaintClient, query: ComplaintQuery): number | null {
  try {
    return client.plan(query).length
  } catch {
    return null
  }
}

/** Absolute times: `--since` would mean another range tomorrow. */
function resumeFlags({ from, to, order }: ComplaintQuery, cursor: string | undefined): string {
  const range = `--from ${String(from)}${to === undefined ? '' : ` --to ${String(to)}`} --order ${order}`
  return cursor === undefined ? range : `${range} --cursor ${cursor}`
}

const texts = {
  unfinished: (flags: string, language: Language): string =>
    language === 'zh'
      ? `尚未列完；如需继续，请保留原有筛选条件并加上：${flags}`
      : `not finished; to resume, use the same filters with: ${flags}`,
  fileUnchanged: (path: string, language: Language): string =>
    language === 'zh'
      ? `没有写入 ${path}（原有文件保持不变）；请重新运行本命令`
      : `${path} was not written, and a file of that name is unchanged; run the command again`,
  written: (path: string, language: Language): string => (language === 'zh' ? `已写入 ${path}` : `written: ${path}`),
  limited: (limit: number, flags: string, language: Language): string =>
    language === 'zh'
      ? `已列出 ${limit} 条（--limit），之后可能还有；如需继续，请保留原有筛选条件并加上：${flags}`
      : `stopped after ${limit} rows (--limit); there may be more, with the same filters and: ${flags}`,
}

import { existsSync } from 'node:fs'
import { type ComplaintClient, ComplaintError, type ComplaintQuery } from '../../index.js'
import { exitCodeOf, exitCodes } from '../exit-codes.js'
import { buildQuery, createRowFilter, type FilterFlags, selectedAccounts } from '../filters.js'
import { formatError } from '../format-error.js'
import { type Io, writeNote } from '../io.js'
import { type Language, resolveLanguage, type Text } from '../language.js'
import { openClient } from '../open.js'
import { complaintColumns, complaintSheet } from '../output/columns.js'
import { createOutput, type OutputOptions } from '../output/output.js'
import { createProgress, type Progress } from '../output/progress.js'
import { resolveTarget } from '../output/target.js'
import { createAccountTotals } from '../output/totals.js'
import { assertOutputIsNew, createFreePaths, type Rest, restCommand } from '../resume.js'
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
  assertOutputIsNew(flags)
  const misconfigured: ComplaintError[] = []
  const failed: ComplaintError[] = []
  const client = await openClient(
    flags,
    io,
    (event) => progress?.onEvent(event),
    (error) => misconfigured.push(error),
  )
  const query: ComplaintQuery = { ...buildQuery(flags, client, now), order }
  const totals = createAccountTotals(selectedAccounts(query, client))
  let reportedError: unknown
  let resumePoint: ResumePoint = { cursor: flags.cursor, isLast: false }
  const pages = client
    .list(query, {
      signal: io.stop,
      cursor: flags.cursor,
      ...(flags.keepGoing
        ? {
            onAccountError: (error: ComplaintError) => {
              failed.push(error)
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
  let rowsAfterResumePoint = 0
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
      else rowsAfterResumePoint = rows.length
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
      const limit = Number.isFinite(remaining) ? remaining : undefined
      // Without a file, rows before the cursor are in none.
      if (output.path !== null) {
        writeNote(io, texts.notWritten(output.path, existsSync(output.path), language))
        if (isOfOneAccount(error, client, flags)) writeNote(io, texts.keepGoing[language])
      } else writeNote(io, texts.unfinished(restCommand(flags, query, { cursor, limit }), language))
    }
    return exitCodeOf(error)
  }
  for (const line of totals.lines(language)) writeNote(io, line)
  if (output.path !== null) writeNote(io, texts.written(output.path, language))
  const isCut = remaining === 0 && !resumePoint.isLast
  const { cursor } = resumePoint
  for (const line of restNotes(
    flags,
    query,
    { cursor, isCut, repeated: rowsAfterResumePoint, failed, misconfigured },
    language,
  ))
    writeNote(io, line)
  return failed.length + misconfigured.length > 0 ? exitCodes.failed : exitCodes.done
}

/** What a list that ended did not read. */
interface Unread {
  readonly cursor: string | undefined
  /** `--limit` was reached. */
  readonly isCut: boolean
  /** Rows that were listed after the cursor. */
  readonly repeated: number
  readonly failed: readonly ComplaintError[]
  readonly misconfigured: readonly ComplaintError[]
}

/** Commands for what was not read. With `--output`, each writes a file of its own. */
function restNotes(flags: ListFlags, query: ComplaintQuery, unread: Unread, language: Language): string[] {
  const { cursor, isCut, repeated, failed, misconfigured } = unread
  const freePath = flags.output === undefined ? () => undefined : createFreePaths(flags.output)
  const command = (rest: Rest): string => restCommand(flags, query, { ...rest, output: freePath() })
  const unfinished = (): string[] => {
    const { limit } = flags
    // With the same limit, a page that is longer than the limit would never be passed.
    if (isCut && limit !== undefined)
      return [texts.limited(limit, repeated, command({ cursor, limit: limit + repeated }), language)]
    if (failed.length === 0) return []
    // A cursor belongs to the accounts that were read: it is of no use once another account is repaired.
    const rests =
      misconfigured.length === 0
        ? [{ cursor }]
        : failed.map((error) => ({ cursor: error.cursor ?? undefined, accounts: namesOf([error]) }))
    return rests.map((rest) => texts.unfinished(command(rest), language))
  }
  const unreadNames = namesOf(misconfigured)
  const repaired = (): string => texts.misconfigured(unreadNames, command({ accounts: unreadNames }), language)
  return [...unfinished(), ...(unreadNames.length === 0 ? [] : [repaired()])]
}

/** Accounts as `provider:account`; without those that are not known. */
function namesOf(errors: readonly ComplaintError[]): string[] {
  return errors.flatMap(({ provider, account }) =>
    provider === null || account === null ? [] : `${provider}:${account}`,
  )
}

/** Whether the other accounts can be listed without the one that failed. */
function isOfOneAccount(error: unknown, { accounts }: ComplaintClient, { keepGoing }: ListFlags): boolean {
  return !keepGoing && accounts.length > 1 && ComplaintError.isInstance(error) && error.account !== null
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

const texts = {
  unfinished: (command: string, language: Language): string =>
    language === 'zh' ? `尚未列完；如需继续，请运行：${command}` : `not finished; to resume, run: ${command}`,
  misconfigured: (accounts: readonly string[], command: string, language: Language): string =>
    language === 'zh'
      ? `未读取 ${accounts.join('、')}：请修正配置后单独列出：${command}`
      : `${accounts.join(', ')} not read: repair the configuration, then list it alone: ${command}`,
  notWritten: (path: string, exists: boolean, language: Language): string =>
    language === 'zh'
      ? `没有写入 ${path}${exists ? '（原有文件保持不变）' : ''}；请处理上述错误后重新运行本命令`
      : `${path} was not written${exists ? ', and the file of that name is unchanged' : ''}; run the command again when the error above is mended`,
  keepGoing: {
    zh: '加上 --keep-going 可跳过出错的账号，写入其他账号的投诉',
    en: 'with --keep-going, the complaints of the other accounts are written',
  } satisfies Text,
  written: (path: string, language: Language): string => (language === 'zh' ? `已写入 ${path}` : `written: ${path}`),
  /** @param repeated how many of the listed rows come again, because a page was cut; then there are more */
  limited: (limit: number, repeated: number, command: string, language: Language): string => {
    const more =
      language === 'zh'
        ? repeated === 0
          ? '之后可能还有'
          : `之后还有（本次最后 ${repeated} 条会再次列出）`
        : repeated === 0
          ? 'there may be more'
          : `there are more, and the last ${repeated} of these come again`
    return language === 'zh'
      ? `已列出 ${limit} 条（--limit），${more}；如需继续，请运行：${command}`
      : `stopped after ${limit} rows (--limit); ${more}: ${command}`
  },
}

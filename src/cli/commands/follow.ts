import { sleep } from '../../async/abort.js'
import type { ChangeQuery, ComplaintChange, ComplaintChanges, ComplaintError } from '../../index.js'
import { maskComplaint } from '../../privacy/mask.js'
import { createDelayedStop } from '../delayed-stop.js'
import { exitCodes } from '../exit-codes.js'
import { type FilterFlags, selectAccounts, selectedAccounts } from '../filters.js'
import { formatError, untranslated } from '../format-error.js'
import { type Io, write, writeNote } from '../io.js'
import { type Language, resolveLanguage, type Text } from '../language.js'
import { openClient } from '../open.js'
import { changeColumns } from '../output/change-columns.js'
import { createFormat } from '../output/formats.js'
import { parseInterval, parseSpan, parseStart } from '../range.js'
import { runCommand } from '../run-command.js'
import { openStateFile } from '../state-file.js'
import { StopRequested } from '../stopped.js'
import { shownPath } from '../text.js'

export interface FollowFlags extends Pick<FilterFlags, 'account' | 'provider' | 'merchant' | 'dueWithin' | 'from'> {
  readonly config?: string
  readonly every?: string
  readonly stateFile?: string
  readonly format?: 'table' | 'ndjson'
  readonly once: boolean
  readonly exec?: string
  readonly showPhones: boolean
  readonly lang?: Language
}

const defaultReviewMs = 900_000

/** Prints what is new, what changed and what is due, until it is stopped; with `--once` of one pass. */
export async function follow(flags: FollowFlags, io: Io): Promise<number> {
  const language = resolveLanguage(flags.lang, io.env)
  const everyMs = parseInterval(flags.every ?? '1m', '--every')
  const dueWithinMs = flags.dueWithin === undefined ? undefined : parseSpan(flags.dueWithin, '--due-within')
  const client = await openClient(flags, io, (event) => {
    if (event.type === 'warning' && event.warning === 'changeStoreInvalid')
      writeNote(io, texts.garbage(event.message, language))
  })
  const { merchant, stateFile = 'complaints.state.json' } = flags
  const query: ChangeQuery = {
    accounts: selectAccounts(flags, client),
    merchant,
    from: flags.from === undefined ? undefined : parseStart(flags.from, io.now()),
  }
  const store = await openStateFile(stateFile)

  let failures = 0
  const onFailure = (error: ComplaintError): void => {
    failures += 1
    writeNote(io, formatError(error, language))
  }
  // A change in hand is finished before the feed ends, so that it does not come again.
  const feed = createDelayedStop(io.stop)
  const options = { store, signal: feed.signal, onAccountError: onFailure, onRowError: onFailure, dueWithinMs }
  const changes: ComplaintChanges = flags.once
    ? client.changes(query, options)
    : client.follow(query, { ...options, everyMs, reviewEveryMs: Math.max(defaultReviewMs, everyMs) })
  const counts = { created: 0, updated: 0, due: 0 }
  // The row of a change whose command ended is still written when the command line was stopped meanwhile.
  const writeRows = createRowWriter(flags, flags.exec === undefined ? io : { ...io, stop: feed.signal }, language)
  const handle = async (rows: readonly ComplaintChange[]): Promise<void> => {
    for (const row of rows) {
      if (flags.exec !== undefined) await runUntilHandled(flags.exec, row)
    }
    await writeRows(rows)
    for (const { kind } of rows) counts[kind] += 1
  }
  const runUntilHandled = async (command: string, row: ComplaintChange): Promise<void> => {
    for (;;) {
      const failure = await runCommand(command, `${JSON.stringify(row)}\n`, io)
      if (failure === null) return
      io.stop.throwIfAborted()
      const { provider, account, id } = row.complaint
      const name = `${provider}:${account}:${id}`
      if (flags.once) throw new StopRequested(texts.unhandled(failure, name), exitCodes.failed)
      writeNote(io, texts.repeated(failure, name, everyMs / 1000, language))
      await sleep(everyMs, io.stop)
    }
  }
  const mask = (change: ComplaintChange): ComplaintChange =>
    flags.showPhones ? change : { ...change, complaint: maskComplaint(change.complaint) }

  if (!flags.once)
    writeNote(io, texts.started(selectedAccounts(query, client).length, everyMs / 1000, shownPath(stateFile), language))
  try {
    // Each command has an end of its own; rows that arrive together are written together.
    if (flags.exec === undefined)
      for await (const batch of changes.batches()) await feed.during(() => handle(batch.map(mask)))
    else for await (const change of changes) await feed.during(() => handle([mask(change)]))
  } finally {
    feed.end()
  }
  writeNote(io, texts.finished(counts, language))
  return failures > 0 ? exitCodes.failed : exitCodes.done
}

/** Writes changes as they come: a table on a terminal, else one JSON object a line. */
function createRowWriter(
  flags: FollowFlags,
  io: Io,
  language: Language,
): (rows: readonly ComplaintChange[]) => Promise<void> {
  const isTerminal = io.stdout.isTTY === true
  const format = createFormat(flags.format ?? (isTerminal ? 'table' : 'ndjson'), changeColumns(io.now), {
    language,
    bom: false,
    excel: false,
    hasHeadings: true,
    terminalWidth: isTerminal ? io.stdout.columns : undefined,
  })
  return (rows) => write(io, format.rows(rows))
}

const texts = {
  started: (accounts: number, seconds: number, stateFile: string, language: Language): string =>
    language === 'zh'
      ? `正在跟踪 ${accounts} 个账号，每 ${seconds} 秒读取一次；已输出的内容记在 ${stateFile}；按 Ctrl-C 停止`
      : `following ${accounts} ${accounts === 1 ? 'account' : 'accounts'} every ${seconds} s; what was printed is kept in ${stateFile}; Ctrl-C stops`,
  finished: (
    { created, updated, due }: Readonly<Record<ComplaintChange['kind'], number>>,
    language: Language,
  ): string =>
    language === 'zh'
      ? `新投诉 ${created} 条，有变化 ${updated} 条，临近期限 ${due} 条`
      : `${created} created, ${updated} updated, ${due} due`,
  repeated: (failure: string, complaint: string, seconds: number, language: Language): string =>
    language === 'zh'
      ? `处理 ${complaint} 的命令失败（原文：${failure}），${seconds} 秒后重试`
      : `the command failed for ${complaint} (${failure}); it runs again in ${seconds} s`,
  unhandled: (failure: string, complaint: string): Text => ({
    zh: `处理 ${complaint} 的命令失败（原文：${failure}），下次运行时会再次收到这条变化`,
    en: `the command failed for ${complaint} (${failure}); the next run hands it this change again`,
  }),
  garbage: (message: string, language: Language): string =>
    untranslated('状态文件中有无法识别的内容', message, language),
}

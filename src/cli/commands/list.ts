import { type ComplaintClient, ComplaintError, type ComplaintQuery, type ComplaintState } from '../../index.js'
import { openClient } from '../config/open.js'
import { exitCodeOf, exitCodes, formatError } from '../exit-codes.js'
import { type Io, writeNote } from '../io.js'
import { complaintColumns } from '../output/columns.js'
import { createOutput, type OutputOptions } from '../output/output.js'
import { createProgress, type Progress } from '../output/progress.js'
import { parseRange } from '../range.js'
import { StopRequested } from '../stopped.js'

export interface ListFlags extends OutputOptions {
  readonly config?: string
  readonly since?: string
  readonly from?: string
  readonly to?: string
  readonly state?: readonly ComplaintState[]
  readonly account?: readonly string[]
  readonly merchant?: string
  readonly merchantOrderNo?: string
  readonly order?: 'arrival' | 'newest' | 'oldest'
  readonly limit?: number
  readonly cursor?: string
  readonly keepGoing: boolean
}

/** Lists complaints page by page. If the list ends early, prints how to resume without losing a row. */
export async function list(flags: ListFlags, io: Io): Promise<number> {
  let progress: Progress | null = null
  const client = await openClient(flags, io, (event) => progress?.onEvent(event))
  const query = buildQuery(flags, io.now())
  let failedAccounts = 0
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
              reportedError = error
              progress?.clear()
              writeNote(io, formatError(error))
            },
          }
        : {}),
    })
    .pages()
  progress = createProgress(io, flags.cursor === undefined ? countWindows(client, query) : null)
  const output = createOutput(io, complaintColumns, flags)
  let remaining = flags.limit ?? Number.POSITIVE_INFINITY
  try {
    for await (const page of pages) {
      const rows = page.items.slice(0, remaining)
      progress.clear()
      await output.writeRows(rows)
      progress.addRows(rows.length)
      remaining -= rows.length
      // Resuming after a page that --limit cut would lose its remaining rows.
      if (rows.length === page.items.length)
        resumePoint = { cursor: page.cursor ?? undefined, isLast: page.cursor === null }
      if (remaining === 0) break
    }
    progress.clear()
    await output.end()
  } catch (error) {
    progress.clear()
    output.abort()
    const isReaderGone = error instanceof StopRequested && error.message === ''
    if (!isReaderGone) {
      if (error !== reportedError) writeNote(io, formatError(error))
      writeResumeHint(io, query, (ComplaintError.isInstance(error) ? error.cursor : null) ?? resumePoint.cursor)
    }
    return exitCodeOf(error)
  }
  if (remaining === 0 && !resumePoint.isLast)
    writeNote(io, `stopped after ${flags.limit} rows (--limit); there may be more`)
  if (!resumePoint.isLast && (remaining === 0 || failedAccounts > 0)) writeResumeHint(io, query, resumePoint.cursor)
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

function buildQuery(flags: ListFlags, now: number): ComplaintQuery {
  const { state, account, merchant, merchantOrderNo, order } = flags
  return {
    ...parseRange(flags, now),
    ...(state === undefined ? {} : { state }),
    ...(account === undefined ? {} : { accounts: account }),
    ...(merchant === undefined ? {} : { merchant }),
    ...(merchantOrderNo === undefined ? {} : { merchantOrderNo }),
    ...(order === undefined ? {} : { order }),
  }
}

/** Prints absolute times: `--since` would mean another range tomorrow. */
function writeResumeHint(io: Io, { from, to }: ComplaintQuery, cursor: string | undefined): void {
  const range = `--from ${String(from)}${to === undefined ? '' : ` --to ${String(to)}`}`
  writeNote(
    io,
    `not finished; to resume, use the same filters with: ${range}${cursor === undefined ? '' : ` --cursor ${cursor}`}`,
  )
}

import { ComplaintError, type ComplaintQuery, type ComplaintState } from '../../index.js'
import { complaintColumns } from '../columns.js'
import { clientOf, loadConfiguration } from '../configuration.js'
import { exitCodeOf, exitCodes, messageOf } from '../exit-codes.js'
import { type Io, note, Stopped } from '../io.js'
import { createOutput, type OutputOptions } from '../output.js'
import { createProgress, type Progress } from '../progress.js'
import { rangeOf } from '../range.js'

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

/** Lists complaints page by page; whatever ends it early, the place from which nothing is lost is told. */
export async function list(flags: ListFlags, io: Io): Promise<number> {
  const configuration = await loadConfiguration(flags.config, io.env)
  let progress: Progress | null = null
  const client = clientOf(configuration, (event) => progress?.onEvent(event))
  const query = queryOf(flags, io.now())
  let failed = 0
  let cursor = flags.cursor
  const pages = client
    .list(query, {
      signal: io.stop,
      ...(cursor === undefined ? {} : { cursor }),
      ...(flags.keepGoing
        ? {
            onAccountError: (error: ComplaintError) => {
              failed += 1
              progress?.clear()
              note(io, messageOf(error))
            },
          }
        : {}),
    })
    .pages()
  progress = createProgress(io, client.plan(query).length)
  const output = createOutput(io, complaintColumns, flags)
  let left = flags.limit ?? Number.POSITIVE_INFINITY
  try {
    await output.begin()
    for await (const page of pages) {
      const rows = page.items.slice(0, left)
      await output.rows(rows)
      progress.rows(rows.length)
      left -= rows.length
      if (left === 0) break
      cursor = page.cursor ?? undefined
    }
    await output.end()
  } catch (error) {
    progress.clear()
    const isUnwanted = error instanceof Stopped && error.message === ''
    if (!isUnwanted) {
      note(io, messageOf(error))
      tellWhereToResume(io, query, ComplaintError.isInstance(error) ? (error.cursor ?? cursor) : cursor)
    }
    return exitCodeOf(error)
  }
  progress.clear()
  if (left === 0) note(io, `stopped after ${flags.limit} rows (--limit); there may be more`)
  return failed > 0 ? exitCodes.failed : exitCodes.done
}

function queryOf(flags: ListFlags, now: number): ComplaintQuery {
  const { state, account, merchant, merchantOrderNo, order } = flags
  return {
    ...rangeOf(flags, now),
    ...(state === undefined ? {} : { state }),
    ...(account === undefined ? {} : { accounts: account }),
    ...(merchant === undefined ? {} : { merchant }),
    ...(merchantOrderNo === undefined ? {} : { merchantOrderNo }),
    ...(order === undefined ? {} : { order }),
  }
}

/** A span counted back from now would be another one tomorrow: the range is told as it was. */
function tellWhereToResume(io: Io, { from, to }: ComplaintQuery, cursor: string | undefined): void {
  const range = `--from ${String(from)}${to === undefined ? '' : ` --to ${String(to)}`}`
  note(
    io,
    `not finished; the rest, with the same filters: ${range}${cursor === undefined ? '' : ` --cursor ${cursor}`}`,
  )
}

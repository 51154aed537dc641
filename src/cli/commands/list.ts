import { type ComplaintClient, ComplaintError, type ComplaintQuery, type ComplaintState } from '../../index.js'
import { openClient } from '../config/open.js'
import { exitCodeOf, exitCodes, messageOf } from '../exit-codes.js'
import { type Io, note } from '../io.js'
import { complaintColumns } from '../output/columns.js'
import { createOutput, type OutputOptions } from '../output/output.js'
import { createProgress, type Progress } from '../output/progress.js'
import { rangeOf } from '../range.js'
import { Stopped } from '../stopped.js'

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
  let progress: Progress | null = null
  const client = await openClient(flags, io, (event) => progress?.onEvent(event))
  const query = queryOf(flags, io.now())
  let failed = 0
  let told: unknown
  let place: Place = { cursor: flags.cursor, isLast: false }
  const pages = client
    .list(query, {
      signal: io.stop,
      ...(flags.cursor === undefined ? {} : { cursor: flags.cursor }),
      ...(flags.keepGoing
        ? {
            onAccountError: (error: ComplaintError) => {
              failed += 1
              told = error
              progress?.clear()
              note(io, messageOf(error))
            },
          }
        : {}),
    })
    .pages()
  progress = createProgress(io, flags.cursor === undefined ? windowsOf(client, query) : null)
  const output = createOutput(io, complaintColumns, flags)
  let left = flags.limit ?? Number.POSITIVE_INFINITY
  try {
    for await (const page of pages) {
      const rows = page.items.slice(0, left)
      progress.clear()
      await output.rows(rows)
      progress.rows(rows.length)
      left -= rows.length
      // Of a page that was cut, the rest would be lost after it.
      if (rows.length === page.items.length) place = { cursor: page.cursor ?? undefined, isLast: page.cursor === null }
      if (left === 0) break
    }
    progress.clear()
    await output.end()
  } catch (error) {
    progress.clear()
    output.breakOff()
    const isUnwanted = error instanceof Stopped && error.message === ''
    if (!isUnwanted) {
      if (error !== told) note(io, messageOf(error))
      tellWhereToResume(io, query, (ComplaintError.isInstance(error) ? error.cursor : null) ?? place.cursor)
    }
    return exitCodeOf(error)
  }
  if (left === 0 && !place.isLast) note(io, `stopped after ${flags.limit} rows (--limit); there may be more`)
  if (!place.isLast && (left === 0 || failed > 0)) tellWhereToResume(io, query, place.cursor)
  return failed > 0 ? exitCodes.failed : exitCodes.done
}

/** Up to where everything was written. */
interface Place {
  readonly cursor: string | undefined
  /** Nothing is left. */
  readonly isLast: boolean
}

/** Null for a range without windows: one that lies in the future. */
function windowsOf(client: ComplaintClient, query: ComplaintQuery): number | null {
  try {
    return client.plan(query).length
  } catch {
    return null
  }
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

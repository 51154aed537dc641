import type { HistoryEntry } from '../../index.js'
import { exitCodes } from '../exit-codes.js'
import type { Io } from '../io.js'
import { openClient } from '../open.js'
import { historyColumns, historySheet } from '../output/columns.js'
import { createOutput, type OutputOptions } from '../output/output.js'
import { parseReference } from '../reference.js'

export interface HistoryFlags extends OutputOptions {
  readonly config?: string
}

/** Prints the history of one complaint. A table waits for all entries, because they decide its column widths. */
export async function history(reference: string, flags: HistoryFlags, io: Io): Promise<number> {
  // Another account that is misconfigured does not matter.
  const client = await openClient({ ...flags, keepGoing: true }, io)
  const entries = client.history(parseReference(reference, client.accounts), { signal: io.stop })
  const output = await createOutput(io, historyColumns, flags, historySheet)
  const tableRows: HistoryEntry[] = []
  try {
    for await (const entry of entries) {
      if (output.path === null && (flags.format ?? 'table') === 'table') tableRows.push(entry)
      else await output.writeRows([entry])
    }
  } catch (error) {
    if (!io.stop.aborted) await output.writeRows(tableRows)
    await output.abort()
    throw error
  }
  await output.writeRows(tableRows)
  await output.end()
  return exitCodes.done
}

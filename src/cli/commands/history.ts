import type { HistoryEntry } from '../../index.js'
import { openClient } from '../config/open.js'
import { exitCodes } from '../exit-codes.js'
import type { Io } from '../io.js'
import { historyColumns } from '../output/columns.js'
import { createOutput, type OutputOptions } from '../output/output.js'
import { referenceOf } from '../reference.js'

export interface HistoryFlags extends OutputOptions {
  readonly config?: string
}

/** What was said and done about one complaint, as it comes; in a table, whose columns must fit, all at once. */
export async function history(reference: string, flags: HistoryFlags, io: Io): Promise<number> {
  const client = await openClient(flags, io)
  const output = createOutput(io, historyColumns, flags)
  const entries = client.history(referenceOf(reference, client.accounts), { signal: io.stop })
  const held: HistoryEntry[] = []
  try {
    for await (const entry of entries) {
      if (flags.format === 'table') held.push(entry)
      else await output.rows([entry])
    }
  } catch (error) {
    if (!io.stop.aborted) await output.rows(held)
    output.breakOff()
    throw error
  }
  await output.rows(held)
  await output.end()
  return exitCodes.done
}

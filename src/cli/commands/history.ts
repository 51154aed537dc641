import { historyColumns } from '../columns.js'
import { clientOf, loadConfiguration } from '../configuration.js'
import { exitCodes } from '../exit-codes.js'
import type { Io } from '../io.js'
import { createOutput, type OutputOptions } from '../output.js'
import { referenceOf } from '../reference.js'

export interface HistoryFlags extends OutputOptions {
  readonly config?: string
}

/** What was said and done about one complaint, as it comes. */
export async function history(reference: string, flags: HistoryFlags, io: Io): Promise<number> {
  const client = clientOf(await loadConfiguration(flags.config, io.env))
  const output = createOutput(io, historyColumns, flags)
  await output.begin()
  for await (const entry of client.history(referenceOf(reference, client.accounts), { signal: io.stop }))
    await output.rows([entry])
  await output.end()
  return exitCodes.done
}

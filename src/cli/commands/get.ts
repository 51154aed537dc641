import { maskComplaint } from '../../privacy/mask.js'
import { exitCodes } from '../exit-codes.js'
import { type Io, write } from '../io.js'
import { resolveLanguage } from '../language.js'
import { openClient } from '../open.js'
import { complaintColumns, complaintSheet } from '../output/columns.js'
import { createOutput, type OutputOptions } from '../output/output.js'
import { displayWidth, fitCells } from '../output/width.js'
import { parseReference } from '../reference.js'
import { oneLine } from '../text.js'

export interface GetFlags extends OutputOptions {
  readonly config?: string
}

/** Prints the current state of one complaint. The table format prints one field per line. */
export async function get(reference: string, flags: GetFlags, io: Io): Promise<number> {
  // Another account that is misconfigured does not matter.
  const client = await openClient({ ...flags, keepGoing: true }, io)
  const complaint = await client.get(parseReference(reference, client.accounts), { signal: io.stop })
  if (flags.output !== undefined || (flags.format ?? 'table') !== 'table') {
    const output = await createOutput(io, complaintColumns, flags, complaintSheet)
    await output.writeRows([complaint])
    await output.end()
    return exitCodes.done
  }
  const language = resolveLanguage(flags.lang, io.env)
  const masked = flags.showPhones ? complaint : maskComplaint(complaint)
  const headings = complaintColumns.map(({ heading }) => heading[language])
  const width = Math.max(...headings.map(displayWidth))
  const lines = complaintColumns.map((column, index) => {
    return `${fitCells(headings[index] ?? '', width)}  ${oneLine(column.text(masked, language, io.now())) || '-'}\n`
  })
  await write(io, lines.join(''))
  return exitCodes.done
}

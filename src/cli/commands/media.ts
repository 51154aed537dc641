import { open, rm } from 'node:fs/promises'
import { openClient } from '../config/open.js'
import { exitCodes, UsageError } from '../exit-codes.js'
import { type Io, write, writeNote } from '../io.js'
import { parseReference } from '../reference.js'

export interface MediaFlags {
  readonly config?: string
  readonly output?: string
}

/** One image or file, to a file that is not there yet, or to whatever reads stdout. */
export async function media(reference: string, url: string, flags: MediaFlags, io: Io): Promise<number> {
  if (flags.output === undefined && io.stdout.isTTY === true)
    throw new UsageError(
      'an image is nothing for a terminal: give --output <file>, or send stdout to a file or program',
    )
  const client = await openClient(flags, io)
  const { bytes, contentType } = await client.media(parseReference(reference, client.accounts), url, {
    signal: io.stop,
  })
  if (flags.output === undefined) {
    await write(io, bytes)
    return exitCodes.done
  }
  const file = await open(flags.output, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw new UsageError(`${flags.output} is there already; it is left as it is`)
    throw error
  })
  try {
    await file.writeFile(bytes)
  } catch (error) {
    // Half an image would stand in the way of the next try.
    await rm(flags.output, { force: true })
    throw error
  } finally {
    await file.close()
  }
  writeNote(io, `${flags.output}: ${bytes.length} bytes, ${contentType ?? 'of unknown type'}`)
  return exitCodes.done
}

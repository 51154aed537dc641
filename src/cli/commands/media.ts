import { open, rm } from 'node:fs/promises'
import { exitCodes, UsageError } from '../exit-codes.js'
import { type Io, write, writeNote } from '../io.js'
import { resolveLanguage } from '../language.js'
import { openClient } from '../open.js'
import { parseReference } from '../reference.js'

export interface MediaFlags {
  readonly config?: string
  readonly output?: string
  readonly lang?: string
}

/** Downloads one image or file, to a new file or to stdout. */
export async function media(reference: string, url: string, flags: MediaFlags, io: Io): Promise<number> {
  if (flags.output === undefined && io.stdout.isTTY === true)
    throw new UsageError({
      zh: '不能把文件输出到终端，请使用 --output <文件>，或重定向标准输出',
      en: 'cannot print a file to a terminal: use --output <file>, or redirect stdout',
    })
  // Another account that is misconfigured does not matter.
  const client = await openClient({ ...flags, keepGoing: true }, io)
  const { bytes, contentType } = await client.media(parseReference(reference, client.accounts), url, {
    signal: io.stop,
  })
  if (flags.output === undefined) {
    await write(io, bytes)
    return exitCodes.done
  }
  const file = await open(flags.output, 'wx').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST')
      throw new UsageError({
        zh: `${flags.output} 已存在，未作改动`,
        en: `${flags.output} already exists and was not changed`,
      })
    throw error
  })
  try {
    await file.writeFile(bytes)
  } catch (error) {
    // A partial file would make a retry fail, because files are never overwritten.
    await rm(flags.output, { force: true })
    throw error
  } finally {
    await file.close()
  }
  const written = {
    zh: `${flags.output}：${bytes.length} 字节，${contentType ?? '类型未知'}`,
    en: `${flags.output}: ${bytes.length} bytes, ${contentType ?? 'unknown type'}`,
  }
  writeNote(io, written[resolveLanguage(flags.lang, io.env)])
  return exitCodes.done
}

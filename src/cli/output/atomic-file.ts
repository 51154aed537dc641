import { rmSync } from 'node:fs'
import { open, realpath, rename, stat } from 'node:fs/promises'
import { UsageError, WriteError } from '../exit-codes.js'
import { shownPath } from '../text.js'

/** A file that appears whole or not at all: it is written beside its name, and renamed when it is complete. */
export interface AtomicFile {
  write(data: string | Uint8Array): Promise<void>
  /** Flushes the data to disk and replaces the file of that name. */
  commit(): Promise<void>
  /** Removes what was written. A file that had the name before stays. */
  discard(): Promise<void>
}

/**
 * Opens the file beside `path`, so that a folder that is absent or not writable fails before any request.
 * A link stays: the file that it leads to is replaced.
 * @throws UsageError when `path` is a folder, a device or a pipe
 */
export async function createAtomicFile(path: string): Promise<AtomicFile> {
  const old = await stat(path).catch(() => null)
  if (old?.isDirectory() === true)
    throw new UsageError({
      zh: `--output ${shownPath(path)} 是目录，请指定其中的文件名`,
      en: `--output ${shownPath(path)} is a folder; name a file in it`,
    })
  // A rename would put an ordinary file in place of the device or pipe.
  if (old?.isFile() === false)
    throw new UsageError({
      zh: `--output ${shownPath(path)} 是设备或管道，请指定普通文件；输出到 stdout 时不要使用 --output`,
      en: `--output ${shownPath(path)} is a device or a pipe; name an ordinary file, or write to stdout without --output`,
    })
  const target = old === null ? path : await realpath(path)
  const temporary = `${target}.${process.pid}.part`
  const handle = await open(temporary, 'w').catch((error) => {
    throw cannotWrite(path, error)
  })
  // A second signal exits at once.
  const remove = (): void => rmSync(temporary, { force: true })
  process.once('exit', remove)
  const close = async (): Promise<void> => {
    process.off('exit', remove)
    await handle.close().catch(() => {})
  }
  return {
    async write(data) {
      if (data.length === 0) return
      await handle.appendFile(data).catch((error) => {
        throw cannotWrite(path, error)
      })
    },
    async commit() {
      try {
        await handle.sync()
        await close()
        await rename(temporary, target)
      } catch (error) {
        remove()
        throw cannotWrite(path, error as NodeJS.ErrnoException)
      }
    },
    async discard() {
      await close()
      remove()
    },
  }
}

function cannotWrite(path: string, error: NodeJS.ErrnoException): WriteError {
  const { code } = error
  const original = `cannot write ${shownPath(path)} (${code ?? 'unknown error'})`
  const isLocked = code === 'EBUSY' || code === 'EPERM' || code === 'EACCES'
  return new WriteError(
    {
      zh: `无法写入 ${shownPath(path)}${isLocked ? '，请确认它没有被其他程序（例如 Excel）打开，并且所在目录可写' : ''}（原文：${original}）`,
      en: `${original}${isLocked ? '; check that it is not open in another program, such as Excel, and that its folder is writable' : ''}`,
    },
    error,
  )
}

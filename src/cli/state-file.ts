import { constants } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { isMarkKey } from '../following/keys.js'
import type { ChangeStore } from '../index.js'
import { UsageError } from './exit-codes.js'
import { createAtomicFile } from './output/atomic-file.js'
import { shownPath } from './text.js'

const keyPrefix = 'unified-complaints:'

/**
 * The store of `follow` in one JSON file, which is replaced as a whole. For one process. Marks of handled changes are
 * appended to it as lines `[key, value]`, without a flush to disk: the end of the process loses none of them, that of the
 * machine may, and then the batch in hand is delivered again.
 * @throws UsageError when the file is not a state file, so that no other file is overwritten
 */
export async function openStateFile(path: string): Promise<ChangeStore> {
  const values = await readValues(path)
  // A folder that is not writable fails before any request.
  await (await createAtomicFile(path)).discard()

  let lastWrite: Promise<void> = Promise.resolve()
  let nextSave: Promise<void> | null = null
  /** Lines may be appended: the file is one that this process wrote, and ends with a whole line. */
  let isOwn = false
  const write = async (): Promise<void> => {
    nextSave = null
    isOwn = false
    const file = await createAtomicFile(path)
    try {
      const entries = [...values].map(([key, value]) => `${JSON.stringify(key)}:${value}`)
      await file.write(`{${entries.join(',\n')}}\n`)
    } catch (error) {
      await file.discard()
      throw error
    }
    await file.commit()
    isOwn = true
  }
  // Changes that arrive while the file is being written are written together.
  const save = (): Promise<void> => {
    nextSave ??= lastWrite = lastWrite.catch(() => {}).then(write)
    return nextSave
  }
  const append = (key: string, value: string): Promise<void> => {
    if (nextSave !== null) return nextSave
    lastWrite = lastWrite
      .catch(() => {})
      .then(async () => {
        if (isOwn && (await appendLine(path, `[${JSON.stringify(key)},${value}]\n`))) return
        await write()
      })
    return lastWrite
  }

  return {
    get: (key) => {
      const value = values.get(key)
      return value === undefined ? null : JSON.parse(value)
    },
    set(key, value) {
      const text = JSON.stringify(value)
      values.set(key, text)
      return isMarkKey(key) ? append(key, text) : save()
    },
    async delete(key) {
      // A mark leaves the file with the next value: the mark of a batch that has ended says nothing.
      if (values.delete(key) && !isMarkKey(key)) await save()
    },
  }
}

/** @returns false: the line is not in the file, or only a part of it */
async function appendLine(path: string, line: string): Promise<boolean> {
  try {
    // A file that was removed meanwhile is written as a whole.
    const file = await open(path, constants.O_WRONLY | constants.O_APPEND)
    try {
      return (await file.write(line)).bytesWritten === Buffer.byteLength(line)
    } finally {
      await file.close()
    }
  } catch {
    return false
  }
}

/** Values by key, as JSON text. */
async function readValues(path: string): Promise<Map<string, string>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}'
    throw notAStateFile(path, error.code ?? error.message)
  })
  const start = text.indexOf('\n[')
  const object = parse(start < 0 ? text : text.slice(0, start))
  if (!isObject(object) || Object.keys(object).some((key) => !key.startsWith(keyPrefix)))
    throw notAStateFile(path, 'its content is not the state of follow')
  const values = new Map(Object.entries(object).map(([key, value]) => [key, JSON.stringify(value)]))
  for (const line of start < 0 ? [] : text.slice(start + 1).split('\n')) {
    const pair = parse(line)
    // The line that was being appended when the process ended.
    if (!Array.isArray(pair) || typeof pair[0] !== 'string' || !pair[0].startsWith(keyPrefix)) break
    values.set(pair[0], JSON.stringify(pair[1]))
  }
  return values
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function notAStateFile(path: string, reason: string): UsageError {
  return new UsageError({
    zh: `--state-file ${shownPath(path)} 不是 follow 的状态文件（原文：${reason}）；请指定其他文件，或删除该文件后重新开始`,
    en: `--state-file ${shownPath(path)} is not a state file of follow (${reason}); name another file, or delete it to start afresh`,
  })
}

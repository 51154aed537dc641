import { readFile } from 'node:fs/promises'
import type { ChangeStore } from '../index.js'
import { UsageError } from './exit-codes.js'
import { createAtomicFile } from './output/atomic-file.js'
import { shownPath } from './text.js'

const keyPrefix = 'unified-complaints:'

/**
 * The store of `follow` in one JSON file, which is replaced as a whole by every change. For one process.
 * @throws UsageError when the file is not a state file, so that no other file is overwritten
 */
export async function openStateFile(path: string): Promise<ChangeStore> {
  const values = new Map(Object.entries(await readValues(path)).map(([key, value]) => [key, JSON.stringify(value)]))
  // A folder that is not writable fails before any request.
  await (await createAtomicFile(path)).discard()

  let lastSave: Promise<void> = Promise.resolve()
  let nextSave: Promise<void> | null = null
  const write = async (): Promise<void> => {
    nextSave = null
    const file = await createAtomicFile(path)
    try {
      const entries = [...values].map(([key, value]) => `${JSON.stringify(key)}:${value}`)
      await file.write(`{${entries.join(',\n')}}\n`)
    } catch (error) {
      await file.discard()
      throw error
    }
    await file.commit()
  }
  // Changes that arrive while the file is being written are written together.
  const save = (): Promise<void> => {
    nextSave ??= lastSave = lastSave.catch(() => {}).then(write)
    return nextSave
  }

  return {
    get: (key) => {
      const value = values.get(key)
      return value === undefined ? null : JSON.parse(value)
    },
    set(key, value) {
      values.set(key, JSON.stringify(value))
      return save()
    },
    async delete(key) {
      if (values.delete(key)) await save()
    },
  }
}

async function readValues(path: string): Promise<object> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}'
    throw notAStateFile(path, error.code ?? 'unknown error')
  })
  const values = parseObject(text)
  if (values === null || Object.keys(values).some((key) => !key.startsWith(keyPrefix)))
    throw notAStateFile(path, 'its content is not the state of follow')
  return values
}

function parseObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}

function notAStateFile(path: string, reason: string): UsageError {
  return new UsageError({
    zh: `--state-file ${shownPath(path)} 不是 follow 的状态文件（原文：${reason}）；请指定其他文件，或删除该文件后重新开始`,
    en: `--state-file ${shownPath(path)} is not a state file of follow (${reason}); name another file, or delete it to start afresh`,
  })
}

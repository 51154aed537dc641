import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { openStateFile } from '../../../src/cli/state-file.js'

const folder = mkdtempSync(join(tmpdir(), 'unified-complaints-state-file-'))
const path = join(folder, 'state.json')
const [day, mark] = [
  'unified-complaints:changes:wechatpay:a:2026-11-30',
  'unified-complaints:changes:wechatpay:a:in-hand-handled',
]
const stored = { v: 1, complaints: 'x'.repeat(500) }

beforeEach(() => rmSync(path, { force: true }))
afterAll(() => rmSync(folder, { recursive: true }))

/** What a later process reads. */
const reopened = async (key: string): Promise<unknown> => (await openStateFile(path)).get(key)

describe('the state file', () => {
  it('is replaced as a whole by a value, and marks are appended to it', async () => {
    const store = await openStateFile(path)
    await store.set(day, stored)
    const { ino } = statSync(path)
    for (let handled = 1; handled <= 100; handled += 1) await store.set(mark, { handled })
    expect(statSync(path).ino).toBe(ino)
    expect(await reopened(mark)).toEqual({ handled: 100 })
    expect(await reopened(day)).toEqual(stored)
    await store.set(day, { ...stored, v: 2 })
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ [day]: { ...stored, v: 2 }, [mark]: { handled: 100 } })
    await store.delete(mark)
    await store.delete(day)
    expect(readFileSync(path, 'utf8')).toBe('{}\n')
  })

  it('whose last line was cut by the end of the process has what stands before it', async () => {
    const store = await openStateFile(path)
    await store.set(day, stored)
    await store.set(mark, { handled: 1 })
    await store.set(mark, { handled: 2 })
    const text = readFileSync(path, 'utf8')
    for (const cut of [1, 2, 5, 20]) {
      writeFileSync(path, text.slice(0, -cut))
      expect(await reopened(mark)).toEqual({ handled: cut === 1 ? 2 : 1 })
      expect(await reopened(day)).toEqual(stored)
    }
    // Zeros, as a crash of the machine may leave them.
    writeFileSync(path, text)
    appendFileSync(path, '\0'.repeat(40))
    expect(await reopened(mark)).toEqual({ handled: 2 })
    // A process that finds such a file writes it anew before it appends.
    const next = await openStateFile(path)
    await next.set(mark, { handled: 3 })
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ [day]: stored, [mark]: { handled: 3 } })
  })

  it('that was removed meanwhile is written as a whole', async () => {
    const store = await openStateFile(path)
    await store.set(day, stored)
    rmSync(path)
    await store.set(mark, { handled: 1 })
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ [day]: stored, [mark]: { handled: 1 } })
  })

  it('keeps the order of values that are stored at the same time', async () => {
    const store = await openStateFile(path)
    await Promise.all([store.set(day, stored), store.set(mark, { handled: 1 }), store.set(mark, { handled: 2 })])
    await Promise.all([
      store.set(mark, { handled: 3 }),
      store.set(day, { ...stored, v: 3 }),
      store.set(mark, { handled: 4 }),
    ])
    expect([await reopened(mark), await reopened(day)]).toEqual([{ handled: 4 }, { ...stored, v: 3 }])
  })
})

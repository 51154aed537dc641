import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAtomicFile } from '../../../../src/cli/output/atomic-file.js'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unified-complaints-file-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a file that appears whole or not at all', () => {
  it('replaces an old file on commit, and leaves nothing else', async () => {
    const path = join(folder, 'a.csv')
    writeFileSync(path, 'old')
    const file = await createAtomicFile(path)
    await file.write('new ')
    await file.write(Buffer.from('rows'))
    expect(readFileSync(path, 'utf8')).toBe('old')
    await file.commit()
    expect(readFileSync(path, 'utf8')).toBe('new rows')
    expect(readdirSync(folder)).toEqual(['a.csv'])
  })

  it('leaves an old file unchanged on discard', async () => {
    const path = join(folder, 'a.csv')
    writeFileSync(path, 'old')
    const file = await createAtomicFile(path)
    await file.write('new')
    await file.discard()
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['a.csv'])
  })

  it('says at once that a folder is absent, or that the name is a folder', async () => {
    await expect(createAtomicFile(join(folder, 'nowhere', 'a.csv'))).rejects.toThrow(/cannot write .*a\.csv \(ENOENT\)/)
    await expect(createAtomicFile(folder)).rejects.toThrow(/is a folder; name a file in it/)
  })
})

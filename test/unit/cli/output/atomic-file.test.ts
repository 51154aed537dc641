import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
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

  it('refuses a device, which a rename would replace', async () => {
    await expect(createAtomicFile('/dev/tty')).rejects.toThrow(/is a device or a pipe; name an ordinary file/)
  })

  it('replaces the file that a link leads to, and leaves the link', async () => {
    writeFileSync(join(folder, 'a.csv'), 'old')
    symlinkSync(join(folder, 'a.csv'), join(folder, 'link.csv'))
    const file = await createAtomicFile(join(folder, 'link.csv'))
    await file.write('new')
    await file.commit()
    expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toBe('new')
    expect(lstatSync(join(folder, 'link.csv')).isSymbolicLink()).toBe(true)
  })

  it('says at once that a folder is absent, or that the name is a folder', async () => {
    await expect(createAtomicFile(join(folder, 'nowhere', 'a.csv'))).rejects.toThrow(/cannot write .*a\.csv \(ENOENT\)/)
    await expect(createAtomicFile(folder)).rejects.toThrow(/is a folder; name a file in it/)
  })
})

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { providerNames } from '../../../src/index.js'

/** Rows that users read, and the objects in them, take further fields; interfaces of envelopes do not. */
const further = '[field: string]: unknown'

it.each(providerNames)('every field of the rows of %s says what it is', (provider) => {
  // One folder holds both products of Alipay.
  const source = readFileSync(`src/providers/${provider.replace(/-.*/, '')}/wire.ts`, 'utf8')
  const rows = source.split(/^export interface /m).map((text) => text.slice(0, text.indexOf('\n}\n')))
  const lines = rows.filter((row) => row.includes(further)).flatMap((row) => row.split('\n'))
  const bare = lines.filter((line, index) => /^ +\w+\??: /.test(line) && !lines[index - 1]?.endsWith('*/'))
  expect(lines.length).toBeGreaterThan(20)
  expect(bare).toEqual([])
})

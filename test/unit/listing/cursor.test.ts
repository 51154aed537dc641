import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QueryError } from '../../../src/errors.js'
import type { ListCheckpoint, WindowCheckpoint } from '../../../src/listing/checkpoint.js'
import { decodeCursor, encodeCursor, fingerprint } from '../../../src/listing/cursor.js'
import { createEvidence, type DriftEvidence } from '../../../src/listing/drift-evidence.js'
import { type DeliveredIds, hashId } from '../../../src/listing/id-hashes.js'
import { type ScanState, startScan } from '../../../src/listing/scan.js'
import { errorOf } from '../../support/core.js'

const owner = fingerprint([['wechatpay:1900000001'], 1, 2])
const scan: ScanState = {
  ...startScan({ skip: 49, limit: 50, overlapId: '2002018…投诉', total: 60 }, 50),
  evidence: { ...createEvidence(60, 1), signals: ['total', 'seam'], insertedBefore: 2, missingInside: 2 },
  largestPage: 50,
  requestedLimit: 50,
  pages: 1,
}
const hashed = (...ids: string[]): DeliveredIds => ({
  ids: new Set(ids.map(hashId)),
  count: ids.length,
  areHashed: true,
})
const at: WindowCheckpoint = {
  part: { begin: '2026-03-01', end: '2026-03-15' },
  round: 2,
  scan,
  met: hashed('c1', 'c2', '投诉'),
  firstId: hashId('c1'),
  previous: { met: 50, evidence: { ...createEvidence(null), signals: ['repeatedId'], reachedEnd: true } },
}
const checkpoint: ListCheckpoint = {
  to: 1_774_972_800_000,
  accounts: {
    'wechatpay:1900000001': { window: 2, at, retry: [{ begin: '2026-01-05', end: '2026-01-05' }] },
    'xiaoe:app1': null,
    'xiaoe:app2': { window: 3, at: null, last: [1_774_972_799_999, 'wechatpay:1900000001', 'c1'] },
    'xiaoe:app3': {
      window: 0,
      at: { part: null, round: 1, scan: startScan(scan.position), met: null, firstId: null, previous: null },
      retry: [],
    },
  },
}
const cursor = encodeCursor(checkpoint, owner)

/** A cursor with a right checksum and any text. */
function forged(text: string): string {
  const encoded = Buffer.from(text).toString('base64url')
  const sum = createHash('sha256').update(`2.${owner}.${encoded}`).digest('base64url').slice(0, 12)
  return `2.${owner}.${sum}.${encoded}`
}

/** The text of a cursor with one account, some fields of which are replaced. */
function textWith({ window = {}, scan: scanFields = {}, position = {}, evidence = {}, account = {} }: Fields): string {
  const state = {
    ...scan,
    position: { ...scan.position, ...position },
    evidence: { ...scan.evidence, ...evidence },
    ...scanFields,
  }
  const window0 = { ...at, met: null, scan: state, ...window }
  return JSON.stringify({ to: 1, accounts: { a: { window: 0, at: window0, ...account } } })
}
type Fields = Partial<Record<'window' | 'scan' | 'position' | 'evidence' | 'account', object>>

it('a decoded cursor equals the checkpoint that was encoded', () => {
  expect(decodeCursor(cursor, owner)).toEqual(checkpoint)
})

it('any checkpoint is the same after encoding and decoding', () => {
  const count = fc.nat()
  const day = fc.stringMatching(/^\d{4}-\d{2}-\d{2}$/)
  const days = fc.record({ begin: day, end: day }, { noNullPrototype: true })
  const total = fc.option(count)
  const booleans = Object.fromEntries(
    Object.entries(createEvidence(null)).flatMap(([key, value]) =>
      typeof value === 'boolean' ? [[key, fc.boolean()]] : [],
    ),
  )
  const evidence = fc.record(
    {
      ...(booleans as Record<'hasGap', fc.Arbitrary<boolean>>),
      signals: fc.subarray(['seam', 'repeatedId', 'total', 'shortPage', 'unseenId']),
      firstTotal: total,
      lastTotal: total,
      pagesWithNewRows: count,
      insertedBefore: count,
      missingInside: count,
      missingAtEnd: count,
    },
    { noNullPrototype: true },
  ) as unknown as fc.Arbitrary<DriftEvidence>
  const position = fc.record(
    {
      skip: count,
      limit: fc.integer({ min: 1 }),
      overlapId: fc.option(fc.string()),
      total,
      isAfterShortPage: fc.boolean(),
    },
    { noNullPrototype: true, requiredKeys: ['skip', 'limit', 'overlapId', 'total'] },
  )
  const state = fc.record(
    {
      position,
      evidence,
      met: count,
      pagesWithoutNewRows: count,
      requestedLimit: fc.integer({ min: 1 }),
      largestPage: count,
      pages: count,
      isTotalAlwaysReported: fc.boolean(),
    },
    { noNullPrototype: true },
  )
  const window = fc.record(
    {
      part: fc.option(days),
      round: fc.integer({ min: 1 }),
      scan: state,
      met: fc.option(fc.uniqueArray(fc.string(), { maxLength: 20 }).map((ids) => hashed(...ids))),
      firstId: fc.option(fc.string()),
      previous: fc.option(fc.record({ met: count, evidence }, { noNullPrototype: true })),
    },
    { noNullPrototype: true },
  )
  const account = fc.record(
    {
      window: count,
      at: fc.option(window),
      retry: fc.array(days),
      last: fc.tuple(fc.maxSafeInteger(), fc.string(), fc.string()),
    },
    { noNullPrototype: true, requiredKeys: ['window', 'at'] },
  )
  const accounts = fc.dictionary(
    fc.string().filter((name) => name !== '__proto__'),
    fc.option(account),
    { noNullPrototype: true },
  )
  fc.assert(
    fc.property(fc.record({ to: fc.maxSafeInteger(), accounts }), (any) => {
      expect(decodeCursor(encodeCursor(any, owner), owner)).toEqual(any)
    }),
  )
})

describe('the ids met', () => {
  const decodedMet = (met: DeliveredIds): DeliveredIds | null | undefined => {
    const encoded = encodeCursor({ to: 1, accounts: { a: { window: 0, at: { ...at, met } } } }, owner)
    return decodeCursor(encoded, owner).accounts.a?.at?.met
  }
  const named = (length: number): string[] => Array.from({ length }, (_, index) => `complaint ${index}`)

  it('come back as hashes, and hashes stay as they are', () => {
    const ids = { ids: new Set(['c1', 'c2', '投诉']), count: 3, areHashed: false }
    expect(decodedMet(ids)).toEqual(hashed('c1', 'c2', '投诉'))
    expect(decodedMet(hashed('c1', 'c2'))).toEqual(hashed('c1', 'c2'))
    expect(decodedMet({ ids: new Set(), count: 0, areHashed: false })).toEqual(hashed())
  })

  it('are those of the checkpoint only, when later pages added more', () => {
    expect(decodedMet({ ids: new Set(['c1', 'c2', 'c3']), count: 2, areHashed: false })).toEqual(hashed('c1', 'c2'))
  })

  it.each([
    { count: 1_000, isNamed: true },
    { count: 1_001, isNamed: false },
  ])('$count are named: $isNamed', ({ count, isNamed }) => {
    const ids = named(count)
    expect(decodedMet({ ids: new Set(ids), count, areHashed: false })).toEqual(isNamed ? hashed(...ids) : null)
    expect(decodedMet({ ids: new Set(named(2_000)), count, areHashed: false })).toEqual(isNamed ? hashed(...ids) : null)
  })

  it('cannot be read from the cursor', () => {
    const id = '200201820200101032233'
    const met = { ids: new Set([id]), count: 1, areHashed: false }
    const [, , , text = ''] = encodeCursor({ to: 1, accounts: { a: { window: 0, at: { ...at, met } } } }, owner).split(
      '.',
    )
    expect(Buffer.from(text, 'base64url').toString()).not.toContain(id)
  })
})

it('a cursor is one word that can stand in a URL', () => {
  expect(cursor).toMatch(/^2\.[\w-]{16}\.[\w-]{12}\.[\w-]+$/)
  expect(encodeURIComponent(cursor)).toBe(cursor)
})

describe('fingerprint', () => {
  it('is the same for the same question only', () => {
    expect(fingerprint([1, 'a'])).toBe(fingerprint([1, 'a']))
    const questions = [[1, 'a'], [1, 'b'], ['1', 'a'], [[1], 'a'], [1, 'a', null], [1, null, 'a'], []]
    expect(new Set(questions.map(fingerprint)).size).toBe(questions.length)
  })
})

describe('decodeCursor', () => {
  it('refuses a cursor with any one character changed, dropped or added', () => {
    for (let index = 0; index < cursor.length; index += 1) {
      const [before, character, after] = [cursor.slice(0, index), cursor[index] ?? '', cursor.slice(index + 1)]
      const replaced = before + (character === 'A' ? 'B' : 'A') + after
      for (const changed of [replaced, before + after, `${before}A${character}${after}`]) {
        expect(errorOf(() => decodeCursor(changed, owner))).toBeInstanceOf(QueryError)
      }
    }
  })

  it.each([
    ['', /garbled/],
    ['x', /garbled/],
    ['...', /garbled/],
    ['2.2.3', /garbled/],
    [`${cursor}.`, /garbled/],
    [` ${cursor}`, /garbled/],
    [`${cursor}\n`, /garbled/],
    [cursor.toUpperCase(), /garbled/],
    [cursor.replace(/^2/, '1'), /version 1, this library reads version 2; list again from the start/],
    [cursor.replace(/^2/, '3'), /version 3, this library reads version 2; list again from the start/],
    [cursor.replace(/^2/, '9'.repeat(5000)), /version 999999999, this library/],
    ['-1.a.b.c', /garbled/],
    ['__proto__.a.b.c', /garbled/],
  ])('refuses %o', (text, message) => {
    const error = errorOf(() => decodeCursor(text, owner))
    expect(error).toBeInstanceOf(QueryError)
    expect(error.message).toMatch(message)
  })

  it('says when a cursor belongs to another query', () => {
    const other = fingerprint('another')
    expect(() => decodeCursor(encodeCursor(checkpoint, other), owner)).toThrow(
      /belongs to another query or other accounts/,
    )
  })

  const positionOfVersion1 = { skip: 0, limit: 1, overlapId: null, total: null }
  it.each([
    'not JSON',
    '',
    'null',
    '[]',
    '{}',
    JSON.stringify({ to: '1', accounts: {} }),
    JSON.stringify({ to: 1.5, accounts: {} }),
    JSON.stringify({ to: 2 ** 53, accounts: {} }),
    JSON.stringify({ to: 1, accounts: {}, more: 1 }),
    JSON.stringify({ to: 1, accounts: [] }),
    JSON.stringify({ to: 1, accounts: { a: { window: -1, at: null } } }),
    JSON.stringify({ to: 1, accounts: { a: { window: 0.5, at: null } } }),
    JSON.stringify({ to: 1, accounts: { a: { window: 2 ** 53, at: null } } }),
    JSON.stringify({ to: 1, accounts: { a: { at: null } } }),
    JSON.stringify({ to: 1, accounts: { a: { window: 0 } } }),
    JSON.stringify({ to: 1, accounts: { a: { window: 0, at: positionOfVersion1 } } }),
    textWith({ account: { last: [1, 'a'] } }),
    textWith({ account: { last: [1.5, 'a', 'b'] } }),
    textWith({ account: { last: [1, 'a', 2] } }),
    textWith({ account: { retry: [{ begin: '2026-01-05' }] } }),
    textWith({ account: { retry: ['2026-01-05'] } }),
    textWith({ account: { retry: null } }),
    textWith({ account: { more: 1 } }),
    textWith({ window: { part: { begin: '2026-01-05', end: 5 } } }),
    textWith({ window: { part: undefined } }),
    textWith({ window: { round: 0 } }),
    textWith({ window: { round: 1.5 } }),
    textWith({ window: { met: 5 } }),
    textWith({ window: { met: ['abcdefgh'] } }),
    textWith({ window: { firstId: 1 } }),
    textWith({ window: { previous: { met: -1, evidence: createEvidence(null) } } }),
    textWith({ window: { previous: { met: 1 } } }),
    textWith({ window: { more: 1 } }),
    textWith({ position: { limit: 0 } }),
    textWith({ position: { skip: -1 } }),
    textWith({ position: { total: -1 } }),
    textWith({ position: { total: undefined } }),
    textWith({ position: { overlapId: 1 } }),
    textWith({ position: { isAfterShortPage: 'yes' } }),
    textWith({ scan: { met: -1 } }),
    textWith({ scan: { pages: '1' } }),
    textWith({ scan: { pagesWithoutNewRows: 0.5 } }),
    textWith({ scan: { largestPage: null } }),
    textWith({ scan: { isTotalAlwaysReported: 1 } }),
    textWith({ evidence: { signals: ['moved'] } }),
    textWith({ evidence: { signals: 'seam' } }),
    textWith({ evidence: { isContiguous: null } }),
    textWith({ evidence: { firstTotal: -1 } }),
    textWith({ evidence: { missingAtEnd: 2 ** 53 } }),
    textWith({ evidence: { more: true } }),
  ])('refuses a cursor with a right checksum and a wrong text: %s', (text) => {
    const error = errorOf(() => decodeCursor(forged(text), owner))
    expect(error).toBeInstanceOf(QueryError)
    expect(error.message).toMatch(/garbled/)
  })

  it('reads a cursor with a right checksum and a right text', () => {
    expect(decodeCursor(forged(textWith({})), owner).accounts.a?.at).toEqual({ ...at, met: null })
    const text = textWith({ window: { met: hashId('c1') + hashId('c2') } })
    expect(decodeCursor(forged(text), owner).accounts.a?.at?.met).toEqual(hashed('c1', 'c2'))
  })
})

import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QueryError } from '../../../src/errors.js'
import { decodeCursor, encodeCursor, fingerprint, type ListCheckpoint } from '../../../src/listing/cursor.js'
import { errorOf } from '../../support/core.js'

const owner = fingerprint([['wechatpay:1900000001'], 1, 2])
const place: ListCheckpoint = {
  to: 1_774_972_800_000,
  accounts: {
    'wechatpay:1900000001': { window: 2, at: { skip: 49, limit: 50, anchor: '2002018…投诉', total: 60 } },
    'xiaoe:app1': null,
    'xiaoe:app2': { window: 3, at: null, last: [1_774_972_799_999, 'wechatpay:1900000001', 'c1'] },
  },
}
const cursor = encodeCursor(place, owner)

/** A cursor whose checksum is right, whatever it says. */
function forged(text: string): string {
  const encoded = Buffer.from(text).toString('base64url')
  const sum = createHash('sha256').update(`1.${owner}.${encoded}`).digest('base64url').slice(0, 12)
  return `1.${owner}.${sum}.${encoded}`
}

it('says after decoding what it said before', () => {
  expect(decodeCursor(cursor, owner)).toEqual(place)
  const natural = fc.nat()
  const at = fc.option(
    fc.record({
      skip: natural,
      limit: fc.integer({ min: 1 }),
      anchor: fc.option(fc.string()),
      total: fc.option(natural),
    }),
  )
  const last = fc.tuple(fc.maxSafeInteger(), fc.string(), fc.string())
  const accounts = fc.dictionary(
    fc.string().filter((name) => name !== '__proto__'),
    fc.option(
      fc.oneof(
        fc.record({ window: natural, at }, { noNullPrototype: true }),
        fc.record({ window: natural, at, last }, { noNullPrototype: true }),
      ),
    ),
    { noNullPrototype: true },
  )
  const places = fc.record({ to: fc.maxSafeInteger(), accounts })
  fc.assert(
    fc.property(places, (any) => {
      expect(decodeCursor(encodeCursor(any, owner), owner)).toEqual(any)
    }),
  )
})

it('is one opaque word that stands a URL', () => {
  expect(cursor).toMatch(/^1\.[\w-]{16}\.[\w-]{12}\.[\w-]+$/)
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
      const [before, at, after] = [cursor.slice(0, index), cursor[index] ?? '', cursor.slice(index + 1)]
      for (const changed of [before + (at === 'A' ? 'B' : 'A') + after, before + after, `${before}A${at}${after}`]) {
        expect(errorOf(() => decodeCursor(changed, owner))).toBeInstanceOf(QueryError)
      }
    }
  })

  it.each([
    ['', /garbled/],
    ['x', /garbled/],
    ['...', /garbled/],
    ['1.2.3', /garbled/],
    [`${cursor}.`, /garbled/],
    [` ${cursor}`, /garbled/],
    [`${cursor}\n`, /garbled/],
    [cursor.toUpperCase(), /garbled/],
    [cursor.replace(/^1/, '2'), /version 2, this library reads version 1; list again from the start/],
    [cursor.replace(/^1/, '9'.repeat(5000)), /version 999999999, this library/],
    ['-1.a.b.c', /garbled/],
    ['__proto__.a.b.c', /garbled/],
  ])('refuses %o', (text, message) => {
    const error = errorOf(() => decodeCursor(text, owner))
    expect(error).toBeInstanceOf(QueryError)
    expect(error.message).toMatch(message)
  })

  it('says when a cursor belongs to another query', () => {
    const other = fingerprint('another')
    expect(() => decodeCursor(encodeCursor(place, other), owner)).toThrow(/belongs to another query or other accounts/)
  })

  it.each([
    'not JSON',
    '',
    'null',
    '[]',
    '{}',
    JSON.stringify({ ...place, to: '1' }),
    JSON.stringify({ ...place, to: 1.5 }),
    JSON.stringify({ ...place, more: 1 }),
    JSON.stringify({ ...place, accounts: { a: { window: -1, at: null } } }),
    JSON.stringify({ ...place, accounts: { a: { window: 0, at: { skip: 0, limit: 0, anchor: null, total: null } } } }),
    JSON.stringify({ ...place, accounts: { a: { window: 0, at: { skip: 0, limit: 1, anchor: null, total: -1 } } } }),
    JSON.stringify({ ...place, accounts: { a: { window: 0, at: { skip: 0, limit: 1, anchor: null } } } }),
    JSON.stringify({ ...place, accounts: [] }),
    JSON.stringify({ ...place, accounts: { a: { window: 0, at: null, last: [1, 'a'] } } }),
  ])('refuses what is well sealed and still says nothing: %s', (text) => {
    expect(errorOf(() => decodeCursor(forged(text), owner))).toBeInstanceOf(QueryError)
  })

  it('would read a well sealed place', () => {
    expect(decodeCursor(forged(JSON.stringify(place)), owner)).toEqual(place)
  })
})

import { createHash } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QueryError } from '../../../src/errors.js'
import type { AccountCheckpoint, ListCheckpoint, WindowCheckpoint } from '../../../src/listing/checkpoint.js'
import { decodeCursor, encodeCursor, fingerprint, fingerprintQuery } from '../../../src/listing/cursor.js'
import { createEvidence, type DriftEvidence } from '../../../src/listing/drift-evidence.js'
import { hashId, type SeenIds } from '../../../src/listing/id-hashes.js'
import { type ScanState, startScan } from '../../../src/listing/scan.js'
import type { CheckedQuery } from '../../../src/query.js'
import { errorOf } from '../../support/core.js'
import { queryOf } from './sources.js'

const owner = fingerprint([['wechatpay:1900000001'], 1, 2])
const scan: ScanState = {
  ...startScan({ skip: 49, limit: 50, overlapId: '2002018…投诉', total: 60 }),
  rowCount: 50,
  evidence: {
    ...createEvidence(60),
    pagesWithNewRows: 1,
    hasFullPage: true,
    signals: ['total', 'seam'],
    insertedBefore: 2,
    missingInside: 2,
  },
  largestPage: 50,
  requestedLimit: 50,
  pages: 1,
}
const hashed = (...ids: string[]): SeenIds => ({
  ids: new Set(ids.map(hashId)),
  count: ids.length,
  areHashed: true,
  areAll: true,
})
const at: WindowCheckpoint = {
  part: { begin: '2026-03-01', end: '2026-03-15' },
  round: 2,
  scan,
  seenIds: hashed('c1', 'c2', '投诉'),
  firstId: hashId('c1'),
  previous: {
    rowCount: 50,
    evidence: { ...createEvidence(null), signals: ['repeatedId'], reachedEnd: true },
    firstId: null,
  },
}
const start: WindowCheckpoint = {
  part: null,
  round: 1,
  scan: startScan(scan.position),
  seenIds: null,
  firstId: null,
  previous: null,
}
const checkpoint: ListCheckpoint = {
  to: 1_774_972_800_000,
  windowDays: 30,
  accounts: new Map([
    ['wechatpay:1900000001', { window: 2, at, retry: [{ begin: '2026-01-05', end: '2026-01-05' }] }],
    ['xiaoe:app1', null],
    ['xiaoe:app2', { window: 3, at: null, last: [1_774_972_799_999, 'wechatpay:1900000001', 'c1'] }],
    ['xiaoe:app3', { window: 0, at: start }],
  ]),
}
const keys = [...checkpoint.accounts.keys()]
const cursor = encodeCursor(checkpoint, owner)

const oneAccount = (account: AccountCheckpoint): ListCheckpoint => ({
  to: 1,
  windowDays: 30,
  accounts: new Map([['a', account]]),
})

/** A cursor with a right checksum and any text. */
function forged(text: string, hashes = '', version = 5): string {
  const encoded = deflateRawSync(text).toString('base64url') + hashes
  const sum = createHash('sha256').update(`${version}.${owner}.${encoded}`).digest('base64url').slice(0, 12)
  return `${version}.${owner}.${sum}.${encoded}`
}

/** The text of a cursor with one account, the parts of which are replaced. */
const evidenceText = '[1,[0],60,60,1,0,0,0]'
const scanText = (position = '[49,50,null,60,null]', evidence = evidenceText, rest = '50,0,50,50,1,1'): string =>
  `[${position},${evidence},${rest}]`
const windowText = (scanPart = scanText(), rest = 'null,null,null', round = '1', part = 'null'): string =>
  `[${part},${round},${scanPart},${rest}]`
const accountText = (at = windowText(), rest = '[],null', window = '0'): string => `[${window},${at},${rest}]`
const cursorText = (accounts: string, order = '"0"', to = '1', windowDays = '30'): string =>
  `[${to},${windowDays},[${accounts}],${order}]`

it('a decoded cursor equals the checkpoint that was encoded', () => {
  expect(decodeCursor(cursor, owner, keys)).toEqual(checkpoint)
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
      tiesBefore: fc.constant(0),
      rowCount: count,
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
      seenIds: fc.option(
        fc
          .tuple(fc.uniqueArray(fc.string(), { maxLength: 20 }), fc.boolean())
          .map(([ids, areAll]) => ({ ...hashed(...ids), areAll })),
      ),
      firstId: fc.option(fc.string()),
      previous: fc.option(
        fc.record({ rowCount: count, evidence, firstId: fc.option(fc.string()) }, { noNullPrototype: true }),
      ),
    },
    { noNullPrototype: true },
  )
  const account = fc.record(
    {
      window: count,
      at: fc.option(window),
      retry: fc.array(days, { minLength: 1 }),
      last: fc.tuple(fc.maxSafeInteger(), fc.string(), fc.string()),
    },
    { noNullPrototype: true, requiredKeys: ['window', 'at'] },
  )
  const accounts = fc
    .uniqueArray(fc.tuple(fc.string(), fc.option(account)), { selector: ([key]) => key, maxLength: 16 })
    .map((entries) => new Map(entries.sort(([one], [other]) => (one < other ? -1 : 1))))
  fc.assert(
    fc.property(
      fc.record({ to: fc.maxSafeInteger(), windowDays: fc.integer({ min: 1 }), accounts }),
      (any: ListCheckpoint) => {
        expect(decodeCursor(encodeCursor(any, owner), owner, [...any.accounts.keys()])).toEqual(any)
      },
    ),
  )
})

describe('the ids seen', () => {
  const decodedIds = (seenIds: SeenIds): SeenIds | null | undefined => {
    const encoded = encodeCursor(oneAccount({ window: 0, at: { ...at, seenIds } }), owner)
    return decodeCursor(encoded, owner, ['a']).accounts.get('a')?.at?.seenIds
  }
  const named = (length: number): string[] => Array.from({ length }, (_, index) => `complaint ${index}`)

  it('come back as hashes, and hashes stay as they are', () => {
    const ids = { ids: new Set(['c1', 'c2', '投诉']), count: 3, areHashed: false, areAll: true }
    expect(decodedIds(ids)).toEqual(hashed('c1', 'c2', '投诉'))
    expect(decodedIds(hashed('c1', 'c2'))).toEqual(hashed('c1', 'c2'))
    expect(decodedIds({ ids: new Set(), count: 0, areHashed: false, areAll: true })).toEqual(hashed())
  })

  it('are those of the checkpoint only, when later pages added more', () => {
    expect(decodedIds({ ids: new Set(['c1', 'c2', 'c3']), count: 2, areHashed: false, areAll: true })).toEqual(
      hashed('c1', 'c2'),
    )
  })

  it.each([
    { count: 1_000, isNamed: true },
    { count: 1_001, isNamed: false },
  ])('$count are named: $isNamed', ({ count, isNamed }) => {
    const ids = named(count)
    expect(decodedIds({ ids: new Set(ids), count, areHashed: false, areAll: true })).toEqual(
      isNamed ? hashed(...ids) : null,
    )
    expect(decodedIds({ ids: new Set(named(2_000)), count, areHashed: false, areAll: true })).toEqual(
      isNamed ? hashed(...ids) : null,
    )
  })

  it('cannot be read from the cursor', () => {
    const id = '200201820200101032233'
    const seenIds = { ids: new Set([id]), count: 1, areHashed: false, areAll: true }
    const [, , , text = '', hashes = ''] = encodeCursor(oneAccount({ window: 0, at: { ...at, seenIds } }), owner).split(
      '.',
    )
    expect(inflateRawSync(Buffer.from(text, 'base64url')).toString()).not.toContain(id)
    expect(hashes).toBe(hashId(id))
  })
})

it('a cursor is one word that can stand in a URL', () => {
  expect(cursor).toMatch(/^5\.[\w-]{16}\.[\w-]{12}\.[\w-]+\.[\w-]+$/)
  expect(encodeURIComponent(cursor)).toBe(cursor)
})

it('a cursor without ids ends with its checkpoint', () => {
  expect(encodeCursor(oneAccount({ window: 0, at: null }), owner)).toMatch(/^5\.[\w-]{16}\.[\w-]{12}\.[\w-]+$/)
})

it.each([
  [16, 16],
  [17, 7],
])('a cursor of %i accounts names all ids of %i of them', (count, named) => {
  const list: ListCheckpoint = {
    to: 1,
    windowDays: 30,
    accounts: new Map(
      Array.from({ length: count }, (_, account) => {
        const ids = Array.from({ length: 60 }, (__, id) => `${account} ${id}`)
        return [`a${String(account).padStart(2, '0')}`, { window: 0, at: { ...start, seenIds: hashed(...ids) } }]
      }),
    ),
  }
  const decoded = decodeCursor(encodeCursor(list, owner), owner, [...list.accounts.keys()])
  expect([...decoded.accounts.values()].filter((account) => account?.at?.seenIds != null)).toHaveLength(named)
})

it.each([20, 40, 80, 160])('a cursor of %i accounts has room for ids up to 4,000 characters, and no more', (count) => {
  const names = Array.from({ length: count }, (_, account) => `a${String(account).padStart(3, '0')}`)
  const seenIds = (account: number): SeenIds =>
    hashed(...Array.from({ length: Math.ceil(600 / count) }, (_, id) => `${account} ${id}`))
  const accounts = new Map(names.map((name, index) => [name, { window: 0, at: { ...start, seenIds: seenIds(index) } }]))
  const { length } = encodeCursor({ to: 1, windowDays: 30, accounts }, owner)
  expect(length).toBeLessThanOrEqual(4_000)
  expect(length).toBeGreaterThan(3_600)
})

describe('fingerprint', () => {
  it('is the same for the same question only', () => {
    expect(fingerprint([1, 'a'])).toBe(fingerprint([1, 'a']))
    const questions = [[1, 'a'], [1, 'b'], ['1', 'a'], [[1], 'a'], [1, 'a', null], [1, null, 'a'], []]
    expect(new Set(questions.map(fingerprint)).size).toBe(questions.length)
    for (const question of questions) expect(fingerprint(question)).toMatch(/^[\w-]{16}$/)
  })
})

describe('fingerprintQuery', () => {
  const query = queryOf(1, 2)
  const of = (changes: Partial<CheckedQuery> = {}, accounts: readonly string[] = ['a', 'b']): string =>
    fingerprintQuery(accounts, { ...query, ...changes })

  it('is another one for each thing that decides which rows come in which order', () => {
    const questions: Partial<CheckedQuery>[] = [
      {},
      { from: 0 },
      { to: 3 },
      { toIsFixed: false },
      { order: 'newest' },
      { merchant: 'm' },
      { merchantOrderNo: 'm' },
      { pageSize: 50 },
      { states: new Set(['pending']) },
      { states: new Set(['pending', 'resolved']) },
      { channels: new Set(['alipay']) },
      { channels: new Set(['alipay', 'shop']) },
      { overdue: true },
      { overdue: false },
    ]
    const all = [...questions.map((changes) => of(changes)), of({}, ['a']), of({}, ['a', 'c']), of({}, [])]
    expect(new Set(all).size).toBe(all.length)
  })

  it('is the same whatever order accounts, states and channels are given in, and whenever a list without `to` is', () => {
    expect(of({}, ['b', 'a'])).toBe(of())
    expect(of({ states: new Set(['resolved', 'pending']) })).toBe(of({ states: new Set(['pending', 'resolved']) }))
    expect(of({ channels: new Set(['shop', 'alipay']) })).toBe(of({ channels: new Set(['alipay', 'shop']) }))
    expect(of({ states: new Set(), channels: new Set() })).toBe(of())
    expect(of({ toIsFixed: false, to: 3 })).toBe(of({ toIsFixed: false }))
  })
})

describe('decodeCursor', () => {
  it('reads accounts in the order of their keys, whatever order they are given in', () => {
    expect(decodeCursor(cursor, owner, [...keys].reverse())).toEqual(checkpoint)
  })

  it('refuses a cursor with any one character changed, dropped or added', () => {
    for (let index = 0; index < cursor.length; index += 1) {
      const [before, character, after] = [cursor.slice(0, index), cursor[index] ?? '', cursor.slice(index + 1)]
      const replaced = before + (character === 'A' ? 'B' : 'A') + after
      for (const changed of [replaced, before + after, `${before}A${character}${after}`]) {
        expect(errorOf(() => decodeCursor(changed, owner, keys))).toBeInstanceOf(QueryError)
      }
    }
  })

  it.each([
    ['', /garbled/],
    ['x', /garbled/],
    ['...', /garbled/],
    ['4.2.3', /garbled/],
    [`${cursor}.`, /garbled/],
    [` ${cursor}`, /garbled/],
    [`${cursor}\n`, /garbled/],
    [cursor.toUpperCase(), /garbled/],
    [cursor.replace(/^5/, '4'), /version 4, this library reads version 5; list again from the start/],
    [cursor.replace(/^5/, '6'), /version 6, this library reads version 5; list again from the start/],
    [cursor.replace(/^5/, '9'.repeat(5000)), /version 999999999, this library/],
    ['-1.a.b.c', /garbled/],
    ['5x.a.b.c', /garbled/],
    ['__proto__.a.b.c', /garbled/],
  ])('refuses %o', (text, message) => {
    const error = errorOf(() => decodeCursor(text, owner, keys))
    expect(error).toBeInstanceOf(QueryError)
    expect(error.message).toMatch(message)
  })

  it('says when a cursor belongs to another query', () => {
    const other = fingerprint('another')
    expect(() => decodeCursor(encodeCursor(checkpoint, other), owner, keys)).toThrow(
      /belongs to another query or other accounts/,
    )
  })

  it.each([
    'not JSON',
    '',
    ' '.repeat(10_000_001),
    cursorText('null') + ' '.repeat(10_000_000),
    'null',
    '{}',
    '[]',
    cursorText('null', '"0"', '"1"'),
    cursorText('null', '"0"', '1.5'),
    cursorText('null', '"0"', String(2 ** 53)),
    cursorText('null', '"0"', '1', '0'),
    cursorText('null', '"0",1'),
    cursorText('null', '0'),
    cursorText('null', '""'),
    cursorText('null', '"1"'),
    cursorText('null', '"0.0"'),
    cursorText('null', '"0x2"'),
    cursorText('null', '"0x0"'),
    cursorText('null', '"0x"'),
    cursorText('null', '"0."'),
    cursorText('null', '"-1"'),
    cursorText('null', '"0x99999999999"'),
    cursorText('{}'),
    cursorText('[]'),
    cursorText('[0,null,[]]'),
    cursorText('[0,null,[],null,1]'),
    cursorText(accountText('null', '[],null', '-1')),
    cursorText(accountText('null', '[],null', '0.5')),
    cursorText(accountText('null', '[],null', String(2 ** 53))),
    cursorText(accountText('null', '[],[1,"a"]')),
    cursorText(accountText('null', '[],[1.5,"a","b"]')),
    cursorText(accountText('null', '[],[1,"a",2]')),
    cursorText(accountText('null', '[["2026-01-05"]],null')),
    cursorText(accountText('null', '["2026-01-05"],null')),
    cursorText(accountText('null', '[["2026-01-05x","2026-01-06"]],null')),
    cursorText(accountText('null', '[["2026-01-05","x2026-01-06"]],null')),
    cursorText(accountText('null', 'null,null')),
    cursorText(accountText(windowText(scanText(), 'null,null,null', '0'))),
    cursorText(accountText(windowText(scanText(), 'null,null,null', '1.5'))),
    cursorText(accountText(windowText(scanText(), 'null,null,null', '1', '["2026-01-05",5]'))),
    cursorText(accountText(windowText(scanText(), '"abcdefgh",null,null'))),
    cursorText(accountText(windowText(scanText(), '1,null,null'))),
    cursorText(accountText(windowText(scanText(), '[1,1],null,null'))),
    cursorText(accountText(windowText(scanText(), '[0,2],null,null'))),
    cursorText(accountText(windowText(scanText(), '[-1,1],null,null'))),
    cursorText(accountText(windowText(scanText(), 'null,1,null'))),
    cursorText(accountText(windowText(scanText(), 'null,null,[1]'))),
    cursorText(accountText(windowText(scanText(), `null,null,[-1,${evidenceText}]`))),
    cursorText(accountText(windowText(scanText('[0,0,null,60,null]')))),
    cursorText(accountText(windowText(scanText('[-1,50,null,60,null]')))),
    cursorText(accountText(windowText(scanText('[0,50,1,60,null]')))),
    cursorText(accountText(windowText(scanText('[0,50,null,-1,null]')))),
    cursorText(accountText(windowText(scanText('[0,50,null,60,2]')))),
    cursorText(accountText(windowText(scanText('[0,50,null,60]')))),
    cursorText(accountText(windowText(scanText(undefined, '[1,[5],60,60,1,0,0,0]')))),
    cursorText(accountText(windowText(scanText(undefined, '[512,[],60,60,1,0,0,0]')))),
    cursorText(accountText(windowText(scanText(undefined, '[1,"seam",60,60,1,0,0,0]')))),
    cursorText(accountText(windowText(scanText(undefined, `[1,[],60,60,1,0,0,${2 ** 53}]`)))),
    cursorText(accountText(windowText(scanText(undefined, undefined, '-1,0,50,50,1,1')))),
    cursorText(accountText(windowText(scanText(undefined, undefined, '50,0.5,50,50,1,1')))),
    cursorText(accountText(windowText(scanText(undefined, undefined, '50,0,50,0,1,1')))),
    cursorText(accountText(windowText(scanText(undefined, undefined, '50,0,50,50,"1",1')))),
    cursorText(accountText(windowText(scanText(undefined, undefined, '50,0,50,50,1,true')))),
  ])('refuses a cursor with a right checksum and a wrong text: %.80s', (text) => {
    const error = errorOf(() => decodeCursor(forged(text), owner, ['a']))
    expect(error).toBeInstanceOf(QueryError)
    expect(error.message).toMatch(/garbled/)
  })

  it('reads a cursor with a right checksum and a right text', () => {
    const evidence = { ...createEvidence(60), pagesWithNewRows: 1, signals: ['seam'] }
    const position = { skip: 49, limit: 50, overlapId: null, total: 60 }
    expect(decodeCursor(forged(cursorText(accountText())), owner, ['a']).accounts.get('a')).toEqual({
      window: 0,
      at: { ...start, seenIds: null, scan: { ...scan, position, evidence } },
    })
    const named = cursorText(accountText(windowText(scanText(), '[2,1],null,null')))
    for (const [hashes, seenIds] of [
      [`.${hashId('c1')}${hashId('c2')}`, hashed('c1', 'c2')],
      [`.${hashId('c1')}`, null],
      [`.${hashId('c1')}${hashId('c2')}${hashId('c3')}`, null],
      [`.${hashId('c1')}$bcdefgh`, null],
      ['', null],
    ] as const) {
      const read = () => decodeCursor(forged(named, hashes), owner, ['a']).accounts.get('a')?.at?.seenIds
      if (seenIds === null) expect(read).toThrow(/garbled/)
      else expect(read()).toEqual(seenIds)
    }
  })
})

describe('a cursor of 500 accounts', () => {
  const names = Array.from({ length: 500 }, (_, index) => `xiaoe:app${String(index).padStart(4, '0')}`)
  const listOf = (checkpointAt: (index: number) => AccountCheckpoint | null): ListCheckpoint => ({
    to: 1_774_972_800_000,
    windowDays: 30,
    accounts: new Map(names.map((name, index) => [name, checkpointAt(index)])),
  })
  const middle = (index: number, ids: number): AccountCheckpoint => ({
    window: index % 12,
    at: {
      ...start,
      scan: { ...scan, position: { ...scan.position, overlapId: `2002018${index}00101032233`, total: 1_000 } },
      seenIds: hashed(...Array.from({ length: ids }, (_, id) => `${index} ${id}`)),
      firstId: hashId(String(index)),
    },
  })

  it.each([
    [
      '16 are being read, before them all are done',
      (index: number) => (index > 250 ? 'new' : index > 234 ? 'open' : 'done'),
    ],
    ['16 are being read, others failed in any window', (index: number) => (index % 31 === 0 ? 'open' : `${index % 5}`)],
    ['every other one is done', (index: number) => (index % 2 === 0 ? 'done' : 'new')],
  ])('has at most 4,000 characters and decodes to the same: %s', (_, kindOf) => {
    const beginning = { window: 0, at: null }
    const list = listOf((index) => {
      const kind = kindOf(index)
      if (kind === 'open') return middle(index, 1_000)
      return kind === 'done' ? null : kind === 'new' ? beginning : { window: Number(kind), at: null }
    })
    const encoded = encodeCursor(list, owner)
    expect(encoded.length).toBeLessThanOrEqual(4_000)
    const decoded = decodeCursor(encoded, owner, names)
    for (const [name, account] of list.accounts) {
      const at = account?.at == null ? account?.at : { ...account.at, seenIds: null }
      expect(decoded.accounts.get(name)).toEqual(account === null ? null : { ...account, at })
    }
  })

  it.each([
    ['the first ones have the fewest', [0, 20, 40, 60, 80, 100, 120, 140, 160, 180]],
    ['the last ones have the fewest', [180, 160, 140, 120, 100, 80, 60, 40, 20, 0]],
  ])('names the ids of the accounts with the fewest, as many as there is room for: %s', (_, sizes) => {
    const list = listOf((index) => (index < 10 ? middle(index, sizes[index] ?? 0) : null))
    const encoded = encodeCursor(list, owner)
    expect(encoded.length).toBeLessThanOrEqual(4_000)
    const { accounts } = decodeCursor(encoded, owner, names)
    const counts = names.slice(0, 10).map((name) => accounts.get(name)?.at?.seenIds?.count ?? null)
    for (const [index, size] of sizes.entries()) if (size <= 80) expect(counts[index]).toBe(size)
    expect(counts[sizes.indexOf(180)]).toBeNull()
  })
})

it('an id is hashed once, however many cursors name it', () => {
  const ids = new Set(['c1'])
  const hashesOf = (count: number): string | undefined => {
    const seenIds = { ids, count, areHashed: false, areAll: true }
    return encodeCursor(oneAccount({ window: 0, at: { ...at, seenIds } }), owner).split('.')[4]
  }
  expect(hashesOf(1)).toBe(hashId('c1'))
  // An id that takes its place shows that the first one is not hashed again.
  ids.clear()
  ids.add('another').add('c2')
  expect(hashesOf(2)).toBe(hashId('c1') + hashId('c2'))
})

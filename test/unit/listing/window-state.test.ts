import { describe, expect, it } from 'vitest'
import { hashId } from '../../../src/listing/id-hashes.js'
import { createWindowState, emptyPage } from '../../../src/listing/window-state.js'
import type { Complaint } from '../../../src/model.js'
import { checkpointAt, pageOf, rowAt, windowSourceOf } from './sources.js'

const window = { begin: '2026-03-01', end: '2026-03-16' }
const stateOf = (style: 'offset' | 'page', start: Parameters<typeof createWindowState>[2] = null) => {
  const { source } = windowSourceOf(() => pageOf([], null), { paging: { style, totals: 'exact' }, pageSize: 5 })
  return createWindowState<Complaint>(source, window, start)
}

it('a page without rows does not count towards maxPages', () => {
  const { countsTowardsMaxPages, rows, failures } = emptyPage({ total: 1, next: null, incomplete: null })
  expect({ countsTowardsMaxPages, rows, failures }).toEqual({ countsTowardsMaxPages: false, rows: [], failures: [] })
})

it.each([
  ['offset', 1, 2],
  ['offset', 5, 5],
  ['page', 1, 1],
] as const)('pages by %s of %i rows request %i at first', (style, limit, expected) => {
  expect(stateOf(style).firstPage(limit)).toEqual({ skip: 0, limit: expected, overlapId: null, total: null })
})

it.each([
  [window, null],
  [{ ...window, begin: '2026-03-02' }, 'part'],
  [{ ...window, end: '2026-03-15' }, 'part'],
])('the beginning of the days %o names them unless they are the whole window', (days, part) => {
  const { round, scan, seenIds, firstId, previous, ...beginning } = stateOf('page').beginningOf(days)
  expect(beginning.part).toEqual(part === null ? null : days)
  expect({ round, seenIds, firstId, previous }).toEqual({ round: 1, seenIds: null, firstId: null, previous: null })
  expect(scan.position).toEqual({ skip: 0, limit: 5, overlapId: null, total: null })
})

describe('the rows before a cursor', () => {
  const at = checkpointAt({ skip: 2, limit: 3, overlapId: 'c1', total: 4 }, 3)
  const rows = ['a1', 'c1', 'd1'].map((id) => rowAt(id, '2026-03-10'))
  const deliveredBy = (start: typeof at): string[] =>
    stateOf('page', start)
      .seen.select(rows)
      .map(({ id }) => id)

  it('are known by the row in which pages overlap', () => {
    const state = stateOf('page', at)
    expect([state.areHashed, state.keyOf('x'), state.hashOfKey('x')]).toEqual([false, 'x', hashId('x')])
    expect(deliveredBy(at)).toEqual(['a1', 'd1'])
  })

  it('are known by the hashes that the cursor contains, too', () => {
    const start = { ...at, seenIds: { ids: new Set([hashId('a1')]), count: 1, areHashed: true, areAll: false } }
    const state = stateOf('page', start)
    expect([state.areHashed, state.keyOf('x'), state.hashOfKey(hashId('x'))]).toEqual([true, hashId('x'), hashId('x')])
    expect(deliveredBy(start)).toEqual(['d1'])
  })

  it('are none where the cursor is at a beginning', () => {
    expect(deliveredBy(checkpointAt({ skip: 0, limit: 3, overlapId: null, total: null }, 0))).toEqual([
      'a1',
      'c1',
      'd1',
    ])
  })
})

import { expect, it } from 'vitest'
import { createSeenRows } from '../../../src/listing/seen-rows.js'
import type { Complaint } from '../../../src/model.js'
import { rowAt } from './sources.js'

/** A row's second follows its id: `a7` was created in second 7. */
const rowsOf = (...ids: readonly string[]): Complaint[] =>
  ids.map((id) => rowAt(id, '2026-03-01', `12:00:0${id.slice(-1)}`))
const identity = (id: string): string => id

it('an id is new once, whether it is added or selected', () => {
  const seen = createSeenRows<Complaint>(['a1'], identity, () => true)
  expect([seen.add('a1'), seen.add('b1'), seen.add('b1')]).toEqual([false, true, false])
  seen.select(rowsOf('c1'))
  expect(seen.add('c1')).toBe(false)
  expect([...seen.ids]).toEqual(['a1', 'b1', 'c1'])
})

it('a row is delivered once, those before a cursor never, and one that was only added all the same', () => {
  const seen = createSeenRows<Complaint>(['a1'], identity, () => true)
  seen.add('b1')
  const idsOf = (rows: readonly Complaint[]): string[] => seen.select(rows).map(({ id }) => id)
  expect(idsOf(rowsOf('a1', 'b1', 'c1', 'c1'))).toEqual(['b1', 'c1'])
  expect(idsOf(rowsOf('b1', 'c1', 'd1'))).toEqual(['d1'])
})

it('a row that does not satisfy the query is seen, and delivered once it does', () => {
  let wanted = false
  const seen = createSeenRows<Complaint>([], identity, () => wanted)
  expect(seen.select(rowsOf('a1'))).toEqual([])
  expect([...seen.ids]).toEqual(['a1'])
  wanted = true
  expect(seen.select(rowsOf('a1'))).toHaveLength(1)
})

it('ids are kept as their keys', () => {
  const seen = createSeenRows<Complaint>(
    ['A1'],
    (id) => id.toUpperCase(),
    () => true,
  )
  expect(seen.select(rowsOf('a1', 'b1')).map(({ id }) => id)).toEqual(['b1'])
  expect([...seen.ids]).toEqual(['A1', 'B1'])
  expect([...seen.tiedIds()]).toEqual(['A1', 'B1'])
})

it.each<[string, known: readonly string[], pages: readonly (readonly string[])[], tied: readonly string[]]>([
  ['no row', [], [], []],
  ['no row behind a cursor: those that the cursor names', ['x1', 'y1'], [], ['x1', 'y1']],
  ['rows of one time', [], [['a1', 'b1']], ['a1', 'b1']],
  ['rows of two times: the later ones', [], [['a1', 'b1', 'c2', 'd2']], ['c2', 'd2']],
  ['rows of one time on two pages', [], [['a1', 'b2'], ['c2']], ['b2', 'c2']],
  [
    'a page of another time',
    [],
    [
      ['a1', 'b1'],
      ['c2', 'd2'],
    ],
    ['c2', 'd2'],
  ],
  ['a page that begins with another time, and ends with that of the page before', [], [['a2'], ['b1', 'c2']], ['c2']],
  ['a page without rows changes nothing', ['x1'], [['a1'], []], ['x1', 'a1']],
  ['a time that comes again', [], [['a1', 'b2', 'c1']], ['c1']],
  ['rows behind a cursor: they may have the time of those before it', ['x1'], [['a1', 'b1']], ['x1', 'a1', 'b1']],
  ['rows behind a cursor, and another time: those before it are left out', ['x1'], [['a1', 'b2']], ['b2']],
])('the last rows of one time: %s', (_, known, pages, tied) => {
  const seen = createSeenRows<Complaint>(known, identity, () => true)
  for (const page of pages) seen.select(rowsOf(...page))
  expect([...seen.tiedIds()]).toEqual(tied)
})

it('the last rows of one time stay as they were for a checkpoint that holds them', () => {
  const seen = createSeenRows<Complaint>([], identity, () => true)
  seen.select(rowsOf('a1', 'b1'))
  const before = seen.tiedIds()
  seen.select(rowsOf('c2'))
  expect([...before]).toEqual(['a1', 'b1'])
})

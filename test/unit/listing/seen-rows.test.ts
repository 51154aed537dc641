import { expect, it } from 'vitest'
import { createSeenRows } from '../../../src/listing/seen-rows.js'
import type { Complaint } from '../../../src/model.js'
import { rowAt } from './sources.js'

const day = '2026-03-10'
const seenRows = (known: readonly string[] = []) =>
  createSeenRows<Complaint>(
    known,
    (id) => id,
    () => true,
  )

it('the tied ids are those of the last time, over pages', () => {
  const seen = seenRows()
  const tiedAfter = (...rows: Complaint[]): string => {
    seen.select(rows)
    return [...seen.tiedIds()].join('')
  }
  expect(tiedAfter(rowAt('a', day, '12:00:02'), rowAt('b', day, '12:00:01'))).toBe('b')
  expect(tiedAfter(rowAt('c', day, '12:00:01'))).toBe('bc')
  expect(tiedAfter()).toBe('bc')
  const before = seen.tiedIds()
  expect(tiedAfter(rowAt('d', day, '12:00:00'))).toBe('d')
  expect([...before].join('')).toBe('bc')
})

it('the rows known before a cursor are tied to those behind it until the time changes', () => {
  const seen = seenRows(['x', 'y'])
  expect([...seen.tiedIds()].join('')).toBe('xy')
  seen.select([rowAt('y', day), rowAt('z', day)])
  expect([...seen.tiedIds()].join('')).toBe('xyz')
  seen.select([rowAt('a', day, '11:00:00')])
  expect([...seen.tiedIds()].join('')).toBe('a')
})

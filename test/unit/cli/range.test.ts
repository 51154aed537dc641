import { describe, expect, it } from 'vitest'
import { parseRange, parseStart } from '../../../src/cli/range.js'

describe('--since, --from and --to', () => {
  const now = Date.parse('2026-03-31T12:00:00.789Z')

  it.each([
    [{ since: '24h' }, { from: '2026-03-30T12:00:00Z' }],
    [{ since: '7d' }, { from: '2026-03-24T12:00:00Z' }],
    [{ since: '2w' }, { from: '2026-03-17T12:00:00Z' }],
    // 20:00 in Beijing.
    [{ since: 'today' }, { from: '2026-03-31' }],
    [{ since: 'yesterday' }, { from: '2026-03-30' }],
    [{ since: '1m' }, { from: '2026-02-28' }],
    [{ since: '12m' }, { from: '2025-03-31' }],
    [
      { from: '2026/11/1', to: '2026/11/30' },
      { from: '2026-11-01', to: '2026-11-30' },
    ],
    [{ from: '20261101' }, { from: '2026-11-01' }],
    [{ since: '昨天' }, { from: '2026-03-30' }],
    [{ since: '今天' }, { from: '2026-03-31' }],
    [{ since: '7天' }, { from: '2026-03-24T12:00:00Z' }],
    [{ since: '1个月' }, { from: '2026-02-28' }],
    [{ from: 'yesterday' }, { from: '2026-03-30' }],
    [
      { from: '昨天', to: '今天' },
      { from: '2026-03-30', to: '2026-03-31' },
    ],
    [
      { from: '2026年11月1日', to: '2026 年 11 月 30 日' },
      { from: '2026-11-01', to: '2026-11-30' },
    ],
    [{ from: '2026.11.1' }, { from: '2026-11-01' }],
    [
      { from: 'Yesterday', to: '2026/3-31' },
      { from: '2026-03-30', to: '2026/3-31' },
    ],
    [{}, { from: '2026-03-01T12:00:00Z' }],
    [{ from: '2026-01-01' }, { from: '2026-01-01' }],
    [
      { from: '2026-01-01', to: '2026-01-31' },
      { from: '2026-01-01', to: '2026-01-31' },
    ],
  ])('%j is %j', (given, range) => {
    expect(parseRange(given, now)).toEqual(range)
  })

  it.each([
    { since: '3x' },
    { since: '0d' },
    { since: '0m' },
    { since: 'tomorrow' },
    { since: '-1d' },
    { since: '1d', from: '2026-01-01' },
    { to: '2026-01-01' },
  ])('rejects %j', (given) => {
    expect(() => parseRange(given, now)).toThrow(/--/)
  })
})

it.each([
  ['now', '2026-11-30T04:00:00.000Z'],
  ['today', '2026-11-30'],
  ['yesterday', '2026-11-29'],
  ['2026/11/1', '2026-11-01'],
  ['2026-11-01T08:00:00+08:00', '2026-11-01T08:00:00+08:00'],
])('follow --from %s begins at %s', (text, start) => {
  expect(parseStart(text, Date.parse('2026-11-30T12:00:00+08:00'))).toBe(start)
})

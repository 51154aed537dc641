import { describe, expect, it } from 'vitest'
import { resolveTarget } from '../../../../src/cli/output/target.js'

describe('where rows go', () => {
  it.each([
    [{}, { format: 'table', path: null }],
    [{ format: 'csv' }, { format: 'csv', path: null }],
    [{ output: 'a.CSV' }, { format: 'csv', path: 'a.CSV' }],
    [{ output: 'a.xlsx' }, { format: 'xlsx', path: 'a.xlsx' }],
    [{ output: 'a.json' }, { format: 'json', path: 'a.json' }],
    [{ output: 'a.ndjson' }, { format: 'ndjson', path: 'a.ndjson' }],
    [
      { output: 'a.json', format: 'json' },
      { format: 'json', path: 'a.json' },
    ],
    [
      { output: 'a.txt', format: 'table' },
      { format: 'table', path: 'a.txt' },
    ],
  ] as const)('%j is %j', (flags, target) => {
    expect(resolveTarget(flags)).toEqual(target)
  })

  it('an ending that is unknown, or is another format than --format, is rejected', () => {
    expect(() => resolveTarget({ output: 'a.txt' })).toThrow(/\.csv, \.xlsx, \.json or \.ndjson/)
    expect(() => resolveTarget({ output: 'a.csv', format: 'json' })).toThrow(/leave --format out/)
  })
})

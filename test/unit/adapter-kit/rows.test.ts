import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { mapListRows, requireRecord, requireText } from '../../../src/adapter-kit/rows.js'
import { ResponseError } from '../../../src/errors.js'
import { errorOf, everythingOf } from '../../support/core.js'

/** A row is `{ id, state }`. */
const map = (row: unknown): string => {
  const fields = requireRecord(row)
  return `${requireText(fields, 'id')} ${requireText(fields, 'state')}`
}
const mapped = (...data: readonly unknown[]) => mapListRows(data, ['data', 'list'], 'id', map)

describe('mapListRows', () => {
  it('maps rows in their order', () => {
    expect(mapped({ id: 'a', state: 's' }, { id: 2, state: 't' })).toEqual({
      rows: ['a s', '2 t'],
      received: 2,
      failures: [],
    })
    expect(mapped()).toEqual({ rows: [], received: 0, failures: [] })
  })

  it('skips rows that cannot be mapped, and says of each where it is and which complaint it is', () => {
    const { rows, received, failures } = mapped(
      { id: 'a' },
      { id: 'b', state: 's' },
      { state: 's' },
      { id: 'd', state: 't' },
      'no row',
    )
    expect(rows).toEqual(['b s', 'd t'])
    expect(received).toBe(5)
    expect(failures.map(({ index, error }) => [index, error.complaintId, error.issues[0]?.path])).toEqual([
      [0, 'a', ['data', 'list', 0, 'state']],
      [2, null, ['data', 'list', 2, 'id']],
      [4, null, ['data', 'list', 4]],
    ])
    expect(failures[0]?.error).toBeInstanceOf(ResponseError)
    expect(failures[0]?.error.message).toMatch(/^data\.list\.0\.state: .*the row of complaint a cannot be used$/)
    expect(failures[1]?.error.message).toMatch(/^data\.list\.2\.id: .*the row cannot be used$/)
  })

  it('throws whatever is not an error of a row: a mistake in the mapping is not the row that is at fault', () => {
    const mistake = new TypeError('a mistake')
    const run = (): unknown =>
      mapListRows([{}], [], 'id', () => {
        throw mistake
      })
    expect(errorOf(run)).toBe(mistake)
  })

  it.each([
    ['its complaint id, where it has one', { id: 'a' }, 'a'],
    ['its complaint id, where it is a number', { id: 7 }, '7'],
    ['a hash of the row, where it has none', { state: 's' }, /^\?[\w-]{12}$/],
    ['a hash of the row, where the id cannot be used', { id: {}, state: 's' }, /^\?[\w-]{12}$/],
    ['a hash of the row, where it is not an object', null, /^\?[\w-]{12}$/],
    ['a hash of the row, where it is nothing at all', undefined, /^\?[\w-]{12}$/],
  ])('a failure is compared by %s', (_, row, expected) => {
    const [failure] = mapped(row).failures
    expect(failure?.id).toMatch(typeof expected === 'string' ? new RegExp(`^${expected}$`) : expected)
    // The same for the same row, wherever it stands; another for another row.
    expect(mapped({ id: 'x', state: 's' }, row).failures[0]?.id).toBe(failure?.id)
    expect(mapped({ other: 1 }).failures[0]?.id).not.toBe(failure?.id)
  })
})

describe('error.row', () => {
  const row = {
    id: 'complaint-1',
    payer_phone: '13800001234',
    detail: '请回电13900005678',
    nested: { mobile: '13700009999' },
  }
  const [failure] = mapped(row).failures
  const error = failure?.error as ResponseError

  it('is the row as it was received, and a copy', () => {
    expect(error.row).toEqual(row)
    expect(error.row).not.toBe(row)
    expect(JSON.stringify(error.row)).toBe(JSON.stringify(row))
  })

  it('is not enumerable: logs that write the fields of an error do not write it', () => {
    expect(Object.keys(error)).not.toContain('row')
    expect(Object.prototype.propertyIsEnumerable.call(error, 'row')).toBe(false)
    expect(JSON.stringify(error)).not.toContain('138')
    expect({ ...error }).not.toHaveProperty('row')
  })

  it.each([
    ['util.inspect', () => inspect(error, { depth: 9 })],
    ['util.inspect with showHidden', () => inspect(error, { depth: 9, showHidden: true })],
    ['util.inspect of the row', () => inspect(error.row, { depth: 9 })],
    ['util.inspect of the row with showHidden', () => inspect(error.row, { depth: 9, showHidden: true })],
    ['everything that a log could show', () => everythingOf(error)],
  ])('%s masks phone numbers', (_, print) => {
    const text = print()
    expect(text).not.toMatch(/13800001234|13900005678|13700009999/)
  })

  it('printed by itself shows which row it was', () => {
    const text = inspect(error.row, { depth: 9, showHidden: true })
    expect(text).toContain('complaint-1')
    expect(text).toContain('138****1234')
  })

  it('is undefined for an error that is not about a row', () => {
    const other = new ResponseError('no list')
    expect(other.row).toBeUndefined()
    expect(other.complaintId).toBeNull()
    expect(Object.keys(other)).not.toContain('row')
  })

  it.each(['13800001234', ['13800001234']])('that is not an object (%j) is masked when it is printed', (data) => {
    const [{ error: of } = { error: null }] = mapped(data).failures
    expect(of?.row).toEqual(data)
    expect(inspect(of, { depth: 9, showHidden: true })).not.toContain('13800001234')
  })
})

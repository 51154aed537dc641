import { describe, expect, it } from 'vitest'
import { requireId } from '../../../src/adapter-kit/complaint-id.js'
import { QueryError } from '../../../src/errors.js'
import { errorOf } from '../../support/core.js'

describe('requireId', () => {
  it.each(['1', '200201820200101032501234567890', 'a-b_C', 'x'.repeat(64)])('takes %s', (id) => {
    expect(requireId(id)).toBe(id)
  })

  it.each(['', ' ', 'a b', '../x', 'a/b', 'a\n', '编号', 'x'.repeat(65)])('refuses %j', (id) => {
    const error = errorOf(() => requireId(id)) as Error
    expect(error).toBeInstanceOf(QueryError)
    expect(error.message).toBe('the complaint id must be 1 to 64 letters, digits, "_" or "-"')
  })
})

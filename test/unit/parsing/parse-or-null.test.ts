import { expect, it } from 'vitest'
import { parseOrNull } from '../../../src/parsing/parse-or-null.js'

it('parseOrNull() returns what the parser returns, and null for any exception', () => {
  expect(parseOrNull(() => JSON.parse('[1]'))).toEqual([1])
  expect(parseOrNull(() => JSON.parse('['))).toBeNull()
  expect(
    parseOrNull(() => {
      throw 'text'
    }),
  ).toBeNull()
})

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { locateJsonError } from '../../../src/parsing/json-error.js'

it.each([
  ['{\n  "accounts": [\n    { "provider": "xiaoe", },\n  ]\n}', 3, 28],
  ['{ "accounts": [1,] }', 1, 18],
  ['{\n  accounts: []\n}', 2, 3],
  ['{ "path": "C:\\keys" }', 1, 11],
  ['{ "a": 1 } x', 1, 12],
  ['{ "a": 1', 1, 9],
  ['', 1, 1],
  ['{ “a”: 1 }', 1, 3],
])('%j stops being JSON at line %i, column %i', (json, line, column) => {
  expect(() => JSON.parse(json)).toThrow()
  expect(locateJsonError(json)).toEqual({ line, column })
})

it('all of a valid text is JSON', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(undefined, 2), (json, indent) => {
      const text = JSON.stringify(JSON.parse(json), null, indent)
      expect(locateJsonError(`${text}\n\n`)).toEqual({ line: text.split('\n').length + 2, column: 1 })
    }),
  )
})

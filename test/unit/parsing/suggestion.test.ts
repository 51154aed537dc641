import { expect, it } from 'vitest'
import { suggestName } from '../../../src/parsing/suggestion.js'

const known = ['mchid', 'serialNo', 'privateKey', 'privateKeys', 'privateKeyFile', 'id']

it.each([
  ['privatekeyfile', 'privateKeyFile'],
  ['privateKeyPath', 'privateKeyFile'],
  ['private_key', 'privateKey'],
  ['privateKeey', 'privateKey'],
  ['mchId', 'mchid'],
  ['SERIALNO', 'serialNo'],
  ['serailNo', 'serialNo'],
  ['di', 'id'],
  ['KeyFile', 'privateKeyFile'],
  ['private', null],
  ['key', null],
  ['certificate', null],
  ['', null],
])('%s: %s', (misspelt, suggestion) => {
  expect(suggestName(misspelt, known)).toBe(suggestion)
})

it('a name as many characters longer or shorter as may differ is suggested, one more is not', () => {
  expect(suggestName('abcdefxxx', ['abcdef'])).toBe('abcdef')
  expect(suggestName('abcdefxxxx', ['abcdef'])).toBeNull()
  expect(suggestName('abcdef', ['xabcdefx'])).toBe('xabcdefx')
  expect(suggestName('abcdef', ['xaybcdefx'])).toBeNull()
  // Two characters, each of two UTF-16 units.
  expect(suggestName('mch😀😀', ['mch'])).toBe('mch')
})

it('there is nothing to suggest without names', () => {
  expect(suggestName('mchid', [])).toBeNull()
})

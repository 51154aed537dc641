import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { displayWidth } from '../../../src/cli/output/width.js'
import { oneLine, shellWord } from '../../../src/cli/text.js'

it('oneLine() removes control characters; displayWidth() counts terminal cells', () => {
  expect(oneLine('a\u001b[31mb\r\nc\u202ed')).toBe('a [31mb c d')
  expect(displayWidth('投诉 a')).toBe(6)
})

it.each([
  ['2026-11-23T12:00:00+08:00', '2026-11-23T12:00:00+08:00'],
  ['pending,processing', "'pending,processing'"],
  ['C:\\keys\\a.json', "'C:\\keys\\a.json'"],
  ['$HOME `x` "y"', '\'$HOME `x` "y"\''],
  ["it's", '"it\'s"'],
  ["it's $5", "'it'\\''s $5'"],
  ['', "''"],
])('%j as a word of a command line', (text, word) => {
  expect(shellWord(text)).toBe(word)
  expect(execFileSync('bash', ['-c', `printf %s ${word}`], { encoding: 'utf8' })).toBe(text)
})

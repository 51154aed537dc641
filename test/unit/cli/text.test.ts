import { expect, it } from 'vitest'
import { displayWidth } from '../../../src/cli/output/width.js'
import { oneLine } from '../../../src/cli/text.js'

it('oneLine() removes control characters; displayWidth() counts terminal cells', () => {
  expect(oneLine('a\u001b[31mb\r\nc\u202ed')).toBe('a [31mb c d')
  expect(displayWidth('投诉 a')).toBe(6)
})

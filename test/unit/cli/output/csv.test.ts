import { describe, expect, it } from 'vitest'
import { csvRow } from '../../../../src/cli/output/csv.js'

describe('a CSV record', () => {
  it('quotes as RFC 4180 says, and nothing else', () => {
    expect(csvRow(['a', 'b c', '', '投诉'], false)).toBe('a,b c,,投诉\r\n')
    expect(csvRow(['a,b', 'say "no"', 'two\nlines', ' edge'], false)).toBe(
      '"a,b","say ""no""","two\nlines"," edge"\r\n',
    )
  })

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    ' =1',
    '"=1',
    "'=1",
    '\u200b=1',
    '=1',
    '+1',
    '@x',
    '-1',
  ])('puts an apostrophe before %j, which a spreadsheet would run', (text) => {
    expect(csvRow([text], false).replace(/^"/, '')).toMatch(/^'/)
  })

  it.each(['200201820190', '138****0000', '2026-11-23 10:00:00', '12.34', 'a=b', '好的-谢谢'])(
    'leaves %j unchanged',
    (text) => {
      expect(csvRow([text], false)).toBe(`${text}\r\n`)
    },
  )

  it('writes long numbers as ="…" for Excel only, which then keeps their digits', () => {
    expect(csvRow(['200201820190', '12345678901', '1'], true)).toBe('="200201820190",12345678901,1\r\n')
    expect(csvRow(['200201820190'], false)).toBe('200201820190\r\n')
  })
})

import { describe, expect, it } from 'vitest'
import { columnLetters, escapeXml, renderCell } from '../../../../src/report/xlsx/cells.js'
import { hostileTexts } from '../../../support/report.js'

describe('cells of a spreadsheet', () => {
  it.each([
    [0, 'A'],
    [25, 'Z'],
    [26, 'AA'],
    [701, 'ZZ'],
    [702, 'AAA'],
  ])('column %i is %s', (index, letters) => {
    expect(columnLetters(index)).toBe(letters)
  })

  it('write numbers as numbers, times as Beijing times, ids as text, and nothing for nothing', () => {
    expect(renderCell(12.5, 'A1', 'amount')).toBe('<c r="A1" s="4"><v>12.5</v></c>')
    expect(renderCell(3, 'A1', undefined)).toBe('<c r="A1"><v>3</v></c>')
    // 1 January 2026, 00:00 in Beijing.
    expect(renderCell(new Date('2025-12-31T16:00:00Z'), 'A1', undefined)).toBe('<c r="A1" s="2"><v>46023</v></c>')
    expect(renderCell('200201820200101120246950198', 'A1', undefined)).toMatch(
      /^<c r="A1" s="6" t="inlineStr">.*>200201820200101120246950198</,
    )
    for (const empty of [null, '', Number.NaN, new Date(Number.NaN)])
      expect(renderCell(empty, 'A1', undefined)).toBe('')
  })

  it.each(hostileTexts)('write %j as text that XML allows', (text) => {
    const xml = renderCell(text, 'A1', undefined)
    expect(xml).toMatch(/^<c r="A1" t="inlineStr"><is><t xml:space="preserve">[^<>]*<\/t><\/is><\/c>$/)
    expect(xml).not.toMatch(/[^\P{Cc}\n]|\p{Surrogate}/u)
    expect(xml).not.toMatch(/(?<!_x005F)_x000D_/)
  })

  it('cut a text at the limit of spreadsheets', () => {
    expect(renderCell('长'.repeat(40_000), 'A1', undefined).length).toBeLessThan(33_000)
  })

  it('escape attributes', () => {
    expect(escapeXml('a"b<c&d')).toBe('a&quot;b&lt;c&amp;d')
  })
})

import { describe, expect, it } from 'vitest'
import { displayWidth, fitCells, fitMiddle, padCells } from '../../../../src/cli/output/width.js'

describe('the width of texts in a terminal', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['投诉', 4],
    ['，。（）', 8],
    ['ｱｲ', 2],
    ['e\u0301', 1],
    ['\u200b\u0007', 0],
    ['😡', 2],
    ['👨‍👩‍👧', 2],
    ['❤️', 2],
    ['\u{20bb7}', 2],
  ])('%j takes %i cells', (text, cells) => {
    expect(displayWidth(text)).toBe(cells)
  })

  it('is padded or cut to exactly as many cells', () => {
    expect(padCells('投诉', 6)).toBe('投诉  ')
    expect(fitCells('投诉单号', 6)).toBe('投诉… ')
    expect(fitCells('投诉单号', 8)).toBe('投诉单号')
    expect(displayWidth(fitCells('a👨‍👩‍👧投诉', 4))).toBe(4)
  })

  it('is cut in the middle to exactly as many cells', () => {
    expect(fitMiddle('822000000000001', 10)).toBe('8220…00001')
    expect(fitMiddle('投诉单号', 6)).toBe('投…号 ')
    expect(fitMiddle('投诉', 6)).toBe('投诉  ')
    expect(displayWidth(fitMiddle('👨‍👩‍👧投诉👨‍👩‍👧投诉', 7))).toBe(7)
  })
})

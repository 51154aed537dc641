import { describe, expect, it } from 'vitest'
import { formatSpan, reportTexts } from '../../../src/report/texts.js'

describe('the words of a report', () => {
  it.each([
    [30_000, '1 分钟', '1 min'],
    [90 * 60_000, '1 小时 30 分钟', '1 h 30 min'],
    [-3 * 3_600_000, '3 小时', '3 h'],
    [50 * 3_600_000, '2 天 2 小时', '2 d 2 h'],
    [48 * 3_600_000, '2 天', '2 d'],
  ])('%i ms is %s, %s', (ms, zh, en) => {
    expect(formatSpan(ms, reportTexts.zh)).toBe(zh)
    expect(formatSpan(ms, reportTexts.en)).toBe(en)
  })

  it('are the same set in both languages, and Chinese throughout in Chinese', () => {
    expect(Object.keys(reportTexts.zh)).toEqual(Object.keys(reportTexts.en))
    const chinese = JSON.stringify(reportTexts.zh).replaceAll(
      /"\w+":|npx unified-complaints report --output report.xlsx|zh-CN|--since 30d|\{\w+\}|Excel/g,
      '',
    )
    expect(chinese).not.toMatch(/[a-z]{3,}/i)
  })
})

import { describe, expect, it } from 'vitest'
import { escapeHtml, scriptJson } from '../../../../src/report/html/escape.js'
import { hostileTexts } from '../../../support/report.js'

describe('foreign texts in HTML', () => {
  it.each(hostileTexts)('%j cannot leave its place', (text) => {
    expect(escapeHtml(text)).not.toMatch(/[<>"']/)
    expect(escapeHtml(text)).not.toMatch(/[\p{Cc}\p{Surrogate}\u202a-\u202e\u2066-\u2069]/u)
    expect(scriptJson({ text })).not.toMatch(/[<>&\u2028\u2029]/)
    expect(JSON.parse(scriptJson({ text }))).toEqual({ text })
  })

  it('leaves other texts readable', () => {
    expect(escapeHtml('客服说 "好的" & 没有下文\n第二行')).toBe('客服说 &quot;好的&quot; &amp; 没有下文\n第二行')
  })
})

import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Figures } from '../../../../src/report/figures.js'
import { renderHtml } from '../../../../src/report/html/page.js'
import { hostileTexts, madeComplaint, madeFigures } from '../../../support/report.js'

const hostile = hostileTexts.map((text, index) =>
  madeComplaint({ id: `${index}${text}`, subject: text, detail: text, dueInHours: -index, phone: text }),
)
/** Elements of the page, without the two scripts and the style. */
const markup = (html: string): string => html.replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '')
const rowsOf = (html: string): unknown[] =>
  JSON.parse(/<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '{}').rows

describe('a report as HTML', () => {
  it('allows its own script and style by their hashes, and nothing else', () => {
    const html = renderHtml(madeFigures([madeComplaint()]))
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? []
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; /)
    const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    expect(policy).toContain(hash(/<script>([\s\S]*?)<\/script>/.exec(html)?.[1] ?? ''))
    expect(policy).toContain(hash(/<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? ''))
    // Styles and handlers in attributes would need 'unsafe-inline'; addresses would need the network.
    expect(html).not.toMatch(/\sstyle=|\son\w+="|\ssrc=|url\(|@import|https?:\/\//)
  })

  it.each(['zh', 'en'] as const)('has the hostile texts as text only (%s)', (language) => {
    const html = renderHtml(madeFigures(hostile, { language }))
    expect(markup(html)).not.toMatch(/<script|<img|<svg on|<!--/i)
    expect(html.match(/<script/g)).toHaveLength(2)
    expect(rowsOf(html)).toHaveLength(hostile.length)
  })

  it('has headings, chart names, table headers and the figures as text', () => {
    const html = renderHtml(madeFigures([madeComplaint({ subject: '商家不发货', dueInHours: 2 })]))
    expect(html).toContain('<html lang="zh-CN">')
    expect([...html.matchAll(/<h2 id="[a-z]+">([^<]+)/g)].map(([, heading]) => heading)).toEqual([
      '概览',
      '图表',
      '时限',
      '明细',
    ])
    for (const [, ids = ''] of html.matchAll(/<svg [^>]*aria-labelledby="([^"]+)"/g))
      for (const id of ids.split(' ')) expect(html).toContain(`id="${id}"`)
    expect(html.match(/<svg [^>]*role="img"/g)).toHaveLength(4)
    expect(html).toContain('<th scope="row">商家不发货</th><td class="number">1</td>')
    for (const word of ['待处理', '处理中', '处理完成', '账号', '渠道', '剩余 2 小时']) expect(html).toContain(word)
  })

  it('what is due next is listed beside what is overdue for weeks, both with their number', () => {
    const late = Array.from({ length: 25 }, (_, index) =>
      madeComplaint({ id: `late${index}`, dueInHours: -99 - index }),
    )
    const next = [madeComplaint({ id: 'next', dueInHours: 2 }), madeComplaint({ id: 'later', dueInHours: 40 })]
    const html = markup(renderHtml(madeFigures([...late, ...next])))
    expect([...html.matchAll(/<h3 id="deadlines-[a-z]+">([^<]+)/g)].map(([, heading]) => heading)).toEqual([
      '已超时（25 条）',
      '即将到期（2 条）',
    ])
    const ids = [...html.matchAll(/<td class="id">([^<]+)/g)].map(([, id]) => id)
    expect(ids).toEqual([
      ...late
        .map(({ id }) => id)
        .toReversed()
        .slice(0, 20),
      'next',
      'later',
    ])
    expect(html).toContain('超时最久的在前。此处列出 20 条')
  })

  it('has the merchants of a service provider: their figures, a column of both tables, and the search', () => {
    const row = madeComplaint({ merchant: '1600000002', dueInHours: 2 })
    const html = renderHtml(madeFigures([row]))
    expect(html).toContain('<h2 id="merchants">商户</h2>')
    expect(html).toContain('<th scope="row">1600000002</th>')
    expect(html).toContain('<td class="id merchant">1600000002</td>')
    expect(html.match(/商户号<\/(?:th|button)>/g)).toHaveLength(3)
    expect(JSON.stringify(rowsOf(html))).toContain('1600000002')
    expect(markup(renderHtml(madeFigures([madeComplaint({ merchant: 'shop' })])))).not.toMatch(/商户号<|id="merchants"/)
  })

  it('says that the table is cut, how much is missing, and where everything is', () => {
    const figures = madeFigures(
      ['c1', 'c2', 'c3'].map((id) => madeComplaint({ id })),
      { maxRows: 2 },
    )
    expect(renderHtml(figures)).toMatch(/共 3 条投诉，下表只含最新的 2 条.*--output report\.xlsx/)
    expect(renderHtml(madeFigures([madeComplaint()]))).not.toContain('下表只含')
  })

  it('names the accounts that could not be read', () => {
    const html = renderHtml(madeFigures([]), { failures: ['[wechatpay 1] <b>out of order</b>'] })
    expect(html).toContain('<li>[wechatpay 1] &lt;b&gt;out of order&lt;/b&gt;</li>')
  })

  it('names the options that left complaints out', () => {
    expect(renderHtml(madeFigures([]), { filters: ['--state pending'] })).toContain('筛选条件：--state pending')
  })

  it('can be made of nothing', () => {
    const figures: Figures = madeFigures([], { accounts: [], from: 0, to: 1, language: 'en' })
    expect(renderHtml(figures)).toContain('No unresolved complaint has a deadline.')
  })

  it('masks phones unless they are to be shown', () => {
    const made = [madeComplaint({ phone: '13800000001', dueInHours: 1 })]
    expect(renderHtml(madeFigures(made))).not.toContain('13800000001')
    expect(renderHtml(madeFigures(made))).toContain('138****0001')
    expect(renderHtml(madeFigures(made, { showPhones: true }))).toContain('13800000001')
  })
})

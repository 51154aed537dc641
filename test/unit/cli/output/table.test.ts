import { describe, expect, it } from 'vitest'
import { complaintColumns, tableColumns } from '../../../../src/cli/output/columns.js'
import { createTable } from '../../../../src/cli/output/table.js'
import { displayWidth } from '../../../../src/cli/output/width.js'
import type { Complaint } from '../../../../src/model.js'
import { madeComplaint, reportNow } from '../../../support/report.js'

const columns = tableColumns(complaintColumns)
const rows = [
  madeComplaint({
    id: '200201820200101120246950198',
    dueInHours: 3,
    phone: '13800000001',
    detail: '说来话长，'.repeat(40),
  }),
  madeComplaint({ id: 'c_1', account: '一个名称特别长的账号一个名称特别长的账号', detail: '短' }),
]
const lines = (width?: number, language: 'zh' | 'en' = 'zh', of: readonly Complaint[] = rows): string[] =>
  createTable(columns, language, width, reportNow).rows(of).trimEnd().split('\n')

describe('a table on a terminal', () => {
  it.each([200, 160, 140, 120, 100, 90, 80])('is not wider than %i cells', (width) => {
    for (const language of ['zh', 'en'] as const)
      for (const line of lines(width, language)) expect(displayWidth(line)).toBeLessThanOrEqual(width)
  })

  it('shows times without year and seconds and cuts accounts before it leaves columns out', () => {
    expect(lines(170)[0]).toMatch(/渠道.*账号.*处理期限.*电话/)
    expect(lines(170)[2]).toContain('2026-11-30 11:00:00')
    expect(lines(135)[0]).toMatch(/渠道.*账号.*处理期限.*电话/)
    expect(lines(135)[2]).toMatch(/ 11-30 11:00 .* 11-30 15:00 /)
  })

  it.each([100, 104])('of %i cells says whose each complaint is, and when it is due', (width) => {
    expect(lines(width, 'zh')[0]).toMatch(/^渠道 +账号 +投诉单号 +投诉时间 +状态 +处理期限 +投诉内容$/)
    expect(lines(width, 'en')[0]).toMatch(/^Provider +Account +Id +Created +State +Due +Detail$/)
    expect(lines(width, 'en', [madeComplaint({ provider: 'wechatpay', account: '1900000001' })])[2]).toMatch(
      /^wechatpay +1900000001 +c1 +11-30 11:00 pending +12-01 11:00 /,
    )
  })

  it('shows the end of an account that is cut, where numbers of merchants differ', () => {
    const accounts = ['822000000000001', '822000000000002', '一个名称特别长的账号']
    const shown = lines(
      100,
      'zh',
      accounts.map((account) => madeComplaint({ account, id: '2'.repeat(28) })),
    ).slice(2)
    expect(shown.map((line) => line.split(/ +/)[1])).toEqual(['8220…00001', '8220…00002', '一个…账号'])
  })

  it('leaves out phones, then providers, then deadlines where there is no room; never accounts, ids, times and states', () => {
    expect(lines(90)[0]).toMatch(/^账号 +投诉单号 +投诉时间 +状态 +处理期限 +投诉内容$/)
    for (const width of [80, 40]) {
      expect(lines(width)[0]).toMatch(/^账号 +投诉单号 +投诉时间 +状态 +投诉内容$/)
      expect(lines(width)[2]).toContain('200201820200101120246950198')
    }
  })

  it('names the merchant of each complaint where one is about another merchant than its account', () => {
    const about = madeComplaint({ account: '1900000001', merchant: '1600000002', phone: '13800000001', dueInHours: 3 })
    const own = madeComplaint({ account: '1900000001', merchant: '1900000001' })
    expect(lines(undefined, 'zh', [own, about])[0]).toMatch(/处理期限 +商户号 +电话 /)
    expect(lines(undefined, 'zh', [own, about])[3]).toContain(' 1600000002 ')
    expect(lines(100, 'en', [about])[0]).toMatch(/^Account +Id +Created +State +Due +Merchant +Detail$/)
    expect(lines(undefined, 'zh', [own])[0]).not.toContain('商户号')
  })

  it('shows the day alone of a time that is half a year away or more', () => {
    const old = madeComplaint({ hoursAgo: 24 * 400, account: 'a' })
    expect(lines(90, 'en', [old])[2]).toMatch(/ 2025-10-26 /)
    expect(lines(170, 'en', [old])[2]).toContain('2025-10-26 12:00:00')
  })

  it('has whole texts without a terminal', () => {
    expect(lines()[2]).toContain('说来话长，'.repeat(40))
    expect(lines()[2]).toContain('2026-11-30 11:00:00')
  })
})

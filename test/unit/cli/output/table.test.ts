import { describe, expect, it } from 'vitest'
import { complaintColumns } from '../../../../src/cli/output/columns.js'
import { createTable } from '../../../../src/cli/output/table.js'
import { displayWidth } from '../../../../src/cli/output/width.js'
import { madeComplaint } from '../../../support/report.js'

const columns = complaintColumns.filter(({ maxWidth }) => maxWidth !== undefined)
const rows = [
  madeComplaint({
    id: '200201820200101120246950198',
    dueInHours: 3,
    phone: '13800000001',
    detail: '说来话长，'.repeat(40),
  }),
  madeComplaint({ id: 'c_1', account: '一个名称特别长的账号一个名称特别长的账号', detail: '短' }),
]
const lines = (width?: number): string[] => createTable(columns, 'zh', width).rows(rows).trimEnd().split('\n')

describe('a table on a terminal', () => {
  it.each([200, 160, 140, 120, 100, 90])('is not wider than %i cells', (width) => {
    for (const line of lines(width)) expect(displayWidth(line)).toBeLessThanOrEqual(width)
  })

  it('leaves out phones, then accounts, then deadlines where there is no room; never ids, times and states', () => {
    expect(lines(160)[0]).toMatch(/账号.*处理期限.*电话/)
    expect(lines(135)[0]).toMatch(/账号.*处理期限 +投诉内容/)
    expect(lines(110)[0]).not.toMatch(/账号|电话/)
    expect(lines(110)[0]).toContain('处理期限')
    for (const width of [90, 40]) {
      expect(lines(width)[0]).toMatch(/^渠道 +投诉单号 +投诉时间 +状态 +投诉内容$/)
      expect(lines(width)[2]).toContain('200201820200101120246950198')
    }
  })

  it('has whole texts without a terminal', () => {
    expect(lines()[2]).toContain('说来话长，'.repeat(40))
  })
})

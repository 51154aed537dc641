import { describe, expect, it } from 'vitest'
import { createRowFilter, type FilterFlags, filterTexts } from '../../../src/cli/filters.js'
import { madeComplaint, reportNow } from '../../support/report.js'

describe('--overdue and --due-within', () => {
  const rows = (['wechatpay', 'huishouqian'] as const).flatMap((provider) =>
    [1, 20, 30].map((hoursAgo) => madeComplaint({ id: `${provider} ${hoursAgo}`, provider, hoursAgo })),
  )
  const passing = (flags: FilterFlags): string[] => rows.filter(createRowFilter(flags, reportNow)).map(({ id }) => id)

  it('hold for pending complaints whose provider states no deadline', () => {
    expect(rows.every(({ dueAt }) => dueAt === null)).toBe(true)
    expect(passing({ overdue: true })).toEqual(['wechatpay 30', 'huishouqian 30'])
    expect(passing({ dueWithin: '6h' })).toEqual(['wechatpay 20', 'wechatpay 30', 'huishouqian 20', 'huishouqian 30'])
    expect(passing({})).toHaveLength(6)
  })

  it('--no-overdue leaves late complaints out, so that --due-within lists what can still be done in time', () => {
    expect(passing({ overdue: false, dueWithin: '6h' })).toEqual(['wechatpay 20', 'huishouqian 20'])
    expect(passing({ overdue: false })).toHaveLength(4)
    expect(filterTexts({ overdue: false })).toEqual(['--no-overdue'])
  })
})

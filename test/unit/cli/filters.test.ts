import { describe, expect, it } from 'vitest'
import { createRowFilter, type FilterFlags } from '../../../src/cli/filters.js'
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
})

import { describe, expect, it } from 'vitest'
import { complaintColumns } from '../../../../src/cli/output/columns.js'
import type { Complaint } from '../../../../src/model.js'
import { madeComplaint, reportNow } from '../../../support/report.js'

const cell = (heading: string, complaint: Complaint): string | undefined =>
  complaintColumns.find((column) => column.heading.en === heading)?.text(complaint, 'en')

describe('columns of complaints', () => {
  it('show amounts exactly, also those that a division by 100 rounds', () => {
    const complaint = madeComplaint({})
    const refund = { ...complaint.refund, amount: { fen: 9_007_199_254_740_991, currency: 'CNY' as const } }
    expect(cell('Refund (yuan)', { ...complaint, refund })).toBe('90071992547409.91')
    expect(cell('Refund (yuan)', { ...complaint, refund: { ...refund, amount: null } })).toBe('')
  })

  it('show the amounts of several orders, without those that are not reported', () => {
    const complaint = madeComplaint({})
    const order = { transactionId: null, merchantOrderNo: null }
    const amounts = [{ fen: 5, currency: 'CNY' as const }, null, { fen: 120_000, currency: 'CNY' as const }]
    const orders = amounts.map((amount) => ({ ...order, amount }))
    expect(cell('Amount (yuan)', { ...complaint, orders })).toBe('0.05; 1200.00')
    expect(cell('Amount (yuan)', { ...complaint, orders: [] })).toBe('')
  })

  it.each(['wechatpay', 'huishouqian'] as const)('Due of a pending complaint of %s is its rule', (provider) => {
    const complaint = madeComplaint({ provider, hoursAgo: 2 })
    const due = complaintColumns.find((column) => column.heading.en === 'Due')
    expect(due?.value?.(complaint)).toEqual(new Date(reportNow + 22 * 3_600_000))
    expect(cell('Due', complaint)).not.toBe('')
  })
})

import { describe, expect, it } from 'vitest'
import type { Complaint } from '../../../src/model.js'
import { dueFor, dueTime, isDueWithin, isOverdue } from '../../../src/report/deadline.js'
import { madeComplaint, reportNow } from '../../support/report.js'

const hourMs = 3_600_000

describe.each(['wechatpay', 'huishouqian'] as const)('a pending complaint of %s without dueAt', (provider) => {
  const made = (hoursAgo: number, state: Complaint['state'] = 'pending'): Complaint =>
    madeComplaint({ provider, state, hoursAgo })

  it('is due 24 hours after it was made, for the first reply', () => {
    const complaint = made(20)
    expect(complaint.dueAt).toBeNull()
    expect(dueTime(complaint)?.getTime()).toBe(complaint.createdAt.getTime() + 24 * hourMs)
    expect(dueFor(complaint)).toBe('reply')
  })

  it('is due within four hours after twenty, and not within three', () => {
    expect(isDueWithin(made(20), reportNow, 4 * hourMs)).toBe(true)
    expect(isDueWithin(made(20), reportNow, 3 * hourMs)).toBe(false)
  })

  it('is overdue after 24 hours; 72 when processing; never when resolved', () => {
    expect([made(23), made(25)].map((complaint) => isOverdue(complaint, reportNow))).toEqual([false, true])
    expect([71, 73].map((hours) => isOverdue(made(hours, 'processing'), reportNow))).toEqual([false, true])
    expect(isOverdue(made(999, 'resolved'), reportNow)).toBe(false)
    expect(isDueWithin(made(999, 'resolved'), reportNow, hourMs)).toBe(false)
  })
})

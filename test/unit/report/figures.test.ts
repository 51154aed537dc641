import { describe, expect, it } from 'vitest'
import { madeComplaint, madeFigures, reportNow } from '../../support/report.js'

describe('the figures of a report', () => {
  it('count states, overdue and due complaints, of all and of each account', () => {
    const { all, accounts } = madeFigures([
      madeComplaint({ dueInHours: -1 }),
      madeComplaint({ dueInHours: 23 }),
      madeComplaint({ state: 'processing', dueInHours: 30 }),
      madeComplaint({ state: 'resolved', dueInHours: -50, closedAfterHours: 1 }),
      // Two hours old, so the first reply is due in 22.
      madeComplaint({ provider: 'wechatpay', account: '1900000001', hoursAgo: 2 }),
      madeComplaint({ state: 'unknown' }),
    ])
    expect(all).toEqual({
      total: 6,
      states: { pending: 3, processing: 1, resolved: 1, unknown: 1 },
      overdue: 1,
      dueSoon: 2,
    })
    expect(accounts.map(({ total }) => total)).toEqual([5, 1])
    expect(accounts[1]?.dueSoon).toBe(1)
  })

  it('count each merchant of a service provider, and none where complaints are about the account itself', () => {
    const own = { provider: 'wechatpay', account: '1900000001', hoursAgo: 2 } as const
    const { merchants } = madeFigures([
      madeComplaint({ merchant: 'shop' }),
      madeComplaint(),
      madeComplaint({ ...own, merchant: '1900000001' }),
      madeComplaint({ ...own, merchant: '1600000002', overdue: true }),
      madeComplaint({ ...own, merchant: '1600000002', state: 'resolved' }),
    ])
    expect(merchants).toEqual([
      {
        account: 1,
        merchant: '1600000002',
        total: 2,
        states: { pending: 1, processing: 0, resolved: 1, unknown: 0 },
        overdue: 1,
        dueSoon: 0,
      },
      expect.objectContaining({ merchant: '1900000001', total: 1, dueSoon: 1 }),
    ])
    expect(madeFigures([madeComplaint({ merchant: 'shop' }), madeComplaint()]).merchants).toEqual([])
  })

  it('list deadlines with the worst first, and what is due', () => {
    const { deadlines } = madeFigures([
      madeComplaint({ id: 'later', dueInHours: 5 }),
      madeComplaint({ id: 'worst', dueInHours: -90 }),
      madeComplaint({ id: 'resolved', state: 'resolved', dueInHours: -99 }),
      madeComplaint({ id: 'none' }),
      madeComplaint({ id: 'said', overdue: true }),
      madeComplaint({ id: 'late', state: 'processing', dueInHours: -2 }),
    ])
    expect(deadlines.map(({ id, dueFor }) => [id, dueFor])).toEqual([
      ['said', null],
      ['worst', 'reply'],
      ['late', 'resolution'],
      ['later', 'reply'],
    ])
  })

  it('have the median time to close of those that tell it, and null without any', () => {
    const closed = [1, 2, 30].map((closedAfterHours) => madeComplaint({ state: 'resolved', closedAfterHours }))
    expect(madeFigures(closed)).toMatchObject({ medianCloseMs: 2 * 3_600_000, closed: 3 })
    expect(madeFigures(closed.slice(0, 2)).medianCloseMs).toBe(1.5 * 3_600_000)
    expect(madeFigures([madeComplaint()])).toMatchObject({ medianCloseMs: null, closed: 0 })
  })

  it('have every Beijing day of the range, also those without complaints, and the hours of Beijing', () => {
    const { days, hours } = madeFigures([madeComplaint({ hoursAgo: 12 }), madeComplaint({ hoursAgo: 13 })])
    expect(days).toHaveLength(31)
    expect(days.slice(-3)).toEqual([
      { day: '2026-11-28', counts: [0, 0] },
      { day: '2026-11-29', counts: [1, 0] },
      { day: '2026-11-30', counts: [1, 0] },
    ])
    expect(hours[0]).toBe(1)
    expect(hours[23]).toBe(1)
  })

  const everyDay = (perDay: number, yesterday: number) =>
    Array.from({ length: 20 }, (_, day) =>
      Array.from({ length: day === 0 ? yesterday : perDay }, () => madeComplaint({ hoursAgo: 14 + 24 * day })),
    ).flat()

  it.each([
    [9, 9, 'usual'],
    [9, 14, 'usual'],
    [9, 16, 'more'],
    [9, 2, 'fewer'],
    [0, 2, 'usual'],
    [0, 3, 'more'],
  ] as const)('say of %i a day and %i yesterday: %s', (perDay, yesterday, verdict) => {
    const from = reportNow - 20 * 86_400_000
    expect(madeFigures(everyDay(perDay, yesterday), { from }).comparison).toEqual({
      day: '2026-11-29',
      count: yesterday,
      usual: perDay,
      days: 18,
      verdict,
    })
  })

  it('say nothing about yesterday in a range of few days', () => {
    expect(madeFigures(everyDay(3, 9), { from: reportNow - 5 * 86_400_000 }).comparison).toBeNull()
  })

  it('order subjects by frequency, and leave out complaints without one', () => {
    const { subjects } = madeFigures(['b', 'a', 'b', null].map((subject) => madeComplaint({ subject })))
    expect(subjects).toEqual([
      { subject: 'b', count: 2 },
      { subject: 'a', count: 1 },
    ])
  })

  it('keep maxRows rows, and count all', () => {
    const figures = madeFigures(
      ['c1', 'c2', 'c3'].map((id) => madeComplaint({ id })),
      { maxRows: 2 },
    )
    expect(figures.rows.map(({ id }) => id)).toEqual(['c1', 'c2'])
    expect(figures.all.total).toBe(3)
  })

  it('mask phones in every text unless they are to be shown', () => {
    const made = [madeComplaint({ phone: '13800000001', detail: '请打 13800000001', dueInHours: 1 })]
    expect(JSON.stringify(madeFigures(made))).not.toContain('13800000001')
    expect(JSON.stringify(madeFigures(made, { showPhones: true }))).toContain('13800000001')
  })

  it('do not count complaints of accounts that were not selected', () => {
    expect(madeFigures([madeComplaint({ account: 'other' })]).all.total).toBe(0)
  })
})

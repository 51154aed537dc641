import { describe, expect, it, onTestFinished } from 'vitest'
import { ComplaintClient, type PaginationError } from '../../../src/index.js'
import { TroubledList, type Troubles } from '../../support/troubled-server/list.js'
import { readList } from '../../support/troubled-server/read.js'
import { idOf, month, rowAt, rowsOver } from '../../support/troubled-server/rows.js'
import { startTroubledServer, type TroubledServer } from '../../support/troubled-server/server.js'

const quarter = { from: '2026-01-01', to: '2026-03-31' } as const
const busyDay = '2026-03-10'
/** Of one day, more than the server serves of any list. */
const busy = rowsOver({ from: busyDay, to: busyDay }, 150).map((row, index) =>
  rowAt(idOf(50_000 + index), row.createdAt),
)
const others = rowsOver(quarter, 270).filter(({ createdAt }) => !isBusyDay(createdAt))
const troubles: Troubles = { maxRows: 100 }

function isBusyDay(at: number): boolean {
  return new Date(at + 8 * 3_600_000).toISOString().startsWith(busyDay)
}

async function serve(provider: 'wechatpay' | 'xiaoe', list: TroubledList): Promise<TroubledServer> {
  const server = await startTroubledServer(provider, list)
  onTestFinished(server.close)
  return server
}

describe('a day that cannot be read completely (WeChat Pay, whose totals are exact)', () => {
  it.each(['arrival', 'newest', 'oldest'] as const)(
    'is named at the end, after all other rows of all windows (order %s)',
    async (order) => {
      const server = await serve('wechatpay', new TroubledList([...busy, ...others], troubles))
      const { ids, error } = await readList(server.adapter(), { ...quarter, order })
      expect(error).toMatchObject({ code: 'PAGINATION' })
      expect((error as PaginationError).incomplete).toEqual([
        { begin: busyDay, end: busyDay, total: 150, delivered: 100 },
      ])
      const delivered = new Set(ids)
      expect(others.filter(({ id }) => !delivered.has(id))).toEqual([])
      expect(ids).toHaveLength(delivered.size)
      expect(delivered.size).toBe(others.length + 100)
    },
  )

  it('is the only one that the cursor of the error leads to', async () => {
    const list = new TroubledList([...busy, ...others], troubles)
    const server = await serve('wechatpay', list)
    const { ids, error } = await readList(server.adapter(), quarter)
    const { cursor } = error as PaginationError
    // Sixty complaints of that day are withdrawn, so that the others fit into what is served.
    const served = new Set(ids)
    const withdrawn = busy.filter(({ id }) => served.has(id)).slice(0, 60)
    for (const { id } of withdrawn)
      list.rows.splice(
        list.rows.findIndex((row) => row.id === id),
        1,
      )
    const before = server.requests.length
    const rest: string[] = []
    const client = new ComplaintClient([server.adapter()])
    for await (const { id } of client.list(quarter, { cursor: cursor ?? '' })) rest.push(id)
    for (const { id } of busy) if (!served.has(id)) expect(rest).toContain(id)
    const days = server.requests.slice(before).map(({ begin, end }) => ({ begin, end }))
    for (const { begin, end } of days) expect([begin <= busyDay, busyDay <= end]).toEqual([true, true])
  })
})

it('hints of a total that are not reached are a warning, when the last page was not a full one of known rows', async () => {
  const server = await serve('xiaoe', new TroubledList([...busy, ...others], troubles))
  const { ids, error, warnings } = await readList(server.adapter(), quarter)
  expect({ error, warnings, rows: new Set(ids).size }).toEqual({
    error: null,
    warnings: ['totalMismatch'],
    rows: others.length + 100,
  })
})

describe('an absurd total', () => {
  it('of WeChat Pay ends in an error that names it, after all rows, within 1,000 requests for a window', async () => {
    const rows = rowsOver(month, 100)
    const server = await serve('wechatpay', new TroubledList(rows, { total: 1_000_000_000 }))
    const { ids, error } = await readList(server.adapter(), month)
    expect(error).toMatchObject({ code: 'PAGINATION' })
    expect([...ids].sort()).toEqual(rows.map(({ id }) => id).sort())
    expect((error as PaginationError).incomplete.length).toBeGreaterThan(0)
    for (const { total } of (error as PaginationError).incomplete) expect(total).toBe(1_000_000_000)
    expect(server.requests.length).toBeLessThanOrEqual(1000)
  })

  it('of Xiaoe is a warning, after all rows, within 1,000 requests for a window', async () => {
    const rows = rowsOver(month, 100)
    const server = await serve('xiaoe', new TroubledList(rows, { total: 1_000_000_000 }))
    const { ids, error, warnings } = await readList(server.adapter(), month)
    expect({ error, warnings }).toEqual({ error: null, warnings: ['totalMismatch'] })
    expect([...ids].sort()).toEqual(rows.map(({ id }) => id).sort())
    expect(server.requests.length).toBeLessThanOrEqual(1000)
  })
})

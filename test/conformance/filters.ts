import { expect, it } from 'vitest'
import { ComplaintClient, type ComplaintState, QueryError } from '../../src/index.js'
import type { SandboxComplaint } from '../../src/sandbox/index.js'
import { addDays } from '../../src/time.js'
import { type Harness, ids, range } from './harness.js'

/** Only what was asked for comes, and what cannot be asked is refused before any request. */
export function describeFilters({ given, start, clientOf, drain, own }: Harness): void {
  it.each<[string, ComplaintState | ComplaintState[]]>([
    ['one state', 'pending'],
    ['several states', ['processing', 'resolved']],
  ])('%s', async (_, state) => {
    const sandbox = await start()
    const wanted = own(sandbox).filter((complaint) => [state].flat().includes(complaint.state))
    expect(wanted.length).toBeGreaterThan(0)
    expect(wanted.length).toBeLessThan(own(sandbox).length)
    for (const pageSize of [5, 50]) {
      expect(ids(await drain(clientOf(sandbox), { state, pageSize }))).toEqual(ids(wanted))
    }
  })

  it('a state that nothing has: an empty list', async () => {
    const sandbox = await start({ complaints: 20 })
    expect(await drain(clientOf(sandbox), { state: 'unknown' })).toEqual([])
  })

  it("the merchant's order number", async () => {
    const sandbox = await start()
    const numberOf = (complaint: SandboxComplaint): string | null =>
      complaint.orders[0]?.merchantOrderNo ?? complaint.resource?.id ?? null
    const merchantOrderNo =
      own(sandbox)
        .map(numberOf)
        .find((number) => number !== null) ?? ''
    const wanted = own(sandbox).filter((complaint) => numberOf(complaint) === merchantOrderNo)
    expect(wanted.length).toBeGreaterThan(0)
    expect(ids(await drain(clientOf(sandbox), { merchantOrderNo }))).toEqual(ids(wanted))
    expect(await drain(clientOf(sandbox), { merchantOrderNo: 'NOBODY0000' })).toEqual([])
  })

  it('a merchant where there are merchants, and a QueryError where there are none', async () => {
    const sandbox = await start()
    if (!given.knowsMerchants) {
      expect(() => clientOf(sandbox).list({ ...range, merchant: '1' })).toThrow(QueryError)
      expect(sandbox.requests).toEqual([])
      return
    }
    const merchant = own(sandbox).find(({ merchantId }) => merchantId !== null)?.merchantId ?? ''
    const rows = await drain(clientOf(sandbox), { merchant })
    const wanted = own(sandbox).filter(({ merchantId }) => merchantId === merchant)
    expect(wanted.length).toBeGreaterThan(0)
    expect(ids(rows.filter(({ merchantId }) => merchantId !== null))).toEqual(ids(wanted))
  })

  it('accounts: only those named are asked, and a name nobody has is a QueryError', async () => {
    const [one, other] = [await start({ complaints: 10 }), await start({ complaints: 12, seed: 5 })]
    const adapters = [given.adapter(one, { account: 'one' }), given.adapter(other, { account: 'other' })]
    const client = new ComplaintClient(adapters)
    const rows = await drain(client, { accounts: [`${given.provider}:other`] })
    expect(ids(rows)).toEqual(ids(own(other)))
    expect(rows.every(({ account }) => account === 'other')).toBe(true)
    expect(one.requests).toEqual([])
    expect(() => client.list({ ...range, accounts: ['other', 'third'] })).toThrow(QueryError)
  })

  it('a page size beyond the provider is a QueryError that says what is allowed', async () => {
    const sandbox = await start({ complaints: 0 })
    const [max, tooLarge] = given.pageSizes
    expect(() => clientOf(sandbox).list({ ...range, pageSize: max })).not.toThrow()
    expect(() => clientOf(sandbox).list({ ...range, pageSize: tooLarge })).toThrow(
      new RegExp(`pageSize ${tooLarge} is more than .*\\(1 to ${max}\\)`),
    )
    expect(sandbox.requests).toEqual([])
  })

  it('a filter longer than documented is a QueryError before any request, and no other is', async () => {
    const sandbox = await start({ complaints: 0 })
    const client = clientOf(sandbox)
    const list = (filter: string, length: number) => () => client.list({ ...range, [filter]: '1'.repeat(length) })
    const filters = given.knowsMerchants ? (['merchant', 'merchantOrderNo'] as const) : (['merchantOrderNo'] as const)
    for (const filter of filters) {
      const max = given.filterLengths[filter]
      expect(list(filter, max ?? 1_000)).not.toThrow()
      if (max === undefined) continue
      expect(list(filter, max + 1)).toThrow(
        new RegExp(`${filter} has ${max + 1} characters, more than .*\\(1 to ${max}\\)`),
      )
    }
    expect(sandbox.requests).toEqual([])
  })

  it("longRange 'reject' refuses what is beyond the documented span, and nothing else", async () => {
    const sandbox = await start({ complaints: 0 })
    const from = '2026-01-01'
    const client = clientOf(sandbox)
    const max = given.maxSpanDays ?? 3_000
    expect(() => client.list({ from, to: addDays(from, max), longRange: 'reject' })).not.toThrow()
    const beyond = (): unknown => client.list({ from, to: addDays(from, max + 1), longRange: 'reject' })
    if (given.maxSpanDays === null) expect(beyond).not.toThrow()
    else expect(beyond).toThrow(new RegExp(`spans ${max + 1} days, more than the ${max}`))
    expect(sandbox.requests).toEqual([])
  })
}

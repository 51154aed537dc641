import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ListOptions } from '../../../src/client/options.js'
import { ComplaintClient } from '../../../src/client.js'
import type { ComplaintEvent } from '../../../src/events.js'
import type { ComplaintQuery } from '../../../src/query.js'
import { propertyRuns } from '../../support/property-runs.js'
import type { Provider } from '../../support/troubled-server/format.js'
import { TroubledList } from '../../support/troubled-server/list.js'
import { inMemory } from '../../support/troubled-server/memory.js'
import { beijing, dayMs, rowsOver } from '../../support/troubled-server/rows.js'

const providers = ['wechatpay', 'huishouqian', 'xiaoe'] as const

interface Given {
  readonly provider: Provider
  readonly count: number
  readonly windowDays: number
  readonly utcDays: boolean
  readonly order: 'arrival' | 'newest' | 'oldest'
  /** The list is left after so many pages, and resumed by another client; 0: it is read at once. */
  readonly pages: number
}

/** Reads three weeks of a list that has rows on the days before and after them, too. */
async function read(given: Given, query: ComplaintQuery) {
  const rows = rowsOver({ from: '2026-02-25', to: '2026-03-27' }, given.count)
  const list = new TroubledList(rows, { utcDays: given.utcDays })
  const { adapter, requests } = inMemory(given.provider, list, given.windowDays)
  const ids: string[] = []
  const warnings = new Set<string>()
  let cursor: string | null = null
  let pieces = 0
  do {
    pieces += 1
    const onEvent = (event: ComplaintEvent): void => {
      if (event.type === 'warning') warnings.add(event.warning)
    }
    const client = new ComplaintClient([adapter], { onEvent })
    let left = given.pages
    const options: ListOptions = { concurrency: 2, ...(cursor === null ? {} : { cursor }) }
    cursor = null
    for await (const page of client.list({ ...query, order: given.order, pageSize: 10 }, options).pages()) {
      ids.push(...page.items.map(({ id }) => id))
      left -= 1
      if (left !== 0) continue
      cursor = page.cursor
      break
    }
  } while (cursor !== null && pieces < 200)
  const [from, to] = [beijing(String(query.from)), beijing(String(query.to)) + dayMs]
  const inside = rows.filter(({ createdAt }) => createdAt >= from && createdAt < to)
  const missing = inside.map(({ id }) => id).filter((id) => !ids.includes(id))
  return { ids, missing, warnings: [...warnings], pieces, requests: requests.length, inside: inside.length }
}

const weeks = { from: '2026-03-01', to: '2026-03-21' } as const

describe('L5 days that a provider cuts in another time zone', () => {
  it.each(providers)('a range of one window has all rows, and a warning (%s)', async (provider) => {
    const given = { provider, count: 400, windowDays: 30, utcDays: true, order: 'arrival', pages: 0 } as const
    expect(await read(given, weeks)).toMatchObject({ missing: [], warnings: ['rowOutsideWindow'], inside: 271 })
    const day = { from: '2026-03-05', to: '2026-03-05' }
    expect(await read(given, day)).toMatchObject({ missing: [], warnings: ['rowOutsideWindow'], inside: 13 })
  })

  it.each(providers)('a list that is resumed after each page ends, with all rows (%s)', async (provider) => {
    const given = { provider, count: 400, windowDays: 7, utcDays: true, order: 'arrival', pages: 1 } as const
    const { missing, pieces, ids, inside } = await read(given, weeks)
    expect(missing).toEqual([])
    expect(pieces).toBeLessThan(60)
    // A day that is read again for rows of the next one may bring rows that were delivered before the cursor.
    expect(ids.length).toBeLessThanOrEqual(inside + (provider === 'huishouqian' ? 13 : 0))
  })

  it('whatever the provider, its windows, the order and the pieces, nothing is missing', async () => {
    const given = fc.record({
      provider: fc.constantFrom(...providers),
      // Dense enough that a row shows where days begin.
      count: fc.integer({ min: 150, max: 300 }),
      windowDays: fc.constantFrom(1, 5, 7, 30),
      utcDays: fc.boolean(),
      order: fc.constantFrom('arrival' as const, 'newest' as const, 'oldest' as const),
      pages: fc.integer({ min: 0, max: 4 }),
    })
    await fc.assert(
      fc.asyncProperty(given, async (options) => {
        const { missing, pieces } = await read(options, weeks)
        expect(missing).toEqual([])
        expect(pieces).toBeLessThan(100)
      }),
      { numRuns: propertyRuns(75) },
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '../../support/property-runs.js'
import { arrivals } from '../../support/troubled-server/changes.js'
import type { Provider } from '../../support/troubled-server/format.js'
import { TroubledList } from '../../support/troubled-server/list.js'
import { inMemory } from '../../support/troubled-server/memory.js'
import { type PiecesOutcome, readInPieces } from '../../support/troubled-server/pieces.js'
import { month, rowsOver } from '../../support/troubled-server/rows.js'

const providers = ['wechatpay', 'huishouqian', 'xiaoe'] as const
const totals = ['window', 'none'] as const

interface Pieces {
  readonly provider: Provider
  readonly total: (typeof totals)[number]
  readonly count: number
  readonly pageSize: number
  readonly concurrency: number
  readonly maxPages: number
}

/** Reads a list in pieces of `maxPages` while a complaint arrives at every request. */
async function read(
  { provider, total, count, pageSize, concurrency, maxPages }: Pieces,
  maxPieces: number,
): Promise<{ outcome: PiecesOutcome; missing: string[]; requests: number }> {
  const rows = rowsOver(month, count)
  const { adapter, requests } = inMemory(provider, new TroubledList(rows, { total, change: arrivals(1) }))
  const outcome = await readInPieces(adapter, { ...month, pageSize }, { maxPages, concurrency, maxPieces })
  const delivered = new Set(outcome.ids)
  const missing = rows.map(({ id }) => id).filter((id) => !delivered.has(id))
  return { outcome, missing, requests: requests.length }
}

describe('L6 a list read in pieces ends and loses nothing, though a complaint arrives at every request', () => {
  it.each(providers)('whatever the list and the pieces (%s)', async (provider) => {
    const pieces = fc.record({
      provider: fc.constant(provider),
      total: fc.constantFrom(...totals),
      count: fc.integer({ min: 0, max: 120 }),
      // A piece of one page takes up to four requests: pages must be larger than what arrives meanwhile.
      pageSize: fc.integer({ min: 6, max: 50 }),
      concurrency: fc.integer({ min: 1, max: 5 }),
      maxPages: fc.integer({ min: 1, max: 20 }),
    })
    await fc.assert(
      fc.asyncProperty(pieces, async (given) => {
        const ofAStaticList = Math.ceil(given.count / (given.pageSize - 1) / given.maxPages)
        const { outcome, missing } = await read(given, 6 + 4 * ofAStaticList)
        expect({ error: outcome.error, missing }).toEqual({ error: null, missing: [] })
      }),
      { numRuns: propertyRuns(500) },
    )
  })

  it('though the first page has as many rows as its total', async () => {
    const given = {
      provider: 'huishouqian',
      total: 'window',
      count: 4,
      pageSize: 6,
      concurrency: 1,
      maxPages: 1,
    } as const
    const { outcome, missing } = await read(given, 10)
    expect({ error: outcome.error, missing }).toEqual({ error: null, missing: [] })
  })

  const sizes = [
    [1, 90],
    [3, 30],
    [20, 5],
  ] as const
  const cases = providers.flatMap((provider) =>
    totals.flatMap((total) =>
      sizes.map(
        ([maxPages, maxPieces]) => [provider, total, maxPages, total === 'none' ? 2 * maxPieces : maxPieces] as const,
      ),
    ),
  )

  it.each(cases)('3,000 rows of %s, total: %s, in pieces of %i: within %i pieces', async (...given) => {
    const [provider, total, maxPages, maxPieces] = given
    const list = { provider, total, count: 3000, pageSize: 50, concurrency: 4, maxPages }
    const { outcome, missing, requests } = await read(list, maxPieces)
    expect({ error: outcome.error, missing }).toEqual({ error: null, missing: [] })
    // A piece requests no more pages ahead than it may deliver.
    expect(requests).toBeLessThanOrEqual(outcome.pieces * (2 * maxPages + 3))
  })
})

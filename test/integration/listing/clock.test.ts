import { describe, expect, it, onTestFinished } from 'vitest'
import { TroubledList } from '../../support/troubled-server/list.js'
import { readList } from '../../support/troubled-server/read.js'
import { dayMs, idOf, rowAt } from '../../support/troubled-server/rows.js'
import { startTroubledServer, type TroubledServer } from '../../support/troubled-server/server.js'

const hourMs = 3_600_000
/** One an hour up to a minute ago by the server's clock, which is a day ahead of this host's. */
const rows = Array.from({ length: 50 }, (_, index) => rowAt(idOf(index), Date.now() + dayMs - 60_000 - index * hourMs))
const ids = rows.map(({ id }) => id)
const from = new Date(Date.now() - 10 * dayMs)

async function serve(provider: 'xiaoe' | 'huishouqian', dateAheadMs: number): Promise<TroubledServer> {
  const server = await startTroubledServer(provider, new TroubledList(rows), { dateAheadMs })
  onTestFinished(server.close)
  return server
}

describe.each(['xiaoe', 'huishouqian'] as const)('a host whose clock is a day behind (%s)', (provider) => {
  it.each(['arrival', 'newest', 'oldest'] as const)(
    'L14 the newest rows are delivered, and a warning reports the clock (order %s)',
    async (order) => {
      const server = await serve(provider, dayMs)
      const outcome = await readList(server.adapter(), { from, order })
      expect(outcome).toMatchObject({ error: null, warnings: ['clockSkew'] })
      expect([...outcome.ids].sort()).toEqual([...ids].sort())
    },
  )

  it('L14 a `to` of the query stands', async () => {
    const server = await serve(provider, dayMs)
    const to = new Date()
    const outcome = await readList(server.adapter(), { from, to })
    const before = rows.filter(({ createdAt }) => createdAt < to.getTime()).map(({ id }) => id)
    expect(outcome.error).toBeNull()
    expect([...outcome.ids].sort()).toEqual(before.sort())
  })

  it('L14 a clock that is right, or half a minute off, is no warning', async () => {
    for (const dateAheadMs of [0, 30_000, -30_000]) {
      const server = await serve(provider, dateAheadMs)
      expect((await readList(server.adapter(), { from })).warnings).toEqual([])
    }
  })
})

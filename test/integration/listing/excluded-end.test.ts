import { expect, it } from 'vitest'
import { TroubledList } from '../../support/troubled-server/list.js'
import { readList } from '../../support/troubled-server/read.js'
import { rowsOver } from '../../support/troubled-server/rows.js'
import { startTroubledServer } from '../../support/troubled-server/server.js'

const year = { from: '2025-03-01', to: '2026-02-28' } as const
const rows = rowsOver(year, 1600)
/** Of a client that does not ask for a day more than each window has. */
const requestsWithoutPadding = { 20: 99, 30: 74, 40: 62, 50: 50, 70: 38, 100: 38, 200: 26, 500: 26 }

it.each([false, true])(
  'L4 all rows of a year cost 3 %% more requests at most (end date excluded: %s)',
  async (excludesEnd) => {
    let requests = 0
    for (const pageSize of Object.keys(requestsWithoutPadding).map(Number)) {
      const server = await startTroubledServer('huishouqian', new TroubledList(rows, { excludesEnd }))
      const { ids, error, warnings } = await readList(server.adapter(), { ...year, pageSize })
      await server.close()
      expect({ error, warnings, rows: [...ids].sort() }).toEqual({
        error: null,
        warnings: [],
        rows: rows.map(({ id }) => id).sort(),
      })
      requests += server.requests.length
    }
    const before = Object.values(requestsWithoutPadding).reduce((sum, count) => sum + count)
    expect(requests).toBeLessThanOrEqual(Math.floor(before * 1.03))
  },
)

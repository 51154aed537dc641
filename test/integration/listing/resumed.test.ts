import { expect, it } from 'vitest'
import { piecedLists, runPieces } from '../../support/troubled-server/pieced-lists.js'

it.each(piecedLists.map((pieced) => [pieced.name, pieced] as const))(
  '%s: 3,000 rows come to their end, though one arrives between two pieces',
  async (_, pieced) => {
    const { problems } = await runPieces(pieced)
    expect(problems).toEqual([])
  },
)

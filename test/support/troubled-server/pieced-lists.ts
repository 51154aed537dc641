import { arrive } from './changes.js'
import type { Provider } from './format.js'
import { TroubledList, type Troubles } from './list.js'
import { readInPieces } from './pieces.js'
import { month, rowsOver } from './rows.js'
import { startTroubledServer } from './server.js'

/** 3,000 rows that are read in pieces, while one complaint arrives between two pieces. */
export interface PiecedList {
  readonly name: string
  readonly provider: Provider
  readonly total: Troubles['total']
  /** Of one piece. */
  readonly maxPages: number
  /** Within so many pieces it must come to its end. */
  readonly maxPieces: number
}

const count = 3000
const pageSize = 50
const pages = count / pageSize

/** One and a half times the pieces of a list that stands still; three times without a total. */
const sizes = [
  { maxPages: 1, maxPieces: 90 },
  { maxPages: 3, maxPieces: 30 },
  { maxPages: 20, maxPieces: 5 },
]

export const piecedLists: readonly PiecedList[] = (['wechatpay', 'xiaoe', 'huishouqian'] as const).flatMap((provider) =>
  (['window', 'none'] as const).flatMap((total) =>
    sizes.map(({ maxPages, maxPieces }) => ({
      name: `L6 pieces of ${maxPages}, ${total === 'none' ? 'without a total' : 'with a total'} (${provider})`,
      provider,
      total,
      maxPages,
      maxPieces: total === 'none' ? 2 * maxPieces : maxPieces,
    })),
  ),
)

export interface PiecesResult {
  readonly rows: number
  readonly pages: number
  readonly requests: number
  readonly pieces: number
  /** What is not as it must be; empty: all is. */
  readonly problems: readonly string[]
}

export async function runPieces({ provider, total, maxPages, maxPieces }: PiecedList): Promise<PiecesResult> {
  const rows = rowsOver(month, count)
  const list = new TroubledList(rows, total === undefined ? {} : { total })
  const server = await startTroubledServer(provider, list)
  try {
    const query = { ...month, pageSize }
    const { ids, pieces, error } = await readInPieces(server.adapter(), query, {
      maxPages,
      maxPieces,
      between: () => arrive(list),
    })
    const delivered = new Set(ids)
    const missing = rows.filter(({ id }) => !delivered.has(id)).length
    const problems: string[] = []
    if (error !== null) problems.push(`after ${pieces} pieces: ${error}`)
    if (missing > 0) problems.push(`${missing} of ${count} rows missing`)
    return { rows: count, pages, requests: server.requests.length, pieces, problems }
  } finally {
    await server.close()
  }
}

import {
  type Adapter,
  ComplaintClient,
  type ComplaintQuery,
  type ListOptions,
  PaginationError,
} from '../../../src/index.js'

/** How a list ended that was read by `maxPages` and cursors. */
export interface PiecesOutcome {
  readonly ids: readonly string[]
  readonly pieces: number
  /** Null: it came to its end. */
  readonly error: unknown
}

/**
 * Reads a list in pieces of `maxPages` pages, each from the cursor of the one before.
 * @param between called between two pieces
 * @param maxPieces gives up after so many pieces
 */
export async function readInPieces(
  adapter: Adapter,
  query: ComplaintQuery,
  { maxPieces, between, ...options }: ListOptions & { maxPages: number; maxPieces: number; between?: () => void },
): Promise<PiecesOutcome> {
  const client = new ComplaintClient([adapter])
  const ids: string[] = []
  let cursor: string | null = null
  for (let pieces = 1; ; pieces += 1) {
    try {
      for await (const { id } of client.list(query, { ...options, ...(cursor === null ? {} : { cursor }) }))
        ids.push(id)
      return { ids, pieces, error: null }
    } catch (error) {
      if (!(error instanceof PaginationError) || error.cursor === null || pieces === maxPieces) {
        return { ids, pieces, error }
      }
      cursor = error.cursor
      between?.()
    }
  }
}

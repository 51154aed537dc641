import { PaginationError } from './errors.js'
import type { HistoryEntry } from './model.js'
import { isPageTooLarge } from './provider.js'

/** A history has some dozens of entries; a server that never ends is stopped. */
const maxPages = 200

export interface HistoryPage {
  readonly entries: readonly HistoryEntry[]
  /** How many entries the provider sent. */
  readonly received: number
  /** The provider's total; null when it tells none, or one that proves nothing. */
  readonly total: number | null
}

/**
 * Reads a history by row numbers, page after page, and gives each entry once. Goes on from what really came, and until
 * a page brings nothing new or as many entries were seen as there are: entries that arrive meanwhile push others on.
 * @throws PaginationError when it does not end
 */
export async function* readHistory(
  fetch: (skip: number, limit: number) => Promise<HistoryPage>,
  pageSize: number,
): AsyncGenerator<HistoryEntry> {
  const seen = new Set<string>()
  let skip = 0
  let limit = pageSize
  let total: number | null = null
  for (let page = 0; page < maxPages; page += 1) {
    let answer: HistoryPage
    try {
      answer = await fetch(skip, limit)
    } catch (error) {
      if (!isPageTooLarge(error) || limit === 1) throw error
      limit = Math.max(1, Math.floor(limit / 2))
      continue
    }
    const fresh = answer.entries.filter(({ id }) => seen.size < seen.add(id).size)
    yield* fresh
    total = answer.total ?? total
    skip += answer.received
    if (fresh.length === 0 || (total !== null && seen.size >= total && answer.received < limit)) return
  }
  throw new PaginationError(`a history of more than ${maxPages} pages; this server does not end`)
}

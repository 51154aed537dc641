import { type ComplaintError, PaginationError } from '../errors.js'
import type { HistoryEntry } from '../model.js'
import { isPageTooLarge } from '../provider.js'

/** A history has some dozens of entries; a server that never ends is stopped. */
const maxPages = 200
/** A history that still lacks entries after so many readings is given up. */
const maxRounds = 5

export interface HistoryPage {
  /** Those before the first that cannot be used. */
  readonly entries: readonly HistoryEntry[]
  /** How many entries the provider sent. */
  readonly received: number
  /** The provider's total; null when it tells none, or one that proves nothing. */
  readonly total: number | null
  /** An entry that cannot be understood: thrown after the entries before it. */
  readonly failure?: ComplaintError | null
}

export interface HistoryOptions {
  readonly pageSize: number
  /** A total proves that entries are missing. Otherwise two readings that bring the same are believed instead. */
  readonly exactTotals?: boolean
}

/**
 * Reads a history by row numbers, page after page, and gives each entry once. Goes on from what really came: entries
 * that arrive meanwhile push others on, so a page of known entries is not the end. One that ends before its total is
 * read again from the start, and brings what was not given yet.
 * @throws PaginationError when it does not end, or stays short of an exact total
 */
export async function* readHistory(
  fetch: (skip: number, limit: number) => Promise<HistoryPage>,
  { pageSize, exactTotals = false }: HistoryOptions,
): AsyncGenerator<HistoryEntry> {
  const given = new Set<string>()
  const size = { limit: pageSize }
  let previous: readonly string[] = []
  for (let round = 1; ; round += 1) {
    const met = new Set<string>()
    let missing = 0
    for await (const page of readOnce(fetch, size, met)) {
      yield* page.fresh.filter(({ id }) => given.size < given.add(id).size)
      if (page.failure != null) throw page.failure
      missing = page.missing
    }
    const ids = [...met]
    if (missing === 0 || (!exactTotals && round > 1 && isSame(ids, previous))) return
    if (round === maxRounds) {
      throw new PaginationError(
        `the history ended ${missing} entries before its total, ${maxRounds} times over; what was delivered is right, ask again later for the rest`,
        { retryable: true },
      )
    }
    previous = ids
  }
}

interface ReadPage {
  /** What this reading had not met before. */
  readonly fresh: readonly HistoryEntry[]
  readonly failure: ComplaintError | null | undefined
  /** How many entries the total promises beyond those met. */
  readonly missing: number
}

/**
 * One reading from the first entry to the last. A page shorter than those before it is the last when it makes up the
 * total, and nothing came in meanwhile; else only an empty page is, or known entries that come again and again.
 */
async function* readOnce(
  fetch: (skip: number, limit: number) => Promise<HistoryPage>,
  size: { limit: number },
  met: Set<string>,
): AsyncGenerator<ReadPage> {
  let skip = 0
  let total: number | null = null
  // No page is expected to have more: the limit, or what a server serves at most.
  let pageful = Number.POSITIVE_INFINITY
  let known = 0
  // Entries of one answer that share an id: the total counts each.
  let twins = 0
  for (let page = 0; page < maxPages; page += 1) {
    const { limit } = size
    let answer: HistoryPage
    try {
      answer = await fetch(skip, limit)
    } catch (error) {
      if (!isPageTooLarge(error) || limit === 1) throw error
      // Whoever reads again asks for no more either.
      size.limit = Math.max(1, Math.floor(limit / 2))
      continue
    }
    const { entries, received, failure } = answer
    const fresh = entries.filter(({ id }) => met.size < met.add(id).size)
    twins += entries.length - new Set(entries.map(({ id }) => id)).size
    total = answer.total ?? total
    skip += received
    // More known entries in a row than there are known ones: the server repeats itself.
    known = fresh.length > 0 ? 0 : known + received
    const counted = met.size + twins
    yield { fresh, failure, missing: total === null ? 0 : Math.max(0, total - counted) }
    pageful = Math.min(pageful, limit)
    const isLast = received < pageful && counted === skip && counted === total
    if (received === 0 || isLast || known > met.size) return
    pageful = Math.min(pageful, received)
  }
  throw new PaginationError(`a history of more than ${maxPages} pages; this server does not end`)
}

function isSame(ids: readonly string[], others: readonly string[]): boolean {
  return ids.length === others.length && ids.every((id, index) => id === others[index])
}

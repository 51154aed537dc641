import { type ComplaintError, PaginationError } from '../errors.js'
import type { HistoryEntry } from '../model.js'
import { isPageTooLarge } from './page-too-large.js'

/** A history has some dozens of entries; the ceiling stops a server that never ends. */
const maxPages = 200
/** Scans of a history that stays short of its total. */
const maxRounds = 5

export interface HistoryPage {
  /** Entries before the first invalid one. */
  readonly entries: readonly HistoryEntry[]
  /** Number of entries that the provider sent, invalid ones included. */
  readonly received: number
  /** The provider's total; null: not reported, or not reliable. */
  readonly total: number | null
  /** The error of an invalid entry, thrown after the entries before it were delivered; null: all entries are valid. */
  readonly failure: ComplaintError | null
}

export interface HistoryOptions {
  readonly pageSize: number
  /** True: a total proves that entries are missing. False (default): two equal scans in a row end the history, too. */
  readonly exactTotals?: boolean
}

type FetchHistoryPage = (skip: number, limit: number) => Promise<HistoryPage>

/**
 * Reads a history page by page, by row numbers, and delivers each entry once. New entries may shift rows to later pages,
 * so a page without new entries is not the end. A history that ends before its total is scanned again from the start.
 * @throws PaginationError when the history does not end, or stays short of an exact total
 */
export async function* readHistory(
  fetch: FetchHistoryPage,
  { pageSize, exactTotals = false }: HistoryOptions,
): AsyncGenerator<HistoryEntry> {
  const delivered = new Set<string>()
  const size = { limit: pageSize }
  let previousIds: readonly string[] = []
  for (let round = 1; ; round += 1) {
    const scanned = new Set<string>()
    let missing = 0
    for await (const page of scanHistory(fetch, size, scanned)) {
      yield* page.newEntries.filter(({ id }) => delivered.size < delivered.add(id).size)
      if (page.failure !== null) throw page.failure
      missing = page.missing
    }
    const ids = [...scanned]
    if (missing === 0 || (!exactTotals && round > 1 && areEqual(ids, previousIds))) return
    if (round === maxRounds) {
      throw new PaginationError(
        `the history ended ${missing} entries before its total in each of ${maxRounds} scans; the delivered entries are correct, try again later for the rest`,
        { retryable: true },
      )
    }
    previousIds = ids
  }
}

interface ScannedPage {
  /** Entries whose id is new in this scan. */
  readonly newEntries: readonly HistoryEntry[]
  readonly failure: ComplaintError | null
  /** How many entries the total promises beyond those scanned so far. */
  readonly missing: number
}

/**
 * One scan from the first entry to the last. A page shorter than the pages before it is the last if the entries make up
 * the total and no row was shifted. Otherwise the scan ends at an empty page, or when the server repeats itself.
 * @param size lowered when the provider rejects a page as too large; later scans keep the lower limit
 * @param scanned ids of this scan; filled here
 */
async function* scanHistory(
  fetch: FetchHistoryPage,
  size: { limit: number },
  scanned: Set<string>,
): AsyncGenerator<ScannedPage> {
  let skip = 0
  let total: number | null = null
  /** The limit, or the server's own maximum if pages are shorter. */
  let fullPage = Number.POSITIVE_INFINITY
  /** Rows since the last new entry. */
  let repeated = 0
  /** Entries of one page that share an id: the total counts each. */
  let duplicates = 0
  for (let page = 0; page < maxPages; page += 1) {
    const { limit } = size
    let response: HistoryPage
    try {
      response = await fetch(skip, limit)
    } catch (error) {
      if (!isPageTooLarge(error) || limit === 1) throw error
      size.limit = Math.max(1, Math.floor(limit / 2))
      continue
    }
    const { entries, received, failure } = response
    const newEntries = entries.filter(({ id }) => scanned.size < scanned.add(id).size)
    duplicates += entries.length - new Set(entries.map(({ id }) => id)).size
    total = response.total ?? total
    skip += received
    repeated = newEntries.length > 0 ? 0 : repeated + received
    const counted = scanned.size + duplicates
    yield { newEntries, failure, missing: total === null ? 0 : Math.max(0, total - counted) }
    fullPage = Math.min(fullPage, limit)
    const isLast = received < fullPage && counted === skip && counted === total
    // More repeated rows than there are entries: the server serves the same rows for ever.
    if (received === 0 || isLast || repeated > scanned.size) return
    fullPage = Math.min(fullPage, received)
  }
  throw new PaginationError(`the history has more than ${maxPages} pages; this server does not end`)
}

function areEqual(ids: readonly string[], others: readonly string[]): boolean {
  return ids.length === others.length && ids.every((id, index) => id === others[index])
}

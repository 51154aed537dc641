import { type DriftEvidence, recordEnd, recordRows, recordTotal } from './findings.js'
import { createLookahead } from './lookahead.js'
import {
  type FetchPage,
  maxPagesWithoutNewRows,
  type PagePosition,
  type Row,
  type ScannedPage,
  type ScanOptions,
} from './scan.js'

/**
 * Reads a window by page numbers until a page is empty or brings nothing unseen. Pages cannot overlap; repeated ids,
 * changed totals and a short page before another one show that the list moved, or that rows were left out. When the
 * very first page is short, its size is asked from then on: that reads on behind it, whether the server serves no more
 * rows than that ever, or only then. Whoever resumes reads the page before once more, to see that it still ends where
 * it did.
 */
export async function* scanByNumber<C extends Row>(
  ask: FetchPage<C>,
  start: PagePosition,
  options: ScanOptions,
  findings: DriftEvidence,
): AsyncGenerator<ScannedPage<C>> {
  const pages = createLookahead(ask, options.depth)
  const { seen, keyOf } = options
  let { skip, limit, anchor, total } = start
  let isAfterShortPage = start.isAfterShortPage === true
  const isMet = (row: C): boolean => seen.has(keyOf(row.id))
  let unread = start.met === undefined ? skip * limit : 0
  let fruitless = 0
  let isTold = true
  const take = (page: number) => pages.next(page, limit, 1, total === null ? 0 : Math.ceil(total / limit))
  try {
    if (skip > 0 && anchor !== null) {
      const { page, release } = await take(skip - 1)
      release()
      total = recordTotal(findings, page.total)
      if (start.met === undefined) {
        for (const { id } of page.rows) seen.add(keyOf(id))
        unread -= limit
      }
      // One that was not met before would never be delivered.
      if (page.rows.at(-1)?.id !== anchor || !page.rows.every(isMet)) noteGap(findings, 'seam')
    }
    for (;;) {
      const asked = await take(skip)
      const { rows, received, failure } = asked.page
      const place: PagePosition = { skip, limit, anchor, total, ...(isAfterShortPage ? { isAfterShortPage } : {}) }
      const before: number | null = total
      total = recordTotal(findings, asked.page.total)
      isTold &&= asked.page.total !== null
      const repeated = rows.filter(isMet).length
      const { fresh } = recordRows(findings, rows, options, limit, null)
      // Where no total is told, a round number of rows may be all that the server serves at once.
      if (!isTold && received > 0 && received % 10 === 0) findings.hasFullPage = true
      // Rows that came in push as many rows of the page before into this one. Anything else may hide a lost row.
      if (fresh.length > 0) findings.insertedBefore += repeated
      const isJoined: boolean =
        before === null || total === null ? rows.some(({ id }) => id === anchor) : total - before >= repeated
      if (anchor !== null && received > 0 && !isJoined) findings.isContiguous = false
      if (isAfterShortPage && received > 0) noteGap(findings, 'shortPage')
      isAfterShortPage = received > 0 && received < limit
      if (isAfterShortPage && skip === 0) {
        limit = received
        isAfterShortPage = false
      }
      const isPromised: boolean = total !== null && skip * limit < total
      fruitless = fresh.length > 0 ? 0 : fruitless + 1
      const isEnd: boolean = received === 0 && !isPromised
      const isLast: boolean = fresh.length === 0 && (isEnd || fruitless >= maxPagesWithoutNewRows)
      if (fresh.length === 0 && isPromised) findings.isContiguous = false
      if (isLast) recordEnd(findings, unread + seen.size, isEnd)
      // Where no row is shared, a total that was told once does not show what came since.
      if (!isTold) findings.totalMatches = false
      skip += 1
      anchor = rows.at(-1)?.id ?? null
      // Whoever goes on behind a last page, which brings nothing, sees by it that nothing came.
      const next: PagePosition = isLast
        ? place
        : { skip, limit, anchor, total, ...(isAfterShortPage ? { isAfterShortPage } : {}) }
      yield { newRows: fresh, received, total, failure, place, next, isLast, release: asked.release }
      if (isLast) return
    }
  } finally {
    pages.discard()
  }
}

/** Rows may have slipped through between two pages. */
function noteGap(findings: DriftEvidence, sign: 'seam' | 'shortPage'): void {
  findings.signals.add(sign)
  findings.isContiguous = false
}

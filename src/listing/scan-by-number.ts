import { type Findings, noteEnd, noteRows, noteTotal } from './findings.js'
import { requestQueue } from './lookahead.js'
import { type Ask, maxFruitlessPages, type Place, type ReadPage, type RoundOptions, type Row } from './scan.js'

/**
 * Reads a window by page numbers until a page is empty or brings nothing unseen. Pages cannot overlap; repeated ids,
 * changed totals and a short page before another one show that the list moved, or that rows were left out. When the
 * very first page is short, its size is asked from then on: that reads on behind it, whether the server serves no more
 * rows than that ever, or only then. Whoever resumes reads the page before once more, to see that it still ends where
 * it did.
 */
export async function* readByPage<C extends Row>(
  ask: Ask<C>,
  start: Place,
  options: RoundOptions,
  findings: Findings,
): AsyncGenerator<ReadPage<C>> {
  const pages = requestQueue(ask, options.depth)
  const { seen, keyOf } = options
  let { skip, limit, anchor, total } = start
  let isAfterShortPage = start.isAfterShortPage === true
  const isMet = (row: C): boolean => seen.has(keyOf(row.id))
  let unread = start.met === undefined ? skip * limit : 0
  let fruitless = 0
  let isTold = true
  const take = (page: number) => pages.take(page, limit, 1, total === null ? 0 : Math.ceil(total / limit))
  try {
    if (skip > 0 && anchor !== null) {
      const { page, release } = await take(skip - 1)
      release()
      total = noteTotal(findings, page.total)
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
      const place: Place = { skip, limit, anchor, total, ...(isAfterShortPage ? { isAfterShortPage } : {}) }
      const before: number | null = total
      total = noteTotal(findings, asked.page.total)
      isTold &&= asked.page.total !== null
      const repeated = rows.filter(isMet).length
      const { fresh } = noteRows(findings, rows, options, limit, null)
      // Where no total is told, a round number of rows may be all that the server serves at once.
      if (!isTold && received > 0 && received % 10 === 0) findings.hasFullPage = true
      // Rows that came in push as many rows of the page before into this one. Anything else may hide a lost row.
      if (fresh.length > 0) findings.cameBefore += repeated
      const isJoined: boolean =
        before === null || total === null ? rows.some(({ id }) => id === anchor) : total - before >= repeated
      if (anchor !== null && received > 0 && !isJoined) findings.isChained = false
      if (isAfterShortPage && received > 0) noteGap(findings, 'shortPage')
      isAfterShortPage = received > 0 && received < limit
      if (isAfterShortPage && skip === 0) {
        limit = received
        isAfterShortPage = false
      }
      const isPromised: boolean = total !== null && skip * limit < total
      fruitless = fresh.length > 0 ? 0 : fruitless + 1
      const isEnd: boolean = received === 0 && !isPromised
      const isLast: boolean = fresh.length === 0 && (isEnd || fruitless >= maxFruitlessPages)
      if (fresh.length === 0 && isPromised) findings.isChained = false
      if (isLast) noteEnd(findings, unread + seen.size, isEnd)
      // Where no row is shared, a total that was told once does not show what came since.
      if (!isTold) findings.isBorneOut = false
      skip += 1
      anchor = rows.at(-1)?.id ?? null
      // Whoever goes on behind a last page, which brings nothing, sees by it that nothing came.
      const next: Place = isLast
        ? place
        : { skip, limit, anchor, total, ...(isAfterShortPage ? { isAfterShortPage } : {}) }
      yield { fresh, received, total, failure, place, next, isLast, release: asked.release }
      if (isLast) return
    }
  } finally {
    pages.discard()
  }
}

/** Rows may have slipped through between two pages. */
function noteGap(findings: Findings, sign: 'seam' | 'shortPage'): void {
  findings.signs.add(sign)
  findings.isChained = false
}

import { isPageTooLarge } from '../provider.js'
import { type DriftEvidence, recordEnd, recordRows, recordTotal } from './findings.js'
import { createLookahead } from './lookahead.js'
import {
  type FetchPage,
  type HeldPage,
  maxPagesWithoutNewRows,
  type PagePosition,
  type Row,
  type ScannedPage,
  type ScanOptions,
} from './scan.js'

/**
 * Reads a window by row numbers. Neighbouring pages share a row; where the shared row is not where it should be, the
 * list moved. Goes on from what really came, so a server that serves fewer rows than asked loses none.
 */
export async function* scanByOffset<C extends Row>(
  ask: FetchPage<C>,
  start: PagePosition,
  options: ScanOptions,
  findings: DriftEvidence,
): AsyncGenerator<ScannedPage<C>> {
  const pages = createLookahead(ask, options.depth)
  const { seen, exactTotals } = options
  let { skip, limit, anchor, total } = start
  let fruitless = 0
  /** The largest page so far: what the server serves, whatever is asked. */
  let most = 0
  try {
    for (;;) {
      let asked: HeldPage<C>
      try {
        asked = await pages.next(skip, limit, limit - 1, total === null ? 0 : total - 1)
      } catch (error) {
        if (!isPageTooLarge(error) || limit <= 2) throw error
        limit = Math.max(2, Math.floor(limit / 2))
        continue
      }
      const { rows, received, failure } = asked.page
      const place: PagePosition = { skip, limit, anchor, total }
      // A total that merely repeats the size of its page is the other reading of the word, and says nothing.
      total = recordTotal(findings, exactTotals || asked.page.total !== received ? asked.page.total : null)
      const { fresh, at } = recordRows(findings, rows, options, limit, anchor)
      const isPromised: boolean = total !== null && skip + Math.max(received, anchor === null ? 0 : 1) < total
      const isProvenEnd: boolean = exactTotals && received < limit && received > 0 && skip + received === total
      // Nothing lies behind the shared row, and there was room for more: a full page of known rows may hide the rest.
      const isEnd: boolean = !isPromised && (received <= 1 || (received < most && at === received - 1))
      most = Math.max(most, received)
      fruitless = fresh.length > 0 ? 0 : fruitless + 1
      const isLast: boolean = isProvenEnd || (fresh.length === 0 && (isEnd || fruitless >= maxPagesWithoutNewRows))
      if (fresh.length === 0 && (isPromised || received > 1 || (anchor !== null && at !== 0)))
        findings.signals.add('shortPage')
      // Without a shared row nothing shows that this page joins the one before.
      if ((anchor === null && skip > start.skip && received > 0) || (received === 0 && isPromised))
        findings.isContiguous = false
      if (isLast) recordEnd(findings, start.skip + seen.size, isProvenEnd || (isEnd && (anchor === null || at >= 0)))
      if (received === 0) {
        skip += limit - 1
        anchor = null
      } else {
        // One row alone cannot be shared: asking for it again would never get further.
        const shared = received > 1 ? 1 : 0
        skip += received - shared
        anchor = shared === 1 ? (rows.at(-1)?.id ?? null) : null
        if (received < limit && isPromised) limit = Math.max(2, received)
      }
      // Whoever goes on behind a last page that brought nothing sees by it that nothing came.
      const next: PagePosition = isLast && fresh.length === 0 ? place : { skip, limit, anchor, total }
      yield { newRows: fresh, received, total, failure, place, next, isLast, release: asked.release }
      if (isLast) return
    }
  } finally {
    pages.discard()
  }
}

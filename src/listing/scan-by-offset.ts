import { missingRows, type PageFacts, recordEnd, recordRows, recordTotal, withSignal } from './drift-evidence.js'
import {
  countPage,
  maxPagesWithoutNewRows,
  type PagePosition,
  type ScanState,
  type ScanStep,
  type ScanStrategy,
} from './scan.js'

/** Neighbouring pages overlap by a row, so a page has two rows at least. */
export const offsetStrategy: ScanStrategy = {
  stride: (limit) => limit - 1,
  lastPage: (total, limit) => Math.max(0, total - limit),
  until: (total) => total - 1,
  step: stepByOffset,
  minLimit: 2,
}

/**
 * One page of a scan by row numbers. Neighbouring pages overlap by a row; an overlap row in another place shows that
 * the list moved. The next request follows from the rows received, so a server that serves fewer than requested loses
 * none.
 */
export function stepByOffset(state: ScanState, page: PageFacts, exactTotals: boolean): ScanStep {
  const { position, tiesBefore } = state
  const { limit, overlapId } = position
  const first = position.skip - tiesBefore
  const received = page.ids.length
  const totalled = recordTotal(state.evidence, totalOfList(page.total, received, exactTotals))
  const total = totalled.lastTotal
  const recorded = recordRows(totalled, page, limit, overlapId, tiesBefore)
  const { overlapAt, newCount } = recorded
  let { evidence } = recorded
  // No page before reported a usable total: this one counts rows that were inserted since the first page.
  if (state.evidence.firstTotal === null && total !== null)
    evidence = { ...evidence, firstTotal: total - evidence.insertedBefore }
  const counts = countPage(state, received, newCount)
  const hasMoreByTotal = first + Math.max(received, overlapId === null ? 0 : 1) < (total ?? 0)
  const isProvenEnd = exactTotals && received < limit && received > 0 && first + received === total
  // Nothing follows the overlap row, and the page had room for more: a full page of known rows may hide the rest.
  const isEnd = !hasMoreByTotal && (received <= 1 || (received < state.largestPage && overlapAt === received - 1))
  if (received > 0) {
    const covered = Math.min(limit, (total ?? 0) - first)
    // Hidden rows make their page short, and move the next page back by as many rows. Without the latter, the server
    // caps its pages; without the former, rows moved.
    const missingInside = evidence.missingInside + Math.min(evidence.missingAtEnd, Math.max(0, overlapAt - tiesBefore))
    evidence = { ...evidence, missingInside, missingAtEnd: Math.max(0, covered - received) }
  }
  const missing = missingRows(evidence, counts.rowCount)
  const isExplained = missing > 0 && evidence.missingInside + evidence.missingAtEnd >= missing
  const isExhausted = counts.pagesWithoutNewRows >= maxPagesWithoutNewRows
  const isLast = isProvenEnd || (newCount === 0 && (isEnd || isExplained || isExhausted))
  if (
    newCount === 0 &&
    (hasMoreByTotal || received > 1 + tiesBefore || (overlapId !== null && overlapAt !== tiesBefore))
  )
    evidence = withSignal(evidence, 'shortPage')
  // Without an overlap row nothing shows that this page joins the one before.
  if ((overlapId === null && state.pages > 0 && received > 0) || (received === 0 && hasMoreByTotal))
    evidence = { ...evidence, isContiguous: false }
  // A page that joins the one before is another one: rows were inserted as fast as pages were read.
  const isRepeated = isExhausted && received >= limit && overlapAt !== tiesBefore && !evidence.hasEmptyPage
  if (isRepeated && (evidence.hasFullPage || missing > 0)) evidence = { ...evidence, repeatsFullPage: true }
  if (isLast)
    evidence = recordEnd(evidence, counts.rowCount, isProvenEnd || (isEnd && (overlapId === null || overlapAt >= 0)))
  const limitAfter = (): number => {
    // Rows are hidden: a page is short or empty, and the server serves as many rows as requested all the same.
    if (evidence.missingInside > 0 || received === 0) return state.requestedLimit
    return received < limit && hasMoreByTotal ? Math.max(2, counts.largestPage) : limit
  }
  const next = { ...positionAfter({ ...position, skip: first }, page), limit: limitAfter(), total }
  // A page of nothing but ties would be requested again: the next one repeats a quarter of it.
  const tiesAtEnd = page.tiesAtEnd < received ? page.tiesAtEnd : Math.floor(received / 4)
  return {
    state: {
      ...state,
      ...counts,
      // Resume at the last page when it had no new rows: if that is still so, nothing was added. Its overlap row is where it
      // was seen, so that rows inserted before it are counted once.
      position:
        isLast && newCount === 0 ? { ...position, skip: position.skip + Math.max(0, overlapAt - tiesBefore) } : next,
      evidence,
      tiesBefore: Math.max(0, tiesAtEnd - 1),
    },
    isLast,
  }
}

/** Some servers report the page's size as the total; such a total proves nothing: null. */
export function totalOfList(total: number | null, received: number, exactTotals: boolean): number | null {
  return exactTotals || total !== received ? total : null
}

function positionAfter({ skip, limit }: PagePosition, { ids }: PageFacts): Pick<PagePosition, 'skip' | 'overlapId'> {
  const received = ids.length
  if (received === 0) return { skip: skip + limit - 1, overlapId: null }
  // A single row cannot overlap: requesting it again would never move on.
  const overlap = received > 1 ? 1 : 0
  return { skip: skip + received - overlap, overlapId: overlap === 1 ? (ids.at(-1) ?? null) : null }
}

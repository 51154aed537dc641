import {
  type DriftEvidence,
  missingRows,
  type PageFacts,
  recordEnd,
  recordRows,
  recordTotal,
  withSignal,
} from './drift-evidence.js'
import {
  countPage,
  maxPagesWithoutNewRows,
  type PagePosition,
  type ResumedPage,
  type ScanState,
  type ScanStep,
  type ScanStrategy,
} from './scan.js'

export const numberStrategy: ScanStrategy = {
  stride: () => 1,
  lastPage: (total, limit) => Math.ceil(total / limit) - 1,
  until: (total, limit) => Math.ceil(total / limit),
  step: stepByNumber,
  resume: resumeByNumber,
  minLimit: null,
}

/**
 * One page of a scan by page numbers, which ends with an empty page or with pages without new rows. Pages cannot
 * overlap: repeated ids, changed totals and a short page before another one show that the list moved, or that rows were
 * left out. If the first page is short, pages of its size are requested from then on. This is right whether the server
 * always caps pages at that size or did so once.
 */
export function stepByNumber(state: ScanState, page: PageFacts): ScanStep {
  const { position } = state
  const { skip, limit, overlapId, isAfterShortPage = false } = position
  const received = page.ids.length
  const totalBefore = position.total
  const totalled = recordTotal(state.evidence, page.total)
  const total = totalled.lastTotal
  const expected = Math.max(0, Math.min(limit, (total ?? 0) - skip * limit))
  const isTotalAlwaysReported = state.isTotalAlwaysReported && page.total !== null
  const repeated = page.isNew.filter((isNew) => !isNew).length
  const recorded = recordRows(totalled, page, limit, null)
  const { newCount } = recorded
  let { evidence } = recorded
  const counts = countPage(state, received, newCount)
  // Without a total, a round number of rows may be the server's own page size.
  if (!isTotalAlwaysReported && received > 0 && received % 10 === 0) evidence = { ...evidence, hasFullPage: true }
  // Inserted rows push as many rows of the page before into this one. Anything else may hide a lost row.
  if (newCount > 0) evidence = { ...evidence, insertedBefore: evidence.insertedBefore + repeated }
  if (overlapId !== null && received > 0) {
    const isJoined = totalBefore === null ? page.ids.includes(overlapId) : (total ?? 0) - totalBefore >= repeated
    const isUnknown = total === null && repeated === 0
    if (!isJoined) evidence = { ...evidence, isContiguous: false, maySkip: evidence.maySkip || !isUnknown }
  }
  if (isAfterShortPage && received > 0) evidence = withGap(evidence, 'shortPage')
  // Without repeated rows after a short first page, the server caps its pages, and hides nothing.
  const isCapped = skip === 1 && state.pages === 1 && received > 0 && repeated === 0
  const requestedLimit = isCapped ? limit : state.requestedLimit
  if (received > 0) {
    // Smaller pages after a short first one begin within it. A page that repeats more rows is not where it should be, and
    // lacks others than hidden ones.
    const overlap = skip === 0 ? 0 : Math.min(expected, Math.max(0, requestedLimit - skip * limit))
    evidence = {
      ...evidence,
      missingInside: evidence.missingInside + (isCapped ? 0 : evidence.missingAtEnd),
      missingAtEnd: repeated > overlap ? 0 : Math.max(0, expected - overlap - newCount),
    }
  }
  const isShort = received > 0 && received < limit
  const limitAfterFirst = isShort && skip === 0 ? received : limit
  const hasMoreByTotal = skip * limitAfterFirst < (total ?? 0)
  const isEnd = received === 0 && !hasMoreByTotal
  const isExhausted = counts.pagesWithoutNewRows >= maxPagesWithoutNewRows
  const missing = missingRows(evidence, counts.rowCount)
  const isExplained = missing > 0 && evidence.missingInside + evidence.missingAtEnd >= missing
  const isLast = newCount === 0 && (isEnd || isExplained || isExhausted)
  if (newCount === 0 && received < expected) evidence = { ...evidence, isContiguous: false }
  const isFullOfKnown = isExhausted && received >= limit && !evidence.hasEmptyPage
  const isRepeated = isFullOfKnown && (evidence.hasFullPage || missing > 0)
  if (isRepeated) evidence = { ...evidence, repeatsFullPage: true }
  if (isLast) evidence = recordEnd(evidence, counts.rowCount, isEnd)
  // A total reported once does not show what was inserted since.
  if (!isTotalAlwaysReported) evidence = { ...evidence, totalMatches: false }
  // An empty page within the total: the server caps no page, and hid rows of the first one.
  const isUncapped = received === 0 && limit < requestedLimit && evidence.pagesWithNewRows === 1
  const next: PagePosition = {
    skip: isUncapped ? 1 : skip + 1,
    limit: isUncapped ? requestedLimit : limitAfterFirst,
    overlapId: page.ids.at(-1) ?? null,
    total,
    ...(isShort && skip > 0 ? { isAfterShortPage: true } : {}),
  }
  return {
    state: {
      ...state,
      ...counts,
      // Resume at the last page, which has no new rows: if that is still so, nothing was added.
      position: isLast ? position : next,
      evidence,
      requestedLimit,
      isTotalAlwaysReported,
    },
    isLast,
  }
}

/** A scan continues from a cursor: the page before was read again. */
export function resumeByNumber(
  state: ScanState,
  total: number | null,
  { isUnchanged, mayBeExplainedByInsertions }: ResumedPage,
): ScanState {
  const evidence = recordTotal(state.evidence, total)
  const { position } = state
  // Inserted rows push rows into the next page, which compares their number with the growth of the total, or looks for
  // the overlap row.
  const mayHaveGrown = position.total === null ? total === null : (total ?? 0) > position.total
  if (!isUnchanged && mayBeExplainedByInsertions && mayHaveGrown) return { ...state, evidence }
  const resumed = { ...state, position: { ...position, total: evidence.lastTotal } }
  return { ...resumed, evidence: isUnchanged ? evidence : withGap(evidence, 'seam') }
}

/** Rows may have been skipped between two pages. */
function withGap(evidence: DriftEvidence, signal: 'seam' | 'shortPage'): DriftEvidence {
  return { ...withSignal(evidence, signal), isContiguous: false, maySkip: true }
}

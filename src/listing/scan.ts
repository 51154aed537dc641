import { isPageTooLarge } from '../adapter-kit/page-too-large.js'
import { createAbortController } from '../async/abort.js'
import type { ListPage, RowFailure } from '../provider.js'
import { createEvidence, type DriftEvidence, type PageFacts } from './drift-evidence.js'
import { createLookahead, type FetchPage, type HeldPage } from './lookahead.js'

/** Where in a run of days the next request begins. */
export interface PagePosition {
  /** Rows (paging style `offset`) or pages (style `page`) before the position. */
  readonly skip: number
  readonly limit: number
  /**
   * The id of the last row of the page before; null: unknown. Style `offset`: the request begins with this row, so the
   * response does, too, unless the list moved. Style `page`: pages do not overlap, so this row comes again only after
   * rows were inserted; a resumed scan reads the page before again, which ends with this row unless the list moved.
   */
  readonly overlapId: string | null
  /** The total reported last; null: none. */
  readonly total: number | null
  /** Style `page`: the page before had fewer rows than requested, which is right of the last page only. */
  readonly isAfterShortPage?: boolean | undefined
}

/** What a scan reads of a row. */
export interface Row {
  readonly id: string
  readonly createdAt?: Date
}

/** A scan between two pages; everything that a cursor needs to continue it. */
export interface ScanState {
  /** The next request. */
  readonly position: PagePosition
  readonly evidence: DriftEvidence
  /**
   * Style `offset`, rescans: how many rows before the position are requested again, since they have the time of the overlap
   * row, and a server may order them differently in each response; a quarter of a page where the whole page has that time.
   * A cursor does not contain them.
   */
  readonly tiesBefore: number
  /** Different rows seen since the scan began, those before a resume included. */
  readonly rowCount: number
  readonly pagesWithoutNewRows: number
  /** The largest page so far: what the server serves, whatever is requested. */
  readonly largestPage: number
  /**
   * Page size that this scan aims for; `position.limit` is lower where the first page was short. By number, it is the
   * size of the server's pages from the second page on, once these are known to be smaller.
   */
  readonly requestedLimit: number
  /** Pages read since the start or the resume. */
  readonly pages: number
  /** Style `page`: every page so far reported a total. */
  readonly isTotalAlwaysReported: boolean
}

export interface ScanStep {
  readonly state: ScanState
  readonly isLast: boolean
}

export interface ScannedPage<C> {
  /** All rows of the page; the ids, of rows without time or state, too, that this scan had not seen before. */
  readonly rows: readonly C[]
  readonly newIds: readonly string[]
  /** Rows without id, time or state that this scan had not seen before. */
  readonly failures: readonly RowFailure[]
  readonly received: number
  readonly total: number | null
  /** Where this page began. */
  readonly position: PagePosition
  /** The scan after this page; `isLast`: it has ended. */
  readonly state: ScanState
  readonly isLast: boolean
  release(): void
}

/** What differs between the paging styles. */
export interface ScanStrategy {
  /** How far the next position is from one with this limit. */
  stride(limit: number): number
  /** The position of the last page of so many rows. */
  lastPage(total: number, limit: number): number
  /** Positions from here on are not requested ahead. */
  until(total: number, limit: number): number
  step(state: ScanState, page: PageFacts, exactTotals: boolean): ScanStep
  /**
   * Absent: pages overlap, so a resumed scan sees by its first page whether the list moved. Otherwise the page before is
   * read again, and compared.
   */
  resume?(state: ScanState, total: number | null, page: ResumedPage): ScanState
  /** The fewest rows with which a page can be requested again after it was too large; null: it cannot. */
  readonly minLimit: number | null
}

/** The page before the position of a resumed scan. */
export interface ResumedPage {
  /** It still ends with the overlap row, and has no row that this scan had not seen. */
  readonly isUnchanged: boolean
  /**
   * Rows inserted before it can explain its rows: they are all known, or it is the first page of the list, or the scan
   * does not know the rows before its start.
   */
  readonly mayBeExplainedByInsertions: boolean
}

/** For requests that no look-ahead drops. */
export const neverDropped: AbortSignal = createAbortController().signal

export interface ScanOptions {
  readonly strategy: ScanStrategy
  /** Pages requested ahead, once a total is known; 1 reads one page after the other. */
  readonly depth: number
  /** A total that agrees with a short page proves the end. */
  readonly exactTotals: boolean
  /** The ids that this scan has seen, as `keyOf` gives them; the scan adds its own. */
  readonly seen: Set<string>
  /** What stands for an id in `seen`: itself, or its hash where a cursor gave the ids. */
  keyOf(id: string): string
  /** `seen` holds every row before the start. */
  readonly areRowsBeforeKnown: boolean
  /** Pages begin with the first row of the time of the last row before, so that rows of one time are in one page. */
  readonly keepsTiesTogether: boolean
}

/** After so many pages in a row without new rows a scan ends, whatever the total promises. */
export const maxPagesWithoutNewRows = 3

export function startScan(position: PagePosition): ScanState {
  const evidence = createEvidence(position.total)
  return {
    position,
    evidence,
    tiesBefore: 0,
    rowCount: 0,
    pagesWithoutNewRows: 0,
    largestPage: 0,
    requestedLimit: position.limit,
    pages: 0,
    isTotalAlwaysReported: true,
  }
}

/** The counts of a scan after one more page. */
export function countPage(
  state: ScanState,
  received: number,
  newCount: number,
): Pick<ScanState, 'rowCount' | 'pagesWithoutNewRows' | 'largestPage' | 'pages'> {
  return {
    rowCount: state.rowCount + newCount,
    pagesWithoutNewRows: newCount > 0 ? 0 : state.pagesWithoutNewRows + 1,
    largestPage: Math.max(state.largestPage, received),
    pages: state.pages + 1,
  }
}

/** Reads a run of days from `start`, page after page, until the step of its paging style says that a page is the last. */
export async function* scan<C extends Row>(
  fetchPage: FetchPage<C>,
  start: ScanState,
  options: ScanOptions,
): AsyncGenerator<ScannedPage<C>> {
  const { strategy, exactTotals, seen, keyOf } = options
  const pages = createLookahead(fetchPage, options.depth)
  // Behind a short page the next position may differ from those requested ahead, which would be dropped then: the page
  // after it is requested alone, and behind a second short page every page is.
  let shortPages = 0
  let isShort = false
  let invalidPages = 0
  const next = ({ skip, limit, total }: PagePosition): Promise<HeldPage<C>> => {
    const until = isShort || shortPages > 1 ? 0 : strategy.until(total ?? 0, limit)
    return pages.next(skip, limit, strategy.stride(limit), until)
  }
  let state = start
  try {
    const { position } = start
    if (strategy.resume !== undefined && position.overlapId !== null) {
      const { page, release } = await next({ ...position, skip: position.skip - 1 })
      release()
      const ids = idsOf(page)
      const keys = ids.map(keyOf)
      const mayBeKnown = !options.areRowsBeforeKnown || keys.every((key) => seen.has(key))
      if (!options.areRowsBeforeKnown) for (const key of keys) seen.add(key)
      const isFront = position.skip === 1
      state = strategy.resume(start, page.total, {
        isUnchanged: mayBeKnown && ids.at(-1) === position.overlapId,
        mayBeExplainedByInsertions: mayBeKnown || isFront,
      })
    }
    for (;;) {
      const { position: at } = state
      let held: HeldPage<C>
      try {
        held = await next({ ...at, skip: at.skip - state.tiesBefore })
      } catch (error) {
        const { minLimit } = strategy
        if (minLimit === null || !isPageTooLarge(error) || at.limit <= minLimit) throw error
        const limit = Math.max(minLimit, Math.floor(at.limit / 2))
        state = { ...state, position: { ...at, limit }, requestedLimit: limit }
        continue
      }
      const { page, release } = held
      const ids = idsOf(page)
      const isNew = ids.map((id) => {
        const before = seen.size
        return seen.add(keyOf(id)).size > before
      })
      // After a resume that does not know the rows before, those in front of the overlap row may be known ones.
      if (!options.areRowsBeforeKnown && state.pages === 0 && at.overlapId !== null)
        isNew.fill(false, 0, Math.max(0, ids.indexOf(at.overlapId)))
      const facts: PageFacts = {
        ids,
        isNew,
        total: page.total,
        tiesAtEnd: options.keepsTiesTogether ? tiesAtEnd(page.rows, ids) : 1,
      }
      const step = strategy.step(state, facts, exactTotals)
      state = step.state
      isShort = page.received < at.limit
      if (isShort) shortPages += 1
      yield {
        rows: page.rows,
        newIds: ids.filter((_, index) => isNew[index]),
        failures: page.failures.filter(({ index }) => isNew[index]),
        received: page.received,
        total: state.evidence.lastTotal,
        position: at,
        state,
        isLast: step.isLast,
        release,
      }
      if (step.isLast) return
      // Whole pages of invalid rows: the provider's format has changed, and no further page would be different.
      invalidPages = page.rows.length === 0 && page.failures.length > 0 ? invalidPages + 1 : 0
      const [failure] = page.failures
      if (failure !== undefined && invalidPages >= maxPagesWithoutNewRows) throw failure.error
    }
  } finally {
    pages.discard()
  }
}

/** The ids of a page in its order; a row that could not be mapped has the id that its failure names. */
export function idsOf({ rows, failures }: ListPage<Row>): string[] {
  const ids = rows.map(({ id }) => id)
  for (const { index, id } of failures) ids.splice(index, 0, id)
  return ids
}

/** How many rows come at the end of a page from the first one with the time of the last one. */
function tiesAtEnd(rows: readonly Row[], ids: readonly string[]): number {
  const last = rows.at(-1)?.createdAt?.getTime()
  const first = rows.find(({ createdAt }) => createdAt?.getTime() === last)
  return first === undefined ? 1 : ids.length - ids.indexOf(first.id)
}

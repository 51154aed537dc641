import type { ComplaintError } from '../errors.js'
import type { ListPage } from '../provider.js'

/** Where in a window to go on. */
export interface PagePosition {
  /** Rows (paging style `offset`) or pages (style `page`) that lie before. */
  readonly skip: number
  readonly limit: number
  /**
   * The id that the page before ended with: expected in the first row (style `offset`), or in the last row of the page
   * before (style `page`). Null: nothing is known.
   */
  readonly anchor: string | null
  /** The total told last; null: none. A list that now tells another one has moved. */
  readonly total: number | null
  /** Style `page`: the page before had fewer rows than were asked. That is right of the last page only. */
  readonly isAfterShortPage?: boolean | undefined
  /** Style `page`: marks of all ids that were met before, which no shared row shows to be right. Absent: not known. */
  readonly met?: string | undefined
}

/** An answered page and the right to hold it; `release` says that it was consumed or dropped. */
export interface HeldPage<C> {
  readonly page: ListPage<C>
  release(): void
}

/** @param isWanted one that has to wait in line asks it before it is sent */
export type FetchPage<C> = (skip: number, limit: number, isWanted: () => boolean) => Promise<HeldPage<C>>

/** What a reading needs to know of a row. */
export interface Row {
  readonly id: string
}

export interface ScannedPage<C> {
  /** The rows that this round had not seen before. */
  readonly newRows: readonly C[]
  readonly received: number
  readonly total: number | null
  readonly failure: ComplaintError | null
  /** Where this page began, and where the next one begins. */
  readonly place: PagePosition
  readonly next: PagePosition
  /** The round ends with it. */
  readonly isLast: boolean
  release(): void
}

export interface ScanOptions {
  /** Requests under way at once, once a total is known; 1 reads one page after the other. */
  readonly depth: number
  /** A total that agrees with a short page proves the end. */
  readonly exactTotals: boolean
  /** The ids that this round has met, as `keyOf` gives them; it adds its own. */
  readonly seen: Set<string>
  /** What stands for an id: itself, or the mark of it where a cursor told of those that were met before. */
  keyOf(id: string): string
}

/** So many pages in a row may bring nothing although there may be more. */
export const maxPagesWithoutNewRows = 3

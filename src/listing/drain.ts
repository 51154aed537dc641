import { PaginationError } from '../errors.js'
import type { Complaint } from '../model.js'
import type { AdapterRuntime } from '../provider.js'
import { addDays, startOfBeijingDay } from '../time.js'
import { isConsistent, type ScanResult } from './consistency.js'
import { createEvidence } from './findings.js'
import { type DeliveredIds, decodeHashes, encodeHashes, hashId, maxHashes } from './id-hashes.js'
import type { Window } from './plan.js'
import type { FetchPage, HeldPage, PagePosition, ScannedPage } from './scan.js'
import { scanByNumber } from './scan-by-number.js'
import { scanByOffset } from './scan-by-offset.js'

/** A window that still moves after so many readings is given up. */
const maxRounds = 5

/** The ids of a window are remembered while it is read; no window has as many. */
const mostRows = 1_000_000

/** What draining a window needs to know about where its rows come from. */
export interface WindowSource<C> {
  readonly paging: { readonly style: 'offset' | 'page'; readonly totals: 'exact' | 'hint' }
  /** Rows asked for in one request, and in one of a later reading: within fewer pages less moves. */
  readonly pageSize: number
  readonly rescanPageSize: number
  /** Requests under way at once in the first round. */
  readonly depth: number
  fetchPage(window: Window, ...asked: Parameters<FetchPage<C>>): Promise<HeldPage<C>>
  /** Whether a mapped row is one that was asked for. */
  matches(complaint: C): boolean
  emit: AdapterRuntime['emit']
}

export interface WindowPage<C> {
  /** Rows that were not delivered before. */
  readonly rows: readonly C[]
  /** It counts as one of `maxPages`: it held rows, and if the window is being read again, new ones. */
  readonly countsTowardsMaxPages: boolean
  readonly total: number | null
  /** Where to resume after this page; null: the window is done. */
  readonly next: PagePosition | null
  release(): void
}

/**
 * Reads one window to its end. Each complaint that stood in it from start to end is delivered exactly once: on any
 * sign that the list moved, and where nothing bears out what was read, the window is read again, one page after the
 * other, and only unseen ids are delivered.
 * @throws PaginationError when it still moves after five rounds, or holds more than a million complaints
 */
export async function* drainWindow<C extends Complaint>(
  source: WindowSource<C>,
  window: Window,
  start: PagePosition | null,
): AsyncGenerator<WindowPage<C>> {
  const { style, totals } = source.paging
  const read = style === 'offset' ? scanByOffset : scanByNumber
  const exactTotals = totals === 'exact'
  const isInside = insideOf(window)
  const beginning = (limit: number): PagePosition => ({
    skip: 0,
    // Two rows at least where pages overlap by one, or no page would get further.
    limit: style === 'offset' ? Math.max(2, limit) : limit,
    anchor: null,
    total: null,
  })
  const again = beginning(source.rescanPageSize)
  const met = start?.met
  const keyOf = met === undefined ? (id: string) => id : hashId
  /** A list that is read from its start, or whose cursor names them, knows what was delivered. */
  const isKnown = start === null || met !== undefined
  // Whoever resumes was delivered the shared row before.
  const delivered = new Set(met === undefined ? anchorOf(start) : decodeHashes(met))
  /** For cursors; where pages share a row, that tells as much. */
  const known: DeliveredIds | null =
    isKnown && style === 'page' ? { ids: delivered, areHashed: met !== undefined } : null
  /** The list had moved when its cursor was made: it is read from its start, and what came before is not delivered again. */
  const isReadAgain = start?.skip === 0 && delivered.size > 0
  let from = start ?? beginning(source.pageSize)
  let previous: ScanResult | null = null
  /** Everything before it is delivered, and nothing spoke against it so far. Null: that holds of no place but the beginning. */
  let reached: PagePosition | null = isReadAgain ? null : from
  let pages = 0
  source.emit({ type: 'windowStart', ...window })

  for (let round = 1; ; round += 1) {
    const goesOn = round === 1 && isKnown && !isReadAgain
    const findings = createEvidence(from.total, goesOn ? from.skip : 0)
    const reading = { ids: goesOn ? [...delivered] : [], findings, isWhole: goesOn || from.skip === 0 }
    // One that does not know what was delivered also looks at what lies before.
    const seen = goesOn ? delivered : new Set(anchorOf(from))
    const depth = round === 1 ? source.depth : 1
    const ask: FetchPage<C> = (...asked) => source.fetchPage(window, ...asked)
    for await (const page of read(ask, from, { depth, exactTotals, seen, keyOf }, findings)) {
      pages += 1
      const rows: C[] = []
      const before = delivered.size
      for (const row of page.newRows) {
        const key = keyOf(row.id)
        reading.ids.push(key)
        if (seen !== delivered) {
          if (delivered.has(key)) continue
          delivered.add(key)
          if (round > 1) reached = null
        }
        if (isInside(row) && source.matches(row)) rows.push(row)
      }
      if (findings.signals.size > 0 || findings.hasGap) reached = null
      // Whoever goes on asks again for a page that brought nothing: what was missing may be there.
      else if (round === 1 && page.received > 0) {
        if (!isReadAgain) reached = placeAfter(page, known)
        // More than a cursor can name: that some come again is better than that all do, each time.
        else if (delivered.size > maxHashes) reached = placeAfter(page, null)
      }
      const { received, total, failure, release, isLast } = page
      const counts = received > 0 && ((round === 1 && !isReadAgain) || delivered.size > before)
      const isDone = isLast && failure === null && isConsistent(reading, previous, exactTotals)
      if (isDone) source.emit({ type: 'windowDone', ...window, pages, rows: delivered.size, rounds: round })
      const next = isDone ? null : (reached ?? knowing(beginning(source.pageSize), known, delivered.size))
      yield { rows, countsTowardsMaxPages: counts, total, next, release }
      if (failure !== null) throw failure
      if (delivered.size > mostRows) throw tooManyRows(window)
      if (isDone) return
    }
    const [sign = 'unseenId'] = findings.signals
    // Two readings that differ show that something moved, too.
    if (round > 1) reached = null
    if (reached === null) source.emit({ type: 'drift', ...window, round, sign })
    if (round === maxRounds) {
      throw new PaginationError(
        `the list kept changing while ${window.begin} to ${window.end} was read (${maxRounds} rounds); what was delivered is right, resume from error.cursor for the rest`,
        { retryable: true },
      )
    }
    previous = reading
    // Rows before the place of a cursor were delivered to whoever resumes there: as long as nothing moved, not again.
    if (reached === null || isKnown) from = again
  }
}

function tooManyRows({ begin, end }: Window): PaginationError {
  return new PaginationError(`more than ${mostRows} complaints from ${begin} to ${end}: the list does not end`)
}

function anchorOf(place: PagePosition | null): string[] {
  return place === null || place.anchor === null ? [] : [place.anchor]
}

/** The page that holds a row that cannot be used is where it may be tried again. */
function placeAfter(
  { failure, place, next, newRows: fresh }: ScannedPage<unknown>,
  met: DeliveredIds | null,
): PagePosition {
  const count = met?.ids.size ?? 0
  return failure === null ? knowing(next, met, count) : knowing(place, met, count - fresh.length)
}

/** A place that tells, when a cursor is made of it, which were met before: the first so many. */
function knowing(place: PagePosition, met: DeliveredIds | null, count: number): PagePosition {
  if (met === null) return place
  return {
    ...place,
    get met() {
      return encodeHashes(met, count)
    },
  }
}

/** A row of another day belongs to another window, whatever the server says. */
function insideOf(window: Window): (complaint: Complaint) => boolean {
  const from = startOfBeijingDay(window.begin) ?? Number.NEGATIVE_INFINITY
  const to = startOfBeijingDay(addDays(window.end, 1)) ?? Number.POSITIVE_INFINITY
  return ({ createdAt }) => createdAt.getTime() >= from && createdAt.getTime() < to
}

import { PaginationError } from '../errors.js'
import type { Complaint } from '../model.js'
import type { AdapterRuntime } from '../provider.js'
import { addDays, startOfBeijingDay } from '../time.js'
import type { Window } from './plan.js'
import { type Asked, type Findings, newFindings, type Place, readByOffset, readByPage } from './round.js'

/** A window that still moves after so many readings is given up. */
const maxRounds = 5

/** What draining a window needs to know about where its rows come from. */
export interface WindowSource<C> {
  readonly paging: { readonly style: 'offset' | 'page'; readonly totals: 'exact' | 'hint' }
  /** Rows asked for in one request, and the most that may be asked. */
  readonly pageSize: number
  readonly maxPageSize: number
  /** Requests under way at once in the first round. */
  readonly depth: number
  ask(window: Window, skip: number, limit: number): Promise<Asked<C>>
  /** Whether a mapped row is one that was asked for. */
  wants(complaint: C): boolean
  emit: AdapterRuntime['emit']
}

export interface WindowPage<C> {
  /** Rows that were not delivered before. */
  readonly rows: readonly C[]
  readonly received: number
  readonly total: number | null
  /** Where to resume after this page; null: the window is done. */
  readonly next: Place | null
  release(): void
}

/**
 * Reads one window to its end. Each complaint that stood in it from start to end is delivered exactly once: on any
 * sign that the list moved, the window is read again, one page after the other, and only unseen ids are delivered.
 * @throws PaginationError when it still moves after five rounds
 */
export async function* drainWindow<C extends Complaint>(
  source: WindowSource<C>,
  window: Window,
  start: Place | null,
): AsyncGenerator<WindowPage<C>> {
  // Whoever resumes was delivered the shared row before.
  const seen = new Set(typeof start?.anchor === 'string' ? [start.anchor] : [])
  const isInside = insideOf(window)
  const beginning: Place = { skip: 0, limit: smallestUseful(source, source.pageSize), anchor: null }
  const read = source.paging.style === 'offset' ? readByOffset : readByPage
  const exactTotals = source.paging.totals === 'exact'
  let pages = 0
  let previous: readonly string[] = []
  source.emit({ type: 'windowStart', ...window })

  for (let round = 1; ; round += 1) {
    const findings = newFindings()
    const before = seen.size
    const met = round === 1 ? seen : new Set<string>()
    const reading: string[] = []
    const from =
      round === 1 ? (start ?? beginning) : { ...beginning, limit: smallestUseful(source, source.maxPageSize) }
    const depth = round === 1 ? source.depth : 1
    for await (const page of read(
      (skip, limit) => source.ask(window, skip, limit),
      from,
      { depth, exactTotals, seen: met },
      findings,
    )) {
      pages += 1
      const rows: C[] = []
      for (const row of page.fresh) {
        reading.push(row.id)
        if (round > 1) {
          if (seen.has(row.id)) continue
          seen.add(row.id)
        }
        if (isInside(row) && source.wants(row)) rows.push(row)
      }
      const settled =
        page.next === null &&
        page.failure === null &&
        (isSameReading(reading, previous, round) ||
          isSettled(findings, round, seen.size - before, seen.size, from.skip === 0))
      const steady = round === 1 && findings.signs.size === 0
      // Once the list was seen to move, only the window's beginning is a place from which nothing is lost.
      const resume = steady ? (page.failure === null ? page.next : page.place) : beginning
      const { received, total, failure, release } = page
      if (settled) source.emit({ type: 'windowDone', ...window, pages, rows: seen.size, rounds: round })
      yield { rows, received, total, next: settled ? null : (resume ?? beginning), release }
      if (failure !== null) throw failure
      if (settled) return
    }
    previous = reading
    const [sign = 'unseenId'] = findings.signs
    source.emit({ type: 'drift', ...window, round, sign })
    if (round === maxRounds) {
      throw new PaginationError(
        `the list kept changing while ${window.begin} to ${window.end} was read (${maxRounds} rounds); what was delivered is right, resume from error.cursor for the rest`,
        { retryable: true },
      )
    }
  }
}

/**
 * Whether nothing can have been missed: a reading without any sign; one whose rows all came in one answer; or a later
 * one whose pages all joined, and which found nothing new, or else has, with the rounds before, seen as many rows as
 * there were when it began (where a total tells). Two readings in a row that brought the same rows in the same order
 * settle it too, whatever the totals say.
 */
function isSettled(findings: Findings, round: number, unseen: number, seen: number, whole: boolean): boolean {
  if (findings.signs.size === 0) return true
  if (!findings.chained) return false
  if (whole && findings.fruitfulPages === 1) return true
  return round > 1 && (unseen === 0 || findings.firstTotal === null || seen >= findings.firstTotal)
}

function isSameReading(reading: readonly string[], previous: readonly string[], round: number): boolean {
  return round > 1 && reading.length === previous.length && reading.every((id, index) => id === previous[index])
}

/** Two rows at least where pages overlap by one, or no page would get further. */
function smallestUseful(source: Pick<WindowSource<never>, 'paging'>, limit: number): number {
  return source.paging.style === 'offset' ? Math.max(2, limit) : limit
}

/** A row of another day belongs to another window, whatever the server says. */
function insideOf(window: Window): (complaint: Complaint) => boolean {
  const from = startOfBeijingDay(window.begin) ?? Number.NEGATIVE_INFINITY
  const to = startOfBeijingDay(addDays(window.end, 1)) ?? Number.POSITIVE_INFINITY
  return ({ createdAt }) => createdAt.getTime() >= from && createdAt.getTime() < to
}

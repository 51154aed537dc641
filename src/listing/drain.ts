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
  let previous: Reading | null = null
  source.emit({ type: 'windowStart', ...window })

  for (let round = 1; ; round += 1) {
    const findings = newFindings()
    const met = round === 1 ? seen : new Set<string>()
    const ids: string[] = []
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
        ids.push(row.id)
        if (round > 1) {
          if (seen.has(row.id)) continue
          seen.add(row.id)
        }
        if (isInside(row) && source.wants(row)) rows.push(row)
      }
      const settled =
        page.next === null &&
        page.failure === null &&
        isSettled({ ids, findings, isWhole: from.skip === 0 }, previous, exactTotals)
      const steady = round === 1 && findings.signs.size === 0
      // Once the list was seen to move, only the window's beginning is a place from which nothing is lost.
      const resume = steady ? (page.failure === null ? page.next : page.place) : beginning
      const { received, total, failure, release } = page
      if (settled) source.emit({ type: 'windowDone', ...window, pages, rows: seen.size, rounds: round })
      yield { rows, received, total, next: settled ? null : (resume ?? beginning), release }
      if (failure !== null) throw failure
      if (settled) return
    }
    previous = { ids, findings, isWhole: from.skip === 0 }
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

/** One reading of a window: its ids in the order in which they came. */
interface Reading {
  readonly ids: readonly string[]
  readonly findings: Findings
  /** It began with the first row. */
  readonly isWhole: boolean
}

/**
 * Whether nothing can have been missed. A reading without any sign misses nothing. One with signs may, for a row can
 * move from behind the place that is being read to before it, and then looks like one that arrived. So it settles only
 * - when all rows came in one answer and were as many as that answer told;
 * - or, from the second reading on, when its pages all joined and it met as many rows as the list is known to have had;
 * - or when it brought the same rows in the same order as the one before and none came in meanwhile, whatever the
 *   totals say.
 */
function isSettled(reading: Reading, previous: Reading | null, exactTotals: boolean): boolean {
  const { ids, findings, isWhole } = reading
  if (findings.signs.size === 0) return true
  if (previous !== null && findings.cameBefore === 0 && isSame(ids, previous.ids)) return true
  if (!findings.chained || !isWhole) return false
  const told = exactTotals ? smallerTotal(findings) : null
  if (previous === null) return told !== null && ids.length >= told && findings.fruitfulPages === 1
  return ids.length >= (told ?? previous.ids.length + previous.findings.cameBefore)
}

/** Rows that vanished or arrived while the list was read are not what it was read for. */
function smallerTotal({ firstTotal, lastTotal }: Findings): number | null {
  return firstTotal === null || lastTotal === null ? null : Math.min(firstTotal, lastTotal)
}

function isSame(ids: readonly string[], previous: readonly string[]): boolean {
  return ids.length === previous.length && ids.every((id, index) => id === previous[index])
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

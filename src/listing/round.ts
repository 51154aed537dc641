import type { ComplaintError } from '../errors.js'
import type { DriftEvent } from '../events.js'
import { isPageTooLarge, type ListPage } from '../provider.js'

/** Where in a window to go on. */
export interface Place {
  /** Rows (paging style `offset`) or pages (style `page`) that lie before. */
  readonly skip: number
  readonly limit: number
  /** The id expected in the first row: the one that the page before ended with. Null: nothing is known. */
  readonly anchor: string | null
  /** Style `page`: the page before had fewer rows than were asked. That is right of the last page only. */
  readonly isAfterShortPage?: boolean | undefined
}

/** An answered page and the right to hold it; `release` says that it was consumed or dropped. */
export interface Asked<C> {
  readonly page: ListPage<C>
  release(): void
}

export type Ask<C> = (skip: number, limit: number) => Promise<Asked<C>>

export interface ReadPage<C> {
  /** The rows that this round had not seen before. */
  readonly fresh: readonly C[]
  readonly received: number
  readonly total: number | null
  readonly failure: ComplaintError | null
  /** Where this page began, and where the next one begins; null: the round is over. */
  readonly place: Place
  readonly next: Place | null
  release(): void
}

export type Sign = DriftEvent['sign']

/** What one reading of a window showed about it. */
export interface Findings {
  /** Signs that the list moved, or that the server contradicts itself. */
  readonly signs: Set<Sign>
  /** Every page joined the one before: rows may have come in between, but none can have slipped through. */
  chained: boolean
  /** The total that the first page told, and the one told last; null: none that says anything. */
  firstTotal: number | null
  lastTotal: number | null
  /** How many pages brought something. All rows in one answer are a picture of one moment. */
  fruitfulPages: number
  /** So many rows came in before the place that was being read: new ones, or some that stood behind it. */
  cameBefore: number
}

export interface RoundOptions {
  /** Requests under way at once, once a total is known; 1 reads one page after the other. */
  readonly depth: number
  /** A total that agrees with a short page proves the end. */
  readonly exactTotals: boolean
  /** The ids that this round has met; it adds its own. */
  readonly seen: Set<string>
}

/** So many pages in a row may bring nothing although more was promised. */
const maxFruitlessPages = 3

type Row = { readonly id: string }

export function newFindings(): Findings {
  return { signs: new Set(), chained: true, firstTotal: null, lastTotal: null, fruitfulPages: 0, cameBefore: 0 }
}

/**
 * Reads a window by row numbers. Neighbouring pages share a row; where the shared row is not where it should be, the
 * list moved. Goes on from what really came, so a server that serves fewer rows than asked loses none.
 */
export async function* readByOffset<C extends Row>(
  ask: Ask<C>,
  start: Place,
  options: RoundOptions,
  findings: Findings,
): AsyncGenerator<ReadPage<C>> {
  const pages = requestQueue(ask, options.depth)
  const { seen } = options
  let { skip, limit, anchor } = start
  let total: number | null = null
  let fruitless = 0
  try {
    for (;;) {
      let asked: Asked<C>
      try {
        asked = await pages.take(skip, limit, limit - 1, total === null ? 0 : total - 1)
      } catch (error) {
        if (!isPageTooLarge(error) || limit <= 2) throw error
        limit = Math.max(2, Math.floor(limit / 2))
        continue
      }
      const { rows, received, failure } = asked.page
      // A total that merely repeats the size of its page is the other reading of the word, and says nothing.
      total =
        noteTotal(findings, options.exactTotals || asked.page.total !== received ? asked.page.total : null) ?? total
      const { fresh, at } = compare(rows, seen, anchor, findings)
      const promised: boolean = total !== null && skip + Math.max(received, anchor === null ? 0 : 1) < total
      const provenEnd: boolean = options.exactTotals && received < limit && received > 0 && skip + received === total
      fruitless = fresh.length > 0 ? 0 : fruitless + 1
      const over: boolean = provenEnd || (fresh.length === 0 && (!promised || fruitless >= maxFruitlessPages))
      if (fresh.length === 0 && (promised || received > 1 || (anchor !== null && at !== 0)))
        findings.signs.add('shortPage')
      if (received === 0 && promised) findings.chained = false
      const place: Place = { skip, limit, anchor }
      if (received === 0) {
        skip += limit - 1
        anchor = null
      } else {
        // One row alone cannot be shared: asking for it again would never get further.
        const shared = received > 1 ? 1 : 0
        skip += received - shared
        anchor = shared === 1 ? (rows.at(-1)?.id ?? null) : null
        if (received < limit && promised) limit = Math.max(2, received)
      }
      if (over) noteEnd(findings, start.skip + seen.size, total)
      yield {
        fresh,
        received,
        total,
        failure,
        place,
        next: over ? null : { skip, limit, anchor },
        release: asked.release,
      }
      if (over) return
    }
  } finally {
    pages.discard()
  }
}

/**
 * Reads a window by page numbers until a page is empty or brings nothing unseen. Pages cannot overlap; repeated ids,
 * changed totals and a short page before another one show that the list moved, or that rows were left out. When the
 * very first page is short, its size is asked from then on: that reads on behind it, whether the server serves no more
 * rows than that ever, or only then.
 */
export async function* readByPage<C extends Row>(
  ask: Ask<C>,
  start: Place,
  options: RoundOptions,
  findings: Findings,
): AsyncGenerator<ReadPage<C>> {
  const pages = requestQueue(ask, options.depth)
  const { seen } = options
  let { skip, limit } = start
  let isAfterShortPage = start.isAfterShortPage === true
  let total: number | null = null
  let fruitless = 0
  try {
    for (;;) {
      const asked = await pages.take(skip, limit, 1, total === null ? 0 : Math.ceil(total / limit))
      const { rows, received, failure } = asked.page
      const before: number | null = total
      total = noteTotal(findings, asked.page.total) ?? total
      const repeated = rows.filter((row) => seen.has(row.id)).length
      const { fresh } = compare(rows, seen, null, findings)
      // Rows that came in push as many rows of the page before into this one. Anything else may hide a lost row.
      if (fresh.length > 0) findings.cameBefore += repeated
      if (before !== null && total !== null && total - before < repeated) findings.chained = false
      if (isAfterShortPage && received > 0) {
        findings.signs.add('shortPage')
        findings.chained = false
      }
      const place: Place = { skip, limit, anchor: null, ...(isAfterShortPage ? { isAfterShortPage } : {}) }
      isAfterShortPage = received > 0 && received < limit
      if (isAfterShortPage && skip === 0) {
        limit = received
        isAfterShortPage = false
      }
      const promised: boolean = total !== null && skip * limit < total
      fruitless = fresh.length > 0 ? 0 : fruitless + 1
      const over: boolean = fresh.length === 0 && (!promised || fruitless >= maxFruitlessPages)
      if (fresh.length === 0 && promised) findings.chained = false
      skip += 1
      if (over) noteEnd(findings, start.skip * start.limit + seen.size, total)
      yield {
        fresh,
        received,
        total,
        failure,
        place,
        next: over ? null : { skip, limit, anchor: null, ...(isAfterShortPage ? { isAfterShortPage } : {}) },
        release: asked.release,
      }
      if (over) return
    }
  } finally {
    pages.discard()
  }
}

/** Compares a page with what came before: which of its rows are new, and where the shared row stands. */
function compare<C extends Row>(
  rows: readonly C[],
  seen: Set<string>,
  anchor: string | null,
  findings: Findings,
): { fresh: C[]; at: number } {
  const at = anchor === null ? -1 : rows.findIndex((row) => row.id === anchor)
  if (anchor !== null && at !== 0) findings.signs.add('seam')
  if (anchor !== null && at < 0) findings.chained = false
  findings.cameBefore += Math.max(0, at)
  const fresh: C[] = []
  let index = -1
  for (const row of rows) {
    index += 1
    const known = seen.size
    if (seen.add(row.id).size > known) {
      fresh.push(row)
    } else if (index > at) {
      findings.signs.add('repeatedId')
      if (anchor !== null) findings.chained = false
    }
  }
  if (fresh.length > 0) findings.fruitfulPages += 1
  return { fresh, at }
}

function noteTotal(findings: Findings, total: number | null): number | null {
  if (total === null) return null
  if (findings.lastTotal !== null && findings.lastTotal !== total) findings.signs.add('total')
  if (findings.fruitfulPages === 0) findings.firstTotal = total
  findings.lastTotal = total
  return total
}

function noteEnd(findings: Findings, reached: number, total: number | null): void {
  if (total !== null && reached < total) findings.signs.add('total')
}

/** Requests in order of their place, some of them under way before they are asked for. */
function requestQueue<C>(
  ask: Ask<C>,
  depth: number,
): { take(skip: number, limit: number, stride: number, until: number): Promise<Asked<C>>; discard(): void } {
  let underWay: { skip: number; limit: number; answer: Promise<Asked<C>> }[] = []

  const send = (skip: number, limit: number): void => {
    const answer = ask(skip, limit)
    // It may fail before anybody waits for it.
    answer.catch(() => {})
    underWay.push({ skip, limit, answer })
  }

  const discard = (): void => {
    for (const { answer } of underWay) answer.then((asked) => asked.release()).catch(() => {})
    underWay = []
  }

  return {
    discard,
    take(skip, limit, stride, until) {
      const first = underWay[0]
      if (first !== undefined && (first.skip !== skip || first.limit !== limit)) discard()
      if (underWay.length === 0) send(skip, limit)
      for (
        let next = (underWay.at(-1)?.skip ?? skip) + stride;
        underWay.length < depth && next < until;
        next += stride
      ) {
        send(next, limit)
      }
      const [{ answer } = { answer: ask(skip, limit) }] = underWay.splice(0, 1)
      return answer
    },
  }
}

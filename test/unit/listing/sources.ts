import type { ComplaintEvent } from '../../../src/events.js'
import type { AccountPage, AccountSource } from '../../../src/listing/account.js'
import type { WindowCheckpoint } from '../../../src/listing/checkpoint.js'
import { createEvidence } from '../../../src/listing/drift-evidence.js'
import type { ListAccount, ListContext } from '../../../src/listing/list-context.js'
import type { Window } from '../../../src/listing/plan.js'
import { readWindow } from '../../../src/listing/read-window.js'
import { type PagePosition, startScan } from '../../../src/listing/scan.js'
import type { WindowSource } from '../../../src/listing/window-state.js'
import type { Complaint } from '../../../src/model.js'
import type { EventOf, ListPage } from '../../../src/provider.js'
import type { CheckedQuery } from '../../../src/query.js'
import { beijingDay, dayMs } from '../../../src/time.js'
import { complaintOf } from '../../support/model-provider.js'

export type Fetch = AccountSource<Complaint>['fetch']

/** A query of this range without filters, in the order of arrival. */
export const queryOf = (from: number, to: number): CheckedQuery => ({
  from,
  to,
  toIsFixed: true,
  states: null,
  channels: null,
  overdue: undefined,
  merchant: undefined,
  merchantOrderNo: undefined,
  pageSize: undefined,
  order: 'arrival',
})

/** A list of one day of these accounts, from its beginning. */
export function listContextOf(
  accounts: readonly ListAccount<Complaint>[],
  changes: Partial<ListContext<Complaint>> = {},
): ListContext<Complaint> {
  const to = Date.parse('2026-03-02T00:00:00+08:00')
  return {
    query: queryOf(to - dayMs, to),
    accounts,
    windows: [{ begin: '2026-03-01', end: '2026-03-01' }],
    start: { to, windowDays: 30, accounts: new Map(accounts.map(({ key }) => [key, { window: 0, at: null }])) },
    fingerprintOf: () => 'f'.repeat(16),
    maxAccounts: 16,
    signal: undefined,
    onAccountError: undefined,
    onRowError: undefined,
    withLaterEnd: () => null,
    emit: () => {},
    ...changes,
  }
}

/** An account of exact totals, three rows a page, one request at a time. */
export function sourceOf(fetch: Fetch, changes: Partial<AccountSource<Complaint>> = {}): AccountSource<Complaint> {
  return {
    paging: { style: 'offset', totals: 'exact' },
    pageSize: 3,
    rescanPageSize: 3,
    concurrency: 1,
    windowsAtOnce: changes.concurrency ?? 1,
    maxPages: 100,
    wholeWindows: false,
    padDays: 0,
    matches: () => true,
    emit: () => {},
    fetch,
    ...changes,
  }
}

/** A row created at noon of a day, Beijing time. */
export const rowAt = (id: string, day: string, time = '12:00:00'): Complaint =>
  complaintOf({ id, createdAt: Date.parse(`${day}T${time}+08:00`), state: 'pending' }, 'a')

/** A response of these rows. */
export const pageOf = (
  rows: readonly Complaint[],
  total: number | null,
  failures: ListPage<Complaint>['failures'] = [],
): ListPage<Complaint> => ({ rows, received: rows.length + failures.length, total, failures })

/** Answers one request for the rows of some days; `request` counts from 1. */
export type Serve = (days: Window, skip: number, limit: number, request: number) => ListPage<Complaint>
type ServeByPosition = (days: Window, skip: number, limit: number) => ListPage<Complaint>

/** A list served honestly: the rows of the days requested, in the order given. */
export const honest =
  (rows: readonly Complaint[], style: 'offset' | 'page' = 'offset'): ServeByPosition =>
  ({ begin, end }, skip, limit) => {
    const inside = rows.filter(({ createdAt }) => beijingDay(createdAt) >= begin && beijingDay(createdAt) <= end)
    const from = style === 'offset' ? skip : skip * limit
    return pageOf(inside.slice(from, from + limit), inside.length)
  }

/** A window read from a server, and all that shows of it. */
interface ObservedSource {
  readonly source: WindowSource<Complaint>
  readonly requests: string[]
  readonly events: EventOf[]
  readonly warnings: () => string[]
  readonly drifts: () => string[]
}

export function windowSourceOf(serve: Serve, changes: Partial<WindowSource<Complaint>> = {}): ObservedSource {
  /** `begin..end skip/limit` of each request, with the days as numbers of the month. */
  const requests: string[] = []
  const events: EventOf[] = []
  const source: WindowSource<Complaint> = {
    paging: { style: 'offset', totals: 'exact' },
    pageSize: 3,
    rescanPageSize: 10,
    depth: 1,
    async fetchPage(days, skip, limit) {
      const { begin, end } = days
      requests.push(`${Number(begin.slice(-2))}..${Number(end.slice(-2))} ${skip}/${limit}`)
      return { page: serve(days, skip, limit, requests.length), release: () => {} }
    },
    matches: () => true,
    emit: (event) => events.push(event),
    ...changes,
  }
  const warnings = (): string[] => events.flatMap((event) => ('warning' in event ? [event.warning] : []))
  const drifts = (): string[] =>
    (events as ComplaintEvent[]).flatMap((event) => (event.type === 'drift' ? [event.sign] : []))
  return { source, requests, events, warnings, drifts }
}

/** A cursor at a position of a window's first scan, which saw so many rows before it. */
export function checkpointAt(position: PagePosition, rowCount: number): WindowCheckpoint {
  const scan = {
    ...startScan(position),
    rowCount,
    evidence: { ...createEvidence(position.total), pagesWithNewRows: 1, hasFullPage: true },
  }
  return { part: null, round: 1, scan, seenIds: null, firstId: null, previous: null }
}

/** Reads a window; `stopAfter` leaves it after so many pages, as a process that ends there. */
export async function readWindowFrom(
  source: WindowSource<Complaint>,
  window: Window,
  start: WindowCheckpoint | null = null,
  stopAfter: number = Number.POSITIVE_INFINITY,
): Promise<{
  ids: string[]
  pages: string[][]
  checkpoints: (WindowCheckpoint | null)[]
  failures: string[]
  incomplete: string[]
}> {
  const pages: string[][] = []
  const checkpoints: (WindowCheckpoint | null)[] = []
  const failures: string[] = []
  const incomplete: string[] = []
  for await (const page of readWindow(source, window, start)) {
    pages.push(page.rows.map(({ id }) => id))
    // A cursor is encoded when its page is yielded; later pages add to the ids.
    const at = page.next
    checkpoints.push(
      at === null || at.seenIds === null ? at : { ...at, seenIds: { ...at.seenIds, ids: new Set(at.seenIds.ids) } },
    )
    failures.push(...page.failures.map(({ id }) => id))
    if (page.incomplete !== null) {
      const { begin, end, total, delivered } = page.incomplete
      incomplete.push(`${Number(begin.slice(-2))}..${Number(end.slice(-2))}: ${delivered} of ${total}`)
    }
    page.release()
    if (pages.length === stopAfter) break
  }
  return { ids: pages.flat(), pages, checkpoints, failures, incomplete }
}

export type Page = AccountPage<Complaint>
type Step = Page | Error

/** A page of rows with these ids, for the merges. */
export function page(window: number, ids: readonly string[], last = false): Page {
  const rows = ids.map((id) => complaintOf({ id, createdAt: 0, state: 'pending' }, 'a'))
  return { rows, failures: [], total: null, window, next: last ? null : { window, at: null } }
}

/** A stream that takes so many turns of the event loop before each page; counts how far it was pulled. */
export function stream(
  steps: readonly Step[],
  turns: number,
  pulled: { count: number } = { count: 0 },
): AsyncGenerator<Page> {
  return (async function* () {
    for (const step of steps) {
      pulled.count += 1
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      if (step instanceof Error) throw step
      yield step
    }
  })()
}

export const rethrow = async (_: string, error: unknown): Promise<void> => {
  throw error
}
export const idsOf = ({ rows }: Page): string => rows.map(({ id }) => id).join()

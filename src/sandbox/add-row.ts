import { type DaySpan, everyDay, isWithin } from './dates.js'
import type { Facts, ListedRow, Store } from './store.js'

/** All providers' times have seconds at least. */
const stepMs = 1000

/** The list that a request asks for, filters aside. */
export interface RequestedList {
  readonly span: DaySpan
  readonly offset: number
}

/**
 * Adds a complaint at a row of the list asked for, from 1; behind the last row when there are fewer.
 * @param list null: the request does not say
 * @param row null: half-way between row 1 and the page asked for
 */
export function addRow<F extends Facts>(
  store: Store<F>,
  list: RequestedList | null,
  row: number | null,
  now: number,
): void {
  const { span, offset } = list ?? { span: everyDay, offset: 0 }
  const rows = store.rows().filter(({ facts }) => isWithin(facts.createdAt, span))
  const index = Math.min(row === null ? Math.floor(offset / 2) : row - 1, rows.length)
  const before = rows[index - 1]
  const after = rows[index]
  if (before === undefined) {
    store.add({ createdAt: new Date(createdAtForFirstRow(rows, span, now)) })
  } else if (after === undefined) {
    const createdAt = Math.max(before.facts.createdAt - stepMs, span.from)
    store.insert({ createdAt: new Date(createdAt) }, before.rank - 0.5)
  } else {
    const createdAt = Math.floor((before.facts.createdAt + after.facts.createdAt) / 2)
    store.insert({ createdAt: new Date(createdAt) }, (before.rank + after.rank) / 2)
  }
}

function createdAtForFirstRow(rows: readonly ListedRow<Facts>[], { from, to }: DaySpan, now: number): number {
  if (rows.length > 0) return Math.min(Math.max(...rows.map(({ facts }) => facts.createdAt)) + stepMs, to - 1)
  return Number.isFinite(from) ? from : Math.min(now, to - 1)
}

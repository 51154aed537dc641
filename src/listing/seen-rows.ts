import type { Complaint } from '../model.js'

/** The rows of one window over all its scans: an id may be seen several times, and is delivered once. */
export interface SeenRows<C> {
  /** Every id seen, in the order in which the ids came. */
  readonly ids: ReadonlySet<string>
  /** @returns whether the id was not seen before */
  add(key: string): boolean
  /**
   * Sees the rows of a page. A row that did not satisfy the query before may do so now.
   * @returns those to deliver now: they satisfy the query and were not delivered before
   */
  select(rows: readonly C[]): C[]
}

/** @param known ids that were delivered before a cursor */
export function createSeenRows<C extends Complaint>(
  known: Iterable<string>,
  keyOf: (id: string) => string,
  matches: (complaint: C) => boolean,
): SeenRows<C> {
  const ids = new Set(known)
  const delivered = new Set(ids)
  const add = (key: string): boolean => {
    const before = ids.size
    return ids.add(key).size > before
  }
  return {
    ids,
    add,
    select: (rows) =>
      rows.filter((row) => {
        const key = keyOf(row.id)
        add(key)
        if (delivered.has(key) || !matches(row)) return false
        delivered.add(key)
        return true
      }),
  }
}

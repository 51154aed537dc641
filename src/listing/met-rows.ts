import type { Complaint } from '../model.js'

/** The rows of one window that were met and delivered, over all scans. */
export interface MetRows<C> {
  /** Every id met, in the order in which the ids came. */
  readonly ids: ReadonlySet<string>
  /** @returns whether the id was not met before */
  add(key: string): boolean
  /**
   * Meets the rows of a page.
   * @returns those to deliver now: they satisfy the query and were not delivered before
   */
  select(rows: readonly C[]): C[]
}

/**
 * Two sets: an id that was met is not delivered while its row does not satisfy the query, and the row of a later scan
 * may satisfy it.
 */
export function createMetRows<C extends Complaint>(
  known: Iterable<string>,
  keyOf: (id: string) => string,
  matches: (complaint: C) => boolean,
): MetRows<C> {
  const ids = new Set(known)
  const skipped = new Set<string>()
  const add = (key: string): boolean => {
    const before = ids.size
    return ids.add(key).size > before
  }
  return {
    ids,
    add,
    select(rows) {
      const selected: C[] = []
      for (const row of rows) {
        const key = keyOf(row.id)
        if (!add(key) && !skipped.has(key)) continue
        if (matches(row)) {
          skipped.delete(key)
          selected.push(row)
        } else skipped.add(key)
      }
      return selected
    },
  }
}

import type { Complaint } from '../model.js'

/** The rows of one window over all its scans: an id may be seen several times, and is delivered once. */
export interface SeenRows<C> {
  /** Every id seen, in the order in which the ids came. */
  readonly ids: ReadonlySet<string>
  /** The ids of the last row and of the rows before it that have its time: more of these rows may follow. */
  tiedIds(): ReadonlySet<string>
  /** @returns whether the id was not seen before */
  add(key: string): boolean
  /**
   * Sees the rows of a page. A row that did not satisfy the query before may do so now.
   * @returns those to deliver now: they satisfy the query and were not delivered before
   */
  select(rows: readonly C[]): C[]
}

/** @param known ids that were delivered before a cursor, those that have the time of its last row included */
export function createSeenRows<C extends Complaint>(
  known: Iterable<string>,
  keyOf: (id: string) => string,
  matches: (complaint: C) => boolean,
): SeenRows<C> {
  const ids = new Set(known)
  const delivered = new Set(ids)
  let tiedIds = new Set(known)
  let lastTime: number | null = null
  const add = (key: string): boolean => {
    const before = ids.size
    return ids.add(key).size > before
  }
  const addTied = (key: string, time: number): void => {
    // A new set, since checkpoints hold the one before. The time of the rows before a cursor is not known.
    if (lastTime !== null && time !== lastTime) tiedIds = new Set()
    lastTime = time
    tiedIds.add(key)
  }
  return {
    ids,
    tiedIds: () => tiedIds,
    add,
    select: (rows) =>
      rows.filter((row) => {
        const key = keyOf(row.id)
        add(key)
        addTied(key, row.createdAt.getTime())
        if (delivered.has(key) || !matches(row)) return false
        delivered.add(key)
        return true
      }),
  }
}

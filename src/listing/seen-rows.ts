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
  const updateTiedIds = (rows: readonly C[]): void => {
    const time = rows.at(-1)?.createdAt.getTime()
    if (time === undefined) return
    const first = rows.findLastIndex(({ createdAt }) => createdAt.getTime() !== time) + 1
    // The time of the rows before a cursor is not known.
    const continues = first === 0 && (lastTime === null || time === lastTime)
    // A new set, since checkpoints hold the one before.
    if (!continues) tiedIds = new Set()
    for (const { id } of rows.slice(first)) tiedIds.add(keyOf(id))
    lastTime = time
  }
  return {
    ids,
    tiedIds: () => tiedIds,
    add,
    select(rows) {
      updateTiedIds(rows)
      return rows.filter((row) => {
        const key = keyOf(row.id)
        add(key)
        if (delivered.has(key) || !matches(row)) return false
        delivered.add(key)
        return true
      })
    },
  }
}

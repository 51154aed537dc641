/** A complaint as the list holds it, before it is written in a provider's format. */
export interface ListRow {
  id: string
  /** When the complaint was made, in milliseconds since 1970. */
  createdAt: number
  /** What a list ordered by update is ordered by. */
  updatedAt: number
  state: 'pending' | 'processing' | 'resolved'
  /** The total counts the row, but it is taken out after the page was cut. */
  hidden?: boolean
  /** The field that the row lacks. */
  lacks?: 'id' | 'time' | 'state'
}

export const dayMs = 86_400_000

/** The start of a Beijing day, in milliseconds since 1970. */
export const beijing = (day: string): number => Date.parse(`${day}T00:00:00+08:00`)

/** A month that one window holds, and its rows: at least ten minutes of it are free at each end. */
export const month = { from: '2026-03-01', to: '2026-03-30' } as const

/** Rows spread evenly over the days of a range, newest first; none in the first or the last ten minutes. */
export function rowsOver({ from, to }: { from: string; to: string }, count: number): ListRow[] {
  const first = beijing(from) + 600_000
  const last = beijing(to) + dayMs - 600_000
  const stepMs = Math.floor((last - first) / Math.max(1, count))
  return Array.from({ length: count }, (_, index) => rowAt(idOf(index), last - index * stepMs))
}

export function rowAt(id: string, at: number, change: Partial<ListRow> = {}): ListRow {
  const createdAt = at - (at % 1000)
  return { id, createdAt, updatedAt: createdAt, state: 'pending', ...change }
}

/** 27 digits, as the providers' documentation shows them. */
export function idOf(index: number): string {
  return `2002018202003010${String(index).padStart(11, '0')}`
}

/** Rows of imports: runs of up to `maxTies` rows of the same second. */
export function tiedRows({ from, to }: { from: string; to: string }, count: number, maxTies: number): ListRow[] {
  const rows = rowsOver({ from, to }, count)
  const random = randomNumbers(count * 31 + maxTies)
  for (let first = 0; first < count; ) {
    const ties = 1 + Math.floor(random() * maxTies)
    const at = rows[first]?.createdAt ?? 0
    for (const row of rows.slice(first, first + ties)) Object.assign(row, { createdAt: at, updatedAt: at })
    first += ties
  }
  return rows
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

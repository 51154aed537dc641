import { dayMs, type ListRow } from './rows.js'

/** What one request asks for. */
export interface PageQuery {
  /** Beijing days, `yyyy-MM-dd`. */
  readonly begin: string
  readonly end: string
  /** Rows before the page. */
  readonly skip: number
  readonly limit: number
}

export interface Page {
  readonly rows: readonly ListRow[]
  /** Undefined: the response has none. */
  readonly total: number | undefined
}

/** What can be wrong with a list. Everything absent: a healthy one. */
export interface Troubles {
  /** No row beyond this one is served, nor a page beyond this one, nor a row behind an offset of more than this. */
  readonly maxRows?: number
  readonly maxPages?: number
  readonly maxOffset?: number
  /** The first page comes for every page. */
  readonly ignoresPage?: boolean
  /** All rows are in every window. */
  readonly ignoresDates?: boolean
  /** Rows of the same second stand in another order for each offset and limit. */
  readonly shufflesTies?: boolean
  /** The last day is not included. */
  readonly excludesEnd?: boolean
  /** Days begin at 08:00 Beijing time. */
  readonly utcDays?: boolean
  readonly orderByUpdate?: boolean
  /** The total: of the window (default), of the page, none, or always this number. */
  readonly total?: 'window' | 'page' | 'none' | number
  /** Changes the list before the request with this number, from 1, is answered. */
  readonly change?: (request: number, list: TroubledList) => void
}

/** A list of complaints in memory, and its troubles. */
export class TroubledList {
  readonly rows: ListRow[]
  readonly #troubles: Troubles
  #requests = 0

  constructor(rows: readonly ListRow[], troubles: Troubles = {}) {
    this.rows = rows.map((row) => ({ ...row }))
    this.#troubles = troubles
  }

  page({ begin, end, skip, limit }: PageQuery): Page {
    const { maxRows, maxPages, maxOffset, ignoresPage, total = 'window', change } = this.#troubles
    this.#requests += 1
    change?.(this.#requests, this)
    const inside = this.#sorted(this.#inside(begin, end), skip, limit)
    const first = ignoresPage ? 0 : skip
    const isBeyond = first / limit >= (maxPages ?? Number.POSITIVE_INFINITY) || first > (maxOffset ?? first)
    const cut = isBeyond ? [] : inside.slice(0, maxRows).slice(first, first + limit)
    const rows = cut.filter(({ hidden }) => hidden !== true)
    const totals = { window: inside.length, page: rows.length, none: undefined }
    return { rows, total: typeof total === 'number' ? total : totals[total] }
  }

  #inside(begin: string, end: string): ListRow[] {
    const { ignoresDates, excludesEnd, utcDays } = this.#troubles
    if (ignoresDates) return this.rows
    const midnight = `T00:00:00${utcDays ? 'Z' : '+08:00'}`
    const first = Date.parse(begin + midnight)
    const last = Date.parse(end + midnight) + (excludesEnd ? 0 : dayMs)
    return this.rows.filter(({ createdAt }) => createdAt >= first && createdAt < last)
  }

  #sorted(rows: readonly ListRow[], skip: number, limit: number): ListRow[] {
    const { orderByUpdate, shufflesTies } = this.#troubles
    const key = orderByUpdate ? 'updatedAt' : 'createdAt'
    // Array.sort is stable: without `shufflesTies`, ties stay in the order of the array.
    if (!shufflesTies) return [...rows].sort((a, b) => b[key] - a[key])
    const ranks = new Map(rows.map(({ id }) => [id, rankOf(`${id} ${skip} ${limit}`)]))
    return [...rows].sort((a, b) => b[key] - a[key] || (ranks.get(a.id) ?? 0) - (ranks.get(b.id) ?? 0))
  }
}

/** The same for the same text, and unlike for texts that differ in a digit (FNV-1a, mixed once more). */
function rankOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}

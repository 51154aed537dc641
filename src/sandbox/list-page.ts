import type { ListConfig } from './list-config.js'
import { createRandom } from './random.js'
import type { Facts, ListedRow } from './store.js'

/** What a fault changes for a single response. */
export interface ListConditions {
  /** At most this many rows in a page. */
  readonly maxRows: number
  /** The list as it was before its last so many changes. */
  readonly changesBehind: number
}

export interface PagePosition {
  readonly offset: number
  readonly limit: number
}

/** One page of a list, cut as the options of the sandbox say. */
export interface ListPage<F extends Facts> {
  readonly rows: readonly ListedRow<F>[]
  /** Counts hidden rows, and rows that are never served. */
  readonly total: number
}

/** @param rows all that a request asks for, the first first */
export function cutPage<F extends Facts>(
  rows: readonly ListedRow<F>[],
  position: PagePosition,
  config: ListConfig,
  maxRows: number,
): ListPage<F> {
  const offset = config.ignoresPages ? 0 : position.offset
  const end = Math.min(offset + Math.min(position.limit, maxRows), config.deepCap)
  const ordered = config.ties > 1 ? orderTies(rows, position) : rows
  const cut = offset > config.maxOffset || offset >= end ? [] : ordered.slice(offset, end)
  return { rows: cut.filter(({ isHidden }) => !isHidden), total: rows.length }
}

/** A database is free to order equal rows by the plan it chooses, which depends on offset and limit. */
function orderTies<F extends Facts>(
  rows: readonly ListedRow<F>[],
  { offset, limit }: PagePosition,
): readonly ListedRow<F>[] {
  return rows
    .map((row) => ({ row, tieBreak: createRandom(row.number, offset, limit).next() }))
    .sort((one, other) => other.row.rank - one.row.rank || one.tieBreak - other.tieBreak)
    .map(({ row }) => row)
}

/** A row without the field that a poisoned complaint lacks. */
export function removePoisoned(
  row: Record<string, unknown>,
  { lacks }: Pick<ListedRow<Facts>, 'lacks'>,
  fieldNames: Readonly<Record<'id' | 'time' | 'state', string>>,
): Record<string, unknown> {
  if (lacks === null) return row
  const { [fieldNames[lacks]]: _, ...rest } = row
  return rest
}

import type { DaySpan } from '../dates.js'
import type { Facts, ListedRow, StoreOptions } from '../store.js'
import type { SandboxComplaint, SandboxHistoryEntry } from '../types.js'
import type { AlipayProvider } from './app.js'
import type { GatewayCall } from './gateway.js'

/** The business fields of a list, understood. */
export interface ListQuery<F extends Facts> {
  readonly page: number
  readonly pageSize: number
  readonly span: DaySpan
  /** The time that the span is about. */
  timeOf(facts: F): number
  /** Filters other than the span. */
  matches(facts: F): boolean
}

/** A page of a list and the numbers that stand beside it. */
export interface ListResult<F extends Facts> {
  readonly rows: readonly ListedRow<F>[]
  readonly total: number
  readonly page: number
  readonly pageSize: number
}

/** What distinguishes the two products; both go through the same gateway. */
export interface Product<F extends Facts> {
  readonly provider: AlipayProvider
  readonly listMethod: string
  readonly queryMethod: string
  readonly storeOptions: StoreOptions<F>
  /** A text names the field that is wrong. */
  parseList(business: GatewayCall['business']): ListQuery<F> | string
  /** The id that is asked for; undefined: the field is missing or malformed. */
  parseQuery(call: GatewayCall): string | undefined
  listFields(result: ListResult<F>): Readonly<Record<string, unknown>>
  detailFields(row: ListedRow<F>): Readonly<Record<string, unknown>>
  /** The names of the fields that say how many rows there are. */
  readonly totalNames: readonly string[]
  /** What the single call tells; lists tell less. */
  detailTruth(facts: F): SandboxComplaint
  historyOf?(facts: F): readonly SandboxHistoryEntry[]
}

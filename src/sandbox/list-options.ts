import type { ProviderName } from '../model.js'

/** One value for all providers, or one for each; a provider that is not named has the default. */
export type SandboxPerProvider<T> = T | Partial<Record<ProviderName, T>>

/** How many complaints come without a field that every row must have. Default 0 each. */
export interface SandboxPoisonRows {
  /** Rows without the complaint's id. */
  id?: number
  /** Rows without the time of the complaint. */
  time?: number
  /** Rows without the state. */
  state?: number
}

/**
 * How the lists behave where the documentation of the providers is silent, or wrong. Everything is off by default. Rows
 * are numbered from 1 in the list that a request asks for: its dates and filters applied, the first row first.
 * `truth` is what a perfect client delivers under each of these.
 */
export interface SandboxListOptions {
  /**
   * `created` (default): the newest complaint is row 1. `updated`: the complaint that was added or changed last is
   * row 1, so `addComplaint` and `changeState` move a complaint to row 1 and the rows before its old place down by one.
   */
  order?: SandboxPerProvider<'created' | 'updated'>
  /**
   * So many complaints share one second, as after an import: with 200, the 1st to 200th complaint made have one time,
   * the 201st to 400th another. Rows of one time come in an order of their own for each pair of offset and limit, the
   * same each time that the pair is asked for: row 51 at limit 50 may have been row 20 of the page before. From 2.
   */
  ties?: SandboxPerProvider<number>
  /** No row after this one is served, though the total counts all: with 1013, offset 1000 serves 13 rows, 1050 none. */
  deepCap?: SandboxPerProvider<number>
  /** A page with a larger offset is empty, though the total counts all: with 500, offset 500 serves a whole page, 501 none. */
  maxOffset?: SandboxPerProvider<number>
  /** Every page begins at row 1, whatever offset or page number is asked for. */
  ignoredPages?: SandboxPerProvider<boolean>
  /** Every list holds all complaints, whatever dates are asked for. */
  ignoredDates?: SandboxPerProvider<boolean>
  /**
   * So many of the complaints made at the start are taken out after the page was cut: the total counts them, and a page
   * of 50 rows with one of them has 49. No other call finds them, and `truth` does not hold them.
   */
  hiddenRows?: SandboxPerProvider<number>
  /**
   * So many of the complaints made at the start lack a field in their row. The total counts them, `served` names them,
   * and `truth` does not hold them.
   */
  poisonRows?: SandboxPerProvider<SandboxPoisonRows>
  /**
   * Where the days of a query are cut. `beijing` (default): at 00:00 of Beijing. `utc`: at 08:00 of Beijing, so that a
   * complaint of 2 March 01:00 comes with 1 March; Xiaoe's times in a query are 8 hours late in the same way.
   */
  dayZone?: SandboxPerProvider<'beijing' | 'utc'>
  /**
   * Whether Huishouqian's `endDate` is part of the range. `included` (default). `excluded`: 1 to 3 March serves the rows
   * of 1 and 2 March, and a single day none.
   */
  huishouqianEndDate?: 'included' | 'excluded'
}

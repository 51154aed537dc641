/** Rows as text, piece by piece: no row is kept, so a list of any length can be written. */
export interface Format<T> {
  header(): string
  rows(rows: readonly T[]): string
  end(): string
  /** The end of an incomplete list, so that JSON still parses. */
  abort(): string
}

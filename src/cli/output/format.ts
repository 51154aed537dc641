/** Rows as text, piece by piece: no row is kept, so a list of any length can be written. */
export interface Format<T> {
  header(): string
  rows(rows: readonly T[]): string
  end(): string
  /** The end of an incomplete list, so that JSON still parses. */
  abort(): string
}

/** Where rows go. */
export interface Output<T> {
  /** The file; null: stdout. */
  readonly path: string | null
  writeRows(rows: readonly T[]): Promise<void>
  end(): Promise<void>
  /** Ends an incomplete list: JSON on stdout still parses, a file is not written. */
  abort(): Promise<void>
}

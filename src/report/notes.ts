/** What a reader must know beside the figures. */
export interface ReportNotes {
  /** Errors of accounts that could not be read. */
  readonly failures?: readonly string[]
  /** Options that leave complaints out, as they were given. */
  readonly filters?: readonly string[]
}

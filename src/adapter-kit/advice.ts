import type { ErrorCode, Operation } from '../errors.js'
import type { Label } from '../labels/tables.js'

/** What to do about errors of one kind. All given conditions must hold. */
export interface Advice {
  readonly code?: ErrorCode
  readonly operation?: Operation
  /** The codes of the provider. */
  readonly providerCodes?: readonly string[]
  readonly text: Label
}

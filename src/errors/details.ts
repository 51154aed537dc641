import type { ProviderName } from '../model.js'

/** The kind of call of an error or event. `token` and `certificates` are calls that an adapter makes itself. */
export type Operation = 'list' | 'get' | 'history' | 'media' | 'notification' | 'token' | 'certificates'

/** One validation failure: where it is and what was expected. Never holds the value itself. */
export interface ErrorIssue {
  /** Property names and array indexes, outermost first; empty for the whole value. */
  path: readonly (string | number)[]
  /** What was expected, in English. */
  message: string
}

/** Optional fields of an error; see the fields of `ComplaintError`. None holds a secret or personal data. */
export interface ErrorDetails {
  provider?: ProviderName | undefined
  account?: string | undefined
  operation?: Operation | undefined
  retryable?: boolean | undefined
  attempts?: number | undefined
  status?: number | undefined
  providerCode?: string | undefined
  providerMessage?: string | undefined
  requestId?: string | undefined
  verified?: boolean | undefined
  issues?: readonly ErrorIssue[] | undefined
  cause?: unknown
}

/** The account, call and response of an error, added by the layer that knows them. */
export interface ErrorContext {
  provider: ProviderName
  /** Null: not known. */
  account: string | null
  operation?: Operation
  status?: number | undefined
  requestId?: string | undefined
}

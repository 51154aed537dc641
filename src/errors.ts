import type { ErrorCode } from './errors/codes.js'
import type { ErrorContext, ErrorDetails, ErrorIssue, Operation } from './errors/details.js'
import { replaceMessage } from './errors/message.js'
import type { IncompleteRange, ProviderName } from './model.js'

export { type ErrorCode, errorCodes } from './errors/codes.js'
export type { ErrorContext, ErrorDetails, ErrorIssue, Operation } from './errors/details.js'

const brand: unique symbol = Symbol.for('unified-complaints.error')

/**
 * The base class of every error of this library. An aborted call rejects with `signal.reason` instead, unchanged.
 * @example
 * ```ts
 * if (ComplaintError.isInstance(error) && error.retryable) callAgainLater()
 * ```
 */
export abstract class ComplaintError extends Error {
  override readonly name: string = 'ComplaintError'
  /** The literal code of the class, e.g. `RATE_LIMIT`; stable across versions. */
  abstract readonly code: ErrorCode
  /** The provider of the account whose call failed; null when the error does not belong to one account. */
  provider: ProviderName | null
  /** The account whose call failed, as in `AccountInfo.account`; null when the error does not belong to one account. */
  account: string | null
  /** The call that failed; null for an error of configuration or of a query, which is thrown before any call. */
  operation: Operation | null
  /** True when the same call may succeed later. Stays true after the last attempt. */
  readonly retryable: boolean
  /** How many times the request was sent; 0 when it was never sent. */
  attempts: number
  /** HTTP status; null when there was no response. */
  readonly status: number | null
  /** The provider's error code as text; null when the response has none. */
  readonly providerCode: string | null
  /** The provider's error message with phone numbers and secrets masked; null when the response has none. */
  readonly providerMessage: string | null
  /** The provider's request id, for its support; null when the response has none. */
  readonly requestId: string | null
  /** True when the provider's signature of its error response was verified; false when it is unsigned or absent. */
  readonly verified: boolean
  /**
   * Resumes the list when passed as `ListOptions.cursor`. Rows of the failed page may be delivered again; none is lost.
   * Null: the list cannot be resumed, or the error is not of a list.
   */
  cursor: string | null = null
  /** Validation failures, at most 20; empty when the error is not about a value's form. */
  readonly issues: readonly ErrorIssue[]

  static {
    Object.defineProperty(ComplaintError.prototype, brand, { value: true })
  }

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.provider = details.provider ?? null
    this.account = details.account ?? null
    this.operation = details.operation ?? null
    this.retryable = details.retryable ?? false
    this.attempts = details.attempts ?? 0
    this.status = details.status ?? null
    this.providerCode = details.providerCode ?? null
    this.providerMessage = details.providerMessage ?? null
    this.requestId = details.requestId ?? null
    this.verified = details.verified ?? false
    this.issues = details.issues ?? []
    if (this.provider !== null) replaceMessage(this, prefixed(this.provider, this.account, message))
  }

  /**
   * True for an error of this library. Unlike `instanceof`, also for one of another copy of it (ESM next to CommonJS).
   * The value is then one of {@link AnyComplaintError}, so `switch (error.code)` narrows it to its class. `isInstance` of
   * a subclass is true for errors of that class only.
   * @example
   * ```ts
   * if (ComplaintError.isInstance(error)) {
   *   switch (error.code) {
   *     case 'RATE_LIMIT':
   *       return callAgainIn(error.retryAfterMs ?? 5_000)
   *     case 'PAGINATION':
   *       return resumeAt(error.cursor)
   *   }
   * }
   * ```
   */
  static isInstance(value: unknown): value is AnyComplaintError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true
  }

  /** All fields but `cause` and `stack`, as plain data; `JSON.stringify` of an `Error` would be `{}`. */
  toJSON(): object {
    return Object.assign({}, this, { name: this.name, message: this.message })
  }
}

/** An option of an adapter or client is invalid or missing. The message names the option, never its value. */
export class ConfigError extends ComplaintError {
  override readonly name = 'ConfigError'
  override readonly code = 'CONFIG'
  static override readonly isInstance: IsInstance<ConfigError> = isInstanceOf('CONFIG')
}

/** A query, option of a call, cursor or complaint reference is invalid. Thrown before any request. */
export class QueryError extends ComplaintError {
  override readonly name = 'QueryError'
  override readonly code = 'QUERY'
  static override readonly isInstance: IsInstance<QueryError> = isInstanceOf('QUERY')
}

/** No usable HTTP response: connection refused or reset, DNS or TLS failure, truncated response, redirect. */
export class TransportError extends ComplaintError {
  override readonly name = 'TransportError'
  override readonly code = 'NETWORK'
  static override readonly isInstance: IsInstance<TransportError> = isInstanceOf('NETWORK')
}

/** One attempt took longer than `timeoutMs`. */
export class TimeoutError extends ComplaintError {
  override readonly name = 'TimeoutError'
  override readonly code = 'TIMEOUT'
  static override readonly isInstance: IsInstance<TimeoutError> = isInstanceOf('TIMEOUT')
}

/** The provider rejected the request or failed: see `status`, `providerCode`, `providerMessage` and `verified`. */
export class ApiError extends ComplaintError {
  override readonly name = 'ApiError'
  override readonly code = 'API'
  static override readonly isInstance: IsInstance<ApiError> = isInstanceOf('API')
  /** Milliseconds to wait, from the `Retry-After` of a 5xx response; null when it has none that is usable. */
  readonly retryAfterMs: number | null
  constructor(message: string, details?: ErrorDetails & { retryAfterMs?: number | null | undefined }) {
    super(message, details)
    this.retryAfterMs = details?.retryAfterMs ?? null
  }
}

/** The provider does not accept the credentials: key, serial number, token, or the host's clock. */
export class AuthenticationError extends ComplaintError {
  override readonly name = 'AuthenticationError'
  override readonly code = 'AUTHENTICATION'
  static override readonly isInstance: IsInstance<AuthenticationError> = isInstanceOf('AUTHENTICATION')
}

/** The credentials are valid but not permitted to make this call: missing permission or IP allow-list. */
export class PermissionError extends ComplaintError {
  override readonly name = 'PermissionError'
  override readonly code = 'PERMISSION'
  static override readonly isInstance: IsInstance<PermissionError> = isInstanceOf('PERMISSION')
}

/** The provider has no complaint with this id. */
export class NotFoundError extends ComplaintError {
  override readonly name = 'NotFoundError'
  override readonly code = 'NOT_FOUND'
  static override readonly isInstance: IsInstance<NotFoundError> = isInstanceOf('NOT_FOUND')
}

/** The provider's quota is used up: HTTP 429 or the provider's own code for it. */
export class RateLimitError extends ComplaintError {
  override readonly name = 'RateLimitError'
  override readonly code = 'RATE_LIMIT'
  static override readonly isInstance: IsInstance<RateLimitError> = isInstanceOf('RATE_LIMIT')
  /** Milliseconds to wait, from the provider's `Retry-After`; null when the response has none that is usable. */
  readonly retryAfterMs: number | null
  constructor(message: string, details?: ErrorDetails & { retryAfterMs?: number | null | undefined }) {
    super(message, details)
    this.retryAfterMs = details?.retryAfterMs ?? null
  }
}

/** The signature of a response or notification is missing or invalid. Nothing of its content was used. */
export class SignatureError extends ComplaintError {
  override readonly name = 'SignatureError'
  override readonly code = 'SIGNATURE'
  static override readonly isInstance: IsInstance<SignatureError> = isInstanceOf('SIGNATURE')
}

/** A response cannot be parsed: `issues` says where. */
export class ResponseError extends ComplaintError {
  override readonly name = 'ResponseError'
  override readonly code = 'RESPONSE'
  static override readonly isInstance: IsInstance<ResponseError> = isInstanceOf('RESPONSE')
  /** The complaint whose row is invalid; null when the error is not about one row, or the row has no id that can be read. */
  readonly complaintId: string | null
  readonly #row: unknown
  constructor(message: string, details?: ErrorDetails & { complaintId?: string | null | undefined; row?: unknown }) {
    super(message, details)
    this.complaintId = details?.complaintId ?? null
    this.#row = details?.row
  }

  /** The invalid row as received; undefined when the error is not about one row. Not enumerable; printing masks it. */
  get row(): unknown {
    return this.#row
  }
}

/** A list kept changing or reached `maxPages`; `cursor` resumes it. Or a history ended before its total. */
export class PaginationError extends ComplaintError {
  override readonly name = 'PaginationError'
  override readonly code = 'PAGINATION'
  static override readonly isInstance: IsInstance<PaginationError> = isInstanceOf('PAGINATION')
  /** The days whose rows are not complete; empty when the list only reached `maxPages`. `cursor` leads to them. */
  readonly incomplete: readonly IncompleteRange[]
  constructor(message: string, details?: ErrorDetails & { incomplete?: readonly IncompleteRange[] | undefined }) {
    super(message, details)
    this.incomplete = details?.incomplete ?? []
  }
}

/** The provider does not support the operation. */
export class UnsupportedError extends ComplaintError {
  override readonly name = 'UnsupportedError'
  override readonly code = 'UNSUPPORTED'
  static override readonly isInstance: IsInstance<UnsupportedError> = isInstanceOf('UNSUPPORTED')
}

/** The store of `changes()` or `follow()` failed. What was not written to it is delivered again. */
export class StoreError extends ComplaintError {
  override readonly name = 'StoreError'
  override readonly code = 'STORE'
  static override readonly isInstance: IsInstance<StoreError> = isInstanceOf('STORE')
}

/** Every error of this library; `code` narrows it to one class. */
export type AnyComplaintError =
  | ConfigError
  | QueryError
  | TransportError
  | TimeoutError
  | ApiError
  | AuthenticationError
  | PermissionError
  | NotFoundError
  | RateLimitError
  | SignatureError
  | ResponseError
  | PaginationError
  | UnsupportedError
  | StoreError

type IsInstance<E extends AnyComplaintError> = (value: unknown) => value is E

/** By code, not by class: the error may be of another copy of this library. */
function isInstanceOf<Code extends ErrorCode>(code: Code): IsInstance<Extract<AnyComplaintError, { code: Code }>> {
  return (value): value is Extract<AnyComplaintError, { code: Code }> =>
    ComplaintError.isInstance(value) && value.code === code
}

type Mutable = { -readonly [K in keyof ComplaintError]: ComplaintError[K] }

/** Fills the fields of an error that are still null; the others stay. */
export function addContext<E extends ComplaintError>(error: E, context: ErrorContext): E {
  if (error.provider === null) {
    error.provider = context.provider
    error.account = context.account
    replaceMessage(error, prefixed(context.provider, context.account, error.message))
  }
  error.operation ??= context.operation ?? null
  const mutable: Mutable = error
  mutable.status ??= context.status ?? null
  mutable.requestId ??= context.requestId ?? null
  return error
}

function prefixed(provider: string, account: string | null, message: string): string {
  return `[${account === null ? provider : `${provider} ${account}`}] ${message}`
}

import type { IncompleteRange, ProviderName } from './model.js'

/** The kind of call of an error or event. `token` and `certificates` are calls that an adapter makes itself. */
export type Operation = 'list' | 'get' | 'history' | 'media' | 'notification' | 'token' | 'certificates'

/** One validation failure: where it is and what was expected. Never holds the value itself. */
export interface ErrorIssue {
  /** Property names and array indexes, outermost first; empty for the whole value. */
  path: readonly (string | number)[]
  /** What was expected, in English. */
  message: string
}

/** The codes of all error classes, for schemas and translations. {@link ErrorCode} says what each means. */
export const errorCodes = [
  'CONFIG',
  'QUERY',
  'NETWORK',
  'TIMEOUT',
  'API',
  'AUTHENTICATION',
  'PERMISSION',
  'NOT_FOUND',
  'RATE_LIMIT',
  'SIGNATURE',
  'RESPONSE',
  'PAGINATION',
  'UNSUPPORTED',
  'STORE',
] as const

/**
 * The literal code of each error class, for logs and for comparison across processes.
 *
 * - `CONFIG`: an option of an adapter or client is invalid or missing
 * - `QUERY`: a query, option of a call, cursor or reference is invalid; nothing was sent
 * - `NETWORK`: no usable HTTP response
 * - `TIMEOUT`: an attempt took longer than `timeoutMs`
 * - `API`: the provider rejected the request, or failed
 * - `AUTHENTICATION`: the provider does not accept key, serial number, token or clock
 * - `PERMISSION`: the account may not make this call
 * - `NOT_FOUND`: the provider has no complaint with this id
 * - `RATE_LIMIT`: the provider's quota is used up
 * - `SIGNATURE`: the signature of a response or notification is missing or invalid
 * - `RESPONSE`: a response, or one row of it, cannot be parsed
 * - `PAGINATION`: a list or history is not complete, or reached `maxPages`
 * - `UNSUPPORTED`: the provider has no such operation
 * - `STORE`: the store of `changes()` or `follow()` failed
 */
export type ErrorCode = (typeof errorCodes)[number]

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

const brand: unique symbol = Symbol.for('unified-complaints.error')

/**
 * The base class of every error of this library. An aborted call rejects with `signal.reason` instead, unchanged.
 * @example
 * ```ts
 * if (ComplaintError.isInstance(error) && error.retryable) callAgainLater()
 * ```
 */
export class ComplaintError extends Error {
  override readonly name: string = 'ComplaintError'
  /** The literal code of the class, e.g. `RATE_LIMIT`; stable across versions. */
  readonly code: ErrorCode
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

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
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
  declare readonly code: 'CONFIG'
  constructor(message: string, details?: ErrorDetails) {
    super('CONFIG', message, details)
  }

  static override isInstance(value: unknown): value is ConfigError {
    return hasCode(value, 'CONFIG')
  }
}

/** A query, option of a call, cursor or complaint reference is invalid. Thrown before any request. */
export class QueryError extends ComplaintError {
  override readonly name = 'QueryError'
  declare readonly code: 'QUERY'
  constructor(message: string, details?: ErrorDetails) {
    super('QUERY', message, details)
  }

  static override isInstance(value: unknown): value is QueryError {
    return hasCode(value, 'QUERY')
  }
}

/** No usable HTTP response: connection refused or reset, DNS or TLS failure, truncated response, redirect. */
export class TransportError extends ComplaintError {
  override readonly name = 'TransportError'
  declare readonly code: 'NETWORK'
  constructor(message: string, details?: ErrorDetails) {
    super('NETWORK', message, details)
  }

  static override isInstance(value: unknown): value is TransportError {
    return hasCode(value, 'NETWORK')
  }
}

/** One attempt took longer than `timeoutMs`. */
export class TimeoutError extends ComplaintError {
  override readonly name = 'TimeoutError'
  declare readonly code: 'TIMEOUT'
  constructor(message: string, details?: ErrorDetails) {
    super('TIMEOUT', message, details)
  }

  static override isInstance(value: unknown): value is TimeoutError {
    return hasCode(value, 'TIMEOUT')
  }
}

/** The provider rejected the request or failed: see `status`, `providerCode`, `providerMessage` and `verified`. */
export class ApiError extends ComplaintError {
  override readonly name = 'ApiError'
  declare readonly code: 'API'
  /** Milliseconds to wait, from the `Retry-After` of a 5xx response; null when the response has none. */
  readonly retryAfterMs: number | null
  constructor(message: string, details?: ErrorDetails & { retryAfterMs?: number | null | undefined }) {
    super('API', message, details)
    this.retryAfterMs = details?.retryAfterMs ?? null
  }

  static override isInstance(value: unknown): value is ApiError {
    return hasCode(value, 'API')
  }
}

/** The provider does not accept the credentials: key, serial number, token, or the host's clock. */
export class AuthenticationError extends ComplaintError {
  override readonly name = 'AuthenticationError'
  declare readonly code: 'AUTHENTICATION'
  constructor(message: string, details?: ErrorDetails) {
    super('AUTHENTICATION', message, details)
  }

  static override isInstance(value: unknown): value is AuthenticationError {
    return hasCode(value, 'AUTHENTICATION')
  }
}

/** The credentials are valid but not permitted to make this call: missing permission or IP allow-list. */
export class PermissionError extends ComplaintError {
  override readonly name = 'PermissionError'
  declare readonly code: 'PERMISSION'
  constructor(message: string, details?: ErrorDetails) {
    super('PERMISSION', message, details)
  }

  static override isInstance(value: unknown): value is PermissionError {
    return hasCode(value, 'PERMISSION')
  }
}

/** The provider has no complaint with this id. */
export class NotFoundError extends ComplaintError {
  override readonly name = 'NotFoundError'
  declare readonly code: 'NOT_FOUND'
  constructor(message: string, details?: ErrorDetails) {
    super('NOT_FOUND', message, details)
  }

  static override isInstance(value: unknown): value is NotFoundError {
    return hasCode(value, 'NOT_FOUND')
  }
}

/** The provider's quota is used up: HTTP 429 or the provider's own code for it. */
export class RateLimitError extends ComplaintError {
  override readonly name = 'RateLimitError'
  declare readonly code: 'RATE_LIMIT'
  /** Milliseconds to wait, from the provider's `Retry-After`; null when the response has none. */
  readonly retryAfterMs: number | null
  constructor(message: string, details?: ErrorDetails & { retryAfterMs?: number | null | undefined }) {
    super('RATE_LIMIT', message, details)
    this.retryAfterMs = details?.retryAfterMs ?? null
  }

  static override isInstance(value: unknown): value is RateLimitError {
    return hasCode(value, 'RATE_LIMIT')
  }
}

/** The signature of a response or notification is missing or invalid. Nothing of its content was used. */
export class SignatureError extends ComplaintError {
  override readonly name = 'SignatureError'
  declare readonly code: 'SIGNATURE'
  constructor(message: string, details?: ErrorDetails) {
    super('SIGNATURE', message, details)
  }

  static override isInstance(value: unknown): value is SignatureError {
    return hasCode(value, 'SIGNATURE')
  }
}

/** A response cannot be parsed: `issues` says where. */
export class ResponseError extends ComplaintError {
  override readonly name = 'ResponseError'
  declare readonly code: 'RESPONSE'
  /** The complaint whose row is invalid; null when the error is not about one row, or the row has no id that can be read. */
  readonly complaintId: string | null
  readonly #row: unknown
  constructor(message: string, details?: ErrorDetails & { complaintId?: string | null | undefined; row?: unknown }) {
    super('RESPONSE', message, details)
    this.complaintId = details?.complaintId ?? null
    this.#row = details?.row
  }

  /** The invalid row as received; undefined when the error is not about one row. Not enumerable; printing masks it. */
  get row(): unknown {
    return this.#row
  }

  static override isInstance(value: unknown): value is ResponseError {
    return hasCode(value, 'RESPONSE')
  }
}

/** A list kept changing or reached `maxPages`; `cursor` resumes it. Or a history ended before its total. */
export class PaginationError extends ComplaintError {
  override readonly name = 'PaginationError'
  declare readonly code: 'PAGINATION'
  /** The days whose rows are not complete; empty when the list only reached `maxPages`. `cursor` leads to them. */
  readonly incomplete: readonly IncompleteRange[]
  constructor(message: string, details?: ErrorDetails & { incomplete?: readonly IncompleteRange[] | undefined }) {
    super('PAGINATION', message, details)
    this.incomplete = details?.incomplete ?? []
  }

  static override isInstance(value: unknown): value is PaginationError {
    return hasCode(value, 'PAGINATION')
  }
}

/** The provider does not support the operation. */
export class UnsupportedError extends ComplaintError {
  override readonly name = 'UnsupportedError'
  declare readonly code: 'UNSUPPORTED'
  constructor(message: string, details?: ErrorDetails) {
    super('UNSUPPORTED', message, details)
  }

  static override isInstance(value: unknown): value is UnsupportedError {
    return hasCode(value, 'UNSUPPORTED')
  }
}

/** The store of `changes()` or `follow()` failed. What was not written to it is delivered again. */
export class StoreError extends ComplaintError {
  override readonly name = 'StoreError'
  declare readonly code: 'STORE'
  constructor(message: string, details?: ErrorDetails) {
    super('STORE', message, details)
  }

  static override isInstance(value: unknown): value is StoreError {
    return hasCode(value, 'STORE')
  }
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

/** By code, not by class: the error may be of another copy of this library. */
function hasCode(value: unknown, code: ErrorCode): boolean {
  return ComplaintError.isInstance(value) && value.code === code
}

type Mutable = { -readonly [K in keyof ComplaintError]: ComplaintError[K] }

/** The account, call and response of an error, added by the layer that knows them. */
export interface ErrorContext {
  provider: ProviderName
  account: string
  operation?: Operation
  status?: number | undefined
  requestId?: string | undefined
}

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

/** Also in the stack, which repeats the message and is what `util.inspect` prints. */
export function replaceMessage(error: ComplaintError, message: string): void {
  const parts = readStack(error)?.split(error.message) ?? []
  // An application may format stacks in its own way (`Error.prepareStackTrace`) and repeat or escape the message.
  error.stack = parts.length === 2 ? parts.join(message) : `${error.name}: ${message}`
  error.message = message
}

/** Null where an application's `Error.prepareStackTrace` throws or returns something else than text. */
function readStack(error: Error): string | null {
  try {
    const stack: unknown = error.stack
    return typeof stack === 'string' ? stack : null
  } catch {
    return null
  }
}

function prefixed(provider: string, account: string | null, message: string): string {
  return `[${account === null ? provider : `${provider} ${account}`}] ${message}`
}

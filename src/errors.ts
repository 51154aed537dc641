import type { ProviderName } from './model.js'

/** What a call was about; part of every error and event. */
export type Operation = 'list' | 'get' | 'history' | 'media' | 'notification' | 'token' | 'certificates'

/** One thing a schema found wrong: where, and what was expected. Never the value itself. */
export interface ErrorIssue {
  /** Names of members and numbers of list entries, from the outside in; empty for the whole. */
  path: readonly (string | number)[]
  message: string
}

/** One for each class, as text that logs and other processes can compare. */
export type ErrorCode =
  | 'CONFIG'
  | 'QUERY'
  | 'NETWORK'
  | 'TIMEOUT'
  | 'API'
  | 'AUTHENTICATION'
  | 'PERMISSION'
  | 'NOT_FOUND'
  | 'RATE_LIMIT'
  | 'SIGNATURE'
  | 'RESPONSE'
  | 'PAGINATION'
  | 'UNSUPPORTED'

/** What an error may carry beside its message; all of it free of secrets and personal data. */
export interface ErrorDetails {
  provider?: ProviderName | undefined
  account?: string | undefined
  operation?: Operation | undefined
  /** The same call may succeed later. */
  retryable?: boolean | undefined
  attempts?: number | undefined
  /** HTTP status. */
  status?: number | undefined
  providerCode?: string | undefined
  /** The provider's message as it came, phone numbers and secrets masked. */
  providerMessage?: string | undefined
  /** The provider's request id: quote it when asking the provider's support. */
  requestId?: string | undefined
  /** Whether the provider's signature covers its refusal. */
  verified?: boolean | undefined
  issues?: readonly ErrorIssue[] | undefined
  cause?: unknown
}

const brand: unique symbol = Symbol.for('unified-complaints.error')

/** The root of every error of this library. `isInstance` also recognises errors of another copy (ESM beside CommonJS). */
export class ComplaintError extends Error {
  override readonly name: string = 'ComplaintError'
  /** The class as text, the same in every version. */
  readonly code: ErrorCode
  /** Whose call failed; null when it concerned no single account. */
  provider: ProviderName | null
  account: string | null
  /** What was being done; null when nothing was asked of a provider. */
  operation: Operation | null
  /** The same call may succeed later; stays true after the attempts are used up. */
  readonly retryable: boolean
  /** How often the request was sent; 0: nothing was sent. */
  attempts: number
  /** HTTP status; null when no answer came, or none was asked for. */
  readonly status: number | null
  /** The provider's own error code, as text; null when it gave none. */
  readonly providerCode: string | null
  /** The provider's message, phone numbers and secrets masked; null when it gave none. */
  readonly providerMessage: string | null
  /** The provider's request id, to be quoted to its support; null when it gave none. */
  readonly requestId: string | null
  /** Whether the provider's signature covers its refusal; false where refusals come unsigned, or there is none. */
  readonly verified: boolean
  /** Where to resume a list: give it as `cursor`. Rows of the page that failed may come again; none is lost. Null: there is no such place. */
  cursor: string | null = null
  /** What a schema found wrong, place by place; empty when none spoke. */
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

  /** Whether this is an error of this library, also of another copy of it, for which `instanceof` is false. */
  static isInstance(value: unknown): value is ComplaintError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true
  }

  /** What a log needs, as plain data; `Error` itself would serialise to `{}`. */
  toJSON(): object {
    return Object.assign({}, this, { name: this.name, message: this.message })
  }
}

/** An adapter or client option is wrong. Thrown by factories and constructors at once, naming the option, never its value. */
export class ConfigError extends ComplaintError {
  override readonly name = 'ConfigError'
  constructor(message: string, details?: ErrorDetails) {
    super('CONFIG', message, details)
  }
}

/** A query, cursor or reference is wrong. Thrown before any request. */
export class QueryError extends ComplaintError {
  override readonly name = 'QueryError'
  constructor(message: string, details?: ErrorDetails) {
    super('QUERY', message, details)
  }
}

/** No usable HTTP answer: connection refused or reset, DNS, TLS, an answer cut short, a redirect. */
export class TransportError extends ComplaintError {
  override readonly name = 'TransportError'
  constructor(message: string, details?: ErrorDetails) {
    super('NETWORK', message, details)
  }
}

/** One attempt took longer than `timeoutMs`. */
export class TimeoutError extends ComplaintError {
  override readonly name = 'TimeoutError'
  constructor(message: string, details?: ErrorDetails) {
    super('TIMEOUT', message, details)
  }
}

/** The provider refused or failed: see `status`, `providerCode`, `providerMessage` and `verified`. */
export class ApiError extends ComplaintError {
  override readonly name = 'ApiError'
  constructor(message: string, details?: ErrorDetails) {
    super('API', message, details)
  }
}

/** The provider does not accept the credentials: keys, serial number, token, clock. */
export class AuthenticationError extends ComplaintError {
  override readonly name = 'AuthenticationError'
  constructor(message: string, details?: ErrorDetails) {
    super('AUTHENTICATION', message, details)
  }
}

/** The credentials are good but may not do this: missing permission, or an IP allow-list. */
export class PermissionError extends ComplaintError {
  override readonly name = 'PermissionError'
  constructor(message: string, details?: ErrorDetails) {
    super('PERMISSION', message, details)
  }
}

/** The provider knows no such complaint. */
export class NotFoundError extends ComplaintError {
  override readonly name = 'NotFoundError'
  constructor(message: string, details?: ErrorDetails) {
    super('NOT_FOUND', message, details)
  }
}

/** Too many requests; `retryAfterMs` is how long the provider asked to wait, null when it did not say. */
export class RateLimitError extends ComplaintError {
  override readonly name = 'RateLimitError'
  /** Milliseconds that the provider asked to wait; null when it did not say. */
  readonly retryAfterMs: number | null
  constructor(message: string, details?: ErrorDetails & { retryAfterMs?: number | null | undefined }) {
    super('RATE_LIMIT', message, details)
    this.retryAfterMs = details?.retryAfterMs ?? null
  }
}

/** An answer is not proven to come from the provider. Nothing of it was believed. */
export class SignatureError extends ComplaintError {
  override readonly name = 'SignatureError'
  constructor(message: string, details?: ErrorDetails) {
    super('SIGNATURE', message, details)
  }
}

/** An authentic answer that cannot be understood: `issues` names the places. */
export class ResponseError extends ComplaintError {
  override readonly name = 'ResponseError'
  constructor(message: string, details?: ErrorDetails) {
    super('RESPONSE', message, details)
  }
}

/** A list did not settle or hit a ceiling: `cursor` goes on from there. Or a history stayed short of its total. */
export class PaginationError extends ComplaintError {
  override readonly name = 'PaginationError'
  constructor(message: string, details?: ErrorDetails) {
    super('PAGINATION', message, details)
  }
}

/** The provider offers no such operation. */
export class UnsupportedError extends ComplaintError {
  override readonly name = 'UnsupportedError'
  constructor(message: string, details?: ErrorDetails) {
    super('UNSUPPORTED', message, details)
  }
}

type Mutable = { -readonly [K in keyof ComplaintError]: ComplaintError[K] }

/** Where an error happened, and what was answered; filled in by the layer that knows it. */
export interface ErrorContext {
  provider: ProviderName
  account: string
  operation?: Operation
  status?: number | undefined
  requestId?: string | undefined
}

/** Adds to an error what its thrower could not know; what it already says stays. */
export function addContext<E extends ComplaintError>(error: E, place: ErrorContext): E {
  if (error.provider === null) {
    error.provider = place.provider
    error.account = place.account
    replaceMessage(error, prefixed(place.provider, place.account, error.message))
  }
  error.operation ??= place.operation ?? null
  const told: Mutable = error
  told.status ??= place.status ?? null
  told.requestId ??= place.requestId ?? null
  return error
}

/** Line breaks and what moves a terminal's cursor. */
const controls = /[\p{Cc}\p{Zl}\p{Zp}]+/gu

/**
 * Runs every text of an error through `change`: the one place where secrets and phone numbers are taken out. The
 * message becomes one line, so that no provider's words can pass for a line of a log of their own.
 */
export function rewriteTexts<E extends ComplaintError>(error: E, change: (text: string) => string): E {
  const texts: Mutable = error
  replaceMessage(error, change(error.message).replace(controls, ' '))
  if (texts.providerMessage !== null) texts.providerMessage = change(texts.providerMessage)
  if (texts.providerCode !== null) texts.providerCode = change(texts.providerCode)
  if (texts.requestId !== null) texts.requestId = change(texts.requestId)
  texts.issues = texts.issues.map(({ path, message }) => ({ path, message: change(message) }))
  return error
}

/** The stack repeats the message, and `inspect` prints the stack. */
function replaceMessage(error: ComplaintError, message: string): void {
  if (error.stack !== undefined) error.stack = error.stack.replace(error.message, () => message)
  error.message = message
}

function prefixed(provider: string, account: string | null, message: string): string {
  return `[${account === null ? provider : `${provider} ${account}`}] ${message}`
}

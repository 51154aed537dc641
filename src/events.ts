import type { ErrorCode, Operation } from './errors.js'
import type { ProviderName } from './model.js'

interface EventBase {
  provider: ProviderName
  /** As in `AccountInfo.account` and `Complaint.account`. */
  account: string
}

/** An HTTP attempt ended, with success or failure. */
export interface RequestEvent extends EventBase {
  type: 'request'
  operation: Operation
  /** 1 for the first attempt of a call. */
  attempt: number
  /** Host of the request, with its port when that is not the default of the protocol. */
  host: string
  /** HTTP status; null when there was no response. */
  status: number | null
  /** The provider's request id, for its support; null when the response has none. */
  requestId: string | null
  /** Milliseconds from sending the request until its response was verified and parsed. */
  durationMs: number
  /** `code` of the error; null for success. */
  failure: ErrorCode | null
  /** The provider's error code as text; null for success, and when the response has none. */
  providerCode: string | null
}

/** An attempt failed; the next one follows after `delayMs`. */
export interface RetryEvent extends EventBase {
  type: 'retry'
  operation: Operation
  /** The failed attempt, from 1. */
  attempt: number
  /** Milliseconds until the next attempt. */
  delayMs: number
  /** `code` of the error. */
  failure: ErrorCode
}

/** A request waits: for the rate limit, or because the provider asked to wait (`Retry-After`). */
export interface RateLimitWaitEvent extends EventBase {
  type: 'rateLimitWait'
  operation: Operation
  /** Milliseconds until the request may start. */
  delayMs: number
}

/** The list starts to read a window, a range of Beijing days. */
export interface WindowStartEvent extends EventBase {
  type: 'windowStart'
  /** First Beijing day, `yyyy-MM-dd`. */
  begin: string
  /** Last Beijing day, included. */
  end: string
}

/** A window was read completely. */
export interface WindowDoneEvent extends EventBase {
  type: 'windowDone'
  /** First Beijing day, `yyyy-MM-dd`. */
  begin: string
  /** Last Beijing day, included. */
  end: string
  /** Pages read in all rounds together. */
  pages: number
  /** Distinct complaints received, before filters. */
  rows: number
  /** How many times the window was scanned: 1 when the list did not change meanwhile. */
  rounds: number
}

/** The list changed while it was read (drift), so the window is scanned again. */
export interface DriftEvent extends EventBase {
  type: 'drift'
  /** First Beijing day, `yyyy-MM-dd`. */
  begin: string
  /** Last Beijing day, included. */
  end: string
  /** The scan that detected the change, from 1. */
  round: number
  /**
   * How the change was detected. `seam`: neighbouring pages do not join. `repeatedId`: an id came twice. `total`: the
   * total changed. `shortPage`: a page has fewer rows than expected. `unseenId`: a later scan has an id that an earlier
   * scan has not.
   */
  sign: 'seam' | 'repeatedId' | 'total' | 'shortPage' | 'unseenId'
}

/** An account of a list failed (see `ListOptions.onAccountError`). */
export interface AccountErrorEvent extends EventBase {
  type: 'accountError'
  /** `code` of the error. */
  failure: ErrorCode
  /** `message` of the error, in English. */
  message: string
}

/** A condition that an operator should look at; no call failed because of it. */
export interface WarningEvent extends EventBase {
  type: 'warning'
  /** The kind of condition, for alert rules. */
  warning:
    | 'certificateExpiresSoon'
    | 'certificateExpired'
    | 'certificateRefreshFailed'
    | 'tokenStoreFailed'
    | 'rateLimiterFailed'
    | 'verificationProbe'
    | 'totalMismatch'
    | 'rowOutsideWindow'
    | 'clockSkew'
    | 'rowUnusable'
    | 'listenerFailed'
    | 'changeStoreInvalid'
  /** What is wrong and what to do, in English. */
  message: string
}

/** What `ClientOptions.onEvent` receives; `type` says which. No event holds personal data or secrets. */
export type ComplaintEvent =
  | RequestEvent
  | RetryEvent
  | RateLimitWaitEvent
  | WindowStartEvent
  | WindowDoneEvent
  | DriftEvent
  | AccountErrorEvent
  | WarningEvent

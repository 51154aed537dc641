import type { ErrorCode, Operation } from './errors.js'
import type { ProviderName } from './model.js'

interface EventBase {
  provider: ProviderName
  /** The account's name, as in complaints and refs. */
  account: string
}

/** One HTTP attempt ended. `status` is null when no answer came. */
export interface RequestEvent extends EventBase {
  type: 'request'
  operation: Operation
  /** 1 for the first attempt. */
  attempt: number
  /** HTTP status; null when no answer came. */
  status: number | null
  /** From sending until the answer was verified and read, in milliseconds. */
  durationMs: number
  /** The class of failure; null for success. */
  failure: ErrorCode | null
}

/** An attempt failed and another will follow after `delayMs`. */
export interface RetryEvent extends EventBase {
  type: 'retry'
  operation: Operation
  /** The attempt that failed, from 1. */
  attempt: number
  /** Milliseconds until the next one. */
  delayMs: number
  /** Why it failed. */
  failure: ErrorCode
}

/** A request waits so as to stay within the provider's quota, or because the provider asked to wait. */
export interface RateLimitWaitEvent extends EventBase {
  type: 'rateLimitWait'
  operation: Operation
  /** Milliseconds. */
  delayMs: number
}

/** A window (a run of Beijing days) is begun. `begin` and `end` are days, both included. */
export interface WindowStartEvent extends EventBase {
  type: 'windowStart'
  begin: string
  end: string
}

/** A window was read to its end. */
export interface WindowDoneEvent extends EventBase {
  type: 'windowDone'
  begin: string
  end: string
  /** Pages read, over all rounds. */
  pages: number
  /** Different complaints seen, before filters. */
  rows: number
  /** How often the window was read: 1 when the list stood still. */
  rounds: number
}

/** The list moved while it was read: the window is read again. */
export interface DriftEvent extends EventBase {
  type: 'drift'
  begin: string
  end: string
  /** The round that saw it, from 1. */
  round: number
  /**
   * What gave it away: neighbouring pages do not join, an id came twice, the total changed, a page was shorter than it
   * should be, or a later round found what an earlier one had not.
   */
  sign: 'seam' | 'repeatedId' | 'total' | 'shortPage' | 'unseenId'
}

/** An account failed while others go on (see `onAccountError`). */
export interface AccountErrorEvent extends EventBase {
  type: 'accountError'
  failure: ErrorCode
}

/** Something an operator should look at, though nothing failed. */
export interface WarningEvent extends EventBase {
  type: 'warning'
  warning:
    | 'certificateExpiresSoon'
    | 'certificateExpired'
    | 'certificateRefreshFailed'
    | 'tokenStoreFailed'
    | 'rateLimiterFailed'
    | 'verificationProbe'
  /** For people; says what to do. */
  message: string
}

/** What `onEvent` receives. No event holds personal data or secrets. */
export type ComplaintEvent =
  | RequestEvent
  | RetryEvent
  | RateLimitWaitEvent
  | WindowStartEvent
  | WindowDoneEvent
  | DriftEvent
  | AccountErrorEvent
  | WarningEvent

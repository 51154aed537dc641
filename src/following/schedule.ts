import type { Depth } from './range.js'

/** When an account is read next. Times are milliseconds of the feed's clock. */
export interface Schedule {
  readonly nextAt: number
  /** From then on, the next pass is a whole one. */
  readonly wholeAt: number
  /** Passes that failed, one after the other. */
  readonly failures: number
}

export interface Pace {
  /** Milliseconds between recent passes. */
  readonly everyMs: number
  /** Milliseconds between whole passes. */
  readonly reviewEveryMs: number
}

/** The first pass is a whole one, at once. */
export function firstSchedule(now: number): Schedule {
  return { nextAt: now, wholeAt: now, failures: 0 }
}

export function depthOf({ wholeAt }: Schedule, now: number): Depth {
  return now >= wholeAt ? 'all' : 'recent'
}

/** The schedule after a pass that succeeded. A pass that was late does not delay the passes after it. */
export function afterSuccess({ nextAt, wholeAt }: Schedule, depth: Depth, now: number, pace: Pace): Schedule {
  return {
    nextAt: Math.max(now, nextAt + pace.everyMs),
    wholeAt: depth === 'all' ? Math.max(now, nextAt + pace.reviewEveryMs) : wholeAt,
    failures: 0,
  }
}

/**
 * The schedule after a pass that failed: the next pass of the usual pace, then half as often each time, down to the pace
 * of whole passes.
 * @param retryAfterMs what the provider asked for; null: nothing
 */
export function afterFailure(
  { wholeAt, failures }: Schedule,
  now: number,
  { everyMs, reviewEveryMs }: Pace,
  retryAfterMs: number | null,
): Schedule {
  const delay = Math.min(everyMs * 2 ** Math.min(failures, 30), reviewEveryMs)
  return { nextAt: now + Math.max(delay, retryAfterMs ?? 0), wholeAt, failures: failures + 1 }
}

import type { Settings } from './settings.js'

/** Settings whose page size may be clamped further for a single answer. */
export interface Clamp {
  readonly settings: Settings
  during<T>(rows: number | undefined, compute: () => T): T
}

/** Answers are computed in one go, so one bound at a time is enough. */
export function createClamp(settings: Settings): Clamp {
  let bound = settings.clampPageSize
  return {
    settings: {
      ...settings,
      get clampPageSize() {
        return bound
      },
    },
    during(rows, compute) {
      bound = Math.min(settings.clampPageSize, rows ?? Number.POSITIVE_INFINITY)
      return compute()
    },
  }
}

import type { SandboxConfig } from './config.js'

/** Settings whose page size may be clamped further for a single answer. */
export interface PageSizeClamp {
  readonly config: SandboxConfig
  withPageSize<T>(rows: number | undefined, compute: () => T): T
}

/** Answers are computed in one go, so one bound at a time is enough. */
export function createClamp(config: SandboxConfig): PageSizeClamp {
  let bound = config.clampPageSize
  return {
    config: {
      ...config,
      get clampPageSize() {
        return bound
      },
    },
    withPageSize(rows, compute) {
      bound = Math.min(config.clampPageSize, rows ?? Number.POSITIVE_INFINITY)
      return compute()
    },
  }
}

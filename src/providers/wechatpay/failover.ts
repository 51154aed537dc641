/** How long the backup host is used before `baseUrl` is tried again. */
const backupMs = 60_000

/** Selects the host of the next attempt. */
export interface HostSelector {
  current(): string
  /** An attempt at `baseUrl` ended without a response, or with a 5xx status. */
  markFailed(baseUrl: string): void
}

/**
 * Selects `baseUrl` until it fails, then the backup for a minute or until the backup fails.
 * @param clock monotonic, in milliseconds
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012075222
 */
export function createHostSelector(baseUrl: string, backupBaseUrl: string | null, clock: () => number): HostSelector {
  let backupUntil = Number.NEGATIVE_INFINITY
  return {
    current: () => (backupBaseUrl !== null && clock() < backupUntil ? backupBaseUrl : baseUrl),
    markFailed(failedUrl) {
      backupUntil = failedUrl === baseUrl ? clock() + backupMs : Number.NEGATIVE_INFINITY
    },
  }
}

/** How long the backup host is used before the first one is tried again. */
const backupMs = 60_000

/** Which of WeChat Pay's hosts the next attempt goes to. */
export interface HostSelector {
  current(): string
  /** An attempt at `baseUrl` ended without an answer, or in a 5xx. */
  markFailed(baseUrl: string): void
}

/**
 * The first host, unless it failed within the last minute; then the backup, unless that failed since.
 * @param clock milliseconds since any fixed instant: not the time of day, which may be set back
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

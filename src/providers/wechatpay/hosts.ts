/** How long the backup host is used before the first one is tried again. */
const backupMs = 60_000

/** Which of WeChat Pay's hosts the next attempt goes to. */
export interface Hosts {
  /** @param now milliseconds since 1970 */
  next(now: number): string
  /** An attempt at `baseUrl` ended without an answer, or in a 5xx. */
  failed(baseUrl: string, now: number): void
}

/**
 * The first host, unless it failed within the last minute; then the backup, unless that failed since.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012075222
 */
export function createHosts(baseUrl: string, backupBaseUrl: string | null): Hosts {
  let backupUntil = Number.NEGATIVE_INFINITY
  return {
    next: (now) => (backupBaseUrl !== null && now < backupUntil ? backupBaseUrl : baseUrl),
    failed(failedUrl, now) {
      backupUntil = failedUrl === baseUrl ? now + backupMs : Number.NEGATIVE_INFINITY
    },
  }
}

/** How long no download is made for a serial that the last download did not contain. */
export const coolDownMs = 60_000
/** Invented serials must not use up the quota. */
const maxPerCoolDown = 10

/** Limits the downloads that unknown serials cause. Responses and callbacks have separate budgets: anyone can send a callback. */
export interface DownloadBudget {
  /** Whether a download may be made for this serial now. */
  canDownload(serial: string): boolean
  /** A download did not contain the serial, which cools down now. */
  recordMiss(serial: string): void
  /**
   * A download failed, so it is unknown whether the serial exists.
   * @param download its number: calls that joined one download count as one failure
   */
  recordFailure(serial: string, download: number): void
}

/**
 * @param clock monotonic, in milliseconds
 * @param coolsDownAfterFailure true: a serial cools down after a failed download, too; false: the failure only counts
 *   towards the limit
 */
export function createDownloadBudget(clock: () => number, coolsDownAfterFailure: boolean): DownloadBudget {
  const missedAt = new Map<string, number>()
  const failedAt = new Map<number, number>()

  const dropExpired = (times: Map<unknown, number>): void => {
    for (const [key, at] of times) if (at <= clock() - coolDownMs) times.delete(key)
  }

  return {
    canDownload(serial) {
      dropExpired(missedAt)
      dropExpired(failedAt)
      return !missedAt.has(serial) && missedAt.size + failedAt.size < maxPerCoolDown
    },
    recordMiss(serial) {
      missedAt.set(serial, clock())
    },
    recordFailure(serial, download) {
      if (coolsDownAfterFailure) missedAt.set(serial, clock())
      else failedAt.set(download, clock())
    },
  }
}

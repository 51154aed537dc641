/** A serial that a download did not bring is not asked for again so soon. */
export const coolDownMs = 60_000
/** Whoever sends made-up serials must not make us spend the quota. */
const maxPerCoolDown = 10

/** How many downloads unknown serials may cause: one budget for answers, another for callbacks, which anybody may send. */
export interface DownloadBudget {
  /** Whether a download may be made for this serial now. */
  canDownload(serial: string): boolean
  /** A download did not bring the serial: it rests. */
  recordMiss(serial: string): void
  /** A download failed, and told nothing of the serial. */
  recordFailure(serial: string, download: number): void
}

/**
 * @param clock milliseconds since any fixed instant
 * @param coolsDownAfterFailure whether a serial rests after a download that failed, too; if not, a failure only counts
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
      // Several may have waited for the same download.
      else failedAt.set(download, clock())
    },
  }
}

/** A serial that a download did not bring is not asked for again so soon. */
export const coolDownMs = 60_000
/** Whoever sends made-up serials must not make us spend the quota. */
const maxPerCoolDown = 10

/** How many downloads unknown serials may cause: one budget for answers, another for callbacks, which anybody may send. */
export interface Budget {
  /** Whether a download may be made for this serial now. */
  allows(serial: string): boolean
  /** A download did not bring the serial: it rests. */
  notBrought(serial: string): void
  /** A download failed, and told nothing of the serial. */
  failed(serial: string, download: number): void
}

/**
 * @param clock milliseconds since any fixed instant
 * @param restsAfterFailure whether a serial rests after a download that failed, too; if not, a failure only counts
 */
export function createBudget(clock: () => number, restsAfterFailure: boolean): Budget {
  const resting = new Map<string, number>()
  const failures = new Map<number, number>()

  const forget = (times: Map<unknown, number>): void => {
    for (const [key, at] of times) if (at <= clock() - coolDownMs) times.delete(key)
  }

  return {
    allows(serial) {
      forget(resting)
      forget(failures)
      return !resting.has(serial) && resting.size + failures.size < maxPerCoolDown
    },
    notBrought(serial) {
      resting.set(serial, clock())
    },
    failed(serial, download) {
      if (restsAfterFailure) resting.set(serial, clock())
      // Several may have waited for the same download.
      else failures.set(download, clock())
    },
  }
}

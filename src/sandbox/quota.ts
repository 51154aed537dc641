/** Counts requests over a sliding interval. Returns false, and does not count, when the quota is used up. */
export type Quota = (now: number) => boolean

export function createQuota(enforced: boolean, requests: number, perMs: number): Quota {
  const started: number[] = []
  return (now) => {
    while (started[0] !== undefined && started[0] <= now - perMs) started.shift()
    if (enforced && started.length >= requests) return false
    started.push(now)
    return true
  }
}

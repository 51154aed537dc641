import type { Facts } from './store.js'

/** All providers' times hold seconds at least. */
const stepMs = 1000

/**
 * When a complaint must be created to stand before all others of a span, which is from `from` up to, not including, `to`.
 * @param all newest first
 */
export function createdAtForFirstRow(all: readonly Facts[], from: number, to: number, now: number): number {
  const newest = all.find(({ createdAt }) => createdAt >= from && createdAt < to)
  if (newest !== undefined) return Math.min(newest.createdAt + stepMs, to - 1)
  return Number.isFinite(from) ? from : Math.min(now, to - 1)
}

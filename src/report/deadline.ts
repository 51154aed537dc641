import type { Complaint } from '../model.js'

const hourMs = 3_600_000

/** When an unresolved complaint must be answered or resolved; null when nothing tells it. */
export function dueTime({ state, dueAt }: Complaint): Date | null {
  return state === 'resolved' ? null : dueAt
}

/** True when a complaint is unresolved and its deadline has passed, or its provider says so. */
export function isOverdue(complaint: Complaint, now: number): boolean {
  if (complaint.state === 'resolved') return false
  const due = dueTime(complaint)
  return complaint.overdue === true || (due !== null && due.getTime() < now)
}

/** True when a complaint is unresolved and due within `spanMs` from now, or late already. */
export function isDueWithin(complaint: Complaint, now: number, spanMs: number): boolean {
  const due = dueTime(complaint)
  return isOverdue(complaint, now) || (due !== null && due.getTime() <= now + spanMs)
}

/** Hours from `now` to an instant; negative when it has passed. */
export function hoursUntil(instant: Date, now: number): number {
  return (instant.getTime() - now) / hourMs
}

import { type Complaint, type Deadline, deadlineOf } from '../index.js'

/** When an unresolved complaint must be answered or resolved; null when no deadline is known. */
export function dueTime(complaint: Complaint): Date | null {
  return deadlineOf(complaint)?.at ?? null
}

/** What must have happened by the deadline; null without one. */
export function dueFor(complaint: Complaint): Deadline['for'] | null {
  return deadlineOf(complaint)?.for ?? null
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

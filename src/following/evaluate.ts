import type { Complaint } from '../model.js'
import { type DeadlineRule, deadlineUnder } from './deadline.js'
import { changedFields, type Entry, entryOf } from './snapshot.js'
import type { ComplaintChange } from './types.js'

/** What decides which changes a complaint makes. */
export interface EvaluationContext {
  /** Complaints made before are not new, in milliseconds since 1970. */
  readonly from: number
  /** Milliseconds since 1970. */
  readonly now: number
  readonly dueWithinMs: number | undefined
  readonly deadlines: DeadlineRule | undefined
  /** Fields that are not compared, because only some ways of reading a complaint have them. */
  readonly detailFields: readonly (keyof Complaint)[]
}

/** Why a complaint is delivered whatever it looks like. */
export interface Urgency {
  /** It was handed out before a crash and is not known to be handled. */
  readonly isInHand: boolean
  /** The user named it. */
  readonly isNotified: boolean
}

/** A change to be handed out, and what is remembered once it is handled. */
export interface Evaluated<C extends Complaint> {
  readonly change: ComplaintChange<C>
  readonly entry: Entry
}

/**
 * The changes of a complaint against what was last delivered; none: it is as it was.
 * @param known null: it was never delivered
 */
export function evaluate<C extends Complaint>(
  complaint: C,
  known: Entry | null,
  { from, now, dueWithinMs, deadlines, detailFields }: EvaluationContext,
  { isInHand, isNotified }: Urgency,
): Evaluated<C>[] {
  if (known === null && complaint.createdAt.getTime() < from && !isInHand && !isNotified) return []
  const deadline = deadlineUnder(deadlines, complaint)
  const dueInMs = deadline === null ? null : deadline.at.getTime() - now
  // A deadline that moved away is delivered again when it comes back.
  const isFar = dueWithinMs !== undefined && dueInMs !== null && dueInMs >= dueWithinMs
  const entry = entryOf(complaint, isFar ? [] : (known?.deliveredDeadlines ?? []))
  const changes: Evaluated<C>[] = []
  if (known === null) {
    changes.push({ change: { kind: 'created', complaint, previous: null, changed: [], deadline }, entry })
  } else {
    const changed = changedFields(known, entry).filter((field) => !detailFields.includes(field))
    if (changed.length > 0 || isInHand)
      changes.push({ change: { kind: 'updated', complaint, previous: known.snapshot, changed, deadline }, entry })
  }
  const isDue = dueWithinMs !== undefined && dueInMs !== null && dueInMs < dueWithinMs
  if (deadline !== null && isDue && !entry.deliveredDeadlines.includes(deadline.at.getTime())) {
    const change = { kind: 'due', complaint, previous: entry.snapshot, changed: [], deadline } as const
    changes.push({
      change,
      entry: { ...entry, deliveredDeadlines: [...entry.deliveredDeadlines, deadline.at.getTime()] },
    })
  }
  return changes
}

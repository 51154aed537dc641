import type { Complaint, ProviderName } from '../model.js'
import { parseInstant } from '../time.js'

/** Until when the merchant must have acted on a complaint. */
export interface Deadline {
  /** The deadline itself. It may have passed. */
  at: Date
  /** What must have happened by then: the first reply, or the resolution. */
  for: 'reply' | 'resolution'
  /** `provider`: the complaint's own `dueAt`. `rule`: counted from `createdAt` by a published rule. */
  basis: 'provider' | 'rule'
}

/** A provider's published rule. */
export interface DeadlineRule {
  /** Hours from `createdAt` to the first reply. */
  readonly replyHours: number
  /** Hours from `createdAt` to the resolution. */
  readonly resolutionHours: number
  /** The page that states the rule. */
  readonly source?: string | undefined
}

/** Rules by provider; a provider that is absent has no rule. */
export type DeadlineRules = Readonly<Partial<Record<ProviderName, DeadlineRule>>>

/** The fields of a complaint that decide its deadline. A row of a database may hold times as ISO 8601 text. */
export interface DeadlineInput {
  readonly provider: Complaint['provider']
  readonly state: Complaint['state']
  createdAt: Date | string
  dueAt: Date | string | null
}

const hourMs = 3_600_000

/**
 * The deadline of a complaint under a rule; null when it is resolved, when there is neither `dueAt` nor a rule, and for
 * an invalid date.
 */
export function deadlineUnder(
  rule: DeadlineRule | undefined,
  complaint: Omit<DeadlineInput, 'provider'>,
): Deadline | null {
  const { state, createdAt, dueAt } = complaint
  if (state === 'resolved') return null
  if (dueAt !== null && dueAt !== undefined) {
    const at = toDate(dueAt)
    return at === null ? null : { at, for: state === 'pending' ? 'reply' : 'resolution', basis: 'provider' }
  }
  const madeAt = toDate(createdAt)
  if (rule === undefined || madeAt === null) return null
  // In an unknown state the earlier deadline may not apply any more.
  const isReply = state === 'pending' || (state === 'unknown' && rule.replyHours > rule.resolutionHours)
  const hours = isReply ? rule.replyHours : rule.resolutionHours
  const at = toDate(new Date(madeAt.getTime() + hours * hourMs))
  return at === null ? null : { at, for: isReply ? 'reply' : 'resolution', basis: 'rule' }
}

/** A valid Date, also of another realm, or an ISO 8601 text with an offset; null for anything else. */
function toDate(value: unknown): Date | null {
  if (typeof value === 'string') return parseInstant(value)
  if (Object.prototype.toString.call(value) !== '[object Date]') return null
  const date = new Date(Number(value))
  return Number.isNaN(date.getTime()) ? null : date
}

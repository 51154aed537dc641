import { type Deadline, type DeadlineInput, type DeadlineRules, deadlineUnder } from '../following/deadline.js'
import { huishouqianDeadlines } from './huishouqian/deadlines.js'
import { wechatpayDeadlines } from './wechatpay/deadlines.js'

/**
 * The published rules of the providers. A provider that states the deadline of each complaint itself (`dueAt`) has none.
 * @see https://kf.qq.com/faq/230125a6NbmA230125vMNZnE.html
 */
export const deadlineRules: Required<Pick<DeadlineRules, 'wechatpay' | 'huishouqian'>> = Object.freeze({
  wechatpay: wechatpayDeadlines,
  huishouqian: huishouqianDeadlines,
})

/**
 * Until when the merchant must act on a complaint. Pending: the first reply. Processing: the resolution. Unknown state:
 * the later of the two. The complaint's own `dueAt` goes before any rule. Reads no clock: a deadline may have passed.
 * Takes complaints, and rows of a database whose times are Dates or ISO 8601 texts with an offset.
 * @param rules replace those of `deadlineRules`, provider by provider
 * @returns null when the complaint is resolved, when its provider has no rule and it no `dueAt`, and for an invalid date
 * @example
 * ```ts
 * const deadline = deadlineOf(complaint)
 * if (deadline !== null && deadline.at < new Date()) console.log('overdue', complaint.id, deadline.for)
 * ```
 */
export function deadlineOf(complaint: DeadlineInput, rules: DeadlineRules = {}): Deadline | null {
  const { provider } = complaint
  return deadlineUnder(Object.hasOwn(rules, provider) ? rules[provider] : ownRule(provider), complaint)
}

function ownRule(provider: string): DeadlineRules[keyof DeadlineRules] {
  return Object.hasOwn(deadlineRules, provider) ? deadlineRules[provider as keyof typeof deadlineRules] : undefined
}

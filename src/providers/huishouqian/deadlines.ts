import type { DeadlineRule } from '../../following/deadline.js'

/**
 * The complaints of Huishouqian are made at WeChat Pay, whose rule applies: the first reply within 24 hours of the complaint,
 * the resolution within 72.
 * @see https://kf.qq.com/faq/230125a6NbmA230125vMNZnE.html
 */
export const huishouqianDeadlines: DeadlineRule = Object.freeze({
  replyHours: 24,
  resolutionHours: 72,
  source: 'https://kf.qq.com/faq/230125a6NbmA230125vMNZnE.html',
})

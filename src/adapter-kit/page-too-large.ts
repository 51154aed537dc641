import type { ComplaintError } from '../errors.js'

const pageTooLarge: unique symbol = Symbol.for('unified-complaints.pageTooLarge')

/**
 * Marks the error of `Call.read` or `Call.refuse`: the page was too large for the provider, so it is requested again
 * with fewer rows.
 */
export function markPageTooLarge<E extends ComplaintError>(error: E): E {
  return Object.defineProperty(error, pageTooLarge, { value: true })
}

export function isPageTooLarge(error: unknown): boolean {
  return typeof error === 'object' && error !== null && pageTooLarge in error
}

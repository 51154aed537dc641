import { replaceMessage } from '../errors/message.js'
import type { ComplaintError } from '../errors.js'

type Mutable = { -readonly [K in keyof ComplaintError]: ComplaintError[K] }

/** Line breaks and terminal control characters. */
const controls = /[\p{Cc}\p{Zl}\p{Zp}]+/gu

/**
 * Applies `change` to every text of an error, to remove secrets and phone numbers. The message becomes one line, so
 * that a provider's text cannot forge a log line.
 */
export function rewriteTexts<E extends ComplaintError>(error: E, change: (text: string) => string): E {
  const mutable: Mutable = error
  replaceMessage(error, change(error.message).replace(controls, ' '))
  if (mutable.providerMessage !== null) mutable.providerMessage = change(mutable.providerMessage)
  if (mutable.providerCode !== null) mutable.providerCode = change(mutable.providerCode)
  if (mutable.requestId !== null) mutable.requestId = change(mutable.requestId)
  const about = error as { complaintId?: string | null }
  if (typeof about.complaintId === 'string') about.complaintId = change(about.complaintId)
  mutable.issues = mutable.issues.map(({ path, message }) => ({ path, message: change(message) }))
  return error
}

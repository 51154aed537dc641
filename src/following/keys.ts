/** The keys of one account, or of one of its merchants, in the store. */
export interface AccountKeys {
  readonly index: string
  day(day: string): string
  /** The journal of the batch that is being handled. */
  readonly inHand: string
  /** How many changes of that batch were handled. */
  readonly handled: string
}

const prefix = 'unified-complaints:changes'
const handledSuffix = ':in-hand-handled'

/** Names are percent-encoded, so that no key of one account is a key of another. */
export function keysOf(provider: string, account: string, merchant: string | undefined): AccountKeys {
  // Without a hyphen, a merchant can be neither a day nor the name of a journal.
  const suffix = merchant === undefined ? '' : `:${encode(merchant).replaceAll('-', '%2D')}`
  const index = `${prefix}:${provider}:${encode(account)}${suffix}`
  return { index, day: (day) => `${index}:${day}`, inHand: `${index}:in-hand`, handled: `${index}${handledSuffix}` }
}

/** The value is small, and written once for each change. */
export function isMarkKey(key: string): boolean {
  return key.endsWith(handledSuffix)
}

function encode(name: string): string {
  return encodeURIComponent(name.replace(/\p{Surrogate}/gu, '\ufffd'))
}

import { isPlainName, mayHoldKey, quotePath } from '../privacy/key-like.js'

/** A path that a user typed; `…` if a key may stand in its place. */
export function shownPath(path: string): string {
  return isPlainName(path) ? path : (quotePath(path) ?? '…')
}

/** A message of commander, which quotes arguments; without those that may be keys. */
export function withoutKeys(message: string): string {
  return message.replaceAll(/'([^']*)'/g, (quoted, argument: string) => (mayHoldKey(argument) ? "'…'" : quoted))
}

/** Text from a provider on one line: a control character would move the terminal's cursor. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim()
}

/**
 * A word of a command line that bash and PowerShell read alike. Only a text with an apostrophe and one of `$`, backtick,
 * `"`, `!` or a backslash is written for bash alone.
 */
export function shellWord(text: string): string {
  if (/^[\w./:+=-]+$/.test(text)) return text
  // PowerShell ends a quoted text at any kind of apostrophe.
  if (!/['\u2018-\u201b]/.test(text)) return `'${text}'`
  return /[$`"!\\\u201c-\u201e]/.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : `"${text}"`
}

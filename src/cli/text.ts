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

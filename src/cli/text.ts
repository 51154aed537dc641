/** Text from a provider on one line: a control character would move the terminal's cursor. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim()
}

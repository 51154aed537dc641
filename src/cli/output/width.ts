/** Unicode blocks that are two cells wide in a terminal: CJK, Hangul, kana, full-width forms, emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
/** Combining marks and format characters. */
const zeroWidth = /[\p{Mn}\p{Me}\p{Cf}]/u

/** Width of a text in terminal cells. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += zeroWidth.test(character) ? 0 : wide.test(character) ? 2 : 1
  return width
}

/** Pads with spaces to at least `cells` terminal cells. */
export function padCells(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - displayWidth(text)))
}

/** Pads with spaces, or cuts with an ellipsis, to exactly `cells` terminal cells. */
export function fitCells(text: string, cells: number): string {
  if (displayWidth(text) <= cells) return padCells(text, cells)
  let cut = ''
  let used = 0
  for (const character of text) {
    const next = displayWidth(character)
    if (used + next > cells - 1) break
    cut += character
    used += next
  }
  return `${cut}…${' '.repeat(cells - 1 - used)}`
}

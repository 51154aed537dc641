/** Blocks that a terminal shows two cells wide: CJK, Hangul, kana, fullwidth forms, emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
/** Marks that combine with what they follow, and what takes no room. */
const zeroWidth = /[\p{Mn}\p{Me}\p{Cf}]/u

/** How many terminal cells a text takes. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += zeroWidth.test(character) ? 0 : wide.test(character) ? 2 : 1
  return width
}

/** Fills up with spaces to at least so many cells. */
export function padCells(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - displayWidth(text)))
}

/** Fills up with spaces, or cuts with an ellipsis, to exactly so many cells. */
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

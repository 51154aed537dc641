import { eastAsianWidth } from 'get-east-asian-width'

/** Characters as a reader counts them: an emoji of several code points is one. */
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** Combining marks, format characters and control characters. */
const zeroWidth = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u
/** Asks for the coloured form of a character, which is two cells wide. */
const emojiPresentation = '\ufe0f'
const printableAscii = /^[\x20-\x7e]*$/

/** Width of a text in terminal cells. */
export function displayWidth(text: string): number {
  if (printableAscii.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment)
  return width
}

function graphemeWidth(segment: string): number {
  if (zeroWidth.test(segment)) return 0
  return segment.includes(emojiPresentation) ? 2 : eastAsianWidth(segment.codePointAt(0) ?? 0)
}

/** Pads with spaces to at least `cells` terminal cells. */
export function padCells(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - displayWidth(text)))
}

/** Pads with spaces, or cuts with an ellipsis, to exactly `cells` terminal cells. */
export function fitCells(text: string, cells: number): string {
  return displayWidth(text) <= cells ? padCells(text, cells) : padCells(`${firstCells(text, cells - 1)}…`, cells)
}

/** As `fitCells`, but keeps the end as well: numbers of merchants often differ there only. */
export function fitMiddle(text: string, cells: number): string {
  if (displayWidth(text) <= cells) return padCells(text, cells)
  const start = firstCells(text, Math.floor((cells - 1) / 2))
  const end = lastCells(text, cells - 1 - displayWidth(start))
  return padCells(`${start}…${end}`, cells)
}

function firstCells(text: string, cells: number): string {
  return takeCells(graphemes.segment(text), cells).join('')
}

function lastCells(text: string, cells: number): string {
  return takeCells([...graphemes.segment(text)].reverse(), cells)
    .reverse()
    .join('')
}

/** As many graphemes as fit. */
function takeCells(segments: Iterable<Intl.SegmentData>, cells: number): string[] {
  const taken: string[] = []
  let used = 0
  for (const { segment } of segments) {
    used += graphemeWidth(segment)
    if (used > cells) break
    taken.push(segment)
  }
  return taken
}

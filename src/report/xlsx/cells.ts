/** A cell: text, a number, a time (shown as Beijing time), or nothing. */
export type Cell = string | number | Date | null

/** How numbers and times of a column are shown. `amount`: two decimals; `day`: a time without its hours. */
export type CellFormat = 'amount' | 'day' | 'decimal'

/** Indexes into the cell formats of `styles.xml`. */
export const styleIds = { plain: 0, heading: 1, time: 2, day: 3, amount: 4, decimal: 5, digits: 6 } as const

const beijingOffsetMs = 8 * 3_600_000
const dayMs = 86_400_000
/** Days from 30 December 1899, where spreadsheets begin to count, to 1970. */
const epochDay = 25_569
/** A cell holds no more characters. */
const maxTextLength = 32_767
/** Characters that XML 1.0 does not allow. Provider texts are foreign: one of them would make the file unreadable. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
/** Spreadsheets read `_x000D_` as a control character. */
const escapedCharacter = /_(?=x[0-9a-f]{4}_)/gi

/** A text as XML content or attribute value. */
export function escapeXml(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(forbidden, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** The letters of a column: 0 is A, 26 is AA. */
export function columnLetters(index: number): string {
  const rest = Math.floor(index / 26)
  return (rest === 0 ? '' : columnLetters(rest - 1)) + String.fromCharCode(65 + (index % 26))
}

/** The XML of a cell; empty for an empty one. Text is never a formula. */
export function renderCell(cell: Cell, reference: string, format: CellFormat | undefined): string {
  if (cell === null || cell === '') return ''
  if (typeof cell === 'string')
    return renderText(cell, reference, /^\d+$/.test(cell) ? styleIds.digits : styleIds.plain)
  const number = typeof cell === 'number' ? cell : toSerial(cell)
  if (!Number.isFinite(number)) return ''
  const style = format === undefined ? (typeof cell === 'number' ? styleIds.plain : styleIds.time) : styleIds[format]
  return `<c r="${reference}"${style === styleIds.plain ? '' : ` s="${style}"`}><v>${number}</v></c>`
}

/** Days since 1899 in Beijing time. */
function toSerial(time: Date): number {
  const serial = (time.getTime() + beijingOffsetMs) / dayMs + epochDay
  // A tenth of a millisecond: readers that round down would show 10:59:59 for 11:00:00.
  return Number.isInteger(serial) ? serial : serial + 1e-9
}

/** The XML of a text cell. */
export function renderText(text: string, reference: string, style: number): string {
  const shown = text.length > maxTextLength ? `${text.slice(0, maxTextLength - 1)}…` : text
  const content = escapeXml(shown.replace(/\r\n?/g, '\n').replace(escapedCharacter, '_x005F_'))
  return `<c r="${reference}"${style === styleIds.plain ? '' : ` s="${style}"`} t="inlineStr"><is><t xml:space="preserve">${content}</t></is></c>`
}

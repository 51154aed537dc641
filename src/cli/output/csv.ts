/**
 * What a spreadsheet would take for a formula, also after blanks, quotes, or as fullwidth forms: complainants choose
 * their words, and those must not run on the desk of whoever opens the file.
 */
const formulaPrefix = /^["'\s\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u
/** Excel shows longer numbers rounded. */
const longNumber = /^\d{12,}$/

/**
 * One record of RFC 4180. Texts that a spreadsheet would run begin with an apostrophe.
 * @param forExcel long runs of digits, such as complaint numbers, end with a tab, which makes Excel keep them as text
 */
export function csvRow(texts: readonly string[], forExcel: boolean): string {
  return `${texts.map((text) => csvField(forExcel && longNumber.test(text) ? `${text}\t` : text)).join(',')}\r\n`
}

function csvField(text: string): string {
  const safe = formulaPrefix.test(text) ? `'${text}` : text
  return /[",\r\n\t]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}

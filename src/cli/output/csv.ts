/** CSV injection: a spreadsheet runs texts that begin like this, also after blanks or quotes, or in full-width forms. */
const formulaPrefix = /^["'\s\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u
/** Excel shows numbers of this many digits in scientific notation, and rounds those of more than 15. */
const longNumber = /^\d{12,}$/

/**
 * One record of RFC 4180. An apostrophe is put before texts that a spreadsheet would run as a formula.
 * @param forExcel writes long numbers, such as complaint ids, as `="…"`, so that Excel keeps them as text
 */
export function csvRow(texts: readonly string[], forExcel: boolean): string {
  return `${texts.map((text) => (forExcel && longNumber.test(text) ? `="${text}"` : csvField(text))).join(',')}\r\n`
}

function csvField(text: string): string {
  const safe = formulaPrefix.test(text) ? `'${text}` : text
  return /[",\r\n\t]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}

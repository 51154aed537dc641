// What a spreadsheet takes for a formula, also after blanks, quotes and invisible characters, or as fullwidth forms:
// complainants choose their words, and those must not run on the desk of whoever opens the file.
const formula = /^["'\s\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u
// Excel rounds longer numbers; with a tab behind, it keeps them as text.
const longNumber = /^\d{12,}$/

/** One record; every cell in quotes. */
export function csvRow(texts) {
  return `${texts.map(cell).join(',')}\r\n`
}

function cell(text) {
  const whole = longNumber.test(text) ? `${text}\t` : text
  return `"${(formula.test(whole) ? `'${whole}` : whole).replaceAll('"', '""')}"`
}

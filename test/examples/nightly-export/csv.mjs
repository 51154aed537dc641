// What a spreadsheet takes for a formula, also after blanks, quotes and invisible characters, or as fullwidth forms:
// complainants choose their words, and those must not run as formulas when the file is opened.
const formula = /^["'\s\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u
// Excel rounds longer numbers; as a formula that yields a text, they keep all digits.
const longNumber = /^\d{12,}$/

/** One record; every cell in quotes. */
export function csvRow(texts) {
  return `${texts.map(cell).join(',')}\r\n`
}

function cell(text) {
  return `"${excelText(text).replaceAll('"', '""')}"`
}

function excelText(text) {
  if (longNumber.test(text)) return `="${text}"`
  return formula.test(text) ? `'${text}` : text
}

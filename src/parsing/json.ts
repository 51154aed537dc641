import { isUtf8, transcode } from 'node:buffer'

/** An escape, a quote or a number. A pattern for a complete string would overflow the stack on long strings. */
const escapeQuoteOrNumber = /\\.|"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
/** Finds numbers of many digits or with an exponent. A match within a string only costs time. */
const unsafeNumberCandidate = /(?:^|[:,[\s-])\d(?:[\d.]{15}|[\d.]*[eE])/
/** A double preserves every decimal number of up to 15 significant digits. */
const safeDigits = 15
/** Longer than the text of any double. Checking the digits of longer tokens could take hours. */
const maxExactLength = 400

/** A page of 500 rows has some ten thousand values. A value takes about twenty times the memory of its text. */
const maxValues = 1_000_000

/** Counts commas and opening brackets, also within strings: an upper bound for the number of values. */
function exceedsMaxValues(text: string): boolean {
  if (text.length <= maxValues) return false
  let separators = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    // , [ {
    if (code === 0x2c || code === 0x5b || code === 0x7b) separators += 1
  }
  return separators > maxValues
}

/**
 * Like `JSON.parse`, but a number that a double cannot hold exactly (an integer of 2^53 or more, a fraction of too many
 * digits) becomes its decimal text, so that ids and amounts are never rounded.
 * @throws SyntaxError, also for more than a million values
 */
export function parseJson(text: string): unknown {
  if (exceedsMaxValues(text)) throw new SyntaxError(`more than ${maxValues} values`)
  if (!unsafeNumberCandidate.test(text)) return JSON.parse(text)
  // Throws unless the text is valid. Quoting a number keeps it valid.
  JSON.parse(text)
  let inString = false
  return JSON.parse(
    text.replace(escapeQuoteOrNumber, (token) => {
      if (token === '"') inString = !inString
      return inString || token === '"' || isExact(token) ? token : `"${token}"`
    }),
  )
}

function isExact(token: string): boolean {
  if (token.length <= safeDigits && !/[eE]/.test(token)) return true
  if (token.length > maxExactLength) return false
  const number = Number(token)
  if (/^-?\d+$/.test(token)) return Number.isSafeInteger(number)
  const digits = token
    .replace(/[eE].*/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+|0+$/g, '')
  const keepsDigits = String(number) === token || digits.length <= safeDigits
  return keepsDigits && Math.abs(number) <= Number.MAX_SAFE_INTEGER && (number !== 0 || digits === '')
}

/**
 * Decodes UTF-8 without replacement characters.
 * @throws TypeError for an invalid byte sequence
 */
export function decodeUtf8(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new TypeError('not UTF-8')
  // For Chinese text, five times as fast as decoding UTF-8 directly.
  return bytes.length === 0 ? '' : transcode(bytes, 'utf8', 'utf16le').toString('utf16le')
}

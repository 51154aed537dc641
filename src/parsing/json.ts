import { isUtf8, transcode } from 'node:buffer'

/** An escape, a quote or a number. A whole string at once would be simpler, but overflows the stack when it is long. */
const escapeQuoteOrNumber = /\\.|"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
/** A number token of many digits, or with an exponent, may be one; in a string it costs a closer look, no more. */
const unsafeNumberCandidate = /(?:^|[:,[\s-])\d(?:[\d.]{15}|[\d.]*[eE])/
/** A decimal of so many significant digits survives the way into a double and back. */
const safeDigits = 15
/** No double needs as many characters; looking at the zeros of a longer token could take hours. */
const maxExactLength = 400

/** A page of 500 rows has a few ten thousand. Each takes twenty times the memory of its text. */
const maxValues = 1_000_000

/** Whether a text may hold more values than any answer needs; commas and brackets within texts count along. */
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
 * `JSON.parse`, but a number that may lose a digit in a double (an integer of 2^53 or more, a fraction of too many
 * digits) becomes its decimal text, so that no digit of an id or an amount is ever rounded away.
 * @throws SyntaxError, also for more than a million values
 */
export function parseJson(text: string): unknown {
  if (exceedsMaxValues(text)) throw new SyntaxError('more values than any answer holds')
  if (!unsafeNumberCandidate.test(text)) return JSON.parse(text)
  // Only valid JSON is rewritten, and quoting a number token keeps it valid.
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
 * Decodes bytes strictly: a byte sequence that is no UTF-8 is an error, not a replacement character.
 * @throws TypeError
 */
export function decodeUtf8(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new TypeError('not UTF-8')
  // By way of UTF-16, Chinese text takes a fifth of the time.
  return bytes.length === 0 ? '' : transcode(bytes, 'utf8', 'utf16le').toString('utf16le')
}

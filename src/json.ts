import { isUtf8 } from 'node:buffer'

/** A JSON string, or a number token: strings are matched so that digits inside them are left alone. */
const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
/** A number token of many digits, or with an exponent, may be one; in a string it costs a closer look, no more. */
const maybeUnsafe = /[:,[\s-]\d(?:\d{15}|[\d.]*[eE])/

/**
 * `JSON.parse`, but a number that a double cannot hold exactly (beyond 2^53) becomes its decimal text,
 * so that no digit of an id or an amount is ever rounded away.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  if (!maybeUnsafe.test(text)) return JSON.parse(text)
  // Only valid JSON is rewritten, and quoting a number token keeps it valid.
  JSON.parse(text)
  return JSON.parse(
    text.replace(stringOrNumber, (token) => (token.startsWith('"') || isExact(token) ? token : `"${token}"`)),
  )
}

function isExact(token: string): boolean {
  return token.length < 16 && !/[eE]/.test(token) ? true : String(Number(token)) === token
}

/**
 * Decodes bytes strictly: a byte sequence that is no UTF-8 is an error, not a replacement character.
 * @throws TypeError
 */
export function decodeUtf8(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new TypeError('not UTF-8')
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

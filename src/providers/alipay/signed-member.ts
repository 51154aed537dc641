import { parseOrNull } from '../../parsing/parse-or-null.js'

/*
 * Alipay signs the bytes of one member of the response's JSON as it wrote them: braces, blanks and escapes included.
 * Parsing and printing would change them, so the member is cut out by its position.
 */

/** A member of the outermost object. */
export interface Member {
  readonly name: string
  /** Index of the value's first byte. */
  readonly start: number
  /** Index behind the value's last byte. */
  readonly end: number
}

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a]
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d]

/**
 * Finds the members of a JSON object. Only as much as their positions need is checked: each value is parsed, after its
 * signature was verified, by itself.
 * @param text one character for each byte (latin1), so that an index is that of the byte
 * @param gbk the bytes are GBK, where the second byte of a character may look like a backslash or a brace
 * @returns null for anything but one object
 */
export function scanMembers(text: string, gbk: boolean): Member[] | null {
  const members: Member[] = []
  let at = skipBlanks(text, 0)
  if (text.charCodeAt(at) !== openBrace) return null
  at = skipBlanks(text, at + 1)
  if (text.charCodeAt(at) === closeBrace) return skipBlanks(text, at + 1) === text.length ? members : null
  for (;;) {
    const nameEnd = endOfString(text, at, gbk)
    if (nameEnd === null) return null
    const name = parseName(text.slice(at, nameEnd), gbk)
    if (name === null) return null
    at = skipBlanks(text, nameEnd)
    if (text.charCodeAt(at) !== colon) return null
    const start = skipBlanks(text, at + 1)
    const end = endOfValue(text, start, gbk)
    if (end === null) return null
    members.push({ name, start, end })
    at = skipBlanks(text, end)
    const separator = text.charCodeAt(at)
    if (separator === closeBrace) return skipBlanks(text, at + 1) === text.length ? members : null
    if (separator !== comma) return null
    at = skipBlanks(text, at + 1)
  }
}

/** Names that matter are ASCII: a GBK character, whose second byte may be a backslash, only makes a name another one. */
function parseName(json: string, gbk: boolean): string | null {
  return parseString(gbk ? json.replace(/[\x81-\xfe]./gs, '?') : json)
}

/** The content of a JSON string; null for anything else. */
export function parseString(json: string): string | null {
  const value = parseOrNull<unknown>(() => JSON.parse(json))
  return typeof value === 'string' ? value : null
}

/**
 * The same JSON with each escape `\/` written as `/`; null when it has none. A backslash that is itself escaped (`\\/`)
 * stays, and so does the second byte of a GBK character.
 * @param text one character for each byte
 */
export function withPlainSlashes(text: string, gbk: boolean): string | null {
  const pairs = gbk ? /[\x81-\xfe].|\\./gs : /\\./gs
  const plain = text.replace(pairs, (pair) => (pair === '\\/' ? '/' : pair))
  return plain === text ? null : plain
}

function skipBlanks(text: string, start: number): number {
  let at = start
  while (isBlank(text.charCodeAt(at))) at += 1
  return at
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

/** Index behind the value that begins at `start`; null when it does not end. */
function endOfValue(text: string, start: number, gbk: boolean): number | null {
  const first = text.charCodeAt(start)
  if (first === quote) return endOfString(text, start, gbk)
  if (first === openBrace || first === openBracket) return endOfNested(text, start, gbk)
  let at = start
  while (isScalar(text.charCodeAt(at))) at += 1
  return at === start ? null : at
}

/** The characters of numbers, `true`, `false` and `null`. */
function isScalar(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x7a) || [0x2b, 0x2d, 0x2e, 0x45].includes(code)
}

function endOfNested(text: string, start: number, gbk: boolean): number | null {
  let depth = 0
  let at: number | null = start
  while (at !== null && at < text.length) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      at = endOfString(text, at, gbk)
      continue
    }
    at += 1
    if (code === openBrace || code === openBracket) depth += 1
    else if (code === closeBrace || code === closeBracket) depth -= 1
    if (depth === 0) return at
  }
  return null
}

/** Index behind the closing quote of the string that begins at `start`; null when there is none. */
function endOfString(text: string, start: number, gbk: boolean): number | null {
  let at = start + 1
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === quote) return at + 1
    const isPair = code === backslash || (gbk && code >= 0x81 && code <= 0xfe)
    at += isPair ? 2 : 1
  }
  return null
}

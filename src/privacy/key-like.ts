/*
 * A key, token or passphrase often stands where something else belongs: a path, the name of an account, the name of an
 * option. Messages quote such a text only if it certainly is what it should be.
 */

/** Marks of PEM, also with its line ends written as `\n`. */
const pemMark = /-----BEGIN|-----END|PRIVATE KEY/
const controls = /[\p{Cc}\p{Zl}\p{Zp}]/u
/** Letters and digits of base64 and of most tokens, in one piece. */
const minRunLength = 24
const run = /[A-Za-z0-9+=]+/g
/** A slash is a character of base64, and stands between the folders of a path. */
const runWithSlashes = /[A-Za-z0-9+/=]{24,}/g

/** Whether a text may hold a key: it has the marks of one, several lines, or a long run of letters and digits. */
export function mayHoldKey(text: string): boolean {
  return pemMark.test(text) || controls.test(text) || longRuns(text).length > 0 || isKey(text)
}

/** Whether a text certainly is a key: no name of an account looks like that. */
export function isKey(text: string): boolean {
  return pemMark.test(text) || (text.match(runWithSlashes) ?? []).some(isRandom)
}

/** Digits alone are numbers of merchants and complaints. */
function longRuns(text: string): string[] {
  return (text.match(run) ?? []).filter((part) => part.length >= minRunLength && !/^\d+$/.test(part))
}

/** Bytes in base64 whose padding shows that they are nothing else. */
const padded = /^[A-Za-z0-9+/]{22,}={1,2}$/

/** Lower and upper case that alternate more often than in any name, with digits or the signs of base64. */
function isRandom(text: string): boolean {
  const kinds = [...text].map((character) =>
    /\d/.test(character) ? 'digit' : /[A-Z]/.test(character) ? 'upper' : 'lower',
  )
  const changes = kinds.filter((kind, index) => index > 0 && kind !== kinds[index - 1]).length
  const isMixed = /[a-z]/.test(text) && /[A-Z]/.test(text) && /[\d+=]/.test(text)
  return isMixed && (changes > text.length / 3 || (padded.test(text) && text.length % 4 === 0))
}

const maxPathLength = 300
/** A random word of a path is no longer than the suffix of a temporary folder. */
const maxMixedWord = 9

/** A path as it is; null unless it certainly is one, so that a key in its place is not shown. */
export function quotePath(path: string): string | null {
  const hasExtension = /\.[a-z][a-z0-9]{0,9}$/i.test(path)
  const isPath = path.length <= maxPathLength && (hasExtension || /[\\/]/.test(path)) && !mayHoldKey(path)
  return isPath && (path.match(run) ?? []).every((word) => word.length <= maxMixedWord || !isRandom(word)) ? path : null
}

/** Whether a value in the place of a path certainly is what the file should hold. */
export function isContent(path: string): boolean {
  const beginsOrEndsAsPath = /^(?:[./~\\]|[A-Z]:[\\/])|\.[a-z0-9]{1,10}$/i.test(path)
  return pemMark.test(path) || controls.test(path) || (mayHoldKey(path) && !beginsOrEndsAsPath)
}

const maxNameLength = 64
const maxPartLength = 16
const shortNameLength = 12
/** `apiV3Key` is `api`, `V`, `3`, `Key`. */
const namePart = /[A-Z]?[a-z]+|[A-Z]+|\d+/g

/** The name of an unknown option, quoted; without the name if a secret may stand in its place. */
export function quoteName(name: string): string {
  return isPlainName(name) ? JSON.stringify(name) : '"…" (not shown: it may be a secret)'
}

/** Whether a name consists of words, in camel case, snake case or kebab case. The parts of random text are shorter. */
export function isPlainName(name: string): boolean {
  if (name.length > maxNameLength || !/^[A-Za-z][\w-]*$/.test(name)) return false
  const parts = name.match(namePart) ?? []
  const minAverage = name.length <= 3 ? 1 : name.length <= shortNameLength ? 2 : 3
  return (
    name.length / parts.length >= minAverage &&
    parts.every((part) => part.length <= (/\d/.test(part) ? 2 : maxPartLength))
  )
}

/** A value that a user typed, quoted; `"…"` if it may be a key. */
export function quoteValue(value: string): string {
  return mayHoldKey(value) ? '"…"' : JSON.stringify(value)
}

/** Null if the parser throws. Its error is dropped: errors of parsers, such as those of node:crypto, may quote the input. */
export function parseOrNull<T>(parse: () => T): T | null {
  try {
    return parse()
  } catch {
    return null
  }
}

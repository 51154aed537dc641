/** Decodes `a=1&b=2` in order; null when a part is malformed. `form` decodes `+` as a space. */
export function parsePairs(text: string, plus: 'form' | 'literal'): [name: string, value: string][] | null {
  try {
    return text.split('&').map((part) => {
      const equals = part.indexOf('=')
      if (equals <= 0) throw new URIError('no pair')
      const spaced = plus === 'form' ? part.replaceAll('+', ' ') : part
      return [decodeURIComponent(spaced.slice(0, equals)), decodeURIComponent(spaced.slice(equals + 1))]
    })
  } catch {
    return null
  }
}

/** The first repeated name. */
export function findRepeated(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index)
}

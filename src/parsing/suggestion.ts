/** The known name that a misspelt one probably stands for; null: none is similar. */
export function suggestName(misspelt: string, known: readonly string[]): string | null {
  const maxDistance = Math.max(1, Math.floor(misspelt.length / 3))
  const characters = [...misspelt.toLowerCase()]
  const [best] = known
    .map((name) => ({ name, others: [...name.toLowerCase()] }))
    // A name that is too long or too short has too many changes, without counting: a whole key as a name is long.
    .filter(({ others }) => Math.abs(characters.length - others.length) <= maxDistance)
    .map(({ name, others }) => ({
      name,
      changes: editDistance(characters, others),
      lengthDifference: Math.abs(misspelt.length - name.length),
    }))
    .filter(({ changes }) => changes <= maxDistance)
    .sort((a, b) => a.changes - b.changes || a.lengthDifference - b.lengthDifference)
  return best?.name ?? completeName(misspelt, known)
}

/** Shorter texts are a part of too many names. */
const minPartLength = 4

/** The only name that begins with the text, or has it as a part: `every` of `everyMs`, `retries` of `maxRetries`. */
function completeName(part: string, known: readonly string[]): string | null {
  if (part.length < minPartLength) return null
  const places = known.map((name) => ({ name, at: name.toLowerCase().indexOf(part.toLowerCase()) }))
  const [begun, ...othersBegun] = places.filter(({ at }) => at === 0)
  if (begun !== undefined) return othersBegun.length === 0 ? begun.name : null
  const [having, ...othersHaving] = places.filter(({ at }) => at > 0)
  return having !== undefined && othersHaving.length === 0 ? having.name : null
}

/** How many characters are inserted, removed or replaced, or change places with the next one. */
function editDistance(from: readonly string[], to: readonly string[]): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [row, character] of from.entries()) {
    const current = [row + 1]
    for (const [column, other] of to.entries()) {
      const replaced = (previous[column] ?? 0) + (character === other ? 0 : 1)
      const isSwapped = row > 0 && column > 0 && character === to[column - 1] && other === from[row - 1]
      const swapped = isSwapped ? (beforePrevious[column - 1] ?? 0) + 1 : replaced
      current.push(Math.min(replaced, swapped, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1))
    }
    beforePrevious = previous
    previous = current
  }
  return previous.at(-1) ?? 0
}

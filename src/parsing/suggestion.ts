/** The known name that a misspelt one probably stands for; null: none is similar. */
export function suggestName(misspelt: string, known: readonly string[]): string | null {
  const maxDistance = Math.max(1, Math.floor(misspelt.length / 3))
  const [best] = known
    .map((name) => ({
      name,
      changes: editDistance(misspelt.toLowerCase(), name.toLowerCase()),
      lengthDifference: Math.abs(misspelt.length - name.length),
    }))
    .filter(({ changes }) => changes <= maxDistance)
    .sort((a, b) => a.changes - b.changes || a.lengthDifference - b.lengthDifference)
  return best?.name ?? null
}

/** Levenshtein distance: how many characters are inserted, removed or replaced. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [row, character] of [...from].entries()) {
    const current = [row + 1]
    for (const [column, other] of [...to].entries()) {
      const replaced = (previous[column] ?? 0) + (character === other ? 0 : 1)
      current.push(Math.min(replaced, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1))
    }
    previous = current
  }
  return previous.at(-1) ?? 0
}

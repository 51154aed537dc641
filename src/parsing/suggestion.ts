import { distance } from 'fastest-levenshtein'

/** The known name that a misspelt one probably stands for; null: none is similar. */
export function suggestName(misspelt: string, known: readonly string[]): string | null {
  const maxDistance = Math.max(1, Math.floor(misspelt.length / 3))
  const [best] = known
    .map((name) => ({
      name,
      changes: distance(misspelt.toLowerCase(), name.toLowerCase()),
      lengthDifference: Math.abs(misspelt.length - name.length),
    }))
    .filter(({ changes }) => changes <= maxDistance)
    .sort((a, b) => a.changes - b.changes || a.lengthDifference - b.lengthDifference)
  return best?.name ?? null
}

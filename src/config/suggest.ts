import { distance } from 'fastest-levenshtein'

/** The known name that an unknown one probably means; null: none is similar. */
export function suggestName(unknown: string, names: readonly string[]): string | null {
  const normalized = normalize(unknown)
  const candidates = names.map((name) => ({ name, edits: distance(normalized, normalize(name)) }))
  const [best] = candidates.sort((one, other) => one.edits - other.edits)
  return best !== undefined && best.edits <= Math.max(1, normalized.length * 0.3) ? best.name : null
}

/** Spellings that differ in case and separators only are alike: `mch_id` and `mchId`. */
function normalize(name: string): string {
  return name.toLowerCase().replace(/[_\-\s]/g, '')
}

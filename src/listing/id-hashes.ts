import { createHash } from 'node:crypto'

/** Of so many complaints of a window a cursor tells that they were met; with more it would grow too long. */
export const mostMet = 1_000
const markLength = 8

/** What a reading has met, in its order. */
export interface Met {
  readonly ids: ReadonlySet<string>
  /** The ids are marks already: this reading goes on from a cursor. */
  readonly areMarks: boolean
}

/** What stands for an id in a cursor. Two of a thousand are alike once in half a billion windows. */
export function markOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, markLength)
}

/** For a cursor, the marks of the first so many ids; undefined where they are too many. */
export function firstMarks({ ids, areMarks }: Met, count: number): string | undefined {
  if (count > mostMet) return undefined
  const first = [...ids].slice(0, count)
  return (areMarks ? first : first.map(markOf)).join('')
}

/** The marks that a cursor holds. */
export function marksIn(met: string): string[] {
  return met.match(/.{8}/g) ?? []
}

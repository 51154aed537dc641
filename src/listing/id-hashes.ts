import { createHash } from 'node:crypto'

/** Of so many complaints of a window a cursor tells that they were met; with more it would grow too long. */
export const maxHashes = 1_000
const hashLength = 8

/** What a reading has met, in its order. */
export interface DeliveredIds {
  readonly ids: ReadonlySet<string>
  /** The ids are marks already: this reading goes on from a cursor. */
  readonly areHashed: boolean
}

/** What stands for an id in a cursor. Two of a thousand are alike once in half a billion windows. */
export function hashId(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, hashLength)
}

/** For a cursor, the marks of the first so many ids; undefined where they are too many. */
export function encodeHashes({ ids, areHashed }: DeliveredIds, count: number): string | undefined {
  if (count > maxHashes) return undefined
  const first = [...ids].slice(0, count)
  return (areHashed ? first : first.map(hashId)).join('')
}

/** The marks that a cursor holds. */
export function decodeHashes(met: string): string[] {
  return met.match(/.{8}/g) ?? []
}

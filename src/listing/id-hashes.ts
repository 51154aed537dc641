import { createHash } from 'node:crypto'

/** The most ids of a window that a cursor names; with more it would be too long. */
export const maxHashes = 1_000
const hashLength = 8

/** Ids in the order in which they were delivered. */
export interface DeliveredIds {
  readonly ids: ReadonlySet<string>
  /** The first so many of `ids` belong to the checkpoint; later pages add more. */
  readonly count: number
  /** The ids are hashes already, since the scan continues from a cursor. */
  readonly areHashed: boolean
}

/** Collision odds for 1,000 ids: about 1 in 5·10⁸. */
export function hashId(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, hashLength)
}

/** The hashes for a cursor; undefined where they are too many. */
export function encodeHashes({ ids, count, areHashed }: DeliveredIds): string | undefined {
  if (count > maxHashes) return undefined
  const hashes: string[] = []
  for (const id of ids) {
    if (hashes.length === count) break
    hashes.push(areHashed ? id : hashId(id))
  }
  return hashes.join('')
}

export function decodeHashes(hashes: string): string[] {
  return hashes.match(/.{8}/g) ?? []
}

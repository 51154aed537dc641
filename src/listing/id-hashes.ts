import { createHash } from 'node:crypto'

/** The most ids of a window that a cursor contains; with more it would be too long. */
export const maxHashes = 1_000
/** Characters of a hash. */
export const hashLength = 8
const hashPattern = new RegExp(`.{${hashLength}}`, 'g')

/** Ids of rows in the order in which they came. */
export interface SeenIds {
  readonly ids: ReadonlySet<string>
  /** The first so many of `ids` belong to the checkpoint; later pages add more. */
  readonly count: number
  /** The ids are hashes already, since the scan continues from a cursor. */
  readonly areHashed: boolean
  /** False: only the last row, and rows before it that have the same time. */
  readonly areAll: boolean
}

/** The hashes of the first ids of a set, so that each id is hashed once however many checkpoints hold the set. */
const hashesOfSets = new WeakMap<ReadonlySet<string>, string[]>()

/** Collision odds for 1,000 ids: about 1 in 5·10⁸. */
export function hashId(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, hashLength)
}

/** The hashes of the ids of a checkpoint, in their order. */
export function encodeHashes({ ids, count, areHashed }: SeenIds): string {
  const hashes = hashesOfSets.get(ids) ?? []
  hashesOfSets.set(ids, hashes)
  if (hashes.length < count) {
    let index = 0
    for (const id of ids) {
      if (index === count) break
      if (index >= hashes.length) hashes.push(areHashed ? id : hashId(id))
      index += 1
    }
  }
  return hashes.slice(0, count).join('')
}

export function decodeHashes(hashes: string): string[] {
  return hashes.match(hashPattern) ?? []
}

import { createHash } from 'node:crypto'

/** The most ids of a window that a cursor contains; with more it would be too long. */
export const maxHashes = 1_000
/** Characters of a hash. */
export const hashLength = 8
const hashPattern = new RegExp(`.{${hashLength}}`, 'g')

/** Ids in the order in which they were delivered. */
export interface DeliveredIds {
  readonly ids: ReadonlySet<string>
  /** The first so many of `ids` belong to the checkpoint; later pages add more. */
  readonly count: number
  /** The ids are hashes already, since the scan continues from a cursor. */
  readonly areHashed: boolean
  /** The hashes of the first ids, shared by all checkpoints of a window, so that each id is hashed once. */
  readonly hashes?: string[] | undefined
}

/** Collision odds for 1,000 ids: about 1 in 5·10⁸. */
export function hashId(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, hashLength)
}

/** The hashes of the ids of a checkpoint, in their order. */
export function encodeHashes({ ids, count, areHashed, hashes = [] }: DeliveredIds): string {
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

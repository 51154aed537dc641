import { createHash } from 'node:crypto'
import { encodePng, onePixelGif } from '../pictures.js'
import type { SandboxMedia } from '../types.js'
import type { Media } from './facts.js'

export const imagesPath: string = '/v3/merchant-service/images/'

export function imageUrls({ ids }: Pick<Media, 'ids'>, baseUrl: string): string[] {
  return ids.map((id) => `${baseUrl}${imagesPath}${id}`)
}

/** The same image for the same id. */
export function makeImage(id: string): Omit<SandboxMedia, 'url'> {
  const seed = createHash('sha256').update(id).digest()
  return seed.readUInt8(0) % 4 === 0
    ? { bytes: onePixelGif(seed.subarray(1, 4)), contentType: 'image/gif' }
    : { bytes: encodePng(24, seed), contentType: 'image/png' }
}

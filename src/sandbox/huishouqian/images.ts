import { createHash } from 'node:crypto'
import { encodePng, onePixelGif } from '../pictures.js'

export interface Image {
  readonly bytes: Uint8Array
  readonly suffix: 'png' | 'gif'
}

/** No server serves this URL: the download call takes it as a field. */
export function imageUrl(id: string, baseUrl: string): string {
  return `${baseUrl}/complaint/image/${id}`
}

/** The same image for the same id. */
export function makeImage(id: string): Image {
  const seed = createHash('sha256').update(id).digest()
  return seed.readUInt8(0) % 4 === 0
    ? { bytes: onePixelGif(seed.subarray(1, 4)), suffix: 'gif' }
    : { bytes: encodePng(24, seed), suffix: 'png' }
}

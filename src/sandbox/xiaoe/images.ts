import { createHash } from 'node:crypto'
import { encodePng, onePixelGif } from '../pictures.js'
import type { IncomingRequest, SimulatedResponse } from '../simulator.js'
import type { SandboxMedia } from '../types.js'

/** Made up: the real images are on a public file host. */
export const imagesPath = '/sandbox-images/' as const

export function imageUrls(names: readonly string[], baseUrl: string): string[] {
  return names.map((name) => `${baseUrl}${imagesPath}${name}`)
}

/** The same image for the same name. */
export function makeImage(name: string): Omit<SandboxMedia, 'url'> {
  const seed = createHash('sha256').update(name).digest()
  return name.endsWith('.gif')
    ? { bytes: onePixelGif(seed.subarray(1, 4)), contentType: 'image/gif' }
    : { bytes: encodePng(24, seed), contentType: 'image/png' }
}

/** @param ownerOf the complaint that an image belongs to; undefined: none (any more) */
export function imageResponse(
  { method, path }: IncomingRequest,
  ownerOf: (name: string) => string | undefined,
): SimulatedResponse {
  const name = path.slice(imagesPath.length)
  const owner = ownerOf(name)
  const query = { name }
  if (method !== 'GET' || owner === undefined)
    return { status: 404, headers: { 'Content-Type': 'text/html' }, body: '<h1>404 Not Found</h1>', query }
  const { bytes, contentType } = makeImage(name)
  return { status: 200, headers: { 'Content-Type': contentType }, body: '', bytes, query, served: [owner] }
}

import { createHash } from 'node:crypto'
import { crc32, deflateSync } from 'node:zlib'

const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex')
const trueColour = 2

/** A square PNG of `size` pixels a side, coloured by the seed. */
export function encodePng(size: number, seed: Uint8Array): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.writeUInt8(8, 8)
  header.writeUInt8(trueColour, 9)
  const rows = Array.from({ length: size }, (_, row) => Buffer.concat([Buffer.of(0), noise(seed, row, size * 3)]))
  return Buffer.concat([
    pngSignature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** A GIF of one pixel with two colours: `colour` and black. */
export function onePixelGif(colour: Uint8Array): Uint8Array {
  return Buffer.concat([
    Buffer.from('GIF89a', 'latin1'),
    Buffer.from('01000100800000', 'hex'),
    colour,
    Buffer.from('0000002c000000000100010000020244013b', 'hex'),
  ])
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(content.length, 0)
  frame.writeUInt32BE(crc32(named), 4)
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)])
}

function noise(seed: Uint8Array, row: number, length: number): Buffer {
  const parts = Array.from({ length: Math.ceil(length / 32) }, (_, part) =>
    createHash('sha256').update(seed).update(Uint8Array.of(row, part)).digest(),
  )
  return Buffer.concat(parts).subarray(0, length)
}

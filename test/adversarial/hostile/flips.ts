import { afterAll } from 'vitest'

let flipped = 0
/** `npm run flips` asks for the figure. */
afterAll(() => {
  if (process.env.FLIPS !== undefined) console.info(`${flipped} bits flipped; nothing that a flip changed was believed`)
})

/** One bit changed after everything was proven. */
export interface Flip {
  readonly at: number
  readonly bit: number
}

/** Every bit of so many bytes; `step` takes every so-many-th, beginning with the first. */
export function* flipsOf(
  length: number,
  { bits = 8, step = 1 }: { bits?: number; step?: number } = {},
): Generator<Flip> {
  for (let index = 0; index < length * bits; index += step) yield { at: Math.floor(index / bits), bit: index % bits }
}

export function flipByte(bytes: Buffer, { at, bit }: Flip): Buffer {
  flipped += 1
  const changed = Buffer.from(bytes)
  changed.writeUInt8(changed.readUInt8(at) ^ (1 << bit), at)
  return changed
}

export function flipCharacter(text: string, { at, bit }: Flip): string {
  flipped += 1
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1)
}

/** The error's name; null: it was believed. */
export function refusal(work: () => unknown): string | null {
  try {
    work()
    return null
  } catch (error) {
    return error instanceof Error ? error.name : 'strange'
  }
}

/** Repeatable randomness: the same seed and salts give the same sequence. Never for nonces or keys. */
export interface Random {
  /** 0 ≤ result < 1. */
  next(): number
  /** Both bounds included. */
  int(min: number, max: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly [T, ...T[]]): T
  /** `length` characters of the alphabet. */
  text(alphabet: string, length: number): string
}

export const digits: string = '0123456789'
export const hexDigits: string = '0123456789abcdef'
export const alphanumerics: string = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** mulberry32. The salts make the sequences of providers and complaints independent. */
export function createRandom(seed: number, ...salts: readonly number[]): Random {
  let state = [seed, ...salts].reduce(mix, 0x9e3779b9)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick: (list) => {
      const picked = list[int(0, list.length - 1)]
      return picked === undefined ? list[0] : picked
    },
    text: (alphabet, length) => Array.from({ length }, () => alphabet.charAt(int(0, alphabet.length - 1))).join(''),
  }
}

function mix(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ (value | 0), 0x85ebca6b)
  return Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) ^ Math.floor(value / 2 ** 32)
}

/** Repeatable chance: a number below `sides`. */
export type Dice = (sides: number) => number

/** The same seed rolls the same numbers. */
export function dice(seed: number): Dice {
  let state = Math.imul(seed ^ 0x9e37_79b9, 2_654_435_761) >>> 0
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

export function pick<T>(roll: Dice, from: readonly T[]): T {
  return from[roll(from.length)] as T
}

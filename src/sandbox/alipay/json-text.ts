/** Marks an integer that a number cannot hold. It is not a character, so no text of a complaint has it. */
const mark = '\ufdd0'

/** An integer of any length as a member of a value for `toJsonText`. */
export function longInteger(digits: string): string {
  return `${mark}${digits}`
}

/** JSON in which long integers are written as numbers, and slashes escaped on demand. */
export function toJsonText(value: unknown, escapesSlashes: boolean): string {
  const text = JSON.stringify(value).replaceAll(new RegExp(`"${mark}(\\d+)"`, 'g'), '$1')
  return escapesSlashes ? text.replaceAll('/', '\\/') : text
}

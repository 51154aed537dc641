import { ResponseError } from '../errors.js'
import type { Money, PayerPhone } from '../model.js'

/**
 * Tolerant readers of what arrives: a number for a string, a string for a number, null, or a value of a type that
 * nobody documented never fails a page; it reads as null, and `raw` keeps it.
 */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Text; a number or boolean becomes its text, anything else null. */
export function toText(value: unknown): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

/** Text that says something: an empty string is null. */
export function toNonEmptyText(value: unknown): string | null {
  const text = toText(value)
  return text === '' ? null : text
}

/** An integer, also from its decimal text; null when it is none, or one that a number cannot hold exactly. */
export function toInteger(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(number) ? (number as number) : null
}

/** A yes or no in any of the forms in use: `true`, `1`, `"1"`, `"true"` and their opposites. */
export function toBoolean(value: unknown): boolean | null {
  if (value === true || value === 1 || value === '1' || value === 'true') return true
  if (value === false || value === 0 || value === '0' || value === 'false') return false
  return null
}

/** A list; anything else reads as an empty one. */
export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** What the items of a list read as; those that read as null are left out. */
export function toItems<T>(value: unknown, read: (item: unknown) => T | null): T[] {
  // Not pushed one by one: an array that grows takes room for 17, and most lists hold one or two.
  const items = toList(value).map(read)
  return items.includes(null) ? items.filter((item) => item !== null) : (items as T[])
}

/** The texts of a list, others left out. */
export function toTexts(value: unknown): string[] {
  return toItems(value, toText)
}

/**
 * An amount in fen; null when it is absent or no number at all.
 * @param field its name, for the error
 * @throws ResponseError for an amount that would lose a digit: a wrong sum is worse than none
 */
export function toFen(value: unknown, field: string): Money | null {
  if (value === undefined || value === null) return null
  const fen = toInteger(value)
  if (fen !== null) return { fen, currency: 'CNY' }
  if (typeof value === 'number' || (typeof value === 'string' && /^-?\d/.test(value))) {
    const message = 'expected an amount in whole fen of at most 2^53 - 1'
    throw new ResponseError(`${field}: ${message}`, { issues: [{ path: [field], message }] })
  }
  return null
}

/** A phone number that is not encrypted; null when there is none. */
export function toPhone(value: unknown): PayerPhone | null {
  const phone = toNonEmptyText(value)
  return phone === null ? null : { value: phone, form: phone.includes('*') ? 'masked' : 'plain' }
}

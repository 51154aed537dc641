import type { Money, PayerPhone } from '../model.js'
import { invalidField } from './invalid.js'

/*
 * Tolerant conversions of response fields. A value of an undocumented type becomes null instead of an error; `raw` keeps
 * it.
 */

/** True for an object that is not an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A string, or the text of a number or boolean; null for anything else. */
export function toText(value: unknown): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

/** Like `toText`, but null for an empty string. */
export function toNonEmptyText(value: unknown): string | null {
  const text = toText(value)
  return text === '' ? null : text
}

/** A safe integer, also from its decimal text; null for anything else. */
export function toInteger(value: unknown): number | null {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
  return Number.isSafeInteger(number) ? (number as number) : null
}

/** True for `true`, `1`, `"1"` and `"true"`; false for `false`, `0`, `"0"` and `"false"`; null for anything else. */
export function toBoolean(value: unknown): boolean | null {
  if (value === true || value === 1 || value === '1' || value === 'true') return true
  if (value === false || value === 0 || value === '0' || value === 'false') return false
  return null
}

/** An array; an empty one for anything else. */
export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Converts the items of an array; items that become null are left out. */
export function toItems<T>(value: unknown, convert: (item: unknown) => T | null): T[] {
  // Array.map allocates the exact length. Array.push allocates 17 slots, and most lists have one or two items.
  const items = toList(value).map(convert)
  return items.includes(null) ? items.filter((item) => item !== null) : (items as T[])
}

/** The items of an array as text; items without text are left out. */
export function toTexts(value: unknown): string[] {
  return toItems(value, toText)
}

/**
 * An amount in fen; null when it is absent or not a number.
 * @param field for the error
 * @throws ResponseError for a fraction, or an integer of 2^53 or more, which would lose a digit
 */
export function toFen(value: unknown, field: string): Money | null {
  if (value === undefined || value === null) return null
  const fen = toInteger(value)
  if (fen !== null) return { fen, currency: 'CNY' }
  if (typeof value === 'number' || (typeof value === 'string' && /^-?\d/.test(value)))
    throw invalidField(field, 'expected an amount in whole fen of at most 2^53 - 1')
  return null
}

/** A phone number that is not encrypted; null when it is absent. */
export function toPhone(value: unknown): PayerPhone | null {
  const phone = toNonEmptyText(value)
  return phone === null ? null : { value: phone, form: phone.includes('*') ? 'masked' : 'plain' }
}

import type { Money } from '../../model.js'
import { toText } from '../../parsing/coerce.js'
import { invalidField } from '../../parsing/invalid.js'

/**
 * An amount in yuan (`0.01`) as fen, converted as text, never as a floating-point number; null when it is absent or not a number.
 * @param field for the error
 * @throws ResponseError for a negative amount, one of more than two decimals, or one that would lose a digit
 */
export function toFenOfYuan(value: unknown, field: string): Money | null {
  const text = toText(value)
  if (text === null || !/^[-+.]?\d/.test(text)) return null
  const [, yuan, decimals = ''] = /^(\d+)(?:\.(\d{1,2}))?$/.exec(text) ?? []
  const fen = yuan === undefined ? Number.NaN : Number(yuan + decimals.padEnd(2, '0'))
  if (Number.isSafeInteger(fen)) return { fen, currency: 'CNY' }
  throw invalidField(field, 'expected an amount in yuan with at most two decimals, of at most 2^53 - 1 fen')
}

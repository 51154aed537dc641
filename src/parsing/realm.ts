import { types } from 'node:util'

/*
 * Checks that hold for values of other realms too: jsdom and vm contexts have their own `Uint8Array` and `Date`, which
 * `instanceof` does not recognise.
 */

/** The bytes of a Buffer, typed array, DataView or ArrayBuffer, without copying them; null for anything else. */
export function toBytes(value: unknown): Buffer | null {
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return types.isAnyArrayBuffer(value) ? Buffer.from(value) : null
}

/** True for a Date, also for an invalid one. */
export function isDate(value: unknown): value is Date {
  return types.isDate(value)
}

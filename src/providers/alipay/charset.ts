import { isUtf8 } from 'node:buffer'
import { decodeUtf8 } from '../../parsing/json.js'

/*
 * Alipay answers in UTF-8 when the request asks for it, but some business errors come in GBK all the same, and
 * notifications come in the charset of the application. Signatures cover bytes, so bytes are verified before they are
 * decoded.
 */

/** Whether bytes that should be text are GBK, because they are not UTF-8. */
export function isGbk(bytes: Uint8Array): boolean {
  return !isUtf8(bytes)
}

/**
 * Decodes UTF-8, or else GBK.
 * @throws TypeError for bytes that are neither, or a Node without GBK
 */
export function decodeText(bytes: Uint8Array): string {
  return isGbk(bytes) ? decodeGbk(bytes) : decodeUtf8(bytes)
}

/** @throws TypeError for bytes that are not GBK, or a Node that was built without its tables */
export function decodeGbk(bytes: Uint8Array): string {
  try {
    return new TextDecoder('gbk', { fatal: true }).decode(bytes)
  } catch {
    // A RangeError for the missing tables, a TypeError for the bytes.
    throw new TypeError('not GBK, or this Node was built without its tables (full-icu)')
  }
}

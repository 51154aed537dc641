import { constants, type KeyObject, privateEncrypt, publicDecrypt } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { modulusBytes } from '../../crypto/keys.js'
import { decodeUtf8 } from '../../parsing/json.js'
import { decodeBase64 } from './base64.js'

const { RSA_PKCS1_PADDING } = constants
/** What PKCS#1 padding takes of each block. */
const paddingBytes = 11
/** Blocks undone before the event loop gets its turn: about 2 ms. */
const blocksAtOnce = 64

/**
 * Encrypts with the merchant's private key, block by block: lower-case hex over the Base64 of the UTF-8 text.
 * A private key is used because nothing else is signed: the padding is the proof of origin.
 */
export function encryptCfca(text: string, privateKey: KeyObject): string {
  const base64 = Buffer.from(Buffer.from(text).toString('base64'), 'ascii')
  const size = modulusBytes(privateKey) - paddingBytes
  const blocks: Buffer[] = []
  for (let start = 0; start < base64.length; start += size) {
    blocks.push(privateEncrypt({ key: privateKey, padding: RSA_PKCS1_PADDING }, base64.subarray(start, start + size)))
  }
  return Buffer.concat(blocks).toString('hex')
}

/**
 * Undoes `encryptCfca` with the platform's public key.
 * @returns null unless the blocks are filled as by `encryptCfca`, and padding, Base64 and UTF-8 are exactly right
 */
export async function decryptCfca(hex: string, publicKey: KeyObject): Promise<string | null> {
  const size = modulusBytes(publicKey)
  if (hex.length === 0 || hex.length % (size * 2) !== 0 || !/^[0-9a-fA-F]+$/.test(hex)) return null
  const bytes = Buffer.from(hex, 'hex')
  const blocks: Buffer[] = []
  try {
    for (let start = 0; start < bytes.length; start += size) {
      if (blocks.length % blocksAtOnce === blocksAtOnce - 1) await setImmediate()
      const block = publicDecrypt({ key: publicKey, padding: RSA_PKCS1_PADDING }, bytes.subarray(start, start + size))
      const isLast = start + size === bytes.length
      // Whoever encrypts fills every block but the last: a shorter one comes from another text.
      if (isLast ? block.length === 0 : block.length !== size - paddingBytes) return null
      blocks.push(block)
    }
    const plain = decodeBase64(Buffer.concat(blocks).toString('latin1'))
    return plain === null ? null : decodeUtf8(plain)
  } catch {
    return null
  }
}

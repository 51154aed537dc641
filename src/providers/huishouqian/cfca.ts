import { constants, type KeyObject, privateEncrypt, publicDecrypt } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { modulusBytes } from '../../crypto/keys.js'
import { decodeUtf8 } from '../../parsing/json.js'
import { callbackVerificationFailed, type MessageSecurity, parseJsonOrUndefined, verificationFailed } from './auth.js'
import { decodeBase64 } from './base64.js'

const { RSA_PKCS1_PADDING } = constants
/** PKCS#1 padding of each block. */
const paddingBytes = 11
/** Blocks decrypted before yielding to the event loop: about 2 ms. */
const blocksPerTurn = 64

const cannotOpen =
  'cannot be decrypted with platformCertificate: it was changed in transit, or the certificate is not the current one'

/**
 * CFCA: encryption with the private key, and no signature. The padding, Base64 and JSON of the plaintext are the only
 * proof of origin.
 */
export function cfca(privateKey: KeyObject, platformKeys: readonly KeyObject[]): MessageSecurity {
  const decrypt = async (ciphertext: string): Promise<unknown> => {
    for (const platformKey of platformKeys) {
      const text = await decryptCfca(ciphertext, platformKey)
      const content = text === null ? undefined : parseJsonOrUndefined(text)
      if (content !== undefined) return content
    }
    return undefined
  }
  return {
    secure: async (_, content) => ({ signContent: encryptCfca(content, privateKey) }),
    async verifyContent({ result }) {
      const content = typeof result === 'string' ? await decrypt(result) : undefined
      if (content === undefined) throw verificationFailed(cannotOpen)
      return content
    },
    async verifyCallback({ signContent }) {
      const content = await decrypt(signContent)
      if (content === undefined) throw callbackVerificationFailed(cannotOpen)
      return content
    },
    // Any of the platform's ciphertexts decrypts; only its content shows that it answers another request.
    mismatch: (what) => verificationFailed(`holds ${what}`),
    isAuthenticFailure: () => false,
  }
}

/** Encrypts with the merchant's private key, block by block: lower-case hex over the Base64 of the UTF-8 text. */
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
 * Reverses `encryptCfca` with the platform's public key.
 * @returns null unless every block but the last is full, and padding, Base64 and UTF-8 are valid
 */
export async function decryptCfca(hex: string, publicKey: KeyObject): Promise<string | null> {
  const size = modulusBytes(publicKey)
  if (hex.length === 0 || hex.length % (size * 2) !== 0 || !/^[0-9a-fA-F]+$/.test(hex)) return null
  const bytes = Buffer.from(hex, 'hex')
  const blocks: Buffer[] = []
  try {
    for (let start = 0; start < bytes.length; start += size) {
      if (blocks.length % blocksPerTurn === blocksPerTurn - 1) await setImmediate()
      const block = publicDecrypt({ key: publicKey, padding: RSA_PKCS1_PADDING }, bytes.subarray(start, start + size))
      const isLast = start + size === bytes.length
      // `encryptCfca` fills every block but the last: a shorter block comes from another text.
      if (isLast ? block.length === 0 : block.length !== size - paddingBytes) return null
      blocks.push(block)
    }
    const plaintext = decodeBase64(Buffer.concat(blocks).toString('latin1'))
    return plaintext === null ? null : decodeUtf8(plaintext)
  } catch {
    return null
  }
}

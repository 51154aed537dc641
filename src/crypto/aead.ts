import { createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'

const tagBytes = 16

/** @param bytes 32 of them, for AES-256 */
export function createAesKey(bytes: Uint8Array): KeyObject {
  return createSecretKey(bytes)
}

/**
 * Decrypts AES-256-GCM; the last 16 bytes of the ciphertext are the tag, as in WeChat Pay's AEAD_AES_256_GCM.
 * @returns null when the tag does not match: the key is wrong, or the data was changed
 */
export function decryptAesGcm(
  encrypted: { ciphertext: Uint8Array; nonce: string; associatedData: string },
  key: KeyObject,
): Buffer | null {
  const { ciphertext, nonce, associatedData } = encrypted
  if (ciphertext.length < tagBytes) return null
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce), { authTagLength: tagBytes })
    decipher.setAAD(Buffer.from(associatedData))
    decipher.setAuthTag(ciphertext.subarray(-tagBytes))
    return Buffer.concat([decipher.update(ciphertext.subarray(0, -tagBytes)), decipher.final()])
  } catch {
    return null
  }
}

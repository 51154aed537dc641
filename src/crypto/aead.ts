import { createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'

const tagBytes = 16

/** A key of AES-256: 32 bytes. */
export function aesKeyOf(bytes: Uint8Array): KeyObject {
  return createSecretKey(bytes)
}

/**
 * Decrypts AES-256-GCM whose last 16 bytes are the tag, as WeChat Pay's AEAD_AES_256_GCM has it.
 * @returns null when the tag does not fit: another key, or something was changed
 */
export function decryptAesGcm(
  sealed: { ciphertext: Uint8Array; nonce: string; associatedData: string },
  key: KeyObject,
): Buffer | null {
  const { ciphertext, nonce, associatedData } = sealed
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

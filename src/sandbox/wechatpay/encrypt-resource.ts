import { createCipheriv, randomBytes } from 'node:crypto'
import { alphanumerics } from '../random.js'

export interface EncryptedResource {
  readonly algorithm: 'AEAD_AES_256_GCM'
  readonly nonce: string
  /** Left out when empty: it is optional in notifications. */
  readonly associated_data?: string
  readonly ciphertext: string
}

/**
 * AES-256-GCM under the APIv3 key, the tag appended to the ciphertext.
 * https://pay.weixin.qq.com/doc/v3/merchant/4012071382
 */
export function encryptUnderApiV3Key(text: string, apiV3Key: string, associatedData: string): EncryptedResource {
  const nonce = Array.from(randomBytes(12), (byte) => alphanumerics.charAt(byte % alphanumerics.length)).join('')
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(apiV3Key, 'utf8'), Buffer.from(nonce, 'utf8'))
  cipher.setAAD(Buffer.from(associatedData, 'utf8'))
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return {
    algorithm: 'AEAD_AES_256_GCM',
    nonce,
    ...(associatedData === '' ? {} : { associated_data: associatedData }),
    ciphertext: ciphertext.toString('base64'),
  }
}

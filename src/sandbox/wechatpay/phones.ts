import { constants, type KeyObject, publicEncrypt } from 'node:crypto'
import type { WechatPayFacts } from './facts.js'

export type EncryptPhone = (facts: WechatPayFacts) => string | null

/** Encrypts when a phone is first asked for, so that thousands of complaints cost nothing at the start. */
export function createPhoneEncryption(merchantKey: KeyObject): EncryptPhone {
  const encrypted = new Map<string, string>()
  const key = { key: merchantKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
  return ({ id, phone }) => {
    if (phone === null || phone === '') return phone
    const ciphertext = encrypted.get(id) ?? publicEncrypt(key, Buffer.from(phone, 'utf8')).toString('base64')
    encrypted.set(id, ciphertext)
    return ciphertext
  }
}

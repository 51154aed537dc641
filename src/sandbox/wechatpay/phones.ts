import { constants, type KeyObject, publicEncrypt } from 'node:crypto'
import type { WechatPayFacts } from './facts.js'

export type EncryptPhone = (facts: WechatPayFacts) => string | null

/** Encrypts a phone when it is first served, so that a start with thousands of complaints is fast. */
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

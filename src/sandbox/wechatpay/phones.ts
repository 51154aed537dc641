import { constants, type KeyObject, publicEncrypt } from 'node:crypto'
import type { WechatPayFacts } from './facts.js'

export type EncryptPhone = (facts: WechatPayFacts) => string | null

/** Sandboxes that reuse a key serve the same ciphertext of the same complaint: each takes its time once. */
const ciphertexts = new WeakMap<KeyObject, Map<string, string>>()

/** Encrypts a phone when it is first served, so that a start with thousands of complaints is fast. */
export function createPhoneEncryption(merchantKey: KeyObject): EncryptPhone {
  const encrypted = ciphertexts.get(merchantKey) ?? new Map<string, string>()
  ciphertexts.set(merchantKey, encrypted)
  const key = { key: merchantKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
  return ({ id, phone }) => {
    if (phone === null || phone === '') return phone
    const name = `${id} ${phone}`
    const ciphertext = encrypted.get(name) ?? publicEncrypt(key, Buffer.from(phone, 'utf8')).toString('base64')
    encrypted.set(name, ciphertext)
    return ciphertext
  }
}

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createAesKey, decryptAesGcm } from '../../../src/crypto/aead.js'

const vectors = JSON.parse(readFileSync(new URL('../../fixtures/vectors/wechatpay.json', import.meta.url), 'utf8'))

describe('AES-256-GCM', () => {
  interface Vector {
    name: string
    key_utf8: string
    key_bits: number
    nonce: string
    associated_data: string
    ciphertext: string
    expected_plaintext: string
  }
  const known: Vector[] = vectors.aes_gcm.filter((vector: Vector) => vector.key_bits === 256)

  it.each(known)('opens $name, and nothing near it', (vector) => {
    const key = createAesKey(Buffer.from(vector.key_utf8))
    const ciphertext = Buffer.from(vector.ciphertext, 'base64')
    const open = (change: object): Buffer | null =>
      decryptAesGcm({ ciphertext, nonce: vector.nonce, associatedData: vector.associated_data, ...change }, key)
    expect(open({})?.toString()).toBe(vector.expected_plaintext)
    for (let index = 0; index < ciphertext.length; index += 1) {
      const changed = Buffer.from(ciphertext)
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index)
      expect(open({ ciphertext: changed })).toBeNull()
    }
    expect(open({ associatedData: `${vector.associated_data}x` })).toBeNull()
    expect(open({ nonce: `${vector.nonce}x` })).toBeNull()
    expect(open({ ciphertext: ciphertext.subarray(0, 15) })).toBeNull()
    expect(open({ ciphertext: ciphertext.subarray(0, -1) })).toBeNull()
  })
})

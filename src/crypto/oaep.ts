import { type KeyObject, privateDecrypt } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { decodeUtf8 } from '../parsing/json.js'
import { decryptOnWorker, maxWorkers, type Plaintext } from './worker-pool.js'

/** Decrypts RSAES-OAEP (SHA-1, MGF1-SHA1) from base64 to text: one plaintext per ciphertext, null if not decryptable. */
export type OaepDecrypt = (ciphertexts: readonly string[]) => Promise<Plaintext[]>

/** Up to this many ciphertexts are decrypted on the main thread, in about a millisecond, without starting a worker. */
const inlineThreshold = 4

/**
 * @param keys private keys, tried in order: after a certificate rotation, older ciphertexts need an older key
 */
export function createOaepDecrypt(keys: readonly KeyObject[]): OaepDecrypt {
  return async (ciphertexts) => {
    if (ciphertexts.length <= inlineThreshold) return ciphertexts.map((ciphertext) => decrypt(keys, ciphertext))
    const size = Math.ceil(ciphertexts.length / maxWorkers)
    const chunks = Array.from({ length: Math.ceil(ciphertexts.length / size) }, (_, index) => {
      const chunk = ciphertexts.slice(index * size, (index + 1) * size)
      return decryptOnWorker(keys, chunk).catch(() => decryptCooperatively(keys, chunk))
    })
    return (await Promise.all(chunks)).flat()
  }
}

/** Without worker threads, e.g. under Node's permission model: one ciphertext per turn of the event loop. */
async function decryptCooperatively(keys: readonly KeyObject[], ciphertexts: readonly string[]): Promise<Plaintext[]> {
  const plaintexts: Plaintext[] = []
  for (const ciphertext of ciphertexts) {
    plaintexts.push(decrypt(keys, ciphertext))
    await setImmediate()
  }
  return plaintexts
}

function decrypt(keys: readonly KeyObject[], ciphertext: string): Plaintext {
  for (const key of keys) {
    try {
      // OAEP is the default padding of privateDecrypt.
      return decodeUtf8(privateDecrypt({ key, oaepHash: 'sha1' }, Buffer.from(ciphertext, 'base64')))
    } catch {}
  }
  return null
}

import { type KeyObject, privateDecrypt } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { decodeUtf8 } from '../parsing/json.js'
import { decryptOnThread, mostThreads, type Plain } from './worker-pool.js'

/** Decrypts RSAES-OAEP (SHA-1, MGF1-SHA1) from base64 to text, one answer for each ciphertext; null for what cannot be read. */
export type OaepDecrypt = (ciphertexts: readonly string[]) => Promise<Plain[]>

/** So few are decrypted here and now, in about a millisecond: no thread is started for a single complaint. */
const fewCiphertexts = 4

/**
 * @param keys private keys, tried in turn: after a certificate rotation older values need an older key
 */
export function createOaepDecrypt(keys: readonly KeyObject[]): OaepDecrypt {
  return async (ciphertexts) => {
    if (ciphertexts.length <= fewCiphertexts) return ciphertexts.map((ciphertext) => decrypt(keys, ciphertext))
    const size = Math.ceil(ciphertexts.length / mostThreads)
    const pieces = Array.from({ length: Math.ceil(ciphertexts.length / size) }, (_, index) => {
      const piece = ciphertexts.slice(index * size, (index + 1) * size)
      return decryptOnThread(keys, piece).catch(() => decryptInTurns(keys, piece))
    })
    return (await Promise.all(pieces)).flat()
  }
}

/** Where there can be no threads, as under Node's permission model: one in each turn of the event loop. */
async function decryptInTurns(keys: readonly KeyObject[], ciphertexts: readonly string[]): Promise<Plain[]> {
  const plain: Plain[] = []
  for (const ciphertext of ciphertexts) {
    plain.push(decrypt(keys, ciphertext))
    await setImmediate()
  }
  return plain
}

function decrypt(keys: readonly KeyObject[], ciphertext: string): Plain {
  for (const key of keys) {
    try {
      // OAEP is what Node takes by itself.
      return decodeUtf8(privateDecrypt({ key, oaepHash: 'sha1' }, Buffer.from(ciphertext, 'base64')))
    } catch {}
  }
  return null
}

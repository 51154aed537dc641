import { type KeyObject, privateDecrypt } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { decryptOnThread, mostThreads, type Plain } from './threads.js'

/** Decrypts RSAES-OAEP (SHA-1, MGF1-SHA1), one answer for each ciphertext; null for what no key can read. */
export type OaepDecrypt = (ciphertexts: readonly Uint8Array[]) => Promise<Plain[]>

/** So few are decrypted here and now, in about a millisecond: no thread is started for a single complaint. */
const fewCiphertexts = 4

/**
 * @param keys private keys, tried in turn: after a certificate rotation older values need an older key
 */
export function createOaepDecrypt(keys: readonly KeyObject[]): OaepDecrypt {
  return async (ciphertexts) => {
    if (ciphertexts.length <= fewCiphertexts) return ciphertexts.map((ciphertext) => decrypt(keys, ciphertext))
    const size = Math.ceil(ciphertexts.length / mostThreads)
    const pieces = Array.from({ length: Math.ceil(ciphertexts.length / size) }, (_, thread) => {
      const piece = ciphertexts.slice(thread * size, (thread + 1) * size)
      return decryptOnThread(thread, keys, piece).catch(() => decryptInTurns(keys, piece))
    })
    return (await Promise.all(pieces)).flat()
  }
}

/** Where there can be no threads, as under Node's permission model: one in each turn of the event loop. */
async function decryptInTurns(keys: readonly KeyObject[], ciphertexts: readonly Uint8Array[]): Promise<Plain[]> {
  const plain: Plain[] = []
  for (const ciphertext of ciphertexts) {
    plain.push(decrypt(keys, ciphertext))
    await setImmediate()
  }
  return plain
}

function decrypt(keys: readonly KeyObject[], ciphertext: Uint8Array): Plain {
  for (const key of keys) {
    try {
      // OAEP is what Node takes by itself.
      return privateDecrypt({ key, oaepHash: 'sha1' }, ciphertext)
    } catch {}
  }
  return null
}

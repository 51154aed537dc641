import { constants, type KeyObject, privateDecrypt } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { decryptOnThread, mostThreads, type Plain } from './threads.js'

/** Decrypts RSAES-OAEP (SHA-1, MGF1-SHA1), one answer for each ciphertext; null for what no key can read. */
export type OaepDecrypt = (ciphertexts: readonly Uint8Array[]) => Promise<Plain[]>

/** So few are decrypted here and now, in about a millisecond: no thread is started for a single complaint. */
const fewCiphertexts = 4

/**
 * @param privateKeys tried in turn: after a certificate rotation older values need an older key
 */
export function createOaepDecrypt(privateKeys: readonly KeyObject[]): OaepDecrypt {
  return async (ciphertexts) => {
    const plain: Plain[] = ciphertexts.map(() => null)
    for (const key of privateKeys) {
      const size = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
      const fitting = [...ciphertexts.entries()].filter(([at, { length }]) => plain[at] === null && length === size)
      const found = await decryptAll(
        key,
        fitting.map(([, ciphertext]) => ciphertext),
      )
      for (const [index, [at]] of fitting.entries()) plain[at] = found[index] ?? null
    }
    return plain
  }
}

async function decryptAll(key: KeyObject, ciphertexts: readonly Uint8Array[]): Promise<Plain[]> {
  if (ciphertexts.length <= fewCiphertexts) return ciphertexts.map((ciphertext) => decrypt(key, ciphertext))
  const pieceSize = Math.ceil(ciphertexts.length / mostThreads)
  const pieces: Promise<Plain[]>[] = []
  for (let begin = 0; begin < ciphertexts.length; begin += pieceSize) {
    const piece = ciphertexts.slice(begin, begin + pieceSize)
    pieces.push(decryptOnThread(key, piece).catch(() => decryptInTurns(key, piece)))
  }
  return (await Promise.all(pieces)).flat()
}

/** Where there can be no threads, as under Node's permission model: one in each turn of the event loop. */
async function decryptInTurns(key: KeyObject, ciphertexts: readonly Uint8Array[]): Promise<Plain[]> {
  const plain: Plain[] = []
  for (const ciphertext of ciphertexts) {
    plain.push(decrypt(key, ciphertext))
    await setImmediate()
  }
  return plain
}

function decrypt(key: KeyObject, ciphertext: Uint8Array): Plain {
  try {
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, ciphertext)
  } catch {
    return null
  }
}

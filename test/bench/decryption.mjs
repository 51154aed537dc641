// What decrypting alone costs on this machine, without any list: what is left to overlap with is bound by it.
import { constants, generateKeyPairSync, privateDecrypt, publicEncrypt, webcrypto } from 'node:crypto'

const lanes = 8
const count = 2_000

/** Milliseconds for each phone: one after another on this thread, and on as many threads as Node has. */
export async function decryptionCost() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
  const ciphertext = publicEncrypt({ key: publicKey, ...oaep }, Buffer.from('13800000000'))
  const der = privateKey.export({ format: 'der', type: 'pkcs8' })
  const algorithm = { name: 'RSA-OAEP', hash: 'SHA-1' }
  const keys = await Promise.all(
    Array.from({ length: lanes }, () => webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['decrypt'])),
  )
  const inTurn = () => {
    for (let index = 0; index < count; index += 1) privateDecrypt({ key: privateKey, ...oaep }, ciphertext)
  }
  const sideBySide = async () => {
    let begun = 0
    const work = async (key) => {
      while (begun < count) {
        begun += 1
        await webcrypto.subtle.decrypt(algorithm, key, ciphertext)
      }
    }
    await Promise.all(keys.map(work))
  }
  return { inTurnMs: await timed(inTurn), sideBySideMs: await timed(sideBySide) }
}

async function timed(decryptAll) {
  await decryptAll()
  const start = performance.now()
  await decryptAll()
  return (performance.now() - start) / count
}

import { createPublicKey, createSign, createVerify, type KeyObject, webcrypto } from 'node:crypto'

/** RSASSA-PKCS1-v1_5 with SHA-256. One signature takes 0.25 ms; handing it to another thread costs a third more. */
export function signSha256(text: string, privateKey: KeyObject): Buffer {
  return createSign('RSA-SHA256').update(text).sign(privateKey)
}

/**
 * Verifying takes a fiftieth of signing: not worth a thread.
 * @param parts what was signed, in pieces, so that an answer need not be copied
 */
export function verifySha256(
  parts: readonly (string | Uint8Array)[],
  signature: Uint8Array,
  publicKey: KeyObject,
): boolean {
  const verify = createVerify('RSA-SHA256')
  for (const part of parts) verify.update(part)
  return verify.verify(publicKey, signature)
}

/** Decrypts RSAES-OAEP (SHA-1, MGF1-SHA1) off the main thread; null for what no key can read. */
export type OaepDecrypt = (ciphertext: Uint8Array) => Promise<Uint8Array | null>

/**
 * A WebCrypto key is locked while it works, so the same private key is imported several times. More often than Node
 * has threads: those must not run dry while this one reads a page. Twelve would hold up the event loop twice as long.
 */
const lanes = 6

/**
 * @param privateKeys tried in turn: after a certificate rotation older values need an older key
 */
export function createOaepDecrypt(privateKeys: readonly KeyObject[]): OaepDecrypt {
  const decrypts = privateKeys.map(decryptWith)
  return async (ciphertext) => {
    for (const decrypt of decrypts) {
      const plain = await decrypt(ciphertext)
      if (plain !== null) return plain
    }
    return null
  }
}

function decryptWith(privateKey: KeyObject): OaepDecrypt {
  const size = (privateKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  const free: webcrypto.CryptoKey[] = []
  const waiting: ((key: webcrypto.CryptoKey) => void)[] = []
  let imported = 0

  const giveBack = (key: webcrypto.CryptoKey): void => {
    const next = waiting.shift()
    if (next === undefined) free.push(key)
    else next(key)
  }

  /** A key that nobody uses: two jobs on one key would hold two threads for the work of one. */
  const take = (): Promise<webcrypto.CryptoKey> | webcrypto.CryptoKey => {
    const key = free.pop()
    if (key !== undefined) return key
    if (imported < lanes) {
      imported += 1
      return importKey(privateKey)
    }
    return new Promise((resolve) => waiting.push(resolve))
  }

  return async (ciphertext) => {
    if (ciphertext.length !== size) return null
    let key: webcrypto.CryptoKey | null = null
    try {
      key = await take()
      return new Uint8Array(await webcrypto.subtle.decrypt({ name: 'RSA-OAEP' }, key, ciphertext))
    } catch {
      return null
    } finally {
      if (key !== null) giveBack(key)
    }
  }
}

function importKey(privateKey: KeyObject): Promise<webcrypto.CryptoKey> {
  const der = privateKey.export({ format: 'der', type: 'pkcs8' })
  return webcrypto.subtle.importKey('pkcs8', der, { name: 'RSA-OAEP', hash: 'SHA-1' }, false, ['decrypt'])
}

/** Whether two keys are the two halves of one pair. */
export function isPair(privateKey: KeyObject, publicKey: KeyObject): boolean {
  return createPublicKey(privateKey).equals(publicKey)
}

import { createPublicKey, createSign, type KeyObject, verify, webcrypto } from 'node:crypto'

/** RSASSA-PKCS1-v1_5 with SHA-256. One signature takes 0.25 ms; handing it to another thread costs a third more. */
export function signSha256(text: string, privateKey: KeyObject): Buffer {
  return createSign('RSA-SHA256').update(text).sign(privateKey)
}

/** Verifying takes a fiftieth of signing: not worth a thread. */
export function verifySha256(bytes: Uint8Array, signature: Uint8Array, publicKey: KeyObject): boolean {
  return verify('sha256', bytes, publicKey, signature)
}

/** Decrypts RSAES-OAEP (SHA-1, MGF1-SHA1) off the main thread; null for what no key can read. */
export type OaepDecrypt = (ciphertext: Uint8Array) => Promise<Uint8Array | null>

/** A WebCrypto key is locked while it works, so the same private key is imported several times. */
const lanes = 4

/**
 * @param privateKeys tried in turn: after a certificate rotation older values need an older key
 */
export function createOaepDecrypt(privateKeys: readonly KeyObject[]): OaepDecrypt {
  const decrypts = privateKeys.map(lanesOf)
  return async (ciphertext) => {
    for (const decrypt of decrypts) {
      const plain = await decrypt(ciphertext)
      if (plain !== null) return plain
    }
    return null
  }
}

function lanesOf(privateKey: KeyObject): OaepDecrypt {
  const size = (privateKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  let imported: Promise<webcrypto.CryptoKey>[] | null = null
  let turn = 0
  return async (ciphertext) => {
    if (ciphertext.length !== size) return null
    imported ??= Array.from({ length: lanes }, () => importKey(privateKey))
    turn = (turn + 1) % lanes
    const key = await imported[turn]
    if (key === undefined) return null
    try {
      return new Uint8Array(await webcrypto.subtle.decrypt({ name: 'RSA-OAEP' }, key, ciphertext))
    } catch {
      return null
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

import type { KeyObject } from 'node:crypto'
import { signSha256, verifySha256 } from '../crypto/rsa.js'
import { AuthenticationError } from '../errors.js'
import { toBytes } from '../parsing/realm.js'
import type { CallOptions } from '../provider.js'
import { callOptionFunction } from './option-function.js'

/**
 * Signs requests with a private key that stays in a key management service (KMS) or hardware security module (HSM).
 * @example
 * ```ts
 * const signer: Signer = {
 *   async sign(message) {
 *     const { signature } = await kms.sign({ keyId, algorithm: 'RSASSA_PKCS1_V1_5_SHA_256', message })
 *     return signature
 *   },
 * }
 * ```
 */
export interface Signer {
  /**
   * Called for every attempt of every request; must return within `timeoutMs`. What it throws becomes an
   * AuthenticationError that quotes nothing of it.
   * @param message the whole text to be signed, in UTF-8, not its digest
   * @returns the bytes of the signature: RSASSA-PKCS1-v1_5 with SHA-256
   */
  sign(message: Uint8Array): Promise<Uint8Array>
}

/** Signs a request's text: RSASSA-PKCS1-v1_5 with SHA-256. */
export type Sign = (text: string, options: Pick<CallOptions, 'signal' | 'timeoutMs'>) => Buffer | Promise<Buffer>

/** Signs with a private key of this process. */
export function signWithKey(privateKey: KeyObject): Sign {
  return (text) => signSha256(text, privateKey)
}

/**
 * Signs with the option `signer`.
 * @param publicKey verifies each signature before it is sent; null: the public key is not known
 * @param option that holds the public key, for errors
 */
export function signWithSigner(signer: Signer, publicKey: KeyObject | null, option = 'certificate'): Sign {
  return async (text, options) => {
    const message = new TextEncoder().encode(text)
    const signature = toBytes(await callOptionFunction('signer.sign', 'signature', () => signer.sign(message), options))
    if (signature === null || signature.length === 0)
      throw new AuthenticationError(
        'signer.sign() must return the bytes of the signature; decode base64 with Buffer.from(text, "base64")',
      )
    if (publicKey !== null && !verifySha256([text], signature, publicKey))
      throw new AuthenticationError(
        `signer.sign() returned a signature that ${option} does not verify; sign the whole message with the key of ${option}, by RSASSA-PKCS1-v1_5 with SHA-256`,
      )
    return signature
  }
}

import type { KeyObject } from 'node:crypto'
import type { Sign } from '../../adapter-kit/signer.js'
import { verifySha256 } from '../../crypto/rsa.js'
import { SignatureError } from '../../errors.js'
import type { CallOptions } from '../../provider.js'

/**
 * The text that a signature of parameters covers: name and value, by name. Values are not encoded. Empty values and
 * `sign` itself are left out; of requests `sign_type` is signed.
 */
export function textToSign(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .filter(([name, value]) => name !== 'sign' && value !== '')
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

/** Signs the parameters of a request: SHA256withRSA, in base64. */
export async function signParameters(
  parameters: Readonly<Record<string, string>>,
  sign: Sign,
  options: Pick<CallOptions, 'signal' | 'timeoutMs'>,
): Promise<string> {
  return (await sign(textToSign(parameters), options)).toString('base64')
}

/** Whether a signature in base64 is that of the bytes. Only the one base64 that a signature has is accepted. */
export function verifies(bytes: Uint8Array, sign: string, alipayKey: KeyObject): boolean {
  const signature = Buffer.from(sign, 'base64')
  return signature.toString('base64') === sign && verifySha256([bytes], signature, alipayKey)
}

/** @param what what is wrong with the response */
export function verificationFailed(what: string): SignatureError {
  return new SignatureError(`the response ${what}; nothing of it was used`, { retryable: true })
}

/** @param what what is wrong with the notification */
export function notificationVerificationFailed(what: string): SignatureError {
  return new SignatureError(`the notification ${what}; nothing of it was used`)
}

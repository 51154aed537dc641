import type { KeyObject } from 'node:crypto'
import type { Sign } from '../../adapter-kit/signer.js'
import { verifySha256 } from '../../crypto/rsa.js'
import { ResponseError } from '../../errors.js'
import {
  callbackVerificationFailed,
  type MessageSecurity,
  type PublicFields,
  parseJsonOrUndefined,
  verificationFailed,
} from './auth.js'

const wrongSignature =
  'fails verification: it was changed in transit, or key or platformCertificate is not the current one'

/**
 * RSA2: SHA256withRSA over fixed texts that end in the merchant key.
 * @param key the merchant key (商户密钥)
 */
export function rsa2(sign: Sign, platformKeys: readonly KeyObject[], key: string): MessageSecurity {
  const verifies = (text: string, sign: unknown): boolean => {
    if (typeof sign !== 'string' || sign === '' || !/^(?:[0-9a-fA-F]{2})+$/.test(sign)) return false
    const signature = Buffer.from(sign, 'hex')
    return platformKeys.some((platformKey) => verifySha256([text], signature, platformKey))
  }
  return {
    async secure(fields, content, options) {
      const signature = await sign(signedText(fields, content, key), options)
      return { signContent: content, sign: signature.toString('hex') }
    },
    async verifyContent({ result, sign }) {
      if (typeof result !== 'string') throw verificationFailed('has no "result" as text, which the signature covers')
      if (!verifies(`result=${result}&success=true&key=${key}`, sign)) throw verificationFailed(wrongSignature)
      const content = parseJsonOrUndefined(result)
      if (content === undefined) throw new ResponseError('the verified result is not JSON')
      return content
    },
    async verifyCallback({ fields, signContent, sign }) {
      if (!verifies(signedText(fields, signContent, key), sign)) throw callbackVerificationFailed(wrongSignature)
      const content = parseJsonOrUndefined(signContent)
      if (content === undefined) throw new ResponseError('the verified callback is not JSON')
      return content
    },
    mismatch: (what) => new ResponseError(`the response holds ${what}`),
    isAuthenticFailure: ({ errorCode, errorMsg, sign }) =>
      failureTexts(errorCode, errorMsg, key).some((text) => verifies(text, sign)),
  }
}

/** The text that the signature of a request or callback covers; nothing in it is escaped. */
export function signedText(fields: PublicFields, content: string, key: string): string {
  const { method, version, format, merchantNo, signType } = fields
  return `method=${method}&version=${version}&format=${format}&merchantNo=${merchantNo}&signType=${signType}&signContent=${content}&key=${key}`
}

/**
 * The texts that the signature of a failure may cover. How a null code or message is signed is undocumented: left out,
 * printed empty, or printed `null`.
 */
function failureTexts(errorCode: unknown, errorMsg: unknown, key: string): string[] {
  const forms = (name: string, value: unknown): string[] =>
    value === null || value === undefined ? ['', `${name}=&`, `${name}=null&`] : [`${name}=${String(value)}&`]
  return forms('errorCode', errorCode).flatMap((code) =>
    forms('errorMsg', errorMsg).map((message) => `${code}${message}success=false&key=${key}`),
  )
}

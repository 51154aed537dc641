import type { KeyObject } from 'node:crypto'
import { signSha256, verifySha256 } from '../../crypto/rsa.js'
import { type ComplaintError, ResponseError, SignatureError } from '../../errors.js'
import { parseJson } from '../../parsing/json.js'
import { decryptCfca, encryptCfca } from './cfca.js'
import type { Envelope } from './wire.js'

/** The seven public fields of a request, in the order in which they are sent. */
export interface PublicFields {
  readonly method: string
  readonly version: string
  readonly format: string
  readonly merchantNo: string
  readonly signType: string
}

/** A callback as it is posted: fields like those of a request, protected with the platform's key. */
export interface Callback {
  readonly fields: PublicFields
  readonly signContent: string
  readonly sign: string | undefined
}

/** How requests are protected and answers proven: one of Huishouqian's two mechanisms. */
export interface Mechanism {
  /** `signContent`, and `sign` where there is one. */
  protect(fields: PublicFields, content: string): { signContent: string; sign?: string }
  /**
   * The proven content of a success.
   * @throws SignatureError
   */
  open(envelope: Envelope): Promise<unknown>
  /**
   * The proven content of a callback.
   * @throws SignatureError
   */
  openCallback(callback: Callback): Promise<unknown>
  /** A proven row that answers another question than was asked. */
  foreign(what: string): ComplaintError
  /** Whether a failure is proven to be the platform's. */
  provesFailure(envelope: Envelope): boolean
}

/** RSA2: SHA256withRSA over fixed texts that end in the merchant key. */
export function rsa2(privateKey: KeyObject, platformKeys: readonly KeyObject[], key: string): Mechanism {
  const verifies = (text: string, sign: unknown): boolean => {
    if (typeof sign !== 'string' || sign === '' || !/^(?:[0-9a-fA-F]{2})+$/.test(sign)) return false
    const signature = Buffer.from(sign, 'hex')
    return platformKeys.some((platformKey) => verifySha256([text], signature, platformKey))
  }
  return {
    protect(fields, content) {
      const signature = signSha256(requestText(fields, content, key), privateKey)
      return { signContent: content, sign: signature.toString('hex') }
    },
    async open({ result, sign }) {
      if (typeof result !== 'string') throw refused('holds no result as text, so the signed bytes are lost')
      if (!verifies(`result=${result}&success=true&key=${key}`, sign)) {
        throw refused(
          'fails verification: it was changed on the way, or key or platformCertificate is not the one in force',
        )
      }
      const content = jsonOf(result)
      if (content === undefined) throw new ResponseError('the verified result is no JSON')
      return content
    },
    async openCallback({ fields, signContent, sign }) {
      if (!verifies(requestText(fields, signContent, key), sign)) {
        throw unprovenCallback(
          'fails verification: it was changed on the way, or key or platformCertificate is not the one in force',
        )
      }
      const content = jsonOf(signContent)
      if (content === undefined) throw new ResponseError('the verified callback is no JSON')
      return content
    },
    foreign: (what) => new ResponseError(`the answer holds ${what}`),
    provesFailure: ({ errorCode, errorMsg, sign }) =>
      failureTexts(errorCode, errorMsg, key).some((text) => verifies(text, sign)),
  }
}

/** CFCA: encryption with the private key. Only the padding, Base64 and JSON of `result` prove anything. */
export function cfca(privateKey: KeyObject, platformKeys: readonly KeyObject[]): Mechanism {
  const opened = async (ciphertext: string): Promise<unknown> => {
    for (const platformKey of platformKeys) {
      const text = await decryptCfca(ciphertext, platformKey)
      const content = text === null ? undefined : jsonOf(text)
      if (content !== undefined) return content
    }
    return undefined
  }
  const notOpened =
    'cannot be opened with platformCertificate: it was changed on the way, or the certificate is not the one in force'
  return {
    protect: (_, content) => ({ signContent: encryptCfca(content, privateKey) }),
    async open({ result }) {
      const content = typeof result === 'string' ? await opened(result) : undefined
      if (content === undefined) throw refused(notOpened)
      return content
    },
    async openCallback({ signContent }) {
      const content = await opened(signContent)
      if (content === undefined) throw unprovenCallback(notOpened)
      return content
    },
    // Ciphertext of another answer opens just as well: only what it says shows that it is not ours.
    foreign: (what) => refused(`holds ${what}`),
    provesFailure: () => false,
  }
}

/** The text that a request's signature covers; nothing in it is escaped. */
export function requestText(fields: PublicFields, content: string, key: string): string {
  const { method, version, format, merchantNo, signType } = fields
  return `method=${method}&version=${version}&format=${format}&merchantNo=${merchantNo}&signType=${signType}&signContent=${content}&key=${key}`
}

/** How a null code or message is signed is undocumented: left out, printed empty, or printed `null`. */
function failureTexts(errorCode: unknown, errorMsg: unknown, key: string): string[] {
  const forms = (name: string, value: unknown): string[] =>
    value === null || value === undefined ? ['', `${name}=&`, `${name}=null&`] : [`${name}=${String(value)}&`]
  return forms('errorCode', errorCode).flatMap((code) =>
    forms('errorMsg', errorMsg).map((message) => `${code}${message}success=false&key=${key}`),
  )
}

/** Undefined for what is no JSON: `undefined` itself cannot be written in it. */
function jsonOf(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

function refused(what: string): SignatureError {
  return new SignatureError(`the answer ${what}; nothing of it was used`, { retryable: true })
}

/** A callback of which nothing may be believed. */
export function unprovenCallback(what: string): SignatureError {
  return new SignatureError(`the callback ${what}; nothing of it was used`)
}

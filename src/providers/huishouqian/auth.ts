import { type ComplaintError, SignatureError } from '../../errors.js'
import { parseJson } from '../../parsing/json.js'
import type { CallOptions } from '../../provider.js'
import type { Envelope } from './wire.js'

/** The public fields of a request that its signature covers, in the order in which they are sent. */
export interface PublicFields {
  readonly method: string
  readonly version: string
  readonly format: string
  readonly merchantNo: string
  readonly signType: string
}

/** A posted callback: the same fields as a request, secured with the platform's key. */
export interface Callback {
  readonly fields: PublicFields
  readonly signContent: string
  readonly sign: string | undefined
}

/** One of Huishouqian's two mechanisms, `rsa2` or `cfca`: secures requests, verifies responses and callbacks. */
export interface MessageSecurity {
  /** `signContent`, and `sign` under RSA2. */
  secure(
    fields: PublicFields,
    content: string,
    options: Pick<CallOptions, 'signal' | 'timeoutMs'>,
  ): Promise<{ signContent: string; sign?: string }>
  /**
   * The verified content of a success.
   * @throws SignatureError
   */
  verifyContent(envelope: Envelope): Promise<unknown>
  /**
   * The verified content of a callback.
   * @throws SignatureError
   */
  verifyCallback(callback: Callback): Promise<unknown>
  /**
   * The error for a verified response that does not match its request.
   * @param what what the response holds
   */
  mismatch(what: string): ComplaintError
  /** Whether the platform's signature covers a failure. */
  isAuthenticFailure(envelope: Envelope): boolean
}

/** Undefined for text that is not JSON; no JSON text has this value. */
export function parseJsonOrUndefined(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

/** @param what what is wrong with the response */
export function verificationFailed(what: string): SignatureError {
  return new SignatureError(`the response ${what}; nothing of it was used`, { retryable: true })
}

/** @param what what is wrong with the callback */
export function callbackVerificationFailed(what: string): SignatureError {
  return new SignatureError(`the callback ${what}; nothing of it was used`)
}

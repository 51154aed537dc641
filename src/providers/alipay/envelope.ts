import type { KeyObject } from 'node:crypto'
import { ResponseError, SignatureError, TransportError } from '../../errors.js'
import { isRecord } from '../../parsing/coerce.js'
import { parseJson } from '../../parsing/json.js'
import type { WireResponse } from '../../provider.js'
import { verificationFailed, verifies } from './auth.js'
import { decodeText, isGbk } from './charset.js'
import { codeOf, type ErrorFacts, errorForMember, successCode } from './error-codes.js'
import { type Member, parseString, scanMembers, withPlainSlashes } from './signed-member.js'

/** What responses are verified with. */
export interface ResponseVerifier {
  readonly alipayKey: KeyObject
  /** The number of the configured alipayCert; null in key mode. */
  readonly alipayCertSn: string | null
}

const wrongSignature =
  "fails verification: it was changed in transit, or alipayPublicKey or alipayCert is not Alipay's current one for this application"

/** A response, cut into the members of its outermost object. */
interface Envelope {
  readonly body: Buffer
  /** One character for each byte. */
  readonly text: string
  readonly gbk: boolean
  readonly members: readonly Member[]
}

/**
 * The verified member of a success.
 * @param method the method that was called
 * @throws SignatureError for a success without a valid signature, and for any member with a wrong one
 * @throws ComplaintError of the class that belongs to the code of a failure
 */
export function parseEnvelope(
  response: WireResponse,
  method: string,
  verifier: ResponseVerifier,
  facts: Omit<ErrorFacts, 'verified'>,
): Readonly<Record<string, unknown>> {
  const envelope = cutEnvelope(response)
  const name = `${method.replaceAll('.', '_')}_response`
  const member = soleMember(envelope, name)
  if (member === null) throw errorWithoutMember(envelope, name, facts)
  const sign = signatureOf(envelope)
  if (sign === null) throw unsigned(envelope, member, facts)
  assertCertSn(envelope, verifier.alipayCertSn)
  assertSignature(envelope, member, sign, verifier.alipayKey)
  const content = parseMember(envelope, member)
  if (typeof content === 'string')
    throw new ResponseError(
      "the response is encrypted: take the AES key (接口内容加密方式) off the application in Alipay's console",
    )
  if (codeOf(content) !== successCode) throw errorForMember(content, { ...facts, verified: true })
  return isRecord(content) ? content : {}
}

/** @throws TransportError for HTML, ResponseError for anything else that is not a JSON object */
function cutEnvelope({ body, status }: WireResponse): Envelope {
  const gbk = isGbk(body)
  const text = body.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, '   ')
  if (/^\s*</.test(text))
    throw new TransportError(
      "the response is a page of HTML, not one of Alipay's gateway; check baseUrl, or try later if Alipay is under maintenance",
      { status },
    )
  const members = scanMembers(text, gbk)
  if (members === null) throw new ResponseError('the response is not a JSON object', { status, retryable: true })
  return { body, text, gbk, members }
}

/** Null: there is none. Of two, JSON parsers take different ones. */
function soleMember({ members }: Envelope, name: string): Member | null {
  const [member = null, ...others] = members.filter((each) => each.name === name)
  if (others.length > 0) throw verificationFailed(`has ${name} more than once`)
  return member
}

/** Null: absent, or not text. */
function signatureOf(envelope: Envelope): string | null {
  const sign = soleMember(envelope, 'sign')
  return (sign === null ? null : parseString(envelope.text.slice(sign.start, sign.end))) || null
}

/** Errors of the gateway itself are not signed: they are classified, and nothing else is taken from them. */
function errorWithoutMember(envelope: Envelope, name: string, facts: Omit<ErrorFacts, 'verified'>): Error {
  const member = soleMember(envelope, 'error_response')
  const content = member === null ? null : parseMember(envelope, member)
  if (codeOf(content) !== null && codeOf(content) !== successCode)
    return errorForMember(content, { ...facts, verified: false })
  const message = `expected ${name} or error_response`
  return new ResponseError(`the response does not have the form of Alipay's responses: ${message}`, {
    issues: [{ path: [name], message }],
  })
}

/** A failure needs no signature to be one. */
function unsigned(envelope: Envelope, member: Member, facts: Omit<ErrorFacts, 'verified'>): Error {
  const content = parseMember(envelope, member)
  const code = codeOf(content)
  if (code !== null && code !== successCode) return errorForMember(content, { ...facts, verified: false })
  return new SignatureError('the response has no signature; nothing of it was used', {
    retryable: true,
    issues: [{ path: ['sign'], message: 'expected the signature as text' }],
  })
}

/** The certificate is not downloaded: a new one needs the user's trust. */
function assertCertSn(envelope: Envelope, expected: string | null): void {
  const member = expected === null ? null : soleMember(envelope, 'alipay_cert_sn')
  if (member === null || parseString(envelope.text.slice(member.start, member.end)) === expected) return
  throw verificationFailed(
    "names another certificate than alipayCert: Alipay has renewed it; download the new one in Alipay's console",
  )
}

/** Some of Alipay's servers sign the text with `/`, and send it with `\/`, which means the same. */
function assertSignature({ body, text, gbk }: Envelope, { start, end }: Member, sign: string, key: KeyObject): void {
  if (verifies(body.subarray(start, end), sign, key)) return
  const plain = withPlainSlashes(text.slice(start, end), gbk)
  if (plain === null || !verifies(Buffer.from(plain, 'latin1'), sign, key)) throw verificationFailed(wrongSignature)
}

/** @throws ResponseError for a member that is not JSON in UTF-8 or GBK */
function parseMember({ body }: Envelope, { start, end }: Member): unknown {
  try {
    return parseJson(decodeText(body.subarray(start, end)))
  } catch {
    throw new ResponseError('the member of the response is not JSON in UTF-8 or GBK', { retryable: true })
  }
}

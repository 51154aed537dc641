import type { KeyObject } from 'node:crypto'
import { parseJsonBody } from '../../adapter-kit/json-body.js'
import { decryptAesGcm } from '../../crypto/aead.js'
import { type Certificate, parseCertificate } from '../../crypto/keys.js'
import { ComplaintError, ConfigError, ResponseError, SignatureError } from '../../errors.js'
import { parseOrNull } from '../../parsing/parse-or-null.js'
import { safeParse, toErrorIssues } from '../../parsing/validate.js'
import {
  type PlatformKeys,
  parseSignature,
  type SignatureHeaders,
  type SignedMessage,
  verifySignature,
} from './auth.js'
import { type CertificatesResponse, certificatesResponseSchema } from './wire.js'

/** Platform certificates by their serial text. */
export type Certificates = ReadonlyMap<string, Certificate>

export const certificatesPath = '/v3/certificates'

/**
 * Verifies and decrypts a download of platform certificates. In the first download the APIv3 key authenticates the
 * ciphertext; the signature is then verified with the decrypted certificate.
 * @param keys trusted before this download
 * @param now milliseconds since 1970
 * @returns the certificates that are valid now
 * @throws SignatureError when neither a trusted nor a downloaded key verifies the response, whatever its content
 * @throws ConfigError when the response is verified and apiV3Key does not decrypt it
 * @throws ResponseError when the response is verified and not a list of certificates, or none of them is valid now
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012551764
 */
export function parseCertificatesResponse(
  response: SignedMessage,
  apiV3Key: KeyObject,
  keys: PlatformKeys,
  now: number,
): Certificates {
  const signature = parseSignature(response, now)
  const certificates = keys.has(signature.serial)
    ? decryptVerified(response, apiV3Key, signature, keys)
    : decryptThenVerify(response, apiV3Key, signature)
  const valid = certificates.filter(({ validFrom, validTo }) => validFrom.getTime() <= now && now < validTo.getTime())
  if (valid.length === 0) throw new ResponseError('no platform certificate is valid now; check the clock of this host')
  return new Map(valid.map((certificate) => [certificate.serialNo, certificate]))
}

function decryptVerified(
  response: SignedMessage,
  apiV3Key: KeyObject,
  signature: SignatureHeaders,
  keys: PlatformKeys,
): readonly Certificate[] {
  verifySignature(signature, keys, true)
  return decryptAll(response, apiV3Key)
}

/** Any failure is a SignatureError, because an unverified response must not select the error. */
function decryptThenVerify(
  response: SignedMessage,
  apiV3Key: KeyObject,
  signature: SignatureHeaders,
): readonly Certificate[] {
  let certificates: readonly Certificate[]
  try {
    certificates = decryptAll(response, apiV3Key)
  } catch (error) {
    const reason = ComplaintError.isInstance(error) ? error.message : 'they cannot be decoded'
    throw new SignatureError(
      `the downloaded platform certificates fail verification, or were changed in transit; none of them was used: ${reason}`,
      { retryable: true },
    )
  }
  verifySignature(signature, new Map(certificates.map(({ serialNo, publicKey }) => [serialNo, publicKey])), true)
  return certificates
}

/** Whether the key decrypts the certificates of a response; null: the response has no certificates. */
export function decryptsCertificates(body: Buffer, apiV3Key: KeyObject): boolean | null {
  const parsed = safeParse(certificatesResponseSchema, parseJsonBody(body))
  if (!parsed.success || parsed.data.data.length === 0) return null
  return parsed.data.data.every(({ encrypt_certificate: { ciphertext, nonce, associated_data: associatedData } }) => {
    return decryptAesGcm({ ciphertext: Buffer.from(ciphertext, 'base64'), nonce, associatedData }, apiV3Key) !== null
  })
}

function decryptAll({ body }: SignedMessage, apiV3Key: KeyObject): readonly Certificate[] {
  const parsed = safeParse(certificatesResponseSchema, parseJsonBody(body))
  if (!parsed.success)
    throw new ResponseError('the response is not a list of certificates', { issues: toErrorIssues(parsed.error) })
  return parsed.data.data.flatMap((item) => decryptCertificate(item, apiV3Key) ?? [])
}

/** Null for another cipher or kind of key: the certificate is not usable, but the other ones of the list are. */
function decryptCertificate(item: CertificatesResponse['data'][number], apiV3Key: KeyObject): Certificate | null {
  const { algorithm, ciphertext, nonce, associated_data: associatedData } = item.encrypt_certificate
  if (algorithm !== 'AEAD_AES_256_GCM') return null
  const pem = decryptAesGcm({ ciphertext: Buffer.from(ciphertext, 'base64'), nonce, associatedData }, apiV3Key)
  if (pem === null) {
    throw new ConfigError(
      'apiV3Key does not decrypt the platform certificates; use the APIv3 key set in the merchant platform (APIv3密钥)',
    )
  }
  const certificate = parseOrNull(() => parseCertificate(pem, ''))
  if (certificate !== null && certificate.serialNo !== item.serial_no.toUpperCase())
    throw new ResponseError('a platform certificate does not have the serial_no of the response')
  return certificate
}

/** Whether WeChat Pay reports that the merchant has no certificates. A gateway's 404 has no such providerCode. */
export function hasNoCertificates(error: unknown): error is ComplaintError {
  return ComplaintError.isInstance(error) && error.code === 'NOT_FOUND' && error.providerCode === 'RESOURCE_NOT_EXISTS'
}

/** Newer merchants have a WeChat Pay public key instead of platform certificates. */
export function certificatesUnavailable(apiError: ComplaintError): ConfigError {
  const error = new ConfigError(
    'this merchant has no platform certificates (平台证书); set publicKeyId and publicKey, the WeChat Pay public key (微信支付公钥) of the merchant platform',
  )
  // Keeps the details of apiError, but not its type. The account is added with the error context.
  const { name, code, provider, account } = error
  return Object.assign(error, apiError, { name, code, provider, account })
}

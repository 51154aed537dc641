import type { KeyObject } from 'node:crypto'
import { decryptAesGcm } from '../../crypto/aead.js'
import { parseOrNull } from '../../crypto/key-input.js'
import { type Certificate, parseCertificate } from '../../crypto/keys.js'
import { ComplaintError, ConfigError, ResponseError, SignatureError } from '../../errors.js'
import { toErrorIssues } from '../../parsing/validate.js'
import {
  type PlatformKeys,
  parseSignature,
  type SignatureHeaders,
  type SignedMessage,
  verifySignature,
} from './auth.js'
import { parseJsonBody } from './json-body.js'
import { type CertificatesResponse, certificatesResponseSchema } from './wire.js'

/** Platform certificates by their serial text. */
export type Certificates = ReadonlyMap<string, Certificate>

export const certificatesPath = '/v3/certificates'

/**
 * Reads a download of platform certificates. Who cannot verify the answer yet learns the key from the answer itself:
 * that only WeChat Pay and the merchant know the APIv3 key is what vouches for it, and the signature is checked after.
 * @param known keys that were trusted before
 * @param now milliseconds since 1970
 * @returns those that can be used now
 * @throws SignatureError when neither an old nor a new key signed the answer, whatever else is wrong with it
 * @throws ConfigError when apiV3Key does not open what WeChat Pay has signed
 * @throws ResponseError when WeChat Pay has signed what is no list of certificates, or holds none that can be used now
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012551764
 */
export function parseCertificatesResponse(
  answer: SignedMessage,
  apiV3Key: KeyObject,
  known: PlatformKeys,
  now: number,
): Certificates {
  const proof = parseSignature(answer, now)
  const opened = known.has(proof.serial)
    ? decryptVerified(answer, apiV3Key, proof, known)
    : decryptThenVerify(answer, apiV3Key, proof)
  const valid = opened.filter(({ validFrom, validTo }) => validFrom.getTime() <= now && now < validTo.getTime())
  if (valid.length === 0)
    throw new ResponseError('no platform certificate can be used now; check the clock of this host')
  return new Map(valid.map((certificate) => [certificate.serialNo, certificate]))
}

function decryptVerified(
  answer: SignedMessage,
  apiV3Key: KeyObject,
  proof: SignatureHeaders,
  known: PlatformKeys,
): readonly Certificate[] {
  verifySignature(proof, known)
  return decryptAll(answer, apiV3Key)
}

/** Bytes that are not proven yet choose no error but one: that they are not proven. */
function decryptThenVerify(
  answer: SignedMessage,
  apiV3Key: KeyObject,
  proof: SignatureHeaders,
): readonly Certificate[] {
  let opened: readonly Certificate[]
  try {
    opened = decryptAll(answer, apiV3Key)
  } catch (error) {
    const why = ComplaintError.isInstance(error) ? error.message : 'they cannot be read'
    throw new SignatureError(
      `the platform certificates prove nothing, or were changed on the way; nothing of them was used: ${why}`,
      { retryable: true },
    )
  }
  verifySignature(proof, new Map(opened.map(({ serialNo, publicKey }) => [serialNo, publicKey])))
  return opened
}

function decryptAll({ body }: SignedMessage, apiV3Key: KeyObject): readonly Certificate[] {
  const parsed = certificatesResponseSchema.safeParse(parseJsonBody(body))
  if (!parsed.success)
    throw new ResponseError('the answer is no list of certificates', { issues: toErrorIssues(parsed.error) })
  return parsed.data.data.flatMap((item) => decryptCertificate(item, apiV3Key) ?? [])
}

/** Null for one of another cipher or kind of key: it cannot be used, and says nothing against those beside it. */
function decryptCertificate(item: CertificatesResponse['data'][number], apiV3Key: KeyObject): Certificate | null {
  const { algorithm, ciphertext, nonce, associated_data: associatedData } = item.encrypt_certificate
  if (algorithm !== 'AEAD_AES_256_GCM') return null
  const pem = decryptAesGcm({ ciphertext: Buffer.from(ciphertext, 'base64'), nonce, associatedData }, apiV3Key)
  if (pem === null) {
    throw new ConfigError(
      'apiV3Key does not open the platform certificates; give the APIv3 key that is set in the merchant platform (APIv3密钥)',
    )
  }
  const certificate = parseOrNull(() => parseCertificate(pem, ''))
  if (certificate !== null && certificate.serialNo !== item.serial_no.toUpperCase())
    throw new ResponseError('a platform certificate has another serial number than the answer says')
  return certificate
}

/** Whether a refusal says that the merchant has none. A 404 of a gateway does not say so. */
export function hasNoCertificates(error: unknown): error is ComplaintError {
  return ComplaintError.isInstance(error) && error.code === 'NOT_FOUND' && error.providerCode === 'RESOURCE_NOT_EXISTS'
}

/** New merchants have a public key and no certificates. */
export function certificatesUnavailable(apiError: ComplaintError): ConfigError {
  const error = new ConfigError(
    'this merchant has no platform certificates (平台证书); give publicKeyId and publicKey, the WeChat Pay public key (微信支付公钥) of the merchant platform',
  )
  // All that the refusal tells, but what it is itself; its account is told of when the error is located.
  const { name, code, provider, account } = error
  return Object.assign(error, apiError, { name, code, provider, account })
}

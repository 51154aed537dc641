import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { validateAdapterOptions } from '../../adapter-kit/file-options.js'
import {
  certificateInput,
  commonOptions,
  keyInput,
  nonEmptyText,
  resolveRateLimit,
  resolveSharedQuota,
  signerInput,
  withAccountContext,
} from '../../adapter-kit/options.js'
import { type Signer, signWithKey, signWithSigner } from '../../adapter-kit/signer.js'
import { type Certificate, parseCertificate, parseCertificates, parsePrivateKey } from '../../crypto/keys.js'
import { ConfigError } from '../../errors.js'
import { parseOrNull } from '../../parsing/parse-or-null.js'
import { parseBaseUrl } from '../../parsing/validate.js'
import type { KeyInput, RateLimit, RateLimiter, SharedQuota } from '../../provider.js'
import { accountOption } from './account-option.js'
import type { MessageSecurity } from './auth.js'
import { cfca } from './cfca.js'
import { fileOptions } from './file-options.js'
import { rsa2 } from './rsa2.js'

/**
 * Options of {@link huishouqian}. Under RSA2 the merchant key is needed; under CFCA it is unused. What `loadPfx` returns
 * can be spread in. Unknown keys are rejected.
 * @example
 * ```ts
 * const options: HuishouqianOptions = { merchantNo, signType: 'RSA2', key, ...loadPfx(bytes, passphrase), platformCertificate }
 * ```
 * @see https://docs.huishouqian.com/docs/interface_document/interface_document-1eog1c4tjusj9
 */
export type HuishouqianOptions = HuishouqianCommonOptions &
  ((HuishouqianRsa2 & (HuishouqianPrivateKey | HuishouqianSigner)) | (HuishouqianCfca & HuishouqianPrivateKey))

interface HuishouqianRsa2 {
  /** The encryption mechanism that the merchant was set up with. */
  signType: 'RSA2'
  /** The merchant key (商户密钥) at the end of every signed text. */
  key: string
}

interface HuishouqianCfca {
  /** The encryption mechanism that the merchant was set up with. */
  signType: 'CFCA'
  /** Unused under CFCA. */
  key?: string | undefined
}

interface HuishouqianSigner {
  /** Signs in place of `privateKey`, under RSA2 only. The text that it signs ends in the merchant key. */
  signer: Signer
  privateKey?: undefined
}

interface HuishouqianPrivateKey {
  /** From `<merchant>_pri.pfx`: spread `loadPfx(bytes, passphrase)` into these options. */
  privateKey: KeyInput
  signer?: undefined
}

interface HuishouqianCommonOptions {
  /** The merchant number (商户号) that Huishouqian issued. */
  merchantNo: string
  /** `MANDAO_<merchantNo>_pub.cer`, PEM or DER; several while the certificate is being replaced. */
  platformCertificate: string | Uint8Array | readonly (string | Uint8Array)[]
  /** The agent's number (代理商商户号), when an agent queries its merchants. */
  agentMerchantNo?: string | undefined
  /** Default `production`. */
  environment?: 'production' | 'test' | undefined
  /** Replaces the environment's address. */
  baseUrl?: string | undefined
  /** The name of this account in complaints and refs. Default: merchantNo. */
  account?: string | undefined
  /** Default: no quota, since none is documented; at most two requests are in flight. */
  rateLimit?: RateLimit | false | undefined
  /**
   * A quota that several processes share: a limiter of rate-limiter-flexible, e.g. over Redis. It is used besides the
   * local quota, or alone with `rateLimit: false`; not together with a `rateLimit` of your own. While its store fails,
   * a warning event is emitted, and each process keeps to two requests in flight.
   */
  rateLimiter?: RateLimiter | undefined
  /** Returned by `loadPfx`; requests do not need it. `diagnose()` warns before it expires. */
  certificate?: string | Uint8Array | undefined
  /** Returned by `loadPfx`; unused. */
  serialNo?: string | undefined
}

/** The validated options, with parsed keys. */
export interface HuishouqianConfig {
  readonly account: string
  readonly merchantNo: string
  readonly agentMerchantNo: string | undefined
  readonly signType: 'RSA2' | 'CFCA'
  readonly baseUrl: string
  readonly security: MessageSecurity
  readonly platformCertificates: readonly Certificate[]
  /** Of a .pfx file, for `diagnose()` only; null: none, or unreadable. */
  readonly merchantCertificate: Certificate | null
  readonly merchantKey: string | undefined
  readonly rateLimit: RateLimit | null
  readonly sharedQuota: SharedQuota | undefined
}

const baseUrls = { production: 'https://api.huishouqian.com', test: 'https://test-api.huishouqian.com' }

const schema = z.lazy(() =>
  z.strictObject({
    merchantNo: z
      .string({ error: 'must be text' })
      .trim()
      .regex(/^[\w-]{1,32}$/, { error: 'must be the merchant number, as text' }),
    signType: z.enum(['RSA2', 'CFCA']),
    key: nonEmptyText().exactOptional(),
    privateKey: keyInput().exactOptional(),
    signer: signerInput().exactOptional(),
    platformCertificate: z.union([certificateInput(), z.array(certificateInput()).min(1)]),
    agentMerchantNo: nonEmptyText().exactOptional(),
    environment: z.enum(['production', 'test']).exactOptional(),
    ...commonOptions(),
    certificate: certificateInput().exactOptional(),
    serialNo: z.string().exactOptional(),
  }),
)

/** @throws ConfigError naming the option that is wrong, never its value */
export function resolveConfig(input: HuishouqianOptions): HuishouqianConfig {
  return withAccountContext(accountOption, input, () => resolve(input))
}

function resolve(input: HuishouqianOptions): HuishouqianConfig {
  const options = validateAdapterOptions(schema, input, 'huishouqian()', fileOptions)
  const { merchantNo, signType, key, agentMerchantNo, environment = 'production', account = merchantNo } = options
  const platformCertificates = [options.platformCertificate]
    .flat()
    .flatMap((certificate) => parseCertificates(certificate, 'platformCertificate'))
  const platformKeys = platformCertificates.map(({ publicKey }) => publicKey)
  return {
    account,
    merchantNo,
    agentMerchantNo,
    signType,
    baseUrl: parseBaseUrl(options.baseUrl ?? baseUrls[environment], 'baseUrl'),
    security: resolveSecurity(options, platformKeys),
    platformCertificates,
    merchantCertificate: parseOrNull(() => parseCertificate(options.certificate ?? '', 'certificate')),
    merchantKey: key,
    rateLimit: resolveRateLimit(options.rateLimit, null),
    sharedQuota: resolveSharedQuota(options, null, 'huishouqian()'),
  }
}

function resolveSecurity(
  {
    signType,
    key,
    privateKey,
    signer,
  }: {
    signType: 'RSA2' | 'CFCA'
    key?: string
    privateKey?: KeyInput
    signer?: Signer
  },
  platformKeys: readonly KeyObject[],
): MessageSecurity {
  const merchantKey = signType === 'RSA2' ? requireMerchantKey(key) : null
  if (signer !== undefined && privateKey !== undefined)
    throw new ConfigError('huishouqian(): set signer or privateKey, not both')
  if (signer !== undefined) {
    if (merchantKey !== null) return rsa2(signWithSigner(signer, null), platformKeys, merchantKey)
    throw new ConfigError(
      'huishouqian(): signer is for signType RSA2; CFCA encrypts with the private key, so set privateKey',
    )
  }
  if (privateKey === undefined)
    throw new ConfigError(
      'huishouqian(): privateKey: must be a key: PEM text, DER bytes or a KeyObject; or, under RSA2, set signer for a key in a KMS',
      { issues: [{ path: ['privateKey'], message: 'must be a key: PEM text, DER bytes or a KeyObject' }] },
    )
  const parsedKey = parsePrivateKey(privateKey, 'privateKey')
  return merchantKey === null ? cfca(parsedKey, platformKeys) : rsa2(signWithKey(parsedKey), platformKeys, merchantKey)
}

function requireMerchantKey(key: string | undefined): string {
  if (key !== undefined) return key
  throw new ConfigError('huishouqian(): key is needed under signType RSA2: the merchant key (商户密钥)')
}

import { z } from 'zod'
import {
  commonOptions,
  keyInput,
  nonEmptyText,
  resolveRateLimit,
  resolveSharedQuota,
} from '../../adapter-kit/options.js'
import { type Certificate, parseCertificates, parsePrivateKey } from '../../crypto/keys.js'
import { ConfigError } from '../../errors.js'
import { parseBaseUrl, validateOptions } from '../../parsing/validate.js'
import type { KeyInput, RateLimit, RateLimiter, SharedQuota } from '../../provider.js'
import type { MessageSecurity } from './auth.js'
import { cfca } from './cfca.js'
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
export type HuishouqianOptions = HuishouqianCommonOptions & (HuishouqianRsa2 | HuishouqianCfca)

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

interface HuishouqianCommonOptions {
  /** The merchant number (商户号) that Huishouqian issued. */
  merchantNo: string
  /** From `<merchant>_pri.pfx`: spread `loadPfx(bytes, passphrase)` into these options. */
  privateKey: KeyInput
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
  /** Returned by `loadPfx`; unused. */
  certificate?: string | undefined
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
  readonly merchantKey: string | undefined
  readonly rateLimit: RateLimit | null
  readonly sharedQuota: SharedQuota | undefined
}

const baseUrls = { production: 'https://api.huishouqian.com', test: 'https://test-api.huishouqian.com' }

const certificate = () =>
  z.union([z.string().min(1), z.instanceof(Uint8Array)], { error: 'must be a certificate: PEM text or DER bytes' })

const schema = z.lazy(() =>
  z.strictObject({
    merchantNo: z
      .string({ error: 'must be text' })
      .regex(/^[\w-]{1,32}$/, { error: 'must be the merchant number, as text' }),
    signType: z.enum(['RSA2', 'CFCA']),
    key: z.string().min(1).exactOptional(),
    privateKey: keyInput(),
    platformCertificate: z.union([certificate(), z.array(certificate()).min(1)]),
    agentMerchantNo: nonEmptyText().exactOptional(),
    environment: z.enum(['production', 'test']).exactOptional(),
    ...commonOptions(),
    certificate: z.string().exactOptional(),
    serialNo: z.string().exactOptional(),
  }),
)

/** @throws ConfigError naming the option that is wrong, never its value */
export function resolveConfig(input: HuishouqianOptions): HuishouqianConfig {
  const options = validateOptions(schema, input, 'huishouqian()')
  const { merchantNo, signType, key, agentMerchantNo, environment = 'production', account = merchantNo } = options
  if (signType === 'RSA2' && key === undefined)
    throw new ConfigError('huishouqian(): key is needed under signType RSA2: the merchant key (商户密钥)')
  const privateKey = parsePrivateKey(options.privateKey, 'privateKey')
  const platformCertificates = [options.platformCertificate]
    .flat()
    .flatMap((input) => parseCertificates(input, 'platformCertificate'))
  const platformKeys = platformCertificates.map(({ publicKey }) => publicKey)
  return {
    account,
    merchantNo,
    agentMerchantNo,
    signType,
    baseUrl: parseBaseUrl(options.baseUrl ?? baseUrls[environment], 'baseUrl'),
    security: signType === 'RSA2' ? rsa2(privateKey, platformKeys, key ?? '') : cfca(privateKey, platformKeys),
    platformCertificates,
    merchantKey: key,
    rateLimit: resolveRateLimit(options.rateLimit, null),
    sharedQuota: resolveSharedQuota(options, null, 'huishouqian()'),
  }
}

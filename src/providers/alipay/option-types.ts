import type { Signer } from '../../adapter-kit/signer.js'
import type { KeyInput, RateLimit, RateLimiter } from '../../provider.js'

/**
 * Options of {@link alipayTrade} and {@link alipayRisk}. Unknown keys are rejected.
 * @experimental written from public descriptions, never tested against the service
 * @example
 * ```ts
 * const options: AlipayOptions = { appId: '2021000000000000', privateKey, alipayPublicKey }
 * ```
 * @see https://opendocs.alipay.com/common/02kf5q
 */
export type AlipayOptions = AlipayCommonOptions &
  (AlipayPrivateKey | AlipaySigner) &
  (AlipayKeyMode | AlipayCertificateMode | MissingAlipayKey)

/** A mini-program (`APPID`) or an official account (`PUBLICID`). */
export interface AlipayTarget {
  type: 'APPID' | 'PUBLICID'
  /** The number of the mini-program or official account. */
  id: string
}

interface AlipayCommonOptions {
  /** The number of the application (APPID), 16 digits. */
  appId: string
  /**
   * A service provider's token of one merchant (app_auth_token), or a function that gets one within `timeoutMs`. The
   * function is called for every request and should cache the token; when a token has expired, the call is repeated once
   * with what the function returns then. One adapter reads one merchant.
   */
  appAuthToken?: string | (() => Promise<string>) | undefined
  /** Only complaints about these mini-programs and official accounts. `alipayTrade` only. */
  targets?: readonly AlipayTarget[] | undefined
  /** The origin of the gateway; a trailing `/gateway.do` is accepted. Default `https://openapi.alipay.com`. */
  baseUrl?: string | undefined
  /** The name of this account in complaints and refs. Default: appId. */
  account?: string | undefined
  /** Default 5 requests per second, since Alipay publishes no quota. `false` switches it off. */
  rateLimit?: RateLimit | false | undefined
  /**
   * A quota that several processes share: a limiter of rate-limiter-flexible, e.g. over Redis. It is used besides the
   * local quota, or alone with `rateLimit: false`; not together with a `rateLimit` of your own. While its store fails,
   * a warning event is emitted, and each process keeps to 5 requests per second.
   */
  rateLimiter?: RateLimiter | undefined
}

interface AlipayPrivateKey {
  /** The application's private key: PEM, or the base64 text that Alipay's key tool writes, PKCS#8 or PKCS#1. */
  privateKey: KeyInput
  signer?: undefined
}

interface AlipaySigner {
  /** Signs in place of `privateKey`. */
  signer: Signer
  privateKey?: undefined
}

interface AlipayKeyMode {
  /** Alipay's public key (支付宝公钥), not the application's own: PEM, or the base64 text of the console. */
  alipayPublicKey: KeyInput
  appCert?: undefined
  alipayCert?: undefined
  alipayRootCert?: undefined
}

interface AlipayCertificateMode {
  /** `appCertPublicKey_<appId>.crt`, PEM or DER. */
  appCert: string | Uint8Array
  /** `alipayCertPublicKey_RSA2.crt`, PEM or DER. */
  alipayCert: string | Uint8Array
  /** `alipayRootCert.crt`, PEM. */
  alipayRootCert: string | Uint8Array
  alipayPublicKey?: undefined
}

/** Never satisfiable: it exists so that TypeScript's error quotes its key when no key of Alipay is given. */
interface MissingAlipayKey {
  alipayPublicKey?: undefined
  appCert?: undefined
  alipayCert?: undefined
  alipayRootCert?: undefined
  'alipayPublicKey, or appCert, alipayCert and alipayRootCert': never
}

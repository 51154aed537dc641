import type { KeyInput, RateLimit, RateLimiter } from '../../provider.js'
import type { WechatPaySigner } from './credential.js'

/**
 * Options of {@link wechatpay}: the merchant's number, its key with the serial number of its certificate, and a way to
 * verify WeChat Pay's responses. What `loadPfx` returns can be spread in.
 * @example
 * ```ts
 * const options: WechatPayOptions = { mchid: '1900000001', serialNo, privateKey, publicKeyId, publicKey }
 * ```
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012533431
 */
export type WechatPayOptions = WechatPayCommonOptions &
  (WechatPayExternalKey | ((WechatPayPrivateKey | WechatPayPrivateKeys) & WechatPaySerialNo) | MissingPrivateKey) &
  WechatPayVerification

// A compiler names the last alternative that the options do not exclude. Therefore each alternative declares the
// options of the others, and the alternative that no options satisfy comes last and has what is missing as its key.

interface WechatPayCommonOptions {
  /** The merchant number (商户号), digits as text. */
  mchid: string
  /** False leaves `payer.phone` encrypted. Default true. */
  decryptPhone?: boolean | undefined
  /** Default `https://api.mch.weixin.qq.com`. */
  baseUrl?: string | undefined
  /**
   * Used while `baseUrl` does not respond. Default `https://api2.mch.weixin.qq.com`; none for a `baseUrl` that is not
   * WeChat Pay's.
   */
  backupBaseUrl?: string | undefined
  /** The name of this account in complaints and refs. Default: mchid. */
  account?: string | undefined
  /** Default 200 requests per 60 s. `false` switches it off. */
  rateLimit?: RateLimit | false | undefined
  /**
   * A quota shared by several processes: a limiter of rate-limiter-flexible, e.g. over Redis. It applies in addition to
   * the documented local quota, or alone with `rateLimit: false`; a `rateLimit` of your own is an error. While its store
   * fails, a warning event is emitted, and each process enforces the documented quota by itself.
   */
  rateLimiter?: RateLimiter | undefined
}

interface WechatPayPrivateKey {
  /** The merchant API private key (商户API私钥), RSA. */
  privateKey: KeyInput
  privateKeys?: undefined
  signer?: undefined
}

interface WechatPayPrivateKeys {
  /** Several private keys, after a certificate rotation. The first signs; all decrypt phones. */
  privateKeys: readonly KeyInput[]
  privateKey?: undefined
  signer?: undefined
}

interface WechatPayExternalKey {
  /** Signs with a private key that stays elsewhere. Without `privateKeys`, phones stay encrypted. */
  signer: WechatPaySigner
  privateKey?: undefined
  /** Decrypt phones. */
  privateKeys?: readonly KeyInput[] | undefined
  /** Equal to `signer.serialNo`; may be left out. */
  serialNo?: string | undefined
  /** The merchant API certificate; with it, each signature is verified before it is sent. */
  certificate?: string | Uint8Array | undefined
}

interface MissingPrivateKey {
  privateKey?: undefined
  privateKeys?: undefined
  signer?: undefined
  serialNo?: string | undefined
  certificate?: string | Uint8Array | undefined
  'privateKey, privateKeys or signer': never
}

type WechatPaySerialNo =
  | {
      /** The merchant API certificate, PEM or DER, as `loadPfx` returns it. */
      certificate: string | Uint8Array
      /** Serial number of the merchant API certificate; with `certificate` it may be left out. */
      serialNo?: string | undefined
    }
  | {
      /** Serial number of the merchant API certificate (商户API证书序列号), hex. May be left out with `certificate`. */
      serialNo: string
      certificate?: undefined
    }
  | MissingSerialNo

interface MissingSerialNo {
  serialNo?: undefined
  certificate?: undefined
  'serialNo or certificate': never
}

/** How responses are verified: by WeChat Pay's public key, by platform certificates, or by downloaded certificates. */
type WechatPayVerification =
  | WechatPayPublicKey
  | WechatPayCertificates
  | WechatPayDownloadedCertificates
  | MissingVerification

interface WechatPayPublicKey {
  /** The id of the WeChat Pay public key (微信支付公钥ID), `PUB_KEY_ID_…`. */
  publicKeyId: string
  /** The WeChat Pay public key (微信支付公钥). */
  publicKey: KeyInput
  /** Platform certificates (微信支付平台证书), PEM or DER. Used only while valid; a warning event is emitted from 30 days before one expires. */
  certificates?: readonly (string | Uint8Array)[] | undefined
  /**
   * The APIv3 key (APIv3密钥), 32 bytes. It decrypts callbacks, and enables the download of platform certificates when
   * one is needed.
   */
  apiV3Key?: string | undefined
}

interface WechatPayCertificates {
  publicKeyId?: undefined
  publicKey?: undefined
  /** Platform certificates (微信支付平台证书), PEM or DER. Used only while valid; a warning event is emitted from 30 days before one expires. */
  certificates: readonly (string | Uint8Array)[]
  /** The APIv3 key (APIv3密钥), 32 bytes. It decrypts callbacks, and enables the download of newer certificates. */
  apiV3Key?: string | undefined
}

interface WechatPayDownloadedCertificates {
  publicKeyId?: undefined
  publicKey?: undefined
  certificates?: undefined
  /** The APIv3 key (APIv3密钥), 32 bytes. Platform certificates are downloaded with it; it also decrypts callbacks. */
  apiV3Key: string
}

interface MissingVerification {
  publicKeyId?: undefined
  publicKey?: undefined
  certificates?: undefined
  apiV3Key?: undefined
  'publicKeyId and publicKey, or apiV3Key, or certificates': never
}

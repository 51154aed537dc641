import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { validateAdapterOptions } from '../../adapter-kit/file-options.js'
import {
  certificateInput,
  commonOptions,
  keyInput,
  resolveRateLimit,
  resolveSharedQuota,
  signerInput,
  withAccountContext,
} from '../../adapter-kit/options.js'
import { createAesKey } from '../../crypto/aead.js'
import { type Certificate, parseCertificates, parsePublicKey } from '../../crypto/keys.js'
import { ConfigError } from '../../errors.js'
import { parseBaseUrl } from '../../parsing/validate.js'
import type { RateLimit, SharedQuota } from '../../provider.js'
import { accountOption } from './account-option.js'
import type { Credential, PlatformKeys } from './auth.js'
import type { Certificates } from './certificates.js'
import { normalizeSerialNo, resolveMerchant, type WechatPaySigner } from './credential.js'
import { fileOptions } from './file-options.js'
import type { WechatPayOptions } from './option-types.js'

export type { WechatPayOptions }

const officialBaseUrl = 'https://api.mch.weixin.qq.com'
/** WeChat Pay's hosts, each with its backup. All of them serve images. */
const officialBackups: ReadonlyMap<string, string> = new Map([
  [officialBaseUrl, 'https://api2.mch.weixin.qq.com'],
  ['https://api2.mch.weixin.qq.com', officialBaseUrl],
  ['https://api.wechatpay.cn', 'https://api2.wechatpay.cn'],
  ['https://api2.wechatpay.cn', 'https://api.wechatpay.cn'],
])
const documentedRateLimit: RateLimit = { requests: 200, perMs: 60_000 }
const apiV3KeyBytes = 32

const isSerialNo = (text: string): boolean => /^[0-9A-F]{8,64}$/.test(normalizeSerialNo(text))
const serialNoError = 'must be the hex serial number of the merchant API certificate (not PUB_KEY_ID_…)'
const signer = () =>
  signerInput<WechatPaySigner>().refine(({ serialNo }) => typeof serialNo === 'string' && isSerialNo(serialNo), {
    path: ['serialNo'],
    error: serialNoError,
  })

const schema = z.lazy(() =>
  z.strictObject({
    mchid: z
      .string({ error: 'must be text, e.g. "1900000001"' })
      .trim()
      .regex(/^\d{6,32}$/, { error: 'must be digits, e.g. "1900000001"' }),
    serialNo: z.string().refine(isSerialNo, { error: serialNoError }).exactOptional(),
    certificate: certificateInput().exactOptional(),
    privateKey: keyInput().exactOptional(),
    privateKeys: z.array(keyInput()).min(1).exactOptional(),
    signer: signer().exactOptional(),
    publicKeyId: z
      .string()
      .trim()
      .regex(/^[!-~]{1,128}$/, { error: 'must be the id of the WeChat Pay public key, PUB_KEY_ID_…' })
      .exactOptional(),
    publicKey: keyInput().exactOptional(),
    certificates: z.array(certificateInput()).min(1).exactOptional(),
    apiV3Key: z.string().trim().exactOptional(),
    decryptPhone: z.boolean().exactOptional(),
    backupBaseUrl: z.string().exactOptional(),
    ...commonOptions(),
  }),
)

/** The validated options, with parsed keys. */
export interface WechatPayConfig {
  readonly account: string
  readonly baseUrl: string
  /** Null: none. */
  readonly backupBaseUrl: string | null
  /** Origins to which an image request, with its Authorization header, may be sent. */
  readonly imageOrigins: readonly string[]
  /** Null: certificates are not downloaded, callbacks not decrypted. */
  readonly apiV3Key: KeyObject | null
  readonly credential: Credential
  /** Decrypt phones; empty beside a signer without them. */
  readonly privateKeys: readonly KeyObject[]
  readonly publicKeys: PlatformKeys
  /** Configured platform certificates, whether valid now or not. */
  readonly certificates: Certificates
  /** Null: only the serial number is configured. */
  readonly merchantCertificate: Certificate | null
  /** Selects the key that signs responses. Null: a platform certificate signs them. */
  readonly publicKeyId: string | null
  readonly decryptPhone: boolean
  readonly rateLimit: RateLimit | null
  readonly sharedQuota: SharedQuota | undefined
}

/** @throws ConfigError naming the option that is wrong, never its value */
export function resolveConfig(input: WechatPayOptions): WechatPayConfig {
  return withAccountContext(accountOption, input, () => resolve(input))
}

function resolve(input: WechatPayOptions): WechatPayConfig {
  const options = validateAdapterOptions(schema, input, 'wechatpay()', fileOptions)
  const { mchid, publicKeyId, publicKey, apiV3Key, decryptPhone = true, account = mchid } = options
  const { credential, certificate: merchantCertificate, privateKeys, ownsKey } = resolveMerchant(options)
  const { serialNo } = credential
  const byteLength = apiV3Key === undefined ? apiV3KeyBytes : Buffer.byteLength(apiV3Key)
  if (byteLength !== apiV3KeyBytes)
    throw new ConfigError(`wechatpay(): apiV3Key must be exactly ${apiV3KeyBytes} bytes, not ${byteLength}`)
  if ((publicKeyId === undefined) !== (publicKey === undefined))
    throw new ConfigError('wechatpay(): publicKeyId and publicKey go together, but only one is set')
  const publicKeys = new Map<string, KeyObject>()
  if (publicKeyId !== undefined && publicKey !== undefined)
    publicKeys.set(publicKeyId, parsePublicKey(publicKey, 'publicKey'))
  const platformCertificates = (options.certificates ?? []).flatMap((input, index) =>
    parseCertificates(input, `certificates.${index}`),
  )
  const certificates = new Map(platformCertificates.map((each) => [each.serialNo, each]))
  if (publicKeys.size + certificates.size === 0 && apiV3Key === undefined) {
    throw new ConfigError(
      'wechatpay(): there is no way to verify responses; set publicKeyId and publicKey, apiV3Key, or certificates',
    )
  }
  if ([...publicKeys.values()].some(ownsKey)) throw merchantKeyConfigured('publicKey', '微信支付公钥')
  if (platformCertificates.some((each) => ownsKey(each.publicKey)))
    throw merchantKeyConfigured('certificates', '微信支付平台证书')
  if (publicKeyId?.toUpperCase() === serialNo) {
    throw new ConfigError(
      "wechatpay(): publicKeyId is the merchant certificate's serial number; use the id of the WeChat Pay public key (微信支付公钥ID), PUB_KEY_ID_…",
    )
  }
  if (certificates.has(serialNo)) {
    throw new ConfigError(
      "wechatpay(): serialNo names a platform certificate; use the merchant API certificate's serial number (商户API证书序列号)",
    )
  }
  const baseUrl = parseBaseUrl(options.baseUrl ?? officialBaseUrl, 'baseUrl')
  const officialBackup = officialBackups.get(baseUrl)
  const backup = options.backupBaseUrl ?? officialBackup
  const backupBaseUrl = backup === undefined ? null : parseBaseUrl(backup, 'backupBaseUrl')
  return {
    account,
    baseUrl,
    backupBaseUrl,
    imageOrigins: [
      ...[baseUrl, ...(backupBaseUrl === null ? [] : [backupBaseUrl])].map((url) => new URL(url).origin),
      ...(officialBackup === undefined ? [] : officialBackups.keys()),
    ],
    apiV3Key: apiV3Key === undefined ? null : createAesKey(Buffer.from(apiV3Key)),
    credential,
    privateKeys,
    publicKeys,
    certificates,
    merchantCertificate,
    publicKeyId: publicKeyId ?? null,
    decryptPhone,
    rateLimit: resolveRateLimit(options.rateLimit, documentedRateLimit),
    sharedQuota: resolveSharedQuota(options, documentedRateLimit, 'wechatpay()'),
  }
}

function merchantKeyConfigured(option: string, expected: string): ConfigError {
  return new ConfigError(`wechatpay(): ${option} holds the merchant's own key; use WeChat Pay's (${expected})`)
}

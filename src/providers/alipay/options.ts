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
import { type Sign, type Signer, signWithKey, signWithSigner } from '../../adapter-kit/signer.js'
import { parsePrivateKey, parsePublicKey } from '../../crypto/keys.js'
import { isPair, verifySha256 } from '../../crypto/rsa.js'
import { ConfigError } from '../../errors.js'
import { parseBaseUrl } from '../../parsing/validate.js'
import type { RateLimit, SharedQuota } from '../../provider.js'
import { riskAccountOption, tradeAccountOption } from './account-option.js'
import { fileOptions } from './file-options.js'
import type { AlipayOptions, AlipayTarget } from './option-types.js'
import { type NumberedCertificate, parseNumberedCertificate, parseRootCertSn } from './serial-numbers.js'
import type { AppAuthTokenOption } from './token.js'

/** The validated options, with parsed keys. */
export interface AlipayConfig {
  readonly account: string
  readonly appId: string
  /** Without `/gateway.do`. */
  readonly baseUrl: string
  readonly sign: Sign
  /** Verifies responses and notifications. */
  readonly alipayKey: KeyObject
  /** Null in key mode. */
  readonly certificates: AlipayCertificates | null
  readonly appAuthToken: AppAuthTokenOption | undefined
  readonly targets: readonly AlipayTarget[]
  readonly rateLimit: RateLimit | null
  readonly sharedQuota: SharedQuota | undefined
}

/** The certificates of certificate mode. */
export interface AlipayCertificates {
  readonly app: NumberedCertificate
  readonly alipay: NumberedCertificate
  /** `alipay_root_cert_sn`. */
  readonly rootSn: string
}

const officialBaseUrl = 'https://openapi.alipay.com'
/** No quota is documented, but there is one: code 40005. */
const cautiousRateLimit: RateLimit = { requests: 5, perMs: 1_000 }

const tokenFunction = () =>
  z.custom<() => Promise<string>>((value) => typeof value === 'function', {
    error: 'must be a token or a function that returns one',
  })

const schema = z.lazy(() =>
  z.strictObject({
    appId: z
      .string({ error: 'must be text: the number of the application (APPID)' })
      .trim()
      .regex(/^\w{1,32}$/, { error: 'must be the number of the application (APPID), as text' }),
    privateKey: keyInput().exactOptional(),
    signer: signerInput().exactOptional(),
    alipayPublicKey: keyInput().exactOptional(),
    appCert: certificateInput().exactOptional(),
    alipayCert: certificateInput().exactOptional(),
    alipayRootCert: certificateInput().exactOptional(),
    appAuthToken: z.union([nonEmptyText(), tokenFunction()]).exactOptional(),
    ...commonOptions(),
  }),
)
const tradeSchema = z.lazy(() =>
  schema.unwrap().extend({
    targets: z
      .array(z.strictObject({ type: z.enum(['APPID', 'PUBLICID']), id: nonEmptyText() }))
      .min(1)
      .exactOptional(),
  }),
)

type CheckedOptions = z.output<typeof tradeSchema>

/** @throws ConfigError naming the option that is wrong, never its value */
export function resolveTradeConfig(input: AlipayOptions): AlipayConfig {
  const factory = 'alipayTrade()'
  return withAccountContext(tradeAccountOption, input, () =>
    resolve(validateAdapterOptions(tradeSchema, input, factory, fileOptions), factory),
  )
}

/** @throws ConfigError naming the option that is wrong, never its value */
export function resolveRiskConfig(input: AlipayOptions): AlipayConfig {
  const factory = 'alipayRisk()'
  return withAccountContext(riskAccountOption, input, () =>
    resolve(validateAdapterOptions(schema, input, factory, fileOptions), factory),
  )
}

/** @param factory for errors */
function resolve(options: CheckedOptions, factory: string): AlipayConfig {
  const { appId, account = appId, appAuthToken, targets = [] } = options
  const baseUrl = parseBaseUrl(options.baseUrl ?? officialBaseUrl, 'baseUrl').replace(/\/gateway\.do$/, '')
  const privateKey = resolvePrivateKey(options, factory)
  const { alipayKey, certificates } = resolveAlipayKey(options, factory)
  if (privateKey !== null) assertKeysMatch(privateKey, alipayKey, certificates)
  return {
    account,
    appId,
    baseUrl,
    sign: resolveSign(privateKey, options.signer, alipayKey, certificates),
    alipayKey,
    certificates,
    appAuthToken,
    targets,
    rateLimit: resolveRateLimit(options.rateLimit, cautiousRateLimit),
    sharedQuota: resolveSharedQuota(options, cautiousRateLimit, factory),
  }
}

/** Null: a signer holds it. */
function resolvePrivateKey({ privateKey, signer }: CheckedOptions, factory: string): KeyObject | null {
  if (privateKey !== undefined && signer !== undefined)
    throw new ConfigError(`${factory}: set signer or privateKey, not both`)
  if (privateKey !== undefined) return parsePrivateKey(privateKey, 'privateKey')
  if (signer !== undefined) return null
  throw missing(
    factory,
    'privateKey',
    'must be a key: PEM text, base64 text, DER bytes or a KeyObject; or set signer for a key in a KMS',
  )
}

function resolveAlipayKey(
  { alipayPublicKey, appCert, alipayCert, alipayRootCert }: CheckedOptions,
  factory: string,
): Pick<AlipayConfig, 'alipayKey' | 'certificates'> {
  const given = Object.entries({ appCert, alipayCert, alipayRootCert })
  const [absent] = given.find(([, value]) => value === undefined) ?? []
  const isCertificateMode = given.some(([, value]) => value !== undefined)
  if (isCertificateMode && alipayPublicKey !== undefined)
    throw new ConfigError(
      `${factory}: set alipayPublicKey (key mode), or appCert, alipayCert and alipayRootCert (certificate mode), not both`,
    )
  if (alipayPublicKey !== undefined)
    return { alipayKey: parsePublicKey(alipayPublicKey, 'alipayPublicKey'), certificates: null }
  if (!isCertificateMode)
    throw missing(
      factory,
      'alipayPublicKey',
      "must be Alipay's public key (支付宝公钥); in certificate mode set appCert, alipayCert and alipayRootCert instead",
    )
  if (appCert === undefined || alipayCert === undefined || alipayRootCert === undefined)
    throw missing(factory, absent ?? '', 'is needed in certificate mode, which takes all three certificates')
  const certificates = {
    app: parseNumberedCertificate(appCert, 'appCert'),
    alipay: parseNumberedCertificate(alipayCert, 'alipayCert'),
    rootSn: parseRootCertSn(alipayRootCert, 'alipayRootCert'),
  }
  return { alipayKey: certificates.alipay.publicKey, certificates }
}

/** The console shows two public keys side by side, and the download holds three certificates. */
function assertKeysMatch(privateKey: KeyObject, alipayKey: KeyObject, certificates: AlipayCertificates | null): void {
  if (isPair(privateKey, alipayKey)) throw certificates === null ? ownPublicKey() : ownCertificate()
  if (certificates !== null && !isPair(privateKey, certificates.app.publicKey))
    throw invalid(
      'appCert',
      'does not belong to privateKey: give the certificate that was issued for it (appCertPublicKey_<appId>.crt)',
    )
}

function resolveSign(
  privateKey: KeyObject | null,
  signer: Signer | undefined,
  alipayKey: KeyObject,
  certificates: AlipayCertificates | null,
): Sign {
  if (privateKey !== null) return signWithKey(privateKey)
  if (signer === undefined) throw new Error('resolvePrivateKey() has seen neither')
  if (certificates !== null) return signWithSigner(signer, certificates.app.publicKey, 'appCert')
  const sign = signWithSigner(signer, null)
  return async (text, options) => {
    const signature = await sign(text, options)
    // The first moment at which it shows: the private key is not known.
    if (verifySha256([text], signature, alipayKey)) throw ownPublicKey()
    return signature
  }
}

function ownPublicKey(): ConfigError {
  return invalid(
    'alipayPublicKey',
    "is the application's own public key (应用公钥): give Alipay's (支付宝公钥), which the console shows after that key was uploaded",
  )
}

function ownCertificate(): ConfigError {
  return invalid(
    'alipayCert',
    "is a certificate of the application's own key: give Alipay's, alipayCertPublicKey_RSA2.crt; the other one is appCert",
  )
}

function invalid(option: string, message: string): ConfigError {
  return new ConfigError(`${option} ${message}`, { issues: [{ path: [option], message }] })
}

function missing(factory: string, option: string, message: string): ConfigError {
  return new ConfigError(`${factory}: ${option}: ${message}`, { issues: [{ path: [option], message }] })
}

import type { KeyObject } from 'node:crypto'
import { type Sign, type Signer, signWithKey, signWithSigner } from '../../adapter-kit/signer.js'
import { parsePrivateKey, parsePublicKey } from '../../crypto/keys.js'
import { isPair, verifySha256 } from '../../crypto/rsa.js'
import { ConfigError } from '../../errors.js'
import { invalidOption } from '../../parsing/invalid.js'
import type { KeyInput } from '../../provider.js'
import { type NumberedCertificate, parseNumberedCertificate, parseRootCertSn } from './serial-numbers.js'

/** What signs requests, and what verifies responses. */
export interface AlipayKeys {
  readonly sign: Sign
  /** Verifies responses and notifications. */
  readonly alipayKey: KeyObject
  /** Null in key mode. */
  readonly certificates: AlipayCertificates | null
}

/** The certificates of certificate mode. */
export interface AlipayCertificates {
  readonly app: NumberedCertificate
  readonly alipay: NumberedCertificate
  /** `alipay_root_cert_sn`. */
  readonly rootSn: string
}

/** The options that hold keys and certificates. */
interface KeyOptions {
  readonly privateKey?: KeyInput
  readonly signer?: Signer
  readonly alipayPublicKey?: KeyInput
  readonly appCert?: string | Uint8Array
  readonly alipayCert?: string | Uint8Array
  readonly alipayRootCert?: string | Uint8Array
}

const certificateOptions = ['appCert', 'alipayCert', 'alipayRootCert'] as const

/**
 * @param factory for errors
 * @throws ConfigError naming the option that is wrong, never its value
 */
export function resolveKeys(options: KeyOptions, factory: string): AlipayKeys {
  const own = resolveOwnKey(options, factory)
  const { alipayKey, certificates } = resolveAlipayKey(options, factory)
  if ('sign' in own) return { sign: resolveSigner(own, alipayKey, certificates), alipayKey, certificates }
  assertKeysMatch(own, alipayKey, certificates)
  return { sign: signWithKey(own), alipayKey, certificates }
}

/** The application's private key, or the signer that holds it. */
function resolveOwnKey({ privateKey, signer }: KeyOptions, factory: string): KeyObject | Signer {
  if (privateKey !== undefined && signer !== undefined)
    throw new ConfigError(`${factory}: set signer or privateKey, not both`)
  if (privateKey !== undefined) return parsePrivateKey(privateKey, 'privateKey')
  if (signer !== undefined) return signer
  throw missing(
    factory,
    'privateKey',
    'must be a key: PEM text, base64 text, DER bytes or a KeyObject; or set signer for a key in a KMS',
  )
}

function resolveAlipayKey(options: KeyOptions, factory: string): Pick<AlipayKeys, 'alipayKey' | 'certificates'> {
  const { alipayPublicKey } = options
  const isCertificateMode = certificateOptions.some((name) => options[name] !== undefined)
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
  const certificates = {
    app: parseNumberedCertificate(requireCertificate(options, 'appCert', factory), 'appCert'),
    alipay: parseNumberedCertificate(requireCertificate(options, 'alipayCert', factory), 'alipayCert'),
    rootSn: parseRootCertSn(requireCertificate(options, 'alipayRootCert', factory), 'alipayRootCert'),
  }
  return { alipayKey: certificates.alipay.publicKey, certificates }
}

function requireCertificate(
  options: KeyOptions,
  name: (typeof certificateOptions)[number],
  factory: string,
): string | Uint8Array {
  const certificate = options[name]
  if (certificate !== undefined) return certificate
  throw missing(factory, name, 'is needed in certificate mode, which takes all three certificates')
}

/** The console shows two public keys side by side, and the download holds three certificates. */
function assertKeysMatch(privateKey: KeyObject, alipayKey: KeyObject, certificates: AlipayCertificates | null): void {
  if (isPair(privateKey, alipayKey)) throw certificates === null ? ownPublicKey() : ownCertificate()
  if (certificates !== null && !isPair(privateKey, certificates.app.publicKey))
    throw invalidOption(
      'appCert',
      'does not belong to privateKey: give the certificate that was issued for it (appCertPublicKey_<appId>.crt)',
    )
}

/** A signer's private key is not known, so each signature shows whether the keys match. */
function resolveSigner(signer: Signer, alipayKey: KeyObject, certificates: AlipayCertificates | null): Sign {
  if (certificates !== null) return signWithSigner(signer, certificates.app.publicKey, 'appCert')
  const sign = signWithSigner(signer, null)
  return async (text, options) => {
    const signature = await sign(text, options)
    if (verifySha256([text], signature, alipayKey)) throw ownPublicKey()
    return signature
  }
}

function ownPublicKey(): ConfigError {
  return invalidOption(
    'alipayPublicKey',
    "is the application's own public key (应用公钥): give Alipay's (支付宝公钥), which the console shows after that key was uploaded",
  )
}

function ownCertificate(): ConfigError {
  return invalidOption(
    'alipayCert',
    "is a certificate of the application's own key: give Alipay's, alipayCertPublicKey_RSA2.crt; the other one is appCert",
  )
}

function missing(factory: string, option: string, message: string): ConfigError {
  return new ConfigError(`${factory}: ${option}: ${message}`, { issues: [{ path: [option], message }] })
}

import type { KeyObject } from 'node:crypto'
import { type Signer, signWithKey, signWithSigner } from '../../adapter-kit/signer.js'
import { type Certificate, parseCertificates, parsePrivateKey } from '../../crypto/keys.js'
import { isPair } from '../../crypto/rsa.js'
import { ConfigError } from '../../errors.js'
import type { KeyInput } from '../../provider.js'
import type { Credential } from './auth.js'

/** Signs with the merchant API private key (商户API私钥), which stays in a KMS or HSM. */
export interface WechatPaySigner extends Signer {
  /** Serial number of the merchant API certificate of this key, hex. */
  serialNo: string
}

/** The options that say who the merchant is; their form is already validated. */
interface MerchantOptions {
  readonly mchid: string
  readonly serialNo?: string | undefined
  readonly certificate?: string | Uint8Array | undefined
  readonly privateKey?: KeyInput | undefined
  readonly privateKeys?: readonly KeyInput[] | undefined
  readonly signer?: WechatPaySigner | undefined
}

export interface Merchant {
  readonly credential: Credential
  /** Null: only the serial number is configured. */
  readonly certificate: Certificate | null
  /** Decrypt phones; none beside a signer without `privateKeys`. */
  readonly privateKeys: readonly KeyObject[]
  /** Whether a key that should be the platform's belongs to the merchant. */
  readonly ownsKey: (publicKey: KeyObject) => boolean
}

/** @throws ConfigError naming the option that is wrong, never its value */
export function resolveMerchant(options: MerchantOptions): Merchant {
  const { mchid, privateKey, privateKeys, signer } = options
  if (signer !== undefined && privateKey !== undefined)
    throw new ConfigError('wechatpay(): set signer or privateKey, not both; privateKeys beside signer decrypt phones')
  if (signer === undefined && (privateKey === undefined) === (privateKeys === undefined))
    throw new ConfigError(
      `wechatpay(): set ${privateKey === undefined ? 'privateKey, the merchant API private key (商户API私钥), privateKeys for several, or signer for a key in a KMS' : 'privateKey or privateKeys, not both'}`,
    )
  const keys =
    privateKey === undefined
      ? (privateKeys ?? []).map((input, index) => parsePrivateKey(input, `privateKeys.${index}`))
      : [parsePrivateKey(privateKey, 'privateKey')]
  const [firstKey] = keys
  const isMerchantCertificate = ({ publicKey }: Certificate): boolean =>
    firstKey !== undefined && isPair(firstKey, publicKey)
  const chain = options.certificate === undefined ? [] : parseCertificates(options.certificate, 'certificate')
  // The file may also contain the issuers' certificates.
  const certificate = chain.find(isMerchantCertificate) ?? chain[0] ?? null
  if (signer === undefined && certificate !== null && !isMerchantCertificate(certificate))
    throw new ConfigError('wechatpay(): certificate and privateKey do not belong together: the keys differ')
  return {
    credential: {
      mchid,
      serialNo: resolveSerialNo(options, certificate),
      sign:
        signer !== undefined
          ? signWithSigner(signer, certificate?.publicKey ?? null)
          : signWithKey(firstKey ?? missingKey()),
    },
    certificate,
    privateKeys: keys,
    ownsKey: (publicKey) =>
      certificate?.publicKey.equals(publicKey) === true || keys.some((key) => isPair(key, publicKey)),
  }
}

/** Hex of a serial number as openssl and browsers print it: `serial=0A1B`, `Serial Number: 0a:1b`, `0a 1b`. */
export function normalizeSerialNo(text: string): string {
  return text.replaceAll(/^\s*serial(?:=| number:)|[\s:]+/gi, '').toUpperCase()
}

/** All that is given must agree. */
function resolveSerialNo({ serialNo, signer }: MerchantOptions, certificate: Certificate | null): string {
  const [ofOption, ofSigner] = [serialNo, signer?.serialNo].map((text) =>
    text === undefined ? undefined : normalizeSerialNo(text),
  )
  const known = ofOption ?? ofSigner ?? certificate?.serialNo
  if (known === undefined)
    throw new ConfigError("wechatpay(): set serialNo, the merchant API certificate's serial number, or certificate")
  if (ofSigner !== undefined && ofSigner !== known)
    throw new ConfigError('wechatpay(): serialNo and signer.serialNo differ; leave serialNo out')
  if (certificate !== null && certificate.serialNo !== known)
    throw new ConfigError(
      `wechatpay(): ${ofOption === undefined ? 'signer.serialNo' : 'serialNo'} is not the serial number of certificate${ofOption === undefined ? '' : '; leave serialNo out'}`,
    )
  return known
}

function missingKey(): never {
  throw new ConfigError('wechatpay(): privateKeys is empty')
}

import { randomBytes, X509Certificate } from 'node:crypto'
import { certificateValidity, createCertificate } from '../certificate.js'
import type { SandboxConfig } from '../config.js'
import type { KeyPair } from '../keys.js'
import type { ResponseSigner } from './responses.js'

export interface PlatformCertificate extends ResponseSigner {
  readonly pem: string
  /** Milliseconds since 1970. */
  readonly from: number
  readonly to: number
}

export interface PlatformKeys {
  /** null in the mode `certificate`. */
  readonly publicKey: { readonly id: string; readonly pair: KeyPair } | null
  /** The pair of the n-th platform certificate, from 0. */
  certificatePair(number: number): KeyPair
}

/** The keys that WeChat Pay signs with now. */
export interface Platform {
  /** Valid now, the newest last; none in the mode `publicKey`. */
  certificates(): readonly PlatformCertificate[]
  /** Whether a request may send this `Wechatpay-Serial`; undefined: the header is absent. */
  accepts(serial: string | undefined): boolean
  /** The signer of the response to a request with this `Wechatpay-Serial`. */
  signerFor(serial: string | undefined): ResponseSigner
  /** The signer of the certificate download. */
  newestSigner(): ResponseSigner
  /** The signer with this serial; null: none has it. */
  findSigner(serial: string): ResponseSigner | null
  rotate(options: { dropOld?: boolean }): void
}

export function createPlatform(keys: PlatformKeys, signing: SandboxConfig['wechatpaySigning']): Platform {
  const publicKeySigner: ResponseSigner | null =
    keys.publicKey === null ? null : { serial: keys.publicKey.id, privateKey: keys.publicKey.pair.privateKey }
  const issued: PlatformCertificate[] = []
  let valid: PlatformCertificate[] = []
  let responses = 0
  const rotate = ({ dropOld = false }: { dropOld?: boolean } = {}): void => {
    const certificate = issueCertificate(keys.certificatePair(issued.length))
    issued.push(certificate)
    valid = dropOld ? [certificate] : [...valid, certificate]
  }
  if (signing !== 'publicKey') rotate()
  const newestSigner = (): ResponseSigner => {
    const signer = valid.at(-1) ?? publicKeySigner
    if (signer === null) throw new Error('the sandbox has nothing to sign with')
    return signer
  }
  return {
    certificates: () => valid,
    accepts(serial) {
      // Stricter than the service: without certificates the public key is required.
      if (signing === 'publicKey') return serial === publicKeySigner?.serial
      return serial === undefined || [publicKeySigner, ...issued].some((signer) => signer?.serial === serial)
    },
    signerFor(serial) {
      responses += 1
      if (signing === 'publicKey' || (signing === 'alternate' && responses % 2 === 1))
        return publicKeySigner ?? newestSigner()
      const requested = [publicKeySigner, ...valid].find((signer) => signer?.serial === serial)
      return (signing === 'onRequest' ? requested : undefined) ?? newestSigner()
    },
    newestSigner: newestSigner,
    findSigner: (serial) => [publicKeySigner, ...issued].find((signer) => signer?.serial === serial) ?? null,
    rotate,
  }
}

function issueCertificate(pair: KeyPair): PlatformCertificate {
  const now = Date.now()
  const serial = randomBytes(20)
  // Always 20 bytes in DER: no sign bit and no leading zero.
  serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 0x40, 0)
  const pem = createCertificate(pair, 'SANDBOX WECHAT PAY PLATFORM', now, serial)
  return {
    pem,
    serial: new X509Certificate(pem).serialNumber,
    privateKey: pair.privateKey,
    ...certificateValidity(now),
  }
}

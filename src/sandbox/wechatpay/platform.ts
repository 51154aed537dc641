import { randomBytes, X509Certificate } from 'node:crypto'
import { createCertificate, validityOf } from '../certificate.js'
import type { KeyPair } from '../keys.js'
import type { Settings } from '../settings.js'
import type { Seal } from './answers.js'

export interface PlatformCertificate extends Seal {
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

/** What WeChat Pay signs with, now. */
export interface Platform {
  /** Valid now, the newest last; none in the mode `publicKey`. */
  certificates(): readonly PlatformCertificate[]
  /** Whether a request may ask for this serial; undefined: it asks for none. */
  accepts(serial: string | undefined): boolean
  /** What the answer to such a request is signed with. */
  sealFor(serial: string | undefined): Seal
  /** What the certificates themselves come signed with. */
  newest(): Seal
  /** What signed this; null: nobody here did. */
  sealOf(serial: string): Seal | null
  rotate(options: { dropOld?: boolean }): void
}

export function createPlatform(keys: PlatformKeys, signing: Settings['wechatpaySigning']): Platform {
  const publicSeal: Seal | null =
    keys.publicKey === null ? null : { serial: keys.publicKey.id, privateKey: keys.publicKey.pair.privateKey }
  const issued: PlatformCertificate[] = []
  let valid: PlatformCertificate[] = []
  let answered = 0
  const rotate = ({ dropOld = false }: { dropOld?: boolean } = {}): void => {
    const certificate = issueCertificate(keys.certificatePair(issued.length))
    issued.push(certificate)
    valid = dropOld ? [certificate] : [...valid, certificate]
  }
  if (signing !== 'publicKey') rotate()
  const newest = (): Seal => {
    const seal = valid.at(-1) ?? publicSeal
    if (seal === null) throw new Error('the sandbox has nothing to sign with')
    return seal
  }
  return {
    certificates: () => valid,
    accepts(serial) {
      // Stricter than the service: without certificates, nothing but the public key can be meant.
      if (signing === 'publicKey') return serial === publicSeal?.serial
      return serial === undefined || [publicSeal, ...issued].some((seal) => seal?.serial === serial)
    },
    sealFor(serial) {
      answered += 1
      if (signing === 'publicKey' || (signing === 'alternate' && answered % 2 === 1)) return publicSeal ?? newest()
      const named = [publicSeal, ...valid].find((seal) => seal?.serial === serial)
      return (signing === 'onRequest' ? named : undefined) ?? newest()
    },
    newest,
    sealOf: (serial) => [publicSeal, ...issued].find((seal) => seal?.serial === serial) ?? null,
    rotate,
  }
}

function issueCertificate(pair: KeyPair): PlatformCertificate {
  const now = Date.now()
  const serial = randomBytes(20)
  // Twenty bytes whatever is drawn: neither a sign bit nor a leading zero.
  serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 0x40, 0)
  const pem = createCertificate(pair, 'SANDBOX WECHAT PAY PLATFORM', now, serial)
  return { pem, serial: new X509Certificate(pem).serialNumber, privateKey: pair.privateKey, ...validityOf(now) }
}

import forge from 'node-forge'
import { ConfigError } from './errors.js'

/**
 * Key and certificate of a `.pfx` or `.p12` file. May be spread into the options of `wechatpay()` and `huishouqian()`.
 */
export interface Pfx {
  /** The private key: PKCS#8, PEM. */
  privateKey: string
  /** The certificate of the key, PEM. */
  certificate: string
  /** The certificate's serial number in upper-case hex. */
  serialNo: string
}

/**
 * Reads a PKCS#12 file: Huishouqian's `<merchant>_pri.pfx`, or WeChat Pay's `apiclient_cert.p12`, whose passphrase is
 * the mchid. Also reads the old ciphers (40-bit RC2, 3DES) that OpenSSL 3, and therefore Node, rejects.
 * @param bytes the content of the file
 * @throws ConfigError for a wrong passphrase, a file that is not PKCS#12, or one without an RSA key and its certificate
 * @example
 * ```ts
 * const pfx = loadPfx(readFileSync('merchant_pri.pfx'), passphrase)
 * const adapter = huishouqian({ merchantNo, signType: 'RSA2', key, platformCertificate, ...pfx })
 * ```
 */
export function loadPfx(bytes: Uint8Array, passphrase: string): Pfx {
  if (!(bytes instanceof Uint8Array))
    throw new ConfigError('loadPfx(): bytes must be a Buffer or Uint8Array, the content of the file')
  if (typeof passphrase !== 'string') throw new ConfigError('loadPfx(): passphrase must be text')
  const safe = openPkcs12(bytes, passphrase)
  const key = [forge.pki.oids.pkcs8ShroudedKeyBag, forge.pki.oids.keyBag]
    .flatMap((type) => bagsOf(safe, type))
    .find((bag) => bag.key)?.key
  if (!key) throw new ConfigError('loadPfx(): the file has no RSA private key')
  const certificates = bagsOf(safe, forge.pki.oids.certBag).flatMap((bag) => bag.cert ?? [])
  // The file may also contain the issuers' certificates.
  const certificate = certificates.find((certificate) => matchesKey(certificate, key as forge.pki.rsa.PrivateKey))
  if (certificate === undefined)
    throw new ConfigError('loadPfx(): the file has no certificate that belongs to its private key')
  return {
    privateKey: forge.pki
      .privateKeyInfoToPem(forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(key)))
      .replaceAll('\r\n', '\n'),
    certificate: forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n'),
    serialNo: formatSerialNo(certificate),
  }
}

/** Errors of forge are not passed on as `cause`: they may quote content of the file. */
function openPkcs12(bytes: Uint8Array, passphrase: string): forge.pkcs12.Pkcs12Pfx {
  try {
    const asn1 = forge.asn1.fromDer(forge.util.createBuffer(Buffer.from(bytes).toString('latin1')))
    return forge.pkcs12.pkcs12FromAsn1(asn1, passphrase)
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    if (/MAC could not be verified|Invalid password|decrypt/i.test(message)) {
      throw new ConfigError("loadPfx(): the passphrase is wrong (of WeChat Pay's apiclient_cert.p12 it is the mchid)")
    }
    throw new ConfigError('loadPfx(): the bytes are not a PKCS#12 file (.pfx, .p12), or the file is truncated')
  }
}

function bagsOf(safe: forge.pkcs12.Pkcs12Pfx, type: string | undefined): forge.pkcs12.Bag[] {
  return type === undefined ? [] : (safe.getBags({ bagType: type })[type] ?? [])
}

function matchesKey(certificate: forge.pki.Certificate, key: forge.pki.rsa.PrivateKey): boolean {
  const { n } = certificate.publicKey as forge.pki.rsa.PublicKey
  return n?.equals(key.n) === true
}

/** Like OpenSSL, without the leading zero bytes of DER. */
function formatSerialNo(certificate: forge.pki.Certificate): string {
  const hex = certificate.serialNumber.toUpperCase().replace(/^(?:00)+(?=..)/, '')
  return hex.length % 2 === 0 ? hex : `0${hex}`
}

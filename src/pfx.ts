import forge from 'node-forge'
import { ConfigError } from './errors.js'

/** What a `.pfx` or `.p12` file holds; may be spread into an adapter's options as it is. */
export interface Pfx {
  /** PKCS#8, PEM. */
  privateKey: string
  /** The certificate that belongs to the key, PEM. */
  certificate: string
  /** Its serial number, upper-case hex. */
  serialNo: string
}

/**
 * Opens a PKCS#12 file, also one in the old ciphers (40-bit RC2, 3DES) that OpenSSL 3, and so Node, refuses:
 * Huishouqian's `<merchant>_pri.pfx`, or WeChat Pay's `apiclient_cert.p12`, whose passphrase is the mchid.
 * @throws ConfigError for a wrong passphrase, or for what is no PKCS#12 file with a private key and its certificate
 */
export function loadPfx(bytes: Uint8Array, passphrase: string): Pfx {
  if (!(bytes instanceof Uint8Array))
    throw new ConfigError('loadPfx(): bytes must be a Buffer or Uint8Array, the content of the file')
  if (typeof passphrase !== 'string') throw new ConfigError('loadPfx(): passphrase must be text')
  const safe = openPkcs12(bytes, passphrase)
  const key = [forge.pki.oids.pkcs8ShroudedKeyBag, forge.pki.oids.keyBag]
    .flatMap((type) => bagsOf(safe, type))
    .find((bag) => bag.key)?.key
  if (!key) throw new ConfigError('loadPfx(): the file holds no RSA private key')
  const certificates = bagsOf(safe, forge.pki.oids.certBag).flatMap((bag) => bag.cert ?? [])
  // A file may bring the issuers' certificates along.
  const certificate = certificates.find((certificate) => matchesKey(certificate, key as forge.pki.rsa.PrivateKey))
  if (certificate === undefined)
    throw new ConfigError('loadPfx(): the file holds no certificate that belongs to its private key')
  return {
    privateKey: forge.pki
      .privateKeyInfoToPem(forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(key)))
      .replaceAll('\r\n', '\n'),
    certificate: forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n'),
    serialNo: formatSerialNo(certificate),
  }
}

/** forge's own errors are dropped: what they quote is not ours to judge. */
function openPkcs12(bytes: Uint8Array, passphrase: string): forge.pkcs12.Pkcs12Pfx {
  try {
    const asn1 = forge.asn1.fromDer(forge.util.createBuffer(Buffer.from(bytes).toString('latin1')))
    return forge.pkcs12.pkcs12FromAsn1(asn1, passphrase)
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    if (/MAC could not be verified|Invalid password|decrypt/i.test(message)) {
      throw new ConfigError(
        "loadPfx(): the passphrase is wrong (WeChat Pay's apiclient_cert.p12 is opened by the mchid)",
      )
    }
    throw new ConfigError('loadPfx(): this is no PKCS#12 file (.pfx, .p12), or it was cut short')
  }
}

function bagsOf(safe: forge.pkcs12.Pkcs12Pfx, type: string | undefined): forge.pkcs12.Bag[] {
  return type === undefined ? [] : (safe.getBags({ bagType: type })[type] ?? [])
}

function matchesKey(certificate: forge.pki.Certificate, key: forge.pki.rsa.PrivateKey): boolean {
  const { n } = certificate.publicKey as forge.pki.rsa.PublicKey
  return n?.equals(key.n) === true
}

/** As OpenSSL prints it: without the leading zeros that DER needs. */
function formatSerialNo(certificate: forge.pki.Certificate): string {
  const hex = certificate.serialNumber.toUpperCase().replace(/^(?:00)+(?=..)/, '')
  return hex.length % 2 === 0 ? hex : `0${hex}`
}

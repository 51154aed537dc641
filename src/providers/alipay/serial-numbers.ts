import { createHash, type X509Certificate } from 'node:crypto'
import { readKeyMaterial } from '../../crypto/key-input.js'
import { type Certificate, parseCertificate, parseCertificates } from '../../crypto/keys.js'
import { invalidOption } from '../../parsing/invalid.js'
import { parseOrNull } from '../../parsing/parse-or-null.js'

/** A certificate and the number by which Alipay names it. */
export interface NumberedCertificate extends Certificate {
  /** MD5 of issuer and serial number, in hex: `app_cert_sn`, `alipay_cert_sn`. */
  readonly certSn: string
}

/**
 * Parses a certificate with an RSA key. Of several, the first.
 * @throws ConfigError that names `option` and says what is wrong with the certificate
 */
export function parseNumberedCertificate(input: string | Uint8Array, option: string): NumberedCertificate {
  const certificate = parseCertificate(input, option)
  const [first] = readX509(input)
  return { ...certificate, certSn: first === undefined ? '' : certSnOf(first) }
}

/**
 * The numbers of the RSA roots in a file of root certificates, joined with `_`: `alipay_root_cert_sn`. Alipay's file also
 * has roots of other kinds (SM2, ECDSA), which do not count.
 * @throws ConfigError that names `option`
 */
export function parseRootCertSn(input: string | Uint8Array, option: string): string {
  const found = readX509(input)
  // Says what is wrong with it.
  if (found.length === 0) parseCertificates(input, option)
  const roots = found.filter(hasRsaKey)
  if (roots.length > 0) return roots.map(certSnOf).join('_')
  throw invalidOption(
    option,
    'has no root certificate with an RSA key: give the file alipayRootCert.crt as it was downloaded',
  )
}

/** MD5 of the issuer's name, most specific part first and parts joined with commas, and the serial number in decimal. */
export function certSnOf({ issuer, serialNumber }: Pick<X509Certificate, 'issuer' | 'serialNumber'>): string {
  const name = issuer.split('\n').reverse().join(',')
  return createHash('md5')
    .update(`${name}${BigInt(`0x${serialNumber}`)}`)
    .digest('hex')
}

function readX509(input: string | Uint8Array): X509Certificate[] {
  const source = typeof input === 'string' ? input : Buffer.from(input.buffer, input.byteOffset, input.byteLength)
  return readKeyMaterial(source).flatMap((each) => (each.kind === 'certificate' ? [each.certificate] : []))
}

/** A root signs itself, so the kind of its key is that of its signature. Some Nodes do not read SM2 keys. */
function hasRsaKey(certificate: X509Certificate): boolean {
  return parseOrNull(() => certificate.publicKey)?.asymmetricKeyType === 'rsa'
}

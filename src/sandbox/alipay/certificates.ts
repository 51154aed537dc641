import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { issueCertificate, type Name } from '../certificate.js'
import type { KeyPair } from '../keys.js'

/** A certificate and the serial number that Alipay makes of it. */
export interface IssuedCertificate {
  readonly pem: string
  readonly serialNo: string
}

/** The certificates of an app in certificate mode; each but the roots was signed by the first root. */
export interface AlipayCertificates {
  readonly app: IssuedCertificate
  /** The file of roots: two with RSA keys, and one with a key of another kind that serial numbers leave out. */
  readonly root: IssuedCertificate
  /** A certificate of Alipay for a new pair. */
  issue(pair: KeyPair): IssuedCertificate
}

const authority = 'Sandbox Certification Authority'
const company = 'Sandbox Payment Co.'
const rootName: Name = [
  ['C', 'CN'],
  ['O', company],
  ['OU', authority],
  ['CN', 'Sandbox Root R1'],
]

export function createCertificates(root: KeyPair, app: KeyPair, appId: string): AlipayCertificates {
  const now = Date.now()
  /** Positive and without leading zeros, as hexadecimal text and as decimal text alike. */
  const drawSerial = (): Buffer => {
    const serial = randomBytes(16)
    serial.writeUInt8((serial.readUInt8(0) & 0x7f) | 0x40, 0)
    return serial
  }
  const issue = (subject: Name, publicKey: KeyPair['publicKey']): IssuedCertificate => {
    const serial = drawSerial()
    const content = { subject, issuer: rootName, publicKey, serial, now, isAuthority: false }
    return { pem: issueCertificate(content, root.privateKey), serialNo: serialNumber(rootName, serial) }
  }
  const selfSigned = (name: Name, pair: KeyPair): IssuedCertificate => {
    const serial = drawSerial()
    const content = { subject: name, issuer: name, publicKey: pair.publicKey, serial, now, isAuthority: true }
    return { pem: issueCertificate(content, pair.privateKey), serialNo: serialNumber(name, serial) }
  }
  const renamed = (name: string): Name => [...rootName.slice(0, -1), ['CN', name]]
  const elliptic: KeyPair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const first = selfSigned(rootName, root)
  const second = selfSigned(renamed('Sandbox Root R2'), root)
  const other = selfSigned(renamed('Sandbox Root E1'), elliptic)
  return {
    app: issue(
      [
        ['C', 'CN'],
        ['O', 'Sandbox Merchant'],
        ['OU', 'Alipay'],
        ['CN', `2088000000000001-${appId}`],
      ],
      app.publicKey,
    ),
    root: { pem: first.pem + other.pem + second.pem, serialNo: `${first.serialNo}_${second.serialNo}` },
    issue: (pair) =>
      issue(
        [
          ['C', 'CN'],
          ['O', company],
          ['OU', 'Alipay'],
          ['CN', 'Sandbox Payment'],
        ],
        pair.publicKey,
      ),
  }
}

/** MD5 of the issuer, its last part first, and the decimal serial: https://opendocs.alipay.com/common/056zub */
function serialNumber(issuer: Name, serial: Buffer): string {
  const name = [...issuer].reverse().map(([attribute, value]) => `${attribute}=${value}`)
  return createHash('md5')
    .update(`${name.join(',')}${BigInt(`0x${serial.toString('hex')}`)}`)
    .digest('hex')
}

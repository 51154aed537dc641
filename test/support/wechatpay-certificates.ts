import { createCipheriv, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import forge from 'node-forge'

/** Made up for tests, 32 bytes. */
export const apiV3Key = '0123456789abcdef0123456789abcdef'

const dayMs = 24 * 60 * 60 * 1000

export interface Platform {
  readonly serialNo: string
  readonly certificate: string
  readonly privateKey: KeyObject
  readonly validFrom: Date
  readonly validTo: Date
}

/** A platform certificate and its key, made by node-forge: another hand than the code under test. */
export function createPlatform(serialNo: string, days: { from: number; to: number } = { from: -1, to: 365 }): Platform {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pemOf = (key: KeyObject, type: 'pkcs8' | 'spki'): string => key.export({ type, format: 'pem' }).toString()
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(pemOf(publicKey, 'spki'))
  certificate.serialNumber = serialNo
  certificate.validity.notBefore = new Date(Date.now() + days.from * dayMs)
  certificate.validity.notAfter = new Date(Date.now() + days.to * dayMs)
  const name = [{ name: 'commonName', value: 'Tenpay.com sandbox' }]
  certificate.setSubject(name)
  certificate.setIssuer(name)
  certificate.sign(forge.pki.privateKeyFromPem(pemOf(privateKey, 'pkcs8')), forge.md.sha256.create())
  const { notBefore: validFrom, notAfter: validTo } = certificate.validity
  return { serialNo, certificate: forge.pki.certificateToPem(certificate), privateKey, validFrom, validTo }
}

/** AES-256-GCM with the tag at the end, in base64. */
export function seal(text: string, nonce: string, associatedData: string, key: string = apiV3Key): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(associatedData))
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64')
}

/** What the certificates call answers for these, before it is signed. */
export function certificatesBody(platforms: readonly Platform[], key: string = apiV3Key): string {
  const data = platforms.map(({ serialNo, certificate, validFrom, validTo }) => {
    const nonce = randomBytes(6).toString('hex')
    return {
      serial_no: serialNo,
      effective_time: validFrom.toISOString(),
      expire_time: validTo.toISOString(),
      encrypt_certificate: {
        algorithm: 'AEAD_AES_256_GCM',
        nonce,
        associated_data: 'certificate',
        ciphertext: seal(certificate, nonce, 'certificate', key),
      },
    }
  })
  return JSON.stringify({ data })
}

/** The headers with which a platform proves exactly these bytes. */
export function proofBy(
  { serialNo, privateKey }: Platform,
  body: string,
  at: number = Date.now(),
): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000))
  const nonce = randomBytes(16).toString('hex')
  return {
    'Content-Type': 'application/json',
    'Request-ID': '08F78BB6AA0610D2011889BCDF0320B6A8',
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Serial': serialNo,
    'Wechatpay-Signature': sign('sha256', Buffer.from(`${timestamp}\n${nonce}\n${body}\n`), privateKey).toString(
      'base64',
    ),
  }
}
